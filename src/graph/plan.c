/* Plan. Training keeps every value (backward reads them). Inference lets a value take over the
 * buffer of one that nobody reads any more; kept values (outputs, loss, inputs) have their own. */
#include "graph/plan.h"

#include <string.h>

#include "ops/registry.h"
#include "platform/alloc.h"

enum { ALIGN = 16 }; /* floats: one cache line */

static int64_t rounded(int64_t n) { return (n + ALIGN - 1) / ALIGN * ALIGN; }

static enum tn_status infer_node(struct tn_graph *g, int i, int64_t *scratch, int64_t *work,
                                 struct tn_error *err) {
  struct tn_node *node = &g->node[i];
  struct tn_infer io;
  memset(&io, 0, sizeof io);
  io.n_in = node->n_in;
  io.n_out = 1;
  for (int k = 0; k < node->n_in; k++) {
    const struct tn_tensor *t = &g->value[node->in[k]].tensor;
    io.in[k] = t->shape;
    io.in_dtype[k] = t->dtype;
    io.in_mask[k] = t->mask_shape.rank;
  }
  TN_TRY(tn_op_infer(node->op, node->config, &io, err));
  if (io.n_out < node->n_out || io.n_params != node->n_params) {
    return tn_fail(err, TN_STATUS_STATE, "op \"%s\" has %d outputs and %d parameters, not %d and %d",
                   node->op->name, io.n_out, io.n_params, node->n_out, node->n_params);
  }
  for (int k = 0; k < node->n_params; k++) {
    if (!tn_shape_equal(&io.param[k].shape, &g->param[node->param[k]].shape)) {
      char want[80], have[80];
      return tn_fail(err, TN_STATUS_SHAPE, "%s of op \"%s\" must have shape %s, not %s",
                     io.param[k].name, node->op->name,
                     tn_shape_text(&io.param[k].shape, want, sizeof want),
                     tn_shape_text(&g->param[node->param[k]].shape, have, sizeof have));
    }
  }
  for (int k = 0; k < node->n_out; k++) {
    struct tn_tensor *t = &g->value[node->out[k]].tensor;
    t->shape = io.out[k];
    t->dtype = io.out_dtype[k];
    t->mask_shape = io.out[k];
    t->mask_shape.rank = tn_infer_mask_axes(&io, k);
    node->mask_from[k] = io.out_mask[k];
  }
  node->scratch_offset = *scratch;
  *scratch += rounded(io.scratch);
  *work = *work > io.work ? *work : io.work;
  return TN_OK;
}

enum tn_status tn_plan_shapes(struct tn_graph *g, int64_t *scratch, int64_t *work,
                              struct tn_error *err) {
  *scratch = 0;
  *work = 0;
  for (int i = 0; i < g->n_inputs; i++) {
    struct tn_value *v = &g->value[g->input[i]];
    v->tensor.shape = v->base;
    if (v->base.rank > 0) {
      v->tensor.shape.dim[0] = g->batch;
    }
  }
  for (int i = 0; i < g->n_nodes; i++) {
    enum tn_status status = infer_node(g, i, scratch, work, err);
    if (status != TN_OK) {
      if (err != NULL) {
        err->index = i;
      }
      return status;
    }
  }
  return TN_OK;
}

/* A parameter keeps its gradient by rows when every node that uses it can name the rows of a batch
 * from data alone. */
static int by_rows(const struct tn_graph *g, int p) {
  int users = 0;
  if (!g->penalty[p].allow_rows) {
    return 0;
  }
  for (int i = 0; i < g->n_nodes; i++) {
    const struct tn_node *node = &g->node[i];
    for (int k = 0; k < node->n_params; k++) {
      if (node->param[k] != p) {
        continue;
      }
      enum tn_dtype dtype[TN_MAX_INPUTS];
      for (int j = 0; j < node->n_in; j++) {
        dtype[j] = g->value[node->in[j]].tensor.dtype;
      }
      if (node->op->wants_rows == NULL || !node->op->wants_rows(node->config, dtype, k) ||
          !g->value[node->in[0]].is_input) {
        return 0;
      }
      users++;
    }
  }
  return users > 0;
}

void tn_plan_gradients(struct tn_graph *g) {
  for (int p = 0; p < g->n_params; p++) {
    g->param[p].row_sparse = g->with_grad && g->param[p].trainable && by_rows(g, p);
  }
  for (int i = 0; i < g->n_inputs; i++) {
    struct tn_value *v = &g->value[g->input[i]];
    v->needs_grad = g->input_grad && v->tensor.dtype == TN_F32;
  }
  for (int i = 0; i < g->n_nodes; i++) {
    struct tn_node *node = &g->node[i];
    node->needs_grad = 0;
    for (int k = 0; k < node->n_params; k++) {
      node->needs_grad |= g->param[node->param[k]].trainable;
    }
    for (int k = 0; k < node->n_in; k++) {
      node->needs_grad |= g->value[node->in[k]].needs_grad;
    }
    node->needs_grad = node->needs_grad && g->with_grad && node->op->backward != NULL;
    for (int k = 0; k < node->n_out; k++) {
      g->value[node->out[k]].needs_grad = node->needs_grad;
    }
  }
}

/* Gives value v a buffer: a free one that is large enough (the smallest such), else a new one. */
static void take_buffer(struct tn_graph *g, int v, int *n_buffers, int *owner) {
  int64_t size = rounded(tn_shape_size(&g->value[v].tensor.shape));
  int best = -1;
  for (int b = 0; b < *n_buffers && !g->with_grad && !g->value[v].keep; b++) {
    if (owner[b] < 0 && g->buffer_size[b] >= size &&
        (best < 0 || g->buffer_size[b] < g->buffer_size[best])) {
      best = b;
    }
  }
  if (best < 0) {
    best = (*n_buffers)++;
    g->buffer_size[best] = size;
  }
  owner[best] = v;
  g->value[v].buffer = best;
}

static void free_buffers(struct tn_graph *g, int node, int n_buffers, int *owner) {
  for (int b = 0; b < n_buffers; b++) {
    if (owner[b] >= 0 && !g->value[owner[b]].keep && g->value[owner[b]].last_use <= node) {
      owner[b] = -1;
    }
  }
}

static enum tn_status place_values(struct tn_graph *g, struct tn_error *err) {
  int n_buffers = 0;
  int *owner;
  int64_t total = 0, masks = 0;
  TN_TRY(tn_alloc_into(&owner, g->n_values, sizeof *owner, err));
  for (int i = 0; i < g->n_inputs; i++) {
    if (g->value[g->input[i]].tensor.dtype != TN_CSR) {
      take_buffer(g, g->input[i], &n_buffers, owner);
    }
  }
  for (int i = 0; i < g->n_nodes; i++) {
    for (int k = 0; k < g->node[i].n_out; k++) {
      take_buffer(g, g->node[i].out[k], &n_buffers, owner);
    }
    free_buffers(g, i, n_buffers, owner);
  }
  tn_free(owner);
  for (int v = 0; v < g->n_values; v++) {
    g->value[v].mask_offset = masks;
    masks += rounded(g->value[v].tensor.mask_shape.rank > 0
                         ? tn_shape_size(&g->value[v].tensor.mask_shape) : 0);
  }
  for (int b = 0; b < n_buffers; b++) {
    total += g->buffer_size[b];
  }
  tn_free(g->values);
  tn_free(g->masks);
  g->masks = NULL;
  TN_TRY(tn_alloc_into(&g->values, total, sizeof(float), err));
  TN_TRY(tn_alloc_into(&g->masks, masks, sizeof(uint8_t), err));
  for (int v = 0; v < g->n_values; v++) {
    struct tn_value *value = &g->value[v];
    int64_t offset = 0;
    for (int b = 0; b < value->buffer; b++) {
      offset += g->buffer_size[b];
    }
    value->own = value->buffer < 0 ? NULL : g->values + offset;
    value->own_mask = g->masks + value->mask_offset;
  }
  return TN_OK;
}

/* Gradients of values, the spare room for second and later contributions, and those of parameters
 * with their lists of touched rows. */
static enum tn_status place_gradients(struct tn_graph *g, struct tn_error *err) {
  int64_t total = 0, spare = 0, of_params = 0, rows = 0;
  for (int v = 0; v < g->n_values; v++) {
    g->value[v].grad_offset = total;
    total += g->value[v].needs_grad ? rounded(tn_shape_size(&g->value[v].tensor.shape)) : 0;
  }
  for (int i = 0; i < g->n_nodes; i++) {
    int64_t need = 0;
    for (int k = 0; k < g->node[i].n_in; k++) {
      const struct tn_value *v = &g->value[g->node[i].in[k]];
      need += v->needs_grad ? rounded(tn_shape_size(&v->tensor.shape)) : 0;
    }
    spare = spare > need ? spare : need;
  }
  for (int p = 0; p < g->n_params; p++) {
    of_params += g->param[p].trainable ? rounded(g->param[p].size) : 0;
    rows += g->param[p].row_sparse ? g->param[p].rows : 0;
  }
  tn_free(g->grads);
  tn_free(g->spare);
  g->spare = NULL;
  TN_TRY(tn_alloc_into(&g->grads, total, sizeof(float), err));
  TN_TRY(tn_alloc_into(&g->spare, spare, sizeof(float), err));
  for (int v = 0; v < g->n_values; v++) {
    g->value[v].grad = g->value[v].needs_grad ? g->grads + g->value[v].grad_offset : NULL;
  }
  if (g->param_grads != NULL) {
    return TN_OK; /* parameters do not change with the batch */
  }
  TN_TRY(tn_alloc_into(&g->marks, rows, sizeof(uint8_t), err));
  TN_TRY(tn_alloc_into(&g->touched, rows, sizeof(int32_t), err));
  TN_TRY(tn_alloc_into(&g->param_grads, of_params, sizeof(float), err));
  of_params = rows = 0;
  for (int p = 0; p < g->n_params; p++) {
    struct tn_param *param = &g->param[p];
    param->grad = param->trainable ? g->param_grads + of_params : NULL;
    of_params += param->trainable ? rounded(param->size) : 0;
    if (param->row_sparse) {
      param->touched = g->touched + rows;
      param->mark = g->marks + rows;
      rows += param->rows;
    }
  }
  return TN_OK;
}

enum tn_status tn_plan_arenas(struct tn_graph *g, int64_t scratch, int64_t work,
                              struct tn_error *err) {
  g->capacity = -1; /* nothing is valid until all of it is there */
  TN_TRY(place_values(g, err));
  if (g->with_grad) {
    TN_TRY(place_gradients(g, err));
  }
  tn_free(g->scratch);
  tn_free(g->work);
  g->work = NULL;
  TN_TRY(tn_alloc_into(&g->scratch, scratch, sizeof(float), err));
  TN_TRY(tn_alloc_into(&g->work, work, sizeof(float), err));
  g->capacity = g->batch;
  return TN_OK;
}
