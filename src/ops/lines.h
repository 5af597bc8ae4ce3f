/* Lines along one axis: `outer` blocks of n values that lie `inner` apart, `inner` lines a block. */
#ifndef TN_OPS_LINES_H
#define TN_OPS_LINES_H

#include "platform/status.h"
#include "tensor/shape.h"

struct tn_lines {
  int64_t outer, n, inner;
};

/* axis from 0, negative from the end; the error counts from 1 as R does. */
enum tn_status tn_axis_find(int64_t axis, const struct tn_shape *shape, int *out,
                            struct tn_error *err) TN_MUST_CHECK;
/* axis must be one of the shape's, from 0 or negative from the end. */
struct tn_lines tn_lines_along(const struct tn_shape *shape, int axis);

/* First element of line l (of outer * inner). */
static inline int64_t tn_line_start(const struct tn_lines *s, int64_t l) {
  return l / s->inner * s->n * s->inner + l % s->inner;
}

#endif
