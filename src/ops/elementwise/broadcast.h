/* Walking two tensors of different shape side by side (numpy's rule: shapes are aligned at their
 * last axes, axes of size 1 repeat). Neighbouring axes are merged, so that equal shapes and a scalar
 * make one long run. */
#ifndef TN_OPS_ELEMENTWISE_BROADCAST_H
#define TN_OPS_ELEMENTWISE_BROADCAST_H

#include <stdint.h>

#include "tensor/shape.h"

/* Shape of the result; 0 when the two do not fit. */
int tn_broadcast_shape(const struct tn_shape *a, const struct tn_shape *b, struct tn_shape *out);

struct tn_broadcast {
  int rank; /* merged axes besides the innermost */
  int64_t dim[TN_MAX_RANK], at[TN_MAX_RANK];
  int64_t step_a[TN_MAX_RANK], step_b[TN_MAX_RANK];
  int64_t runs, length; /* number and length of the runs along the innermost axis */
  int64_t inner_a, inner_b; /* 1, or 0 where the input repeats along a run */
  int64_t a, b, out;        /* where the present run begins */
};

void tn_broadcast_begin(struct tn_broadcast *walk, const struct tn_shape *a,
                        const struct tn_shape *b, const struct tn_shape *out);
/* To the next run; called `runs` times. */
void tn_broadcast_next(struct tn_broadcast *walk);

#endif
