/* rescale: y = x scale + offset. */
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  float scale, offset;
};

static enum tn_status rescale_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  struct config *c = config;
  (void)err;
  c->scale = (float)tn_attrs_number(attrs, "scale", 1);
  c->offset = (float)tn_attrs_number(attrs, "offset", 0);
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
    call->out[0]->data[i] = call->in[0]->data[i] * c->scale + c->offset;
  }
  return TN_OK;
}

static enum tn_status rescale_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_copy(n, call->dout[0], call->din[0]);
    tn_vec_scale(n, c->scale, call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_rescale = {
    .name = "rescale", .config_size = sizeof(struct config), .configure = rescale_configure,
    .infer = rescale_infer, .forward = rescale_forward, .backward = rescale_backward};
