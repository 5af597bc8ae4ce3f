/* The three products that convolutions consist of. The windows slide over the large image
 * (images, y.in, x.in, groups * large_channels); the small one (images, y.out, x.out, groups *
 * small_channels) has a cell for each window. The kernel is (y.size, x.size, large_channels, groups *
 * small_channels); group g joins channels of the g-th part of both images only.
 *
 *   ahead   small = windows of large * kernel     a convolution; input gradient of a transposed one
 *   back    large = windows of small * t(kernel)  input gradient; a transposed convolution
 *   kernel  kernel += t(windows of large) small   the kernel's gradient of both
 *
 * Every cell is a sum in an order of its own that does not depend on threads. */
#ifndef TN_OPS_CONVOLUTION_CONV_PRODUCTS_H
#define TN_OPS_CONVOLUTION_CONV_PRODUCTS_H

#include <stdint.h>

#include "ops/images/window.h"

struct tn_conv {
  int64_t images, groups, large_channels, small_channels; /* channels of one group */
  struct tn_window y, x;
};

/* Floats of work memory that the three need. */
int64_t tn_conv_work(const struct tn_conv *c);
/* bias (groups * channels) or NULL. done (may be NULL) is told which cells (rows of the small image) are
 * ready, on the thread that made them. */
void tn_conv_ahead(const struct tn_conv *c, const float *kernel, const float *large,
                   const float *bias, float *small, float *work,
                   void (*done)(void *context, int64_t cell, int64_t n), void *context);
void tn_conv_back(const struct tn_conv *c, const float *kernel, const float *small,
                  const float *bias, float *large, float *work);
void tn_conv_kernel(const struct tn_conv *c, const float *large, const float *small, float *grad,
                    float *work);

/* Parts to share among threads for so much work: by shapes alone, and for a millisecond at least, as a
 * thread may have to be waited for (platform/threads.h). */
int64_t tn_conv_parts(double flop, int64_t most);

#endif
