/* Ops around the step axis, for graphs by chance; continues random_ops.h. */
#ifndef TN_TESTS_RANDOM_STEP_OPS_H
#define TN_TESTS_RANDOM_STEP_OPS_H

#include "random_ops.h"

/* Folded, sometimes through a layer, and unfolded again; or turned. */
static inline void rg_add_steps(struct random_graph *r) {
  int x = rg_pick(r, 3), folded;
  if (x < 0) {
    return;
  }
  if (rg_below(r, 2)) {
    rg_apply(r, rg_begin(r, "reverse_steps"), x);
    return;
  }
  folded = rg_apply(r, rg_begin(r, "fold_steps"), x);
  if (folded >= 0 && rg_below(r, 2)) {
    struct rg_node *n = rg_begin(r, "dense");
    rg_scalar(n, "units", rg_between(r, r->narrowest, r->widest));
    folded = rg_apply(r, n, folded);
  }
  if (folded >= 0) {
    struct rg_node *n = rg_begin(r, "unfold_steps");
    rg_input(n, x);
    rg_apply(r, n, folded);
  }
}

/* The mask of a value as numbers. */
static inline void rg_add_mask_weights(struct random_graph *r) {
  int x = rg_pick(r, 1);
  for (int tries = 0; tries < 20 && x >= 0 && r->value[x].mask_axes == 0; tries++) {
    x = rg_pick(r, 1);
  }
  if (x >= 0 && r->value[x].mask_axes > 0) {
    struct rg_node *n = rg_begin(r, "mask_weights");
    rg_scalar(n, "share", rg_below(r, 2));
    rg_apply(r, n, x);
  }
}

#endif
