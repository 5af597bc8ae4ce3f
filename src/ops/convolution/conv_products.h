/* The products ahead and back. */
#ifndef TN_OPS_CONVOLUTION_CONV_PRODUCTS_H
#define TN_OPS_CONVOLUTION_CONV_PRODUCTS_H

#include "ops/convolution/conv.h"

/* Floats of work memory that both and tn_conv_kernel() need. */
int64_t tn_conv_work(const struct tn_conv *c);
/* bias (groups * channels) or NULL. done (may be NULL) is told which cells (rows of the small image) are
 * ready, on the thread that made them. */
void tn_conv_ahead(const struct tn_conv *c, const float *kernel, const float *large,
                   const float *bias, float *small, float *work,
                   void (*done)(void *context, int64_t cell, int64_t n), void *context);
void tn_conv_back(const struct tn_conv *c, const float *kernel, const float *small,
                  const float *bias, float *large, float *work);

#endif
