/* The kernel in panels that the micro-kernels read in order: (groups, panels, taps, channels read,
 * width), zeros behind the last channel that is written. */
#ifndef TN_OPS_CONVOLUTION_CONV_PACK_H
#define TN_OPS_CONVOLUTION_CONV_PACK_H

#include "ops/convolution/conv.h"

struct tn_conv_packed {
  const float *data;
  int64_t panels, taps, channels, width;
};

/* Floats for any width that a micro-kernel may have; none where every channel goes by itself. */
int64_t tn_conv_packed_size(const struct tn_conv *c, int back);
/* Packs into room, or takes the kernel itself where it lies in that order already. */
void tn_conv_pack(const struct tn_conv *c, int back, const float *kernel, int64_t width,
                  float *room, struct tn_conv_packed *out);

/* (channels, width) of one tap. */
static inline const float *tn_conv_packed_at(const struct tn_conv_packed *p, int64_t group,
                                             int64_t panel, int64_t tap) {
  return p->data + ((group * p->panels + panel) * p->taps + tap) * p->channels * p->width;
}

#endif
