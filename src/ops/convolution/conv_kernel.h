#ifndef TN_OPS_CONVOLUTION_CONV_KERNEL_H
#define TN_OPS_CONVOLUTION_CONV_KERNEL_H

#include "ops/convolution/conv.h"

/* grad += the gradient of the kernel; work as tn_conv_work() says. */
void tn_conv_kernel(const struct tn_conv *c, const float *large, const float *small, float *grad,
                    float *work);

#endif
