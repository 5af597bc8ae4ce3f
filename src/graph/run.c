/* Running a graph that has its size: forward in order, backward in reverse order. */
#include <string.h>

#include "graph/graph.h"
#include "graph/plan.h"
#include "kernels/vector.h"

static void point_values(struct tn_graph *g) {
  for (int v = 0; v < g->n_values; v++) {
    struct tn_tensor *t = &g->value[v].tensor;
    t->data = g->value[v].own;
    t->mask = t->mask_shape.rank > 0 ? g->value[v].own_mask : NULL;
  }
  for (int i = 0; i < g->n_nodes; i++) { /* a passed mask is that of input 0, not a copy */
    const struct tn_node *node = &g->node[i];
    for (int k = 0; k < node->n_out; k++) {
      if (node->mask_from[k] == TN_MASK_PASS && node->n_in > 0) {
        g->value[node->out[k]].tensor.mask = g->value[node->in[0]].tensor.mask;
      }
    }
  }
}

enum tn_status tn_graph_size(struct tn_graph *g, int64_t rows, struct tn_error *err) {
  int64_t scratch, work;
  if (g->capacity > 0 && rows == g->batch && g->values != NULL) {
    point_values(g); /* inputs may have pointed into a source */
    return TN_OK;
  }
  g->batch = rows;
  TN_TRY(tn_plan_shapes(g, &scratch, &work, err));
  if (g->values == NULL || rows > g->capacity) {
    tn_plan_gradients(g);
    TN_TRY(tn_plan_arenas(g, scratch, work, err));
  }
  point_values(g);
  return TN_OK;
}

static void fill_call(struct tn_graph *g, int i, const struct tn_run *run, struct tn_call *call) {
  struct tn_node *node = &g->node[i];
  memset(call, 0, sizeof *call);
  call->config = node->config;
  call->n_in = node->n_in;
  call->n_out = node->n_out;
  call->n_params = node->n_params;
  for (int k = 0; k < node->n_in; k++) {
    call->in[k] = &g->value[node->in[k]].tensor;
  }
  for (int k = 0; k < node->n_out; k++) {
    call->out[k] = &g->value[node->out[k]].tensor;
  }
  for (int k = 0; k < node->n_params; k++) {
    call->param[k] = &g->param[node->param[k]];
  }
  call->scratch = g->scratch + node->scratch_offset;
  call->work = g->work;
  if (run != NULL) {
    call->training = run->training;
    call->seed = run->seed;
    call->step = run->step;
  }
  call->node = (uint32_t)i;
}

void tn_graph_clear_touched(struct tn_graph *g) {
  for (int p = 0; p < g->n_params; p++) {
    if (g->param[p].row_sparse) {
      tn_param_forget_rows(&g->param[p]);
    }
  }
}

enum tn_status tn_graph_touch(struct tn_graph *g, struct tn_error *err) {
  struct tn_call call;
  tn_graph_clear_touched(g);
  for (int i = 0; i < g->n_nodes; i++) {
    const struct tn_node *node = &g->node[i];
    for (int k = 0; k < node->n_params; k++) {
      if (g->param[node->param[k]].row_sparse) {
        fill_call(g, i, NULL, &call);
        TN_TRY(node->op->touch(&call, k, err));
      }
    }
  }
  return TN_OK;
}

enum tn_status tn_graph_forward(struct tn_graph *g, const struct tn_run *run,
                                struct tn_error *err) {
  struct tn_call call;
  for (int i = 0; i < g->n_nodes; i++) {
    fill_call(g, i, run, &call);
    enum tn_status status = g->node[i].op->forward(&call, err);
    if (status != TN_OK) {
      if (err != NULL) {
        err->index = i;
      }
      return status;
    }
  }
  return TN_OK;
}

void tn_graph_backward_begin(struct tn_graph *g) {
  for (int v = 0; v < g->n_values; v++) {
    g->value[v].grad_written = 0;
  }
  for (int p = 0; p < g->n_params; p++) {
    g->param[p].pair_sumsq = 0;
    g->param[p].has_pairs = 0;
  }
}

void tn_graph_seed_gradient(struct tn_graph *g, int value, const float *upstream) {
  struct tn_value *v = &g->value[value];
  int64_t n = tn_shape_size(&v->tensor.shape);
  if (!v->needs_grad) {
    return;
  }
  if (!v->grad_written) {
    tn_vec_fill(n, 0, v->grad);
    v->grad_written = 1;
  }
  for (int64_t i = 0; i < n; i++) {
    v->grad[i] += upstream == NULL ? 1.0f : upstream[i];
  }
}

/* Where the op may write the gradient of input k: straight into place for the first contribution,
 * into spare room for a later one. */
static void aim_gradients(struct tn_graph *g, const struct tn_node *node, struct tn_call *call) {
  float *spare = g->spare;
  for (int k = 0; k < node->n_in; k++) {
    struct tn_value *v = &g->value[node->in[k]];
    if (!v->needs_grad) {
      continue;
    }
    if (v->grad_written) {
      call->din[k] = spare;
      spare += (tn_shape_size(&v->tensor.shape) + 15) / 16 * 16;
    } else {
      call->din[k] = v->grad;
      v->grad_written = 1;
    }
  }
}

enum tn_status tn_graph_backward(struct tn_graph *g, const struct tn_run *run,
                                 struct tn_error *err) {
  struct tn_call call;
  for (int i = g->n_nodes - 1; i >= 0; i--) {
    const struct tn_node *node = &g->node[i];
    int arrived = 0;
    for (int k = 0; k < node->n_out; k++) {
      arrived |= g->value[node->out[k]].grad_written;
    }
    if (!node->needs_grad || !arrived) {
      continue;
    }
    fill_call(g, i, run, &call);
    for (int k = 0; k < node->n_out; k++) {
      const struct tn_value *v = &g->value[node->out[k]];
      call.dout[k] = v->grad_written ? v->grad : NULL;
    }
    aim_gradients(g, node, &call);
    TN_TRY(node->op->backward(&call, err));
    for (int k = 0; k < node->n_in; k++) {
      struct tn_value *v = &g->value[node->in[k]];
      if (call.din[k] != NULL && call.din[k] != v->grad) {
        tn_vec_add(tn_shape_size(&v->tensor.shape), call.din[k], v->grad);
      }
    }
  }
  return TN_OK;
}

void tn_graph_after_step(struct tn_graph *g, const struct tn_run *run) {
  struct tn_call call;
  for (int i = 0; i < g->n_nodes; i++) {
    if (g->node[i].op->after_step != NULL) {
      fill_call(g, i, run, &call);
      g->node[i].op->after_step(&call);
    }
  }
}

void tn_graph_zero_gradients(struct tn_graph *g) {
  for (int p = 0; p < g->n_params; p++) {
    if (g->param[p].grad != NULL) {
      tn_vec_fill(g->param[p].size, 0, g->param[p].grad);
    }
  }
}
