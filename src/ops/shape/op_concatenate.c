/* concatenate: up to TN_MAX_INPUTS tensors side by side along `axis` (default the last); the
 * gradient takes the same way back. */
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

struct config {
  int axis;
};

static enum tn_status concatenate_configure(void *config, const struct tn_attrs *attrs,
                                            struct tn_error *err) {
  (void)err;
  ((struct config *)config)->axis = (int)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

static enum tn_status concatenate_infer(const void *config, struct tn_infer *io,
                                        struct tn_error *err) {
  const struct tn_shape *first = &io->in[0];
  int axis;
  TN_TRY(tn_inputs_float(io, "concatenation", err));
  TN_TRY(tn_axis_find(((const struct config *)config)->axis, first, &axis, err));
  io->out[0] = *first;
  for (int k = 1; k < io->n_in; k++) {
    struct tn_shape other = io->in[k];
    int64_t more = axis < other.rank ? other.dim[axis] : 0;
    if (axis < other.rank) {
      other.dim[axis] = first->dim[axis];
    }
    if (!tn_shape_equal(&other, first)) {
      char one[80], two[80];
      return tn_fail(err, TN_STATUS_SHAPE,
                     "tensors of shapes %s and %s cannot be joined along axis %d: all other axes "
                     "must be alike",
                     tn_shape_text(first, one, sizeof one),
                     tn_shape_text(&io->in[k], two, sizeof two), axis + 1);
    }
    io->out[0].dim[axis] += more;
  }
  return TN_OK;
}

/* Copies between the inputs and the output; back: from the output's gradient to theirs. */
static void concatenate_copy(struct tn_call *call, int back) {
  int axis = ((const struct config *)call->config)->axis;
  struct tn_lines s = tn_lines_along(&call->out[0]->shape, axis);
  int64_t line = s.n * s.inner, from = 0;
  for (int i = 0; i < call->n_in; i++) {
    struct tn_lines part = tn_lines_along(&call->in[i]->shape, axis);
    int64_t width = part.n * part.inner;
    for (int64_t o = 0; o < s.outer; o++) {
      if (!back) {
        tn_vec_copy(width, call->in[i]->data + o * width, call->out[0]->data + o * line + from);
      } else if (call->din[i] != NULL) {
        tn_vec_copy(width, call->dout[0] + o * line + from, call->din[i] + o * width);
      }
    }
    from += width;
  }
}

static enum tn_status concatenate_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  concatenate_copy(call, 0);
  return TN_OK;
}

static enum tn_status concatenate_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  concatenate_copy(call, 1);
  return TN_OK;
}

const struct tn_op tn_op_concatenate = {
    .name = "concatenate", .config_size = sizeof(struct config), .configure = concatenate_configure,
    .infer = concatenate_infer, .forward = concatenate_forward, .backward = concatenate_backward};
