/* Constraints after an update. Norms run over the named axes: one norm for each place of the others.
 * maxnorm: w clip(n, 0, max) / (eps + n); minmaxnorm: w (rate clip(n) + (1 - rate) n) / (eps + n). */
#include "optim/constraint.h"

#include <math.h>

#define EPS 1e-7

static int is_normed(const struct tn_constraint *c, int axis, int rank) {
  for (int k = 0; k < c->n_axes; k++) {
    int a = c->axis[k] < 0 ? c->axis[k] + rank : c->axis[k];
    if (a == axis) {
      return 1;
    }
  }
  return 0;
}

static double wanted(const struct tn_constraint *c, double norm) {
  double low = c->kind == TN_CONSTRAINT_MINMAXNORM ? c->min_value : 0;
  double clipped = norm < low ? low : norm > c->max_value ? c->max_value : norm;
  switch (c->kind) {
    case TN_CONSTRAINT_UNITNORM: return 1;
    case TN_CONSTRAINT_MINMAXNORM: return c->rate * clipped + (1 - c->rate) * norm;
    default: return clipped;
  }
}

/* Position of the next element along the axes that are (or are not) normed; 0 at the end. */
static int advance(const struct tn_constraint *c, const struct tn_shape *shape, int normed,
                   int64_t *at) {
  for (int k = shape->rank - 1; k >= 0; k--) {
    if (is_normed(c, k, shape->rank) != normed) {
      continue;
    }
    if (++at[k] < shape->dim[k]) {
      return 1;
    }
    at[k] = 0;
  }
  return 0;
}

static int64_t place(const struct tn_shape *shape, const int64_t *at) {
  int64_t p = 0;
  for (int k = 0; k < shape->rank; k++) {
    p = p * shape->dim[k] + at[k];
  }
  return p;
}

void tn_constraint_apply(const struct tn_constraint *c, const struct tn_shape *shape, float *w) {
  int64_t n = tn_shape_size(shape), at[TN_MAX_RANK] = {0};
  if (c->kind == TN_CONSTRAINT_NONE || n == 0) {
    return;
  }
  if (c->kind == TN_CONSTRAINT_NONNEG) {
    for (int64_t i = 0; i < n; i++) {
      w[i] = w[i] >= 0 ? w[i] : 0;
    }
    return;
  }
  do {
    double sum = 0;
    do {
      double v = w[place(shape, at)];
      sum += v * v;
    } while (advance(c, shape, 1, at));
    double norm = sqrt(sum);
    float scale = (float)(wanted(c, norm) / (EPS + norm));
    do {
      w[place(shape, at)] *= scale;
    } while (advance(c, shape, 1, at));
  } while (advance(c, shape, 0, at));
}
