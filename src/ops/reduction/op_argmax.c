/* argmax along `axis` (default the last), from 0, the first of equal values; the axis goes. Whole
 * numbers have no gradient. */
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

struct config {
  int axis;
};

static enum tn_status argmax_configure(void *config, const struct tn_attrs *attrs,
                                       struct tn_error *err) {
  (void)err;
  ((struct config *)config)->axis = (int)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

static enum tn_status argmax_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *in = &io->in[0];
  int axis;
  TN_TRY(tn_inputs_float(io, "k_argmax()", err));
  TN_TRY(tn_axis_find(((const struct config *)config)->axis, in, &axis, err));
  if (in->dim[axis] == 0) {
    return tn_fail(err, TN_STATUS_SHAPE, "k_argmax() needs at least one value along axis %d",
                   axis + 1);
  }
  io->out[0].rank = 0;
  for (int k = 0; k < in->rank; k++) {
    if (k != axis) {
      io->out[0].dim[io->out[0].rank++] = in->dim[k];
    }
  }
  return TN_OK;
}

static enum tn_status argmax_forward(struct tn_call *call, struct tn_error *err) {
  struct tn_lines s =
      tn_lines_along(&call->in[0]->shape, ((const struct config *)call->config)->axis);
  (void)err;
  for (int64_t l = 0; l < s.outer * s.inner; l++) {
    const float *x = call->in[0]->data + tn_line_start(&s, l);
    int64_t best = 0;
    for (int64_t j = 1; j < s.n; j++) {
      best = x[j * s.inner] > x[best * s.inner] ? j : best;
    }
    call->out[0]->data[l] = (float)best;
  }
  return TN_OK;
}

const struct tn_op tn_op_argmax = {.name = "argmax", .config_size = sizeof(struct config),
                                   .configure = argmax_configure, .infer = argmax_infer,
                                   .forward = argmax_forward};
