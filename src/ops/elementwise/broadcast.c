#include "ops/elementwise/broadcast.h"

#include <string.h>

int tn_broadcast_shape(const struct tn_shape *a, const struct tn_shape *b, struct tn_shape *out) {
  out->rank = a->rank > b->rank ? a->rank : b->rank;
  for (int k = 1; k <= out->rank; k++) {
    int64_t da = k <= a->rank ? a->dim[a->rank - k] : 1;
    int64_t db = k <= b->rank ? b->dim[b->rank - k] : 1;
    if (da != db && da != 1 && db != 1) {
      return 0;
    }
    out->dim[out->rank - k] = da == 1 ? db : da;
  }
  return 1;
}

/* Steps of an input along the axes of the output, 0 where it repeats. */
static void steps(const struct tn_shape *in, const struct tn_shape *out, int64_t *step) {
  int64_t next = 1;
  for (int k = 1; k <= out->rank; k++) {
    int64_t d = k <= in->rank ? in->dim[in->rank - k] : 1;
    step[out->rank - k] = d == 1 ? 0 : next;
    next *= d;
  }
}

void tn_broadcast_begin(struct tn_broadcast *w, const struct tn_shape *a, const struct tn_shape *b,
                        const struct tn_shape *out) {
  int64_t sa[TN_MAX_RANK], sb[TN_MAX_RANK];
  int merged = 0; /* axes so far, innermost first */
  memset(w, 0, sizeof *w);
  steps(a, out, sa);
  steps(b, out, sb);
  for (int k = out->rank - 1; k >= 0; k--) {
    int64_t d = out->dim[k];
    int last = merged - 1;
    if (d == 1) {
      continue;
    }
    if (merged > 0 && sa[k] == w->step_a[last] * w->dim[last] &&
        sb[k] == w->step_b[last] * w->dim[last]) {
      w->dim[last] *= d;
      continue;
    }
    w->dim[merged] = d;
    w->step_a[merged] = sa[k];
    w->step_b[merged++] = sb[k];
  }
  w->length = merged > 0 ? w->dim[0] : 1;
  w->inner_a = merged > 0 ? w->step_a[0] : 0;
  w->inner_b = merged > 0 ? w->step_b[0] : 0;
  w->rank = merged > 0 ? merged - 1 : 0;
  w->runs = 1;
  for (int k = 0; k < w->rank; k++) {
    w->dim[k] = w->dim[k + 1];
    w->step_a[k] = w->step_a[k + 1];
    w->step_b[k] = w->step_b[k + 1];
    w->runs *= w->dim[k];
  }
  w->runs = w->length == 0 ? 0 : w->runs;
}

void tn_broadcast_next(struct tn_broadcast *w) {
  w->out += w->length;
  for (int k = 0; k < w->rank; k++) {
    w->a += w->step_a[k];
    w->b += w->step_b[k];
    if (++w->at[k] < w->dim[k]) {
      return;
    }
    w->a -= w->step_a[k] * w->dim[k];
    w->b -= w->step_b[k] * w->dim[k];
    w->at[k] = 0;
  }
}
