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
#ifndef TN_OPS_CONVOLUTION_CONV_H
#define TN_OPS_CONVOLUTION_CONV_H

#include <stdint.h>

#include "ops/images/window.h"

struct tn_conv {
  int64_t images, groups, large_channels, small_channels; /* channels of one group */
  struct tn_window y, x;
};

/* Every channel by itself, a depthwise convolution. */
static inline int tn_conv_each(const struct tn_conv *c) {
  return c->groups > 1 && c->large_channels == 1 && c->small_channels == 1;
}

/* What a product costs there, in operations of others: memory sets the pace. */
enum { TN_CONV_EACH = 8 };

/* Parts to share among threads for so much work: by shapes alone, and for a millisecond at least, as a
 * thread may have to be waited for (platform/threads.h). */
static inline int64_t tn_conv_parts(double flop, int64_t most) {
  int64_t parts = flop < 1.5e8 ? 1 : flop > 64e8 ? 64 : (int64_t)(flop / 1e8) + 1;
  parts = parts < most ? parts : most;
  return parts < 1 ? 1 : parts;
}

#endif
