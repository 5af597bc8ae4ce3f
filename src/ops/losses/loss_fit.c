#include "ops/losses/loss_fit.h"

#include "ops/lines.h"

static struct tn_shape without_axis(struct tn_shape s, int axis) {
  s.rank--;
  for (int k = axis; k < s.rank; k++) {
    s.dim[k] = s.dim[k + 1];
  }
  return s;
}

/* a is b with one more axis of size 1 at its end. */
static int is_column_of(const struct tn_shape *a, const struct tn_shape *b) {
  struct tn_shape rest = *a;
  rest.rank--;
  return a->rank == b->rank + 1 && tn_shape_last(a) == 1 && tn_shape_equal(&rest, b);
}

static int alike(const struct tn_shape *a, const struct tn_shape *b) {
  return tn_shape_equal(a, b) || is_column_of(a, b) || is_column_of(b, a);
}

static enum tn_status misfit(const char *what, const struct tn_shape *pred,
                             const struct tn_shape *truth, const struct tn_shape *wanted,
                             int classes, struct tn_error *err) {
  char p[80], y[80], w[80];
  struct tn_shape per_line = *pred;
  const char *hint = "";
  per_line.rank -= pred->rank > 0;
  if (classes && alike(pred, truth)) {
    hint = "; one-hot targets need the form without \"sparse\"";
  } else if (!classes && tn_shape_last(pred) > 1 && alike(&per_line, truth)) {
    hint = "; class numbers need a \"sparse\" form";
  }
  return tn_fail(err, TN_STATUS_SHAPE,
                 "%s needs targets of shape %s for predictions of shape %s, not %s%s", what,
                 tn_shape_text(wanted, w, sizeof w), tn_shape_text(pred, p, sizeof p),
                 tn_shape_text(truth, y, sizeof y), hint);
}

enum tn_status tn_loss_fit(const char *what, int classes, int axis, const struct tn_shape *pred,
                           const struct tn_shape *truth, struct tn_loss_lines *out,
                           struct tn_error *err) {
  struct tn_shape p = *pred, wanted;
  if (p.rank == 1) {
    p.dim[p.rank++] = 1;
  }
  if (p.rank < 2) {
    return tn_fail(err, TN_STATUS_SHAPE, "%s needs predictions for a batch, not a single number",
                   what);
  }
  TN_TRY(tn_axis_find(axis, &p, &axis, err));
  wanted = classes ? without_axis(p, axis) : p;
  if (!alike(&wanted, truth)) {
    return misfit(what, pred, truth, classes ? &wanted : pred, classes, err);
  }
  out->classes = classes;
  out->n = p.dim[axis];
  out->inner = 1;
  out->members = 1;
  for (int k = axis + 1; k < p.rank; k++) {
    out->inner *= p.dim[k];
  }
  out->lines = out->n == 0 ? 0 : tn_shape_size(&p) / out->n;
  return TN_OK;
}

enum tn_status tn_loss_check_classes(const char *what, const struct tn_loss_lines *lines,
                                     const float *truth, struct tn_error *err) {
  for (int64_t i = 0; i < lines->lines / lines->members; i++) {
    if (!(truth[i] >= 0 && truth[i] < (float)lines->n)) { /* catches NaN */
      return tn_fail(err, TN_STATUS_ARG,
                     "%s takes class numbers from 0 to %lld as there are %lld outputs, not %g",
                     what, (long long)lines->n - 1, (long long)lines->n, (double)truth[i]);
    }
  }
  return TN_OK;
}
