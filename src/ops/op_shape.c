/* flatten, reshape (target without the batch axis, or the whole shape), permute, repeat_vector:
 * copies in row-major order; the gradient takes the same way back. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/ops_core.h"

struct config {
  int whole; /* target has the batch axis */
  int n;
  int64_t target[TN_MAX_RANK];
};

static enum tn_status flatten_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  struct config *c = config;
  (void)attrs;
  (void)err;
  c->n = 1;
  c->target[0] = -1;
  return TN_OK;
}

static enum tn_status read_target(struct config *c, const struct tn_attrs *attrs, const char *name,
                                  struct tn_error *err) {
  c->n = tn_attrs_integers(attrs, name, TN_MAX_RANK, c->target);
  int open = 0;
  for (int k = 0; k < c->n; k++) {
    open += c->target[k] < 0;
  }
  if (open > 1) {
    return tn_fail(err, TN_STATUS_ARG, "`%s` may have only one -1", name);
  }
  return TN_OK;
}

static enum tn_status reshape_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  return read_target(config, attrs, "target_shape", err);
}

static enum tn_status reshape_all_configure(void *config, const struct tn_attrs *attrs,
                                            struct tn_error *err) {
  struct config *c = config;
  c->whole = 1;
  return read_target(c, attrs, "shape", err);
}

static enum tn_status reshape_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *in = &io->in[0];
  int64_t known = 1, size = tn_shape_size(in);
  int at = 0, open = -1;
  struct tn_shape *out = &io->out[0];
  if (c->n + !c->whole > TN_MAX_RANK || (!c->whole && in->rank < 1)) {
    return tn_fail(err, TN_STATUS_SHAPE, "a shape may have at most %d axes", TN_MAX_RANK);
  }
  if (!c->whole) {
    out->dim[at++] = in->dim[0];
    size = in->dim[0] == 0 ? 0 : size / in->dim[0];
  }
  for (int k = 0; k < c->n; k++) {
    open = c->target[k] < 0 ? at : open;
    known *= c->target[k] < 0 ? 1 : c->target[k];
    out->dim[at++] = c->target[k];
  }
  out->rank = at;
  if (open >= 0) {
    out->dim[open] = known == 0 ? 0 : size / known;
    known *= out->dim[open];
  }
  if (known != size) {
    char from[80], to[80];
    struct tn_shape target = tn_shape_make(c->n, c->target);
    return tn_fail(err, TN_STATUS_SHAPE, "an input of shape %s (batch axis first) cannot be reshaped to %s",
                   tn_shape_text(in, from, sizeof from), tn_shape_text(&target, to, sizeof to));
  }
  io->out_dtype[0] = io->in_dtype[0];
  return TN_OK;
}

static enum tn_status reshape_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  tn_vec_copy(tn_shape_size(&call->in[0]->shape), call->in[0]->data, call->out[0]->data);
  return TN_OK;
}

static enum tn_status reshape_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_copy(tn_shape_size(&call->in[0]->shape), call->dout[0], call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_flatten = {
    .name = "flatten", .config_size = sizeof(struct config), .configure = flatten_configure,
    .infer = reshape_infer, .forward = reshape_forward, .backward = reshape_backward};
const struct tn_op tn_op_reshape = {
    .name = "reshape", .config_size = sizeof(struct config), .configure = reshape_configure,
    .infer = reshape_infer, .forward = reshape_forward, .backward = reshape_backward};
const struct tn_op tn_op_reshape_all = {
    .name = "reshape_all", .config_size = sizeof(struct config),
    .configure = reshape_all_configure, .infer = reshape_infer, .forward = reshape_forward,
    .backward = reshape_backward};

static enum tn_status permute_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  struct config *c = config;
  int seen[TN_MAX_RANK + 1] = {0};
  c->n = tn_attrs_integers(attrs, "dims", TN_MAX_RANK, c->target);
  for (int k = 0; k < c->n; k++) {
    if (c->target[k] < 1 || c->target[k] > c->n || seen[c->target[k]]++) {
      return tn_fail(err, TN_STATUS_ARG, "`dims` must name each axis from 1 to %d once", c->n);
    }
  }
  return TN_OK;
}

static enum tn_status permute_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  if (io->in[0].rank != c->n + 1) {
    return tn_fail(err, TN_STATUS_SHAPE, "`dims` names %d axes, the input has %d besides the batch",
                   c->n, io->in[0].rank - 1);
  }
  io->out[0] = io->in[0];
  for (int k = 0; k < c->n; k++) {
    io->out[0].dim[k + 1] = io->in[0].dim[c->target[k]];
  }
  return TN_OK;
}

/* Copies between the two orders; back: from the output's to the input's. */
static void permute_copy(const struct config *c, const struct tn_shape *in,
                         const struct tn_shape *out, const float *x, float *y, int back) {
  int64_t stride[TN_MAX_RANK], step[TN_MAX_RANK], at[TN_MAX_RANK] = {0}, place = 0;
  int64_t n = tn_shape_size(in);
  stride[in->rank - 1] = 1;
  for (int k = in->rank - 2; k >= 0; k--) {
    stride[k] = stride[k + 1] * in->dim[k + 1];
  }
  step[0] = stride[0];
  for (int k = 0; k < c->n; k++) {
    step[k + 1] = stride[c->target[k]];
  }
  for (int64_t i = 0; i < n; i++) {
    y[back ? place : i] = x[back ? i : place];
    for (int k = out->rank - 1; k >= 0; k--) {
      place += step[k];
      if (++at[k] < out->dim[k]) {
        break;
      }
      place -= step[k] * out->dim[k];
      at[k] = 0;
    }
  }
}

static enum tn_status permute_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  permute_copy(call->config, &call->in[0]->shape, &call->out[0]->shape, call->in[0]->data,
               call->out[0]->data, 0);
  return TN_OK;
}

static enum tn_status permute_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    permute_copy(call->config, &call->in[0]->shape, &call->out[0]->shape, call->dout[0],
                 call->din[0], 1);
  }
  return TN_OK;
}

const struct tn_op tn_op_permute = {
    .name = "permute", .config_size = sizeof(struct config), .configure = permute_configure,
    .infer = permute_infer, .forward = permute_forward, .backward = permute_backward};

static enum tn_status repeat_configure(void *config, const struct tn_attrs *attrs,
                                       struct tn_error *err) {
  struct config *c = config;
  c->target[0] = (int64_t)tn_attrs_number(attrs, "n", 0);
  if (c->target[0] < 1) {
    return tn_fail(err, TN_STATUS_ARG, "`n` must be at least 1");
  }
  return TN_OK;
}

static enum tn_status repeat_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  if (io->in[0].rank != 2) {
    return tn_fail(err, TN_STATUS_SHAPE, "repeat_vector needs an input of 2 axes, not %d",
                   io->in[0].rank);
  }
  int64_t dim[3] = {io->in[0].dim[0], c->target[0], io->in[0].dim[1]};
  io->out[0] = tn_shape_make(3, dim);
  return TN_OK;
}

static enum tn_status repeat_forward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *s = &call->out[0]->shape;
  (void)err;
  for (int64_t i = 0; i < s->dim[0] * s->dim[1]; i++) {
    tn_vec_copy(s->dim[2], call->in[0]->data + i / s->dim[1] * s->dim[2],
                call->out[0]->data + i * s->dim[2]);
  }
  return TN_OK;
}

static enum tn_status repeat_backward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *s = &call->out[0]->shape;
  (void)err;
  if (call->din[0] == NULL) {
    return TN_OK;
  }
  tn_vec_fill(s->dim[0] * s->dim[2], 0, call->din[0]);
  for (int64_t i = 0; i < s->dim[0]; i++) {
    tn_rows_sum(s->dim[1], s->dim[2], call->dout[0] + i * s->dim[1] * s->dim[2],
                call->din[0] + i * s->dim[2]);
  }
  return TN_OK;
}

const struct tn_op tn_op_repeat_vector = {
    .name = "repeat_vector", .config_size = sizeof(struct config), .configure = repeat_configure,
    .infer = repeat_infer, .forward = repeat_forward, .backward = repeat_backward};
