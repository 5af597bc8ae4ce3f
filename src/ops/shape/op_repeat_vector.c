/* repeat_vector: (B,F) becomes (B,n,F), the same row n times; the gradient is the sum over them. */
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  int64_t n;
};

static enum tn_status repeat_configure(void *config, const struct tn_attrs *attrs,
                                       struct tn_error *err) {
  struct config *c = config;
  c->n = (int64_t)tn_attrs_number(attrs, "n", 0);
  if (c->n < 1) {
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
  int64_t dim[3] = {io->in[0].dim[0], c->n, io->in[0].dim[1]};
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
