/* mask_weights: the mask of the input as numbers, 1 where a step counts and 0 where it is masked. With
 * `share` the ones are (flags / ones), so that the mean of values weighted with them is the mean of the
 * values that count. No gradient. */
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  int share;
};

static enum tn_status weights_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  (void)err;
  ((struct config *)config)->share = tn_attrs_flag(attrs, "share", 0);
  return TN_OK;
}

static enum tn_status weights_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  if (io->in_mask[0] == 0) {
    return tn_fail(err, TN_STATUS_SHAPE, "weights are made of a mask, there is none");
  }
  io->out[0] = tn_shape_make(io->in_mask[0], io->in[0].dim);
  return TN_OK;
}

static enum tn_status weights_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const uint8_t *mask = call->in[0]->mask;
  int64_t n = tn_shape_size(&call->out[0]->shape), ones = 0;
  (void)err;
  for (int64_t i = 0; i < n; i++) {
    ones += mask[i] != 0;
  }
  float one = c->share && ones > 0 ? (float)((double)n / (double)ones) : 1;
  for (int64_t i = 0; i < n; i++) {
    call->out[0]->data[i] = mask[i] ? one : 0;
  }
  return TN_OK;
}

const struct tn_op tn_op_mask_weights = {
    .name = "mask_weights", .config_size = sizeof(struct config), .configure = weights_configure,
    .infer = weights_infer, .forward = weights_forward};
