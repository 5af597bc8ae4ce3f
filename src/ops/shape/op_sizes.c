/* sizes: the sizes of all axes of a tensor, as floats; no gradient. */
#include "ops/op.h"
#include "ops/op_list.h"

static enum tn_status sizes_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  (void)err;
  io->out[0] = tn_shape_1(io->in[0].rank);
  return TN_OK;
}

static enum tn_status sizes_forward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *s = &call->in[0]->shape;
  (void)err;
  for (int k = 0; k < s->rank; k++) {
    call->out[0]->data[k] = (float)s->dim[k];
  }
  return TN_OK;
}

const struct tn_op tn_op_sizes = {.name = "sizes", .infer = sizes_infer, .forward = sizes_forward};
