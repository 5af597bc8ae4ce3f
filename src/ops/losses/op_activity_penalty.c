/* activity_penalty: (l1 sum |x| + l2 sum x^2) / B, a scalar; the slope of |x| at 0 is 0. */
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  float l1, l2;
};

static enum tn_status penalty_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  struct config *c = config;
  (void)err;
  c->l1 = (float)tn_attrs_number(attrs, "l1", 0);
  c->l2 = (float)tn_attrs_number(attrs, "l2", 0);
  return TN_OK;
}

static enum tn_status penalty_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  if (io->in[0].rank < 1) {
    return tn_fail(err, TN_STATUS_SHAPE, "an activity penalty needs an input with a batch axis");
  }
  io->out[0].rank = 0;
  return TN_OK;
}

static enum tn_status penalty_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *x = call->in[0];
  int64_t n = tn_shape_size(&x->shape);
  double sum = 0;
  (void)err;
  if (c->l1 != 0) {
    sum += c->l1 * tn_vec_sumabs(n, x->data);
  }
  if (c->l2 != 0) {
    sum += c->l2 * tn_vec_sumsq(n, x->data);
  }
  call->out[0]->data[0] = x->shape.dim[0] == 0 ? 0 : (float)(sum / (double)x->shape.dim[0]);
  return TN_OK;
}

static enum tn_status penalty_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *x = call->in[0];
  int64_t n = tn_shape_size(&x->shape);
  float scale = x->shape.dim[0] == 0 ? 0 : call->dout[0][0] / (float)x->shape.dim[0];
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_fill(n, 0, call->din[0]);
    tn_vec_penalty_slope(n, c->l1 * scale, 2 * c->l2 * scale, x->data, call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_activity_penalty = {
    .name = "activity_penalty", .config_size = sizeof(struct config),
    .configure = penalty_configure, .infer = penalty_infer, .forward = penalty_forward,
    .backward = penalty_backward};
