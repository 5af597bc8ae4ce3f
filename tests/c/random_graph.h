/* A graph by chance: what it consists of, in memory of its own, from which a struct tn_graph is built as
 * often as wanted. random_ops.h fills it, node by node:
 *
 *   struct rg_node *n = rg_begin(r, "reduce");
 *   rg_text(n, "fn", "sum");
 *   rg_input(n, x);
 *   int y = rg_end(r);     a value, or -1 when the op refuses its inputs or gives unwieldy numbers
 *
 * All numbers are multiples of 2^-10 below 2^2, so that steps of powers of two are made exactly. */
#ifndef TN_TESTS_RANDOM_GRAPH_H
#define TN_TESTS_RANDOM_GRAPH_H

#include "graph/graph.h"
#include "ops/registry.h"
#include "tn_test.h"

enum { RG_VALUES = 160, RG_NODES = 128, RG_PARAMS = 96, RG_ATTRS = 12, RG_NUMBERS = 64 };

struct rg_node {
  char kind[64]; /* "reduce sum": the op and its text */
  const char *op;
  struct tn_attr attr[RG_ATTRS];
  double number[RG_ATTRS][RG_NUMBERS];
  int n_attrs, n_in, in[TN_MAX_INPUTS], n_params, param[TN_MAX_PARAMS], out;
  float limit; /* larger numbers are unwieldy */
};

struct rg_value {
  struct tn_shape shape;
  enum tn_dtype dtype;
  int is_input, mask_axes, consumers;
  int hidden;      /* is not to be taken up by later nodes */
  float *data;     /* inputs */
  uint8_t *fixed;  /* inputs: cells that do not move and have no gradient; NULL: none */
  struct tn_csr_owned csr;
};

struct rg_param {
  struct tn_shape shape;
  struct tn_penalty penalty;
  float *value;
};

struct random_graph {
  uint64_t seed, state;
  int64_t batch, narrowest, widest, most; /* rows, sizes of other axes, most cells of a value */
  int heavy; /* few ops, but such that threads share; numbers may grow large */
  int n_values, n_nodes, n_params, loss;
  struct rg_value value[RG_VALUES];
  struct rg_node node[RG_NODES];
  struct rg_param param[RG_PARAMS];
};

/* ---- numbers by chance ------------------------------------------------------------------------- */

static inline int rg_below(struct random_graph *r, int64_t n) {
  return (int)chance(&r->state, (uint32_t)n);
}

static inline int rg_between(struct random_graph *r, int64_t low, int64_t high) {
  return (int)low + rg_below(r, high - low + 1);
}

static inline double rg_number(struct random_graph *r, double low, double high) {
  return floor(1024 * low) / 1024 + rg_below(r, (int64_t)(1024 * (high - low)) + 1) / 1024.0;
}

static inline float *rg_numbers(struct random_graph *r, int64_t n, double low, double high) {
  float *x = malloc((size_t)n * sizeof *x);
  for (int64_t i = 0; i < n; i++) {
    x[i] = (float)rg_number(r, low, high);
  }
  return x;
}

/* ---- values without a node: inputs --------------------------------------------------------------- */

static inline int rg_value(struct random_graph *r, struct tn_shape shape, enum tn_dtype dtype) {
  struct rg_value *v = &r->value[r->n_values];
  memset(v, 0, sizeof *v);
  v->shape = shape;
  v->dtype = dtype;
  return r->n_values++;
}

static inline int rg_dense_input(struct random_graph *r, struct tn_shape shape, double low,
                                 double high) {
  int v = rg_value(r, shape, TN_F32);
  r->value[v].is_input = 1;
  r->value[v].data = rg_numbers(r, tn_shape_size(&shape), low, high);
  return v;
}

/* Whole numbers below n, as integers or floats; they are no place for a gradient. */
static inline int rg_ids_input(struct random_graph *r, struct tn_shape shape, int64_t n,
                               enum tn_dtype dtype) {
  int v = rg_dense_input(r, shape, 0, 0);
  struct rg_value *value = &r->value[v];
  int64_t size = tn_shape_size(&shape);
  value->dtype = dtype;
  value->hidden = 1;
  value->fixed = malloc((size_t)size);
  memset(value->fixed, 1, (size_t)size);
  for (int64_t i = 0; i < size; i++) {
    int id = rg_below(r, n);
    if (dtype == TN_I32) {
      memcpy(&value->data[i], &(int32_t){id}, sizeof(int32_t));
    } else {
      value->data[i] = (float)id;
    }
  }
  return v;
}

static inline int rg_sparse_input(struct random_graph *r, int64_t cols) {
  int v = rg_value(r, tn_shape_2(r->batch, cols), TN_CSR);
  int64_t n = 0, size = r->batch * cols;
  int32_t *start = malloc((size_t)(r->batch + 1) * sizeof *start);
  int32_t *column = malloc((size_t)size * sizeof *column);
  double *number = malloc((size_t)size * sizeof *number);
  r->value[v].is_input = r->value[v].hidden = 1;
  for (int64_t i = 0; i < size; i++) {
    if (i % cols == 0) {
      start[i / cols] = (int32_t)n;
    }
    if (rg_below(r, 3) == 0) {
      column[n] = (int32_t)(i % cols);
      number[n++] = rg_number(r, -1, 1);
    }
  }
  start[r->batch] = (int32_t)n;
  struct tn_sparse_parts parts = {TN_SPARSE_ROWS, r->batch, cols, start[r->batch], start, NULL, column, 0, 0, 0};
  CHECK(tn_csr_from_parts(&parts, number, &r->value[v].csr, NULL) == TN_OK);
  free(start);
  free(column);
  free(number);
  return v;
}

/* ---- from the description to a graph ------------------------------------------------------------- */

static inline struct tn_run rg_run(const struct random_graph *r) {
  return (struct tn_run){1, r->seed, 3};
}

static inline enum tn_status rg_set_nodes(struct random_graph *r, struct tn_graph *g,
                                          struct tn_error *err) {
  for (int i = 0; i < r->n_nodes; i++) {
    struct rg_node *n = &r->node[i];
    TN_TRY(tn_graph_set_node(g, i, n->op, &(struct tn_attrs){n->attr, n->n_attrs}, n->n_in, n->in,
                             n->n_params, n->param, 1, &n->out, err));
  }
  return TN_OK;
}

/* Points the inputs of a graph that has its size to their numbers. */
static inline void rg_load(struct random_graph *r, struct tn_graph *g) {
  for (int i = 0; i < g->n_inputs; i++) {
    struct rg_value *v = &r->value[g->input[i]];
    g->value[g->input[i]].tensor.data = v->data;
    g->value[g->input[i]].tensor.csr = (struct tn_csr_rows){&v->csr.view, NULL, r->batch};
  }
}

/* gradients 0: the plan of inference. The caller frees *out also after an error. */
static inline enum tn_status rg_build(struct random_graph *r, int gradients, struct tn_graph **out,
                                      struct tn_error *err) {
  int n_inputs = 0;
  for (int v = 0; v < r->n_values; v++) {
    n_inputs += r->value[v].is_input;
  }
  TN_TRY(tn_graph_new(r->n_values, r->n_nodes, r->n_params, n_inputs, out, err));
  for (int p = 0; p < r->n_params; p++) {
    tn_graph_set_param(*out, p, &r->param[p].shape, r->param[p].value, 1, r->param[p].penalty);
  }
  n_inputs = 0;
  for (int v = 0; v < r->n_values; v++) {
    if (r->value[v].is_input) {
      TN_TRY(tn_graph_set_input(*out, n_inputs++, v, r->value[v].dtype, &r->value[v].shape, err));
    }
  }
  TN_TRY(rg_set_nodes(r, *out, err));
  tn_graph_keep(*out, r->loss < 0 ? r->n_values - 1 : r->loss);
  (*out)->loss = r->loss;
  if (gradients) {
    tn_graph_want_gradients(*out, 1);
  }
  TN_TRY(tn_graph_size(*out, r->batch, err));
  rg_load(r, *out);
  return TN_OK;
}

static inline void rg_free(struct random_graph *r) {
  for (int v = 0; v < r->n_values; v++) {
    free(r->value[v].data);
    free(r->value[v].fixed);
    tn_csr_owned_free(&r->value[v].csr);
  }
  for (int p = 0; p < r->n_params; p++) {
    free(r->param[p].value);
  }
  r->n_values = r->n_nodes = r->n_params = 0;
}

/* ---- nodes --------------------------------------------------------------------------------------- */

static inline struct rg_node *rg_begin(struct random_graph *r, const char *op) {
  struct rg_node *n = &r->node[r->n_nodes];
  memset(n, 0, sizeof *n);
  n->op = op;
  n->limit = 6;
  snprintf(n->kind, sizeof n->kind, "%s", op);
  return n;
}

static inline void rg_text(struct rg_node *n, const char *name, const char *text) {
  n->attr[n->n_attrs++] = (struct tn_attr){name, NULL, 0, text};
  snprintf(n->kind, sizeof n->kind, "%s %s", n->op, text);
}

/* count numbers, which the caller may still fill in. */
static inline double *rg_vector(struct rg_node *n, const char *name, int64_t count) {
  double *number = n->number[n->n_attrs];
  n->attr[n->n_attrs++] = (struct tn_attr){name, number, count, NULL};
  return number;
}

static inline void rg_scalar(struct rg_node *n, const char *name, double number) {
  rg_vector(n, name, 1)[0] = number;
}

static inline void rg_sizes(struct rg_node *n, const char *name, const struct tn_shape *shape) {
  double *number = rg_vector(n, name, shape->rank);
  for (int k = 0; k < shape->rank; k++) {
    number[k] = (double)shape->dim[k];
  }
}

static inline void rg_input(struct rg_node *n, int value) { n->in[n->n_in++] = value; }

/* What the op says to the inputs of a node. */
static inline enum tn_status rg_infer(const struct random_graph *r, const struct rg_node *n,
                                      struct tn_infer *io) {
  const struct tn_op *op = tn_op_find(n->op);
  void *config = calloc(1, op->config_size + 1);
  struct tn_attrs attrs = {n->attr, n->n_attrs};
  enum tn_status status = tn_op_configure(op, config, &attrs, NULL);
  memset(io, 0, sizeof *io);
  io->n_in = n->n_in;
  io->n_out = 1;
  for (int k = 0; k < n->n_in; k++) {
    io->in[k] = r->value[n->in[k]].shape;
    io->in_dtype[k] = r->value[n->in[k]].dtype;
    io->in_mask[k] = r->value[n->in[k]].mask_axes;
  }
  if (status == TN_OK) {
    status = op->infer(config, io, NULL);
  }
  if (op->free_config != NULL) {
    op->free_config(config);
  }
  free(config);
  return status;
}

/* A weight of that shape: one that another node uses already, or a new one. */
static inline int rg_weight(struct random_graph *r, struct tn_shape shape) {
  for (int tries = 0; tries < 4 && r->n_params > 0; tries++) {
    int p = rg_below(r, r->n_params);
    if (tn_shape_equal(&r->param[p].shape, &shape)) {
      return p;
    }
  }
  struct rg_param *p = &r->param[r->n_params];
  p->shape = shape;
  p->value = rg_numbers(r, tn_shape_size(&shape), -1, 1);
  p->penalty = (struct tn_penalty){0, 0, rg_below(r, 2)};
  if (rg_below(r, 4) == 0) {
    p->penalty = (struct tn_penalty){0.125f * (float)rg_below(r, 2), 0.125f, 0};
  }
  return r->n_params++;
}

/* The last value as the graph computes it: all finite and of moderate size. */
static inline int rg_is_tame(struct random_graph *r) {
  struct tn_graph *g = NULL;
  struct tn_run run = rg_run(r);
  int v = r->n_values - 1;
  int tame = rg_build(r, 0, &g, NULL) == TN_OK && tn_graph_forward(g, &run, NULL) == TN_OK;
  for (int64_t i = 0; tame && i < tn_shape_size(&r->value[v].shape); i++) {
    tame = fabsf(g->value[v].tensor.data[i]) <= r->node[r->n_nodes - 1].limit; /* NaN is not */
  }
  tn_graph_free(g);
  return tame;
}

static inline int rg_end(struct random_graph *r) {
  struct rg_node *n = &r->node[r->n_nodes];
  struct tn_infer io;
  int params = r->n_params;
  if (r->n_nodes + 1 == RG_NODES || r->n_values + 8 > RG_VALUES || params + 3 > RG_PARAMS ||
      rg_infer(r, n, &io) != TN_OK || tn_shape_size(&io.out[0]) > r->most) {
    return -1;
  }
  n->n_params = io.n_params;
  for (int k = 0; k < io.n_params; k++) {
    n->param[k] = rg_weight(r, io.param[k].shape);
  }
  n->out = rg_value(r, io.out[0], io.out_dtype[0]);
  struct rg_value *v = &r->value[n->out];
  v->mask_axes = tn_infer_mask_axes(&io, 0);
  r->n_nodes++;
  if (r->heavy || rg_is_tame(r)) {
    for (int k = 0; k < n->n_in; k++) {
      r->value[n->in[k]].consumers++;
    }
    return n->out;
  }
  r->n_nodes--;
  r->n_values--;
  while (r->n_params > params) {
    free(r->param[--r->n_params].value);
  }
  return -1;
}

#endif
