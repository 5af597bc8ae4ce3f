#include "ops/normalisation/norm_axis.h"

enum tn_status tn_norm_axis(int64_t axis, const struct tn_shape *shape, int *out,
                            struct tn_error *err) {
  int64_t found = axis < 0 ? axis + shape->rank : axis;
  char text[80];
  if (shape->rank < 2) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "an input of at least 2 axes is needed (samples and features), not %d",
                   shape->rank);
  }
  if (found < 1 || found >= shape->rank) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "`axis` is %lld, and must be from 1 to %d (0 is the axis of the samples) or from "
                   "-%d to -1 for shape %s",
                   (long long)axis, shape->rank - 1, shape->rank - 1,
                   tn_shape_text(shape, text, sizeof text));
  }
  *out = (int)found;
  return TN_OK;
}
