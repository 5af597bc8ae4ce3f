/* Convolutions for graphs by chance; continues random_tensor_ops.h. */
#ifndef TN_TESTS_RANDOM_CONV_OPS_H
#define TN_TESTS_RANDOM_CONV_OPS_H

#include "random_tensor_ops.h"

/* An image (steps: a series) of the graph or a new one. */
static inline int rg_image(struct random_graph *r, int rank) {
  int x = rg_pick(r, rank);
  if (x < 0 || r->value[x].shape.rank != rank || rg_below(r, 3) == 0) {
    x = rg_fresh(r, rg_batch_shape(r, rank), -1, 1);
  }
  return x;
}

static inline void rg_pair(struct random_graph *r, struct rg_node *n, const char *name, int most) {
  double *pair = rg_vector(n, name, 2);
  pair[0] = rg_between(r, 1, most);
  pair[1] = rg_between(r, 1, most);
}

static inline void rg_window_options(struct random_graph *r, struct rg_node *n, int causal) {
  rg_pair(r, n, "kernel_size", 3);
  rg_pair(r, n, rg_below(r, 3) == 0 ? "dilation_rate" : "strides", 2);
  rg_text(n, "padding", rg_below(r, 3) == 0 ? "valid" : causal && rg_below(r, 2) ? "causal" : "same");
  rg_scalar(n, "use_bias", rg_below(r, 2));
}

static inline void rg_add_conv(struct random_graph *r) {
  int axes = rg_between(r, 1, 2), x = rg_image(r, axes + 2);
  if (x < 0) {
    return;
  }
  struct rg_node *n = rg_begin(r, "conv");
  rg_activate(r, n);
  snprintf(n->kind, sizeof n->kind, "conv %d %s", axes, n->attr[0].text);
  rg_window_options(r, n, axes == 1);
  int groups = tn_shape_last(&r->value[x].shape) % 2 == 0 ? rg_between(r, 1, 2) : 1;
  rg_scalar(n, "axes", axes);
  rg_scalar(n, "groups", groups);
  rg_scalar(n, "filters", groups * rg_between(r, 1, 3));
  rg_apply(r, n, x);
}

static inline void rg_add_conv_transpose(struct random_graph *r) {
  int x = rg_image(r, 4);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "conv_transpose");
    rg_activate(r, n);
    rg_window_options(r, n, 0);
    rg_scalar(n, "filters", rg_between(r, 1, 3));
    if (rg_below(r, 3) == 0) {
      rg_scalar(n, "output_padding", 0);
    }
    rg_apply(r, n, x);
  }
}

static inline void rg_add_depthwise_conv(struct random_graph *r) {
  int x = rg_image(r, 4);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "depthwise_conv");
    rg_activate(r, n);
    rg_window_options(r, n, 0);
    rg_scalar(n, "depth_multiplier", rg_between(r, 1, 2));
    rg_apply(r, n, x);
  }
}

#endif
