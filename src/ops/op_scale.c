/* rescale: y = x scale + offset. activity_penalty: (l1 sum |x| + l2 sum x^2) / B, a scalar; the
 * slope of |x| at 0 is 0. */
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/ops_core.h"

struct config {
  float a, b; /* scale and offset, or l1 and l2 */
};

static enum tn_status rescale_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  struct config *c = config;
  (void)err;
  c->a = (float)tn_attrs_number(attrs, "scale", 1);
  c->b = (float)tn_attrs_number(attrs, "offset", 0);
  return TN_OK;
}

static enum tn_status rescale_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  (void)err;
  io->out[0] = io->in[0];
  io->out_mask[0] = TN_MASK_PASS;
  return TN_OK;
}

static enum tn_status rescale_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  for (int64_t i = 0; i < n; i++) {
    call->out[0]->data[i] = call->in[0]->data[i] * c->a + c->b;
  }
  return TN_OK;
}

static enum tn_status rescale_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_copy(n, call->dout[0], call->din[0]);
    tn_vec_scale(n, c->a, call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_rescale = {
    .name = "rescale", .config_size = sizeof(struct config), .configure = rescale_configure,
    .infer = rescale_infer, .forward = rescale_forward, .backward = rescale_backward};

static enum tn_status penalty_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  struct config *c = config;
  (void)err;
  c->a = (float)tn_attrs_number(attrs, "l1", 0);
  c->b = (float)tn_attrs_number(attrs, "l2", 0);
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
  if (c->a != 0) {
    sum += c->a * tn_vec_sumabs(n, x->data);
  }
  if (c->b != 0) {
    sum += c->b * tn_vec_sumsq(n, x->data);
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
    tn_vec_penalty_slope(n, c->a * scale, 2 * c->b * scale, x->data, call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_activity_penalty = {
    .name = "activity_penalty", .config_size = sizeof(struct config),
    .configure = penalty_configure, .infer = penalty_infer, .forward = penalty_forward,
    .backward = penalty_backward};
