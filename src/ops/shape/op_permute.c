/* permute (`dims`: axes of a sample in their new order, from 1), permute_all (the same with the batch
 * axis): copies; the gradient takes the same way back. */
#include "ops/op.h"
#include "ops/op_list.h"

/* Axis k of the output is axis from[k] of the input; n axes, the batch axis among them. */
struct config {
  int n;
  int64_t from[TN_MAX_RANK];
};

static enum tn_status read_order(struct config *c, const struct tn_attrs *attrs, int first,
                                 struct tn_error *err) {
  int64_t dims[TN_MAX_RANK];
  int seen[TN_MAX_RANK + 1] = {0};
  int n = tn_attrs_integers(attrs, "dims", TN_MAX_RANK - first, dims);
  c->n = n + first;
  for (int k = 0; k < n; k++) {
    if (dims[k] < 1 || dims[k] > n || seen[dims[k]]++) {
      return tn_fail(err, TN_STATUS_ARG, "%s must name each axis from 1 to %d once",
                     first ? "`dims`" : "`pattern`", n);
    }
    c->from[k + first] = dims[k] - 1 + first;
  }
  return TN_OK;
}

static enum tn_status permute_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  return read_order(config, attrs, 1, err);
}

static enum tn_status permute_all_configure(void *config, const struct tn_attrs *attrs,
                                            struct tn_error *err) {
  return read_order(config, attrs, 0, err);
}

static enum tn_status permute_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  if (io->in[0].rank != c->n) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "the new order is one of %d axes with the batch axis, the input has %d", c->n,
                   io->in[0].rank);
  }
  io->out[0] = io->in[0];
  for (int k = 0; k < c->n; k++) {
    io->out[0].dim[k] = io->in[0].dim[c->from[k]];
  }
  return TN_OK;
}

/* Copies between the two orders; back: from the output's to the input's. */
static void permute_copy(const struct config *c, const struct tn_shape *in,
                         const struct tn_shape *out, const float *x, float *y, int back) {
  int64_t stride[TN_MAX_RANK] = {1}, step[TN_MAX_RANK], at[TN_MAX_RANK] = {0}, place = 0;
  int64_t n = tn_shape_size(in);
  for (int k = in->rank - 1; k >= 0; k--) {
    stride[k] = k == in->rank - 1 ? 1 : stride[k + 1] * in->dim[k + 1];
  }
  for (int k = 0; k < c->n; k++) {
    step[k] = stride[c->from[k]];
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
const struct tn_op tn_op_permute_all = {
    .name = "permute_all", .config_size = sizeof(struct config),
    .configure = permute_all_configure, .infer = permute_infer, .forward = permute_forward,
    .backward = permute_backward};
