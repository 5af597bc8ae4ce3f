/* Recurrent nodes of a graph by chance. */
#ifndef TN_TESTS_RANDOM_RECURRENT_OPS_H
#define TN_TESTS_RANDOM_RECURRENT_OPS_H

#include "random_tensor_ops.h"

static inline void rg_recurrent_options(struct random_graph *r, struct rg_node *n, int64_t units) {
  static const char *const acts[] = {"tanh", "tanh", "softsign", "sigmoid", "linear", "elu"};
  static const char *const gate_acts[] = {"sigmoid", "sigmoid", "hard_sigmoid", "softsign"};
  rg_text(n, "activation", RG_CHOOSE(r, acts));
  rg_text(n, "recurrent_activation", RG_CHOOSE(r, gate_acts));
  snprintf(n->kind, sizeof n->kind, "%s", n->op);
  rg_scalar(n, "units", (double)units);
  rg_scalar(n, "use_bias", rg_below(r, 3) > 0);
  rg_scalar(n, "return_sequences", rg_below(r, 2));
  rg_scalar(n, "go_backwards", rg_below(r, 3) == 0);
  rg_scalar(n, "zero_masked", rg_below(r, 2));
  rg_scalar(n, "reset_after", rg_below(r, 2));
  rg_scalar(n, "dropout", rg_below(r, 3) == 0 ? 0.25 : 0);
  rg_scalar(n, "recurrent_dropout", rg_below(r, 3) == 0 ? 0.25 : 0);
}

/* Behind a value of three axes, masked more often than not, or on a new one; with first states or
 * without. */
static inline void rg_add_recurrent(struct random_graph *r) {
  static const char *const ops[] = {"simple_rnn", "lstm", "gru"};
  int x = -1, h[2], states;
  for (int tries = 0; tries < 40 && (x < 0 || r->value[x].shape.rank != 3); tries++) {
    int v = rg_pick(r, 3);
    x = v >= 0 && (r->value[v].mask_axes || tries > 20) ? v : x;
  }
  if (x < 0 || r->value[x].shape.rank != 3 || r->value[x].shape.dim[0] != r->batch) {
    x = rg_fresh(r, rg_batch_shape(r, 3), -1, 1);
  }
  int64_t units = rg_between(r, r->narrowest, r->widest);
  const char *op = RG_CHOOSE(r, ops);
  states = rg_below(r, 3) > 0 ? 0 : rg_is(op, "lstm") ? 2 : 1;
  for (int k = 0; k < states; k++) {
    h[k] = rg_fresh(r, tn_shape_2(r->batch, units), -1, 1);
    if (h[k] < 0) {
      return;
    }
  }
  if (x < 0) {
    return;
  }
  struct rg_node *n = rg_begin(r, op);
  rg_recurrent_options(r, n, units);
  rg_input(n, x);
  for (int k = 0; k < states; k++) {
    rg_input(n, h[k]);
  }
  rg_end(r);
}

/* So many rows that threads share them. */
static inline void rg_add_long_recurrent(struct random_graph *r) {
  static const char *const ops[] = {"simple_rnn", "lstm", "gru"};
  int x = rg_dense_input(r, tn_shape_make(3, (int64_t[]){r->batch, 6, 20}), -1, 1);
  struct rg_node *n = rg_begin(r, RG_CHOOSE(r, ops));
  rg_recurrent_options(r, n, 48);
  rg_apply(r, n, x);
}

#endif
