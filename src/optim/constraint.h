/* What weights must be after an update. */
#ifndef TN_OPTIM_CONSTRAINT_H
#define TN_OPTIM_CONSTRAINT_H

#include "tensor/shape.h"

enum tn_constraint_kind {
  TN_CONSTRAINT_NONE = 0, TN_CONSTRAINT_MAXNORM, TN_CONSTRAINT_NONNEG, TN_CONSTRAINT_UNITNORM,
  TN_CONSTRAINT_MINMAXNORM
};

struct tn_constraint {
  enum tn_constraint_kind kind;
  int n_axes;
  int axis[TN_MAX_RANK]; /* from 0, over which norms run */
  float min_value, max_value, rate;
};

/* w in place, as after an update. scratch-free. */
void tn_constraint_apply(const struct tn_constraint *constraint, const struct tn_shape *shape,
                         float *w);

#endif
