#include "ops/lines.h"

enum tn_status tn_axis_find(int64_t axis, const struct tn_shape *shape, int *out,
                            struct tn_error *err) {
  int64_t found = axis < 0 ? axis + shape->rank : axis;
  if (found < 0 || found >= shape->rank) {
    char text[80];
    return tn_fail(err, TN_STATUS_SHAPE, "there is no axis %lld in a tensor of shape %s",
                   (long long)(axis < 0 ? axis : axis + 1),
                   tn_shape_text(shape, text, sizeof text));
  }
  *out = (int)found;
  return TN_OK;
}

struct tn_lines tn_lines_along(const struct tn_shape *shape, int axis) {
  struct tn_lines s = {1, 1, 1};
  axis = axis < 0 ? axis + shape->rank : axis;
  for (int k = 0; k < shape->rank; k++) {
    *(k < axis ? &s.outer : k == axis ? &s.n : &s.inner) *= shape->dim[k];
  }
  return s;
}
