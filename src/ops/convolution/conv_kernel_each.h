#ifndef TN_OPS_CONVOLUTION_CONV_KERNEL_EACH_H
#define TN_OPS_CONVOLUTION_CONV_KERNEL_EACH_H

#include "ops/convolution/conv.h"

/* As tn_conv_kernel(), for tn_conv_each(); work: a float for each channel. */
void tn_conv_kernel_each(const struct tn_conv *c, const float *large, const float *small, float *grad, float *work);

#endif
