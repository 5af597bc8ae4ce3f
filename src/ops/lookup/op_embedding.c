/* embedding: y (ids.., D) = rows of a table (V,D); the table's gradient gets the rows that occur. */
#include <math.h>
#include <stdio.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct embedding {
  int64_t input_dim, output_dim;
  int mask_zero;
  char layer[64]; /* who complains about an index */
};

static enum tn_status embedding_configure(void *config, const struct tn_attrs *attrs,
                                          struct tn_error *err) {
  struct embedding *c = config;
  c->input_dim = (int64_t)tn_attrs_number(attrs, "input_dim", 0);
  c->output_dim = (int64_t)tn_attrs_number(attrs, "output_dim", 0);
  c->mask_zero = tn_attrs_flag(attrs, "mask_zero", 0);
  snprintf(c->layer, sizeof c->layer, "%s", tn_attrs_text(attrs, "layer", "embedding"));
  if (c->input_dim < 1 || c->output_dim < 1) {
    return tn_fail(err, TN_STATUS_ARG, "`input_dim` and `output_dim` must be at least 1");
  }
  return TN_OK;
}

static enum tn_status embedding_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  const struct embedding *c = config;
  if (io->in[0].rank >= TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE, "an embedding takes inputs of at most %d axes",
                   TN_MAX_RANK - 1);
  }
  io->out[0] = io->in[0];
  io->out[0].dim[io->out[0].rank++] = c->output_dim;
  io->out_mask[0] = c->mask_zero ? TN_MASK_OWN : TN_MASK_NONE;
  io->own_axes[0] = io->in[0].rank;
  io->n_params = 1;
  io->param[0] = (struct tn_param_spec){"embeddings", tn_shape_2(c->input_dim, c->output_dim),
                                        TN_ROLE_TRAINED};
  io->work = c->output_dim;
  return TN_OK;
}

/* Of an index that was checked. */
static int64_t id_at(const struct tn_tensor *t, int64_t i) {
  return t->dtype == TN_I32 ? tn_tensor_ids(t)[i] : (int64_t)t->data[i];
}

static enum tn_status check_ids(const struct embedding *c, const struct tn_tensor *t,
                                struct tn_error *err) {
  int64_t n = tn_shape_size(&t->shape);
  for (int64_t i = 0; i < n; i++) {
    double id = t->dtype == TN_I32 ? (double)tn_tensor_ids(t)[i] : (double)t->data[i];
    if (!(id >= 0 && id < (double)c->input_dim) || id != floor(id)) {
      return tn_fail(err, TN_STATUS_ARG,
                     "Layer \"%s\" with `input_dim` %lld takes whole numbers from 0 to %lld, not %g.",
                     c->layer, (long long)c->input_dim, (long long)c->input_dim - 1, id);
    }
  }
  return TN_OK;
}

static enum tn_status embedding_forward(struct tn_call *call, struct tn_error *err) {
  const struct embedding *c = call->config;
  const struct tn_tensor *ids = call->in[0];
  int64_t n = tn_shape_size(&ids->shape);
  TN_TRY(check_ids(c, ids, err));
  for (int64_t i = 0; i < n; i++) {
    tn_vec_copy(c->output_dim, call->param[0]->value + id_at(ids, i) * c->output_dim,
                call->out[0]->data + i * c->output_dim);
    if (c->mask_zero && call->out[0]->mask != NULL) {
      call->out[0]->mask[i] = id_at(ids, i) != 0;
    }
  }
  return TN_OK;
}

static void clip(int64_t n, float limit, const float *x, float *y) {
  for (int64_t i = 0; i < n; i++) {
    y[i] = x[i] > limit ? limit : x[i] < -limit ? -limit : x[i];
  }
}

static enum tn_status embedding_backward(struct tn_call *call, struct tn_error *err) {
  const struct embedding *c = call->config;
  struct tn_param *table = call->param[0];
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_fill(n, 0, call->din[0]);
  }
  if (table->grad == NULL) {
    return TN_OK;
  }
  table->has_pairs = 1;
  for (int64_t i = 0; i < n; i++) {
    const float *dy = call->dout[0] + i * c->output_dim;
    if (table->pair_clip_value > 0) {
      clip(c->output_dim, table->pair_clip_value, dy, call->work);
      dy = call->work;
    }
    table->pair_sumsq += tn_vec_sumsq(c->output_dim, dy);
    tn_vec_add(c->output_dim, dy, table->grad + id_at(call->in[0], i) * c->output_dim);
  }
  return TN_OK;
}

static int embedding_wants_rows(const void *config, const enum tn_dtype *in_dtype, int p) {
  (void)config;
  (void)in_dtype;
  return p == 0;
}

static enum tn_status embedding_touch(const struct tn_call *call, int p, struct tn_error *err) {
  struct tn_param *table = call->param[p];
  int64_t n = tn_shape_size(&call->in[0]->shape);
  TN_TRY(check_ids(call->config, call->in[0], err));
  for (int64_t i = 0; i < n; i++) {
    int64_t id = id_at(call->in[0], i);
    if (!table->mark[id]) {
      table->mark[id] = 1;
      table->touched[table->n_touched++] = (int32_t)id;
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_embedding = {
    .name = "embedding", .config_size = sizeof(struct embedding),
    .configure = embedding_configure, .infer = embedding_infer, .forward = embedding_forward,
    .backward = embedding_backward, .wants_rows = embedding_wants_rows, .touch = embedding_touch};
