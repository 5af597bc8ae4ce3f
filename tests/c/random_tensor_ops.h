/* Ops behind the operators and functions of tensors, for graphs by chance; continues random_ops.h. */
#ifndef TN_TESTS_RANDOM_TENSOR_OPS_H
#define TN_TESTS_RANDOM_TENSOR_OPS_H

#include "random_ops.h"

/* A second operand that fits x: a value there is, x itself, or a new one with fewer or smaller axes. */
static inline int rg_operand(struct random_graph *r, int x) {
  struct tn_shape s = r->value[x].shape, out;
  for (int tries = rg_below(r, 2) * 10; tries > 0; tries--) {
    int y = rg_pick(r, 0);
    if (y >= 0 && tn_broadcast_shape(&s, &r->value[y].shape, &out)) {
      return y;
    }
  }
  int drop = s.rank > 0 ? rg_below(r, s.rank + 1) * rg_below(r, 2) : 0;
  s = tn_shape_make(s.rank - drop, s.dim + drop);
  for (int k = 0; k < s.rank; k++) {
    s.dim[k] = rg_below(r, 3) == 0 ? 1 : s.dim[k];
  }
  return rg_fresh(r, s, -1.5, 1.5);
}

static inline void rg_add_operator(struct random_graph *r) {
  const char *op = RG_CHOOSE(r, rg_operators);
  int x = rg_pick(r, 0), y = x < 0 ? -1 : rg_operand(r, x);
  if (y >= 0 && (rg_is(op, "divide") || rg_is(op, "floormod"))) {
    y = rg_positive(r, y);
  }
  if (y >= 0 && rg_is(op, "power")) {
    x = rg_positive(r, x);
  }
  if (x >= 0 && y >= 0) {
    int turned = rg_below(r, 2) && !rg_is(op, "divide") && !rg_is(op, "floormod") &&
                 !rg_is(op, "power");
    struct rg_node *n = rg_begin(r, op);
    rg_input(n, turned ? y : x);
    rg_apply(r, n, turned ? x : y);
  }
}

static inline void rg_add_function(struct random_graph *r) {
  static const char *const of_positive[] = {"sqrt", "rsqrt", "reciprocal", "log", "log1p"};
  const char *fn = rg_below(r, 4) > 0 ? RG_CHOOSE(r, rg_functions) : RG_CHOOSE(r, rg_flat_functions);
  int x = rg_pick(r, 0);
  for (int k = 0; k < 5 && x >= 0; k++) {
    x = rg_is(fn, of_positive[k]) ? rg_positive(r, x) : x;
  }
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "unary");
    rg_text(n, "fn", fn);
    rg_scalar(n, "min", -0.5);
    rg_scalar(n, "max", 0.75);
    rg_apply(r, n, x);
  }
}

static inline void rg_add_reduction(struct random_graph *r) {
  int x = rg_pick(r, 1);
  if (x < 0) {
    return;
  }
  int rank = r->value[x].shape.rank, count = 0;
  double axes[TN_MAX_RANK];
  for (int k = 0; k < rank; k++) {
    if (rg_below(r, 2)) {
      axes[count++] = rg_below(r, 2) ? k : k - rank;
    }
  }
  struct rg_node *n = rg_begin(r, "reduce");
  rg_text(n, "fn", RG_CHOOSE(r, rg_reductions));
  rg_scalar(n, "keepdims", rg_below(r, 2));
  if (count > 0) { /* none: all axes */
    memcpy(rg_vector(n, "axis", count), axes, (size_t)count * sizeof *axes);
  }
  rg_apply(r, n, x);
}

static inline void rg_add_matmul(struct random_graph *r) {
  int x = rg_pick(r, 1), y = rg_pick(r, 2);
  if (x < 0) {
    return;
  }
  int64_t n = tn_shape_last(&r->value[x].shape);
  int64_t dim[3] = {rg_between(r, 1, 2), n, rg_between(r, 1, r->widest)};
  int with_layers = rg_below(r, 3) == 0;
  if (y < 0 || r->value[y].shape.dim[r->value[y].shape.rank - 2] != n) {
    y = rg_fresh(r, tn_shape_make(2 + with_layers, dim + !with_layers), -1, 1);
  }
  if (y >= 0) {
    struct rg_node *node = rg_begin(r, "matmul");
    rg_input(node, x);
    rg_apply(r, node, y);
  }
}

static inline void rg_add_batch_dot(struct random_graph *r) {
  int x = rg_pick(r, 2);
  if (x < 0 || r->value[x].shape.dim[0] != r->batch) {
    return;
  }
  struct tn_shape s = r->value[x].shape, other = rg_batch_shape(r, rg_between(r, 2, 4));
  int axis = rg_between(r, 1, s.rank - 1), across = rg_between(r, 1, other.rank - 1), y = x;
  other.dim[across] = s.dim[axis];
  if (rg_below(r, 4) > 0) {
    y = rg_fresh(r, other, -1, 1);
  } else {
    across = axis;
  }
  if (y >= 0) {
    struct rg_node *n = rg_begin(r, "batch_dot");
    double *axes = rg_vector(n, "axes", 2);
    axes[0] = axis;
    axes[1] = across;
    rg_input(n, x);
    rg_apply(r, n, y);
  }
}

static inline void rg_add_unit_length(struct random_graph *r) {
  int x = rg_pick(r, 1);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "l2_normalize");
    rg_scalar(n, "axis", rg_axis(r, x));
    rg_apply(r, n, x);
  }
}

#endif
