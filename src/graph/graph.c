#include "graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "kernels/vector.h"
#include "ops/registry.h"
#include "platform/alloc.h"

enum tn_status tn_graph_new(int n_values, int n_nodes, int n_params, int n_inputs,
                            struct tn_graph **out, struct tn_error *err) {
  struct tn_graph *g;
  *out = NULL;
  TN_TRY(tn_alloc_into(&g, 1, sizeof *g, err));
  *out = g; /* the caller frees it on failure too */
  g->n_values = n_values;
  g->n_nodes = n_nodes;
  g->n_params = n_params;
  g->n_inputs = n_inputs;
  g->loss = -1;
  TN_TRY(tn_alloc_into(&g->value, n_values, sizeof *g->value, err));
  TN_TRY(tn_alloc_into(&g->node, n_nodes, sizeof *g->node, err));
  TN_TRY(tn_alloc_into(&g->param, n_params, sizeof *g->param, err));
  TN_TRY(tn_alloc_into(&g->penalty, n_params, sizeof *g->penalty, err));
  TN_TRY(tn_alloc_into(&g->input, n_inputs, sizeof *g->input, err));
  TN_TRY(tn_alloc_into(&g->buffer_size, n_values, sizeof *g->buffer_size, err));
  for (int i = 0; i < n_values; i++) {
    g->value[i].producer = -1;
    g->value[i].last_use = -1;
    g->value[i].buffer = -1;
  }
  return TN_OK;
}

void tn_graph_free(struct tn_graph *g) {
  if (g == NULL) {
    return;
  }
  for (int i = 0; g->node != NULL && i < g->n_nodes; i++) {
    struct tn_node *node = &g->node[i];
    if (node->config != NULL && node->op->free_config != NULL) {
      node->op->free_config(node->config);
    }
    tn_free(node->config);
  }
  void *owned[] = {g->value, g->node,   g->param,  g->penalty,     g->input, g->buffer_size,
                   g->values, g->grads, g->scratch, g->work,       g->spare, g->param_grads,
                   g->masks,  g->marks, g->touched};
  for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
    tn_free(owned[i]);
  }
  tn_free(g);
}

void tn_graph_set_param(struct tn_graph *g, int i, const struct tn_shape *shape, float *value,
                        int trainable, struct tn_penalty penalty) {
  struct tn_param *p = &g->param[i];
  p->shape = *shape;
  p->size = tn_shape_size(shape);
  p->rows = shape->rank == 0 ? 1 : shape->dim[0];
  p->cols = p->rows == 0 ? 0 : p->size / p->rows;
  p->value = value;
  p->trainable = trainable;
  g->penalty[i] = penalty;
}

void tn_graph_freeze_param(struct tn_graph *g, int i) { g->param[i].frozen = 1; }

enum tn_status tn_graph_set_input(struct tn_graph *g, int i, int value, enum tn_dtype dtype,
                                  const struct tn_shape *shape, struct tn_error *err) {
  if (value < 0 || value >= g->n_values || i < 0 || i >= g->n_inputs) {
    return tn_fail(err, TN_STATUS_STATE, "input %d names value %d of %d", i, value, g->n_values);
  }
  if (dtype == TN_CSR && shape->rank != 2) {
    return tn_fail(err, TN_STATUS_SHAPE, "a sparse input must have 2 axes, not %d", shape->rank);
  }
  struct tn_value *v = &g->value[value];
  v->is_input = 1;
  v->keep = 1;
  v->base = *shape;
  v->tensor.dtype = dtype;
  g->input[i] = value;
  return TN_OK;
}

void tn_graph_fit_input(struct tn_graph *g, int i, const struct tn_shape *shape) {
  struct tn_shape *base = &g->value[g->input[i]].base, wanted = *shape;
  if (wanted.rank > 0 && base->rank > 0) {
    wanted.dim[0] = base->dim[0];
  }
  if (!tn_shape_equal(&wanted, base)) {
    *base = wanted;
    g->capacity = -1;
  }
}

enum tn_status tn_graph_set_node(struct tn_graph *g, int i, const char *op,
                                 const struct tn_attrs *attrs, int n_in, const int *in,
                                 int n_params, const int *params, int n_out, const int *out,
                                 struct tn_error *err) {
  struct tn_node *node = &g->node[i];
  if (n_in > TN_MAX_INPUTS || n_out > TN_MAX_OUTPUTS || n_params > TN_MAX_PARAMS) {
    return tn_fail(err, TN_STATUS_ARG, "op \"%s\" has too many inputs, outputs or parameters", op);
  }
  node->op = tn_op_find(op);
  if (node->op == NULL) {
    return tn_fail(err, TN_STATUS_ARG, "there is no op \"%s\"", op);
  }
  TN_TRY(tn_alloc_into(&node->config, 1, node->op->config_size + 1, err));
  TN_TRY(tn_op_configure(node->op, node->config, attrs, err));
  node->n_in = n_in;
  node->n_out = n_out;
  node->n_params = n_params;
  for (int k = 0; k < n_in; k++) {
    struct tn_value *v = &g->value[in[k]];
    if (!v->is_input && v->producer < 0) {
      return tn_fail(err, TN_STATUS_STATE, "node %d reads value %d before it is made", i, in[k]);
    }
    node->in[k] = in[k];
    v->last_use = i;
    v->consumers++;
  }
  for (int k = 0; k < n_out; k++) {
    node->out[k] = out[k];
    g->value[out[k]].producer = i;
    if (g->value[out[k]].last_use < i) {
      g->value[out[k]].last_use = i;
    }
  }
  for (int k = 0; k < n_params; k++) {
    node->param[k] = params[k];
  }
  return TN_OK;
}

void tn_graph_scale_rate(struct tn_graph *g, int i, float factor) {
  if (g->node[i].op->scale_rate != NULL) {
    g->node[i].op->scale_rate(g->node[i].config, factor);
  }
}

void tn_graph_keep(struct tn_graph *g, int value) { g->value[value].keep = 1; }

void tn_graph_want_gradients(struct tn_graph *g, int inputs_too) {
  g->with_grad = 1;
  g->input_grad = inputs_too;
}

double tn_graph_penalty(const struct tn_graph *g) {
  double total = 0;
  for (int i = 0; i < g->n_params; i++) {
    const struct tn_param *p = &g->param[i];
    if (g->penalty[i].l1 != 0) {
      total += g->penalty[i].l1 * tn_vec_sumabs(p->size, p->value);
    }
    if (g->penalty[i].l2 != 0) {
      total += g->penalty[i].l2 * tn_vec_sumsq(p->size, p->value);
    }
  }
  return total;
}
