/* masking: cells of all axes but the last, steps (B,T) mostly, whose features all equal mask_value leave
 * as zeros and are masked. */
#include "ops/op.h"
#include "ops/op_list.h"

struct masking {
  float mask_value;
};

static enum tn_status masking_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  (void)err;
  ((struct masking *)config)->mask_value = (float)tn_attrs_number(attrs, "mask_value", 0);
  return TN_OK;
}

static enum tn_status masking_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  if (io->in[0].rank < 2) {
    return tn_fail(err, TN_STATUS_SHAPE, "masking needs an input of samples and features, not %d axes",
                   io->in[0].rank);
  }
  io->out[0] = io->in[0];
  io->out_mask[0] = TN_MASK_OWN;
  io->own_axes[0] = io->in[0].rank - 1;
  return TN_OK;
}

static enum tn_status masking_forward(struct tn_call *call, struct tn_error *err) {
  const struct masking *c = call->config;
  const struct tn_shape *s = &call->in[0]->shape;
  int64_t width = s->dim[s->rank - 1], steps = width == 0 ? 0 : tn_shape_size(s) / width;
  (void)err;
  for (int64_t i = 0; i < steps; i++) {
    const float *x = call->in[0]->data + i * width;
    int kept = 0;
    for (int64_t j = 0; j < width; j++) {
      kept |= x[j] != c->mask_value;
    }
    call->out[0]->mask[i] = (uint8_t)kept;
    for (int64_t j = 0; j < width; j++) {
      call->out[0]->data[i * width + j] = kept ? x[j] : 0;
    }
  }
  return TN_OK;
}

static enum tn_status masking_backward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *s = &call->in[0]->shape;
  int64_t width = s->dim[s->rank - 1], steps = width == 0 ? 0 : tn_shape_size(s) / width;
  (void)err;
  for (int64_t i = 0; call->din[0] != NULL && i < steps; i++) {
    for (int64_t j = 0; j < width; j++) {
      call->din[0][i * width + j] = call->out[0]->mask[i] ? call->dout[0][i * width + j] : 0;
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_masking = {
    .name = "masking", .config_size = sizeof(struct masking), .configure = masking_configure,
    .infer = masking_infer, .forward = masking_forward, .backward = masking_backward};
