/* flatten, reshape (target without the batch axis, or the whole shape), expand_dims (a new axis of
 * size 1 at `axis`, from 0, negative from the end), squeeze (axis `axis` of size 1 goes): values are
 * copied as they lie; the gradient takes the same way back. */
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

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

static enum tn_status axis_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  (void)err;
  ((struct config *)config)->target[0] = (int64_t)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

static enum tn_status expand_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  struct tn_shape *out = &io->out[0], wider = io->in[0];
  int axis;
  TN_TRY(tn_inputs_float(io, "k_expand_dims()", err));
  if (wider.rank == TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE, "a shape may have at most %d axes", TN_MAX_RANK);
  }
  wider.dim[wider.rank++] = 1;
  TN_TRY(tn_axis_find(((const struct config *)config)->target[0], &wider, &axis, err));
  *out = wider;
  for (int k = axis + 1; k < out->rank; k++) {
    out->dim[k] = io->in[0].dim[k - 1];
  }
  out->dim[axis] = 1;
  return TN_OK;
}

static enum tn_status squeeze_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *in = &io->in[0];
  struct tn_shape *out = &io->out[0];
  int axis;
  char text[80];
  TN_TRY(tn_inputs_float(io, "k_squeeze()", err));
  TN_TRY(tn_axis_find(((const struct config *)config)->target[0], in, &axis, err));
  if (in->dim[axis] != 1) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "k_squeeze() drops an axis of size 1; axis %d of shape %s has %d", axis + 1,
                   tn_shape_text(in, text, sizeof text), (int)in->dim[axis]);
  }
  out->rank = 0;
  for (int k = 0; k < in->rank; k++) {
    if (k != axis) {
      out->dim[out->rank++] = in->dim[k];
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_expand_dims = {
    .name = "expand_dims", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = expand_infer, .forward = reshape_forward, .backward = reshape_backward};
const struct tn_op tn_op_squeeze = {
    .name = "squeeze", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = squeeze_infer, .forward = reshape_forward, .backward = reshape_backward};
