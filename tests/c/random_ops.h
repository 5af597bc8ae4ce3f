/* What a graph by chance may consist of: for each op of the registry a function that adds it to the
 * values there are, with options by chance. Where a function has a domain its input is led there
 * first, so that no graph is thrown away. Losses stand in random_losses.h. */
#ifndef TN_TESTS_RANDOM_OPS_H
#define TN_TESTS_RANDOM_OPS_H

#include "ops/elementwise/broadcast.h"
#include "random_graph.h"

#define RG_CHOOSE(r, list) (list)[rg_below(r, sizeof(list) / sizeof *(list))]

static const char *const rg_activations[] = {
    "linear", "relu", "elu", "selu", "sigmoid", "hard_sigmoid", "tanh", "softplus", "softsign",
    "exponential", "gelu", "swish", "mish", "leaky_relu", "thresholded_relu", "softmax",
    "hard_sigmoid_keras3"};
static const char *const rg_functions[] = {
    "negate", "square", "sqrt", "rsqrt", "reciprocal", "exp", "log", "log1p", "abs", "clip", "sin", "cos",
    "identity"};
static const char *const rg_flat_functions[] = {"sign", "round", "floor", "cast_int", "cast_logical"};
static const char *const rg_reductions[] = {"sum", "mean", "prod", "max", "min", "var", "std"};
static const char *const rg_operators[] = {
    "add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "floormod", "equal",
    "not_equal", "greater", "greater_equal", "less", "less_equal"};

static inline int rg_is(const char *a, const char *b) { return strcmp(a, b) == 0; }

/* ---- values to begin with ------------------------------------------------------------------------ */

/* A float value of at least `rank` axes, those of late nodes more often; -1: there is none. */
static inline int rg_pick(struct random_graph *r, int rank) {
  for (int tries = 0; tries < 60; tries++) {
    int v = rg_below(r, r->n_values), w = rg_below(r, r->n_values);
    v = rg_below(r, 4) > 0 && w > v ? w : v;
    if (r->value[v].dtype == TN_F32 && !r->value[v].hidden && r->value[v].shape.rank >= rank) {
      return v;
    }
  }
  return -1;
}

static inline int rg_drawn(struct random_graph *r, struct tn_shape shape, double low, double high) {
  int normal = low < 0 && rg_below(r, 2);
  struct rg_node *n = rg_begin(r, normal ? "random_normal" : "random_uniform");
  rg_sizes(n, "shape", &shape);
  rg_scalar(n, normal ? "mean" : "minval", normal ? 0 : low);
  rg_scalar(n, normal ? "stddev" : "maxval", normal ? 0.5 : high);
  return rg_end(r);
}

/* Numbers from low to high in a new value: an input, a weight, a constant or drawn at each run. */
static inline int rg_fresh(struct random_graph *r, struct tn_shape shape, double low, double high) {
  int64_t size = tn_shape_size(&shape);
  if (rg_below(r, 8) == 0) {
    return rg_drawn(r, shape, low, high);
  }
  if (rg_below(r, 8) == 0 && size <= RG_NUMBERS) {
    struct rg_node *n = rg_begin(r, "constant");
    rg_sizes(n, "shape", &shape);
    double *number = rg_vector(n, "value", size);
    for (int64_t i = 0; i < size; i++) {
      number[i] = rg_number(r, low, high);
    }
    return rg_end(r);
  }
  if (shape.rank > 0 && shape.dim[0] == r->batch && rg_below(r, 3) > 0) {
    return rg_dense_input(r, shape, low, high);
  }
  struct rg_node *n = rg_begin(r, "parameter");
  rg_sizes(n, "shape", &shape);
  int v = rg_end(r);
  if (v >= 0 && low >= 0) { /* weights may be negative */
    n = rg_begin(r, "activation");
    rg_text(n, "activation", "sigmoid");
    rg_input(n, v);
    v = rg_end(r);
  }
  return v;
}

static inline struct tn_shape rg_batch_shape(struct random_graph *r, int rank) {
  struct tn_shape s = tn_shape_1(r->batch);
  while (s.rank < rank) {
    int64_t room = r->most / tn_shape_size(&s), size = rg_between(r, r->narrowest, r->widest);
    s.dim[s.rank++] = size < room ? size : room;
  }
  return s;
}

/* -1 stays -1. */
static inline int rg_scaled(struct random_graph *r, int x, double scale, double offset) {
  if (x < 0) {
    return x;
  }
  struct rg_node *n = rg_begin(r, "rescale");
  rg_scalar(n, "scale", scale);
  rg_scalar(n, "offset", offset);
  rg_input(n, x);
  return rg_end(r);
}

/* x led into (low, low + width). */
static inline int rg_confine(struct random_graph *r, int x, double low, double width) {
  struct rg_node *n = rg_begin(r, "activation");
  rg_text(n, "activation", "sigmoid");
  rg_input(n, x);
  return rg_scaled(r, rg_end(r), width, low);
}

static inline int rg_positive(struct random_graph *r, int x) { return rg_confine(r, x, 0.5, 1); }

static inline int rg_axis(struct random_graph *r, int x) {
  int rank = r->value[x].shape.rank, axis = rg_below(r, rank);
  return rg_below(r, 2) ? axis : axis - rank;
}

static inline int rg_apply(struct random_graph *r, struct rg_node *n, int x) {
  rg_input(n, x);
  return rg_end(r);
}

/* ---- layers -------------------------------------------------------------------------------------- */

static inline void rg_activate(struct random_graph *r, struct rg_node *n) {
  const char *name = RG_CHOOSE(r, rg_activations);
  rg_text(n, "activation", name);
  if (strcmp(name, "relu") == 0 && rg_below(r, 2)) {
    rg_scalar(n, "alpha", 0.25);
    rg_scalar(n, "max_value", 1);
    rg_scalar(n, "threshold", 0.125);
  }
}

static inline void rg_add_dense(struct random_graph *r) {
  int sparse = rg_below(r, 4) == 0;
  int x = sparse ? rg_sparse_input(r, rg_between(r, 2 + r->narrowest, 2 + 2 * r->widest)) : rg_pick(r, 2);
  int users = x < 0 ? 0 : 1 + sparse * rg_below(r, 2); /* some sparse inputs have two consumers */
  for (; users > 0; users--) {
    struct rg_node *n = rg_begin(r, "dense");
    rg_activate(r, n);
    rg_scalar(n, "units", rg_between(r, r->narrowest, r->widest));
    rg_scalar(n, "use_bias", rg_below(r, 2));
    snprintf(n->kind, sizeof n->kind, "%s %s", sparse ? "dense sparse" : "dense", n->attr[0].text);
    rg_apply(r, n, x);
  }
}

static inline void rg_add_dense_packed(struct random_graph *r) {
  int x = rg_pick(r, 2);
  if (x >= 0 && r->value[x].shape.rank <= 3) {
    int rank = r->value[x].shape.rank;
    struct rg_node *n = rg_begin(r, "dense_packed");
    rg_activate(r, n);
    rg_scalar(n, "units", rg_between(r, r->narrowest, r->widest));
    rg_scalar(n, "members", rank == 3 ? (double)r->value[x].shape.dim[1] : rg_between(r, 1, 4));
    rg_scalar(n, "use_bias", rg_below(r, 2));
    snprintf(n->kind, sizeof n->kind, "dense_packed %s %s", rank == 3 ? "each" : "shared", n->attr[0].text);
    rg_apply(r, n, x);
  }
}

static inline void rg_add_activation(struct random_graph *r) {
  int x = rg_pick(r, 1);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "activation");
    rg_activate(r, n);
    rg_scalar(n, "axis", rg_axis(r, x));
    rg_apply(r, n, x);
  }
}

static inline void rg_add_prelu(struct random_graph *r) {
  int x = rg_pick(r, 2);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "prelu");
    if (rg_below(r, 2)) {
      rg_scalar(n, "shared_axes", rg_between(r, 1, r->value[x].shape.rank - 1));
    }
    rg_apply(r, n, x);
  }
}

/* A variance near 0, of few or equal rows, bends sharply unless epsilon is large. */
static inline void rg_add_norm(struct random_graph *r) {
  int x = rg_pick(r, 2);
  if (x < 0) {
    return;
  }
  int layer = rg_below(r, 2), rank = r->value[x].shape.rank, axis = rg_between(r, 1, rank - 1);
  struct rg_node *n = rg_begin(r, layer ? "layer_norm" : "batch_norm");
  if (layer && rank > 2 && rg_below(r, 2)) {
    double *axes = rg_vector(n, "axis", 2);
    axes[0] = axis;
    axes[1] = axis == 1 ? rank - 1 : 1;
  } else {
    rg_scalar(n, "axis", rg_below(r, 2) ? axis : axis - rank);
  }
  rg_scalar(n, "epsilon", 0.5);
  rg_scalar(n, "center", rg_below(r, 2));
  rg_scalar(n, "scale", rg_below(r, 2));
  rg_apply(r, n, x);
}

static inline void rg_add_noise(struct random_graph *r) {
  static const char *const kinds[] = {"dropout", "gaussian_noise", "gaussian_dropout",
                                      "alpha_dropout"};
  int x = rg_pick(r, 1);
  if (x < 0) {
    return;
  }
  const char *kind = RG_CHOOSE(r, kinds);
  const struct tn_shape *in = &r->value[x].shape;
  int of_members = in->rank == 3 && in->dim[1] > 1 && in->dim[1] <= RG_NUMBERS && rg_is(kind, "dropout") &&
                   rg_below(r, 2);
  struct rg_node *n = rg_begin(r, kind);
  double *rate = rg_vector(n, rg_is(kind, "gaussian_noise") ? "stddev" : "rate", of_members ? in->dim[1] : 1);
  rate[0] = 0.375;
  for (int64_t m = 1; of_members && m < in->dim[1]; m++) {
    rate[m] = 0.125 * rg_below(r, 5);
  }
  if (of_members) {
    snprintf(n->kind, sizeof n->kind, "dropout of members");
  } else if (rg_below(r, 2)) {
    double *shape = rg_vector(n, "noise_shape", r->value[x].shape.rank);
    for (int k = 0; k < r->value[x].shape.rank; k++) {
      shape[k] = rg_below(r, 2) ? 1 : -1;
    }
  }
  if (rg_below(r, 2)) {
    rg_scalar(n, "seed", rg_below(r, 1000));
  }
  rg_apply(r, n, x);
}

/* Few rows for many ids: they repeat. */
static inline void rg_add_embedding(struct random_graph *r) {
  int rows = rg_between(r, 2, 1 + r->widest), rank = rg_between(r, 1, 3);
  int ids = rg_ids_input(r, rg_batch_shape(r, rank), rows, rg_below(r, 2) ? TN_I32 : TN_F32);
  for (int users = rg_between(r, 1, 2); users > 0; users--) {
    struct rg_node *n = rg_begin(r, "embedding");
    rg_scalar(n, "input_dim", rows);
    rg_scalar(n, "output_dim", rg_between(r, 1, r->widest));
    rg_scalar(n, "mask_zero", rg_below(r, 2));
    rg_apply(r, n, ids);
  }
}

/* An input with masked cells, which cannot move without ceasing to be masked. */
static inline void rg_add_masking(struct random_graph *r) {
  struct tn_shape shape = rg_batch_shape(r, rg_between(r, 2, 4));
  int64_t size = tn_shape_size(&shape), width = shape.dim[shape.rank - 1], steps = size / width;
  int x = rg_dense_input(r, shape, -1, 1);
  struct rg_value *v = &r->value[x];
  v->hidden = 1;
  v->fixed = calloc((size_t)size, 1);
  for (int64_t i = 0; i < steps; i++) {
    int masked = rg_below(r, 3) == 0;
    for (int64_t j = i * width; j < (i + 1) * width; j++) {
      v->fixed[j] = (uint8_t)masked;
      v->data[j] = masked ? 0.25f : v->data[j];
    }
  }
  struct rg_node *n = rg_begin(r, "masking");
  rg_scalar(n, "mask_value", 0.25);
  rg_apply(r, n, x);
}

static inline void rg_add_joined_masks(struct random_graph *r) {
  int x = rg_pick(r, 1), y = rg_pick(r, 1);
  for (int tries = 0; tries < 20 && y >= 0 && r->value[y].mask_axes == 0; tries++) {
    y = rg_pick(r, 1);
  }
  if (x >= 0 && y >= 0) {
    struct rg_node *n = rg_begin(r, "join_masks");
    rg_scalar(n, "along", rg_below(r, 4) == 0 ? rg_between(r, 1, 2) : 0);
    rg_input(n, x);
    rg_apply(r, n, y);
  }
}

static inline void rg_add_rescale(struct random_graph *r) {
  double scale = rg_number(r, -2, 2);
  rg_scaled(r, rg_pick(r, 0), scale, rg_number(r, -1, 1));
}

/* ---- cells arranged anew ------------------------------------------------------------------------- */

static inline void rg_add_shape(struct random_graph *r) {
  static const char *const kinds[] = {"flatten", "reshape", "reshape_all", "expand_dims", "squeeze"};
  int x = rg_pick(r, 1);
  if (x < 0) {
    return;
  }
  const struct tn_shape *s = &r->value[x].shape;
  const char *kind = RG_CHOOSE(r, kinds);
  struct rg_node *n = rg_begin(r, kind);
  if (strcmp(kind, "reshape") == 0) {
    double *target = rg_vector(n, "target_shape", 2);
    target[0] = s->rank > 2 ? (double)s->dim[2] : 1;
    target[1] = -1;
  } else if (strcmp(kind, "reshape_all") == 0) {
    struct tn_shape turned = tn_shape_2(tn_shape_last(s), tn_shape_rows(s));
    rg_sizes(n, "shape", &turned);
  } else if (strcmp(kind, "flatten") != 0) {
    rg_scalar(n, "axis", rg_axis(r, x));
  }
  rg_apply(r, n, x);
}

static inline void rg_add_permute(struct random_graph *r) {
  int x = rg_pick(r, 2);
  if (x < 0) {
    return;
  }
  int all = rg_below(r, 4) == 0, n_dims = r->value[x].shape.rank - !all;
  struct rg_node *n = rg_begin(r, all ? "permute_all" : "permute");
  double *dims = rg_vector(n, "dims", n_dims);
  for (int k = 0; k < n_dims; k++) {
    int j = rg_below(r, k + 1);
    dims[k] = dims[j];
    dims[j] = k + 1;
  }
  rg_apply(r, n, x);
}

static inline void rg_add_repeat(struct random_graph *r) {
  int x = rg_pick(r, 2);
  if (x >= 0) {
    struct rg_node *n = rg_begin(r, "repeat_vector");
    rg_scalar(n, "n", rg_between(r, 1, 3));
    rg_apply(r, n, x);
  }
}

static inline void rg_add_take(struct random_graph *r) {
  int x = rg_pick(r, 1);
  if (x < 0) {
    return;
  }
  int axis = rg_axis(r, x), rank = r->value[x].shape.rank;
  struct rg_node *n = rg_begin(r, "take");
  rg_scalar(n, "axis", axis);
  int count = rg_between(r, 1, 4);
  double *index = rg_vector(n, "index", count);
  for (int k = 0; k < count; k++) {
    index[k] = rg_below(r, r->value[x].shape.dim[axis < 0 ? axis + rank : axis]);
  }
  rg_apply(r, n, x);
}

static inline void rg_add_gather(struct random_graph *r) {
  int x = rg_pick(r, 1);
  if (x >= 0) {
    struct tn_shape shape = rg_batch_shape(r, rg_between(r, 1, 2));
    int64_t rows = r->value[x].shape.dim[0];
    int ids = rg_ids_input(r, shape, rows, rg_below(r, 2) ? TN_I32 : TN_F32);
    struct rg_node *n = rg_begin(r, "gather");
    rg_input(n, x);
    rg_apply(r, n, ids);
  }
}

static inline void rg_add_concatenate(struct random_graph *r) {
  int x = rg_pick(r, 1);
  if (x < 0) {
    return;
  }
  int axis = rg_axis(r, x), rank = r->value[x].shape.rank, other[2], n_other = rg_between(r, 1, 2);
  for (int k = 0; k < n_other; k++) {
    struct tn_shape shape = r->value[x].shape;
    shape.dim[axis < 0 ? axis + rank : axis] = rg_between(r, 1, 3);
    other[k] = rg_below(r, 3) == 0 ? rg_pick(r, rank) : rg_fresh(r, shape, -1, 1);
    if (other[k] < 0) {
      return;
    }
  }
  struct rg_node *n = rg_begin(r, "concatenate");
  rg_scalar(n, "axis", axis);
  for (int k = 0; k < n_other; k++) {
    rg_input(n, other[k]);
  }
  rg_apply(r, n, x);
}

#endif
