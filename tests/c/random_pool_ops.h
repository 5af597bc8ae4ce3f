/* Ops on images and steps, for graphs by chance; continues random_ops.h. */
#ifndef TN_TESTS_RANDOM_POOL_OPS_H
#define TN_TESTS_RANDOM_POOL_OPS_H

#include "random_ops.h"

/* A value of 3 or 4 axes, a new one when there is none. */
static inline int rg_pick_image(struct random_graph *r) {
  for (int tries = 0; tries < 20; tries++) {
    int v = rg_pick(r, 3);
    if (v >= 0 && r->value[v].shape.rank <= 4) {
      return v;
    }
  }
  return rg_fresh(r, rg_batch_shape(r, rg_between(r, 3, 4)), -1.5, 1.5);
}

/* One whole number from low to high for each axis between samples and channels of x. */
static inline void rg_per_axis(struct random_graph *r, struct rg_node *n, const char *name, int x,
                               int low, int high) {
  int axes = r->value[x].shape.rank - 2;
  double *number = rg_vector(n, name, axes);
  for (int k = 0; k < axes; k++) {
    number[k] = rg_between(r, low, high);
  }
}

static inline void rg_add_pool(struct random_graph *r) {
  int x = rg_pick_image(r);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, rg_below(r, 2) ? "max_pool" : "average_pool");
    rg_per_axis(r, n, "pool_size", x, 1, 3);
    rg_per_axis(r, n, "strides", x, 1, 3);
    rg_text(n, "padding", rg_below(r, 3) ? "same" : "valid");
    rg_apply(r, n, x);
  }
}

static inline void rg_add_global_pool(struct random_graph *r) {
  int x = rg_pick_image(r);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, rg_below(r, 3) ? "global_average_pool" : "global_max_pool");
    rg_scalar(n, "axes", r->value[x].shape.rank - 2);
    rg_scalar(n, "keepdims", rg_below(r, 2));
    rg_apply(r, n, x);
  }
}

static inline void rg_add_upsample(struct random_graph *r) {
  int x = rg_pick_image(r);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "upsample");
    rg_per_axis(r, n, "size", x, 1, 3);
    rg_text(n, "interpolation", rg_below(r, 2) ? "nearest" : "bilinear");
    rg_apply(r, n, x);
  }
}

static inline void rg_add_sides(struct random_graph *r) {
  int x = rg_pick_image(r);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, rg_below(r, 2) ? "zero_padding" : "cropping");
    int sides = 2 * (r->value[x].shape.rank - 2);
    double *number = rg_vector(n, "sides", sides);
    for (int k = 0; k < sides; k++) {
      number[k] = rg_below(r, 3);
    }
    rg_apply(r, n, x);
  }
}

#endif
