/* Windows that slide along one axis, as convolutions and pooling place them: cell o of the output
 * looks at cells o * stride - pad_before + j * dilation of the input, j = 0..size-1; those outside
 * [0, in) do not exist. */
#ifndef TN_OPS_IMAGES_WINDOW_H
#define TN_OPS_IMAGES_WINDOW_H

#include <stdint.h>

#include "platform/status.h"
#include "tensor/attrs.h"

enum tn_padding {
  TN_PAD_VALID = 0, /* windows that lie inside: floor((in - reach) / stride) + 1 */
  TN_PAD_SAME,      /* ceil(in / stride); what is missing on both sides, smaller half first */
  TN_PAD_CAUSAL     /* reach - 1 cells in front: a window ends at its own cell */
};

struct tn_window {
  int64_t size, stride, dilation;
  int64_t pad_before; /* cells that do not exist in front of the first */
  int64_t in, out;
};

/* Attribute `padding`: "valid" (when absent), "same" or "causal". */
enum tn_status tn_padding_read(const struct tn_attrs *attrs, enum tn_padding *out,
                               struct tn_error *err) TN_MUST_CHECK;
/* Attribute `name`: one or two whole numbers from 1 to 2^31 - 1 (one counts for both axes, absent: 1). */
enum tn_status tn_window_read(const struct tn_attrs *attrs, const char *name, int64_t out[2],
                              struct tn_error *err) TN_MUST_CHECK;
/* Cells between the first and the last of a window, both counted. */
int64_t tn_window_reach(int64_t size, int64_t dilation);
/* Fills w. axis names the axis in the error that a window larger than a valid axis gives. */
enum tn_status tn_window_place(int64_t in, int64_t size, int64_t stride, int64_t dilation,
                               enum tn_padding padding, const char *axis, struct tn_window *w,
                               struct tn_error *err) TN_MUST_CHECK;
/* The cells j of window o that exist: from <= j < to (from = to when none does). */
void tn_window_inside(const struct tn_window *w, int64_t o, int64_t *from, int64_t *to);
/* Input cell of cell j of window o; outside [0, in) it does not exist. */
static inline int64_t tn_window_at(const struct tn_window *w, int64_t o, int64_t j) {
  return o * w->stride - w->pad_before + j * w->dilation;
}

#endif
