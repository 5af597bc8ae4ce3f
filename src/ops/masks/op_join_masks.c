/* join_masks: input 0 as it is, with a mask made from those of all inputs: a step is masked when any
 * of them masks it (a mask of one step holds for all steps). With `along` the masks of inputs 1, 2 ...
 * follow each other instead, steps of an input without a mask being unmasked, as their steps do in a
 * concatenation. Only input 0 has a gradient. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

struct config {
  int along;
};

static enum tn_status join_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  (void)err;
  ((struct config *)config)->along = tn_attrs_flag(attrs, "along", 0);
  return TN_OK;
}

/* Steps that input k brings to the mask. */
static int64_t steps_of(const struct tn_shape *s) { return s->rank < 2 ? 1 : s->dim[1]; }

static enum tn_status join_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  int64_t steps = steps_of(&io->in[0]), sum = 0;
  TN_TRY(tn_inputs_float(io, "a mask", err));
  if (io->in[0].rank < 1) {
    return tn_fail(err, TN_STATUS_SHAPE, "a mask needs a tensor with a batch axis");
  }
  for (int k = 0; k < io->n_in; k++) {
    int64_t own = steps_of(&io->in[k]);
    if (io->in_mask[k] > 2) {
      return tn_fail(err, TN_STATUS_SHAPE, "masks of parts of steps (%d axes) cannot be joined",
                     io->in_mask[k]);
    }
    sum += k > 0 ? own : 0;
    if (!c->along && io->in_mask[k] && own != steps && own != 1) {
      char one[80], two[80];
      return tn_fail(err, TN_STATUS_SHAPE, "the mask of a tensor of shape %s does not fit one of %s",
                     tn_shape_text(&io->in[k], one, sizeof one),
                     tn_shape_text(&io->in[0], two, sizeof two));
    }
  }
  if (c->along && sum != steps) {
    return tn_fail(err, TN_STATUS_SHAPE, "masks of %lld steps do not make one of %lld",
                   (long long)sum, (long long)steps);
  }
  io->out[0] = io->in[0];
  io->out_mask[0] = TN_MASK_OWN;
  return TN_OK;
}

/* Every step of one sample that `in` masks. */
static void mask_and(const struct tn_tensor *in, int64_t sample, int64_t steps, uint8_t *mask) {
  int64_t own = steps_of(&in->shape);
  for (int64_t t = 0; t < steps; t++) {
    mask[t] = mask[t] && in->mask[sample * own + (own == 1 ? 0 : t)];
  }
}

static enum tn_status join_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_shape *s = &call->in[0]->shape;
  int64_t steps = steps_of(s);
  (void)err;
  tn_vec_copy(tn_shape_size(s), call->in[0]->data, call->out[0]->data);
  memset(call->out[0]->mask, 1, (size_t)(s->dim[0] * steps));
  for (int64_t i = 0; i < s->dim[0]; i++) {
    uint8_t *mask = call->out[0]->mask + i * steps;
    for (int k = c->along ? 1 : 0; k < call->n_in; k++) {
      int64_t own = steps_of(&call->in[k]->shape);
      if (call->in[k]->mask != NULL) {
        mask_and(call->in[k], i, c->along ? own : steps, mask);
      }
      mask += c->along ? own : 0;
    }
  }
  return TN_OK;
}

static enum tn_status join_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  for (int k = 0; k < call->n_in; k++) {
    int64_t n = tn_shape_size(&call->in[k]->shape);
    if (call->din[k] != NULL && k == 0) {
      tn_vec_copy(n, call->dout[0], call->din[k]);
    } else if (call->din[k] != NULL) {
      tn_vec_fill(n, 0, call->din[k]);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_join_masks = {
    .name = "join_masks", .config_size = sizeof(struct config), .configure = join_configure,
    .infer = join_infer, .forward = join_forward, .backward = join_backward};
