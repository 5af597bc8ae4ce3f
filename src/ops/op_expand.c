/* expand_dims: a new axis of size 1 before axis `axis` (from 0, negative from the end, where -1
 * appends); squeeze: axis `axis` of size 1 goes. Values are copied as they lie. */
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/ops_tensor.h"

struct config {
  int64_t axis;
};

static enum tn_status axis_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  (void)err;
  ((struct config *)config)->axis = (int64_t)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

static enum tn_status expand_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  struct tn_shape *out = &io->out[0], wider = io->in[0];
  int axis;
  TN_TRY(tn_inputs_float(io, "k_expand_dims()", err));
  if (wider.rank == TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE, "a shape may have at most %d axes", TN_MAX_RANK);
  }
  wider.dim[wider.rank++] = 1;
  TN_TRY(tn_axis_find(((const struct config *)config)->axis, &wider, &axis, err));
  *out = wider;
  for (int k = axis + 1; k < out->rank; k++) {
    out->dim[k] = io->in[0].dim[k - 1];
  }
  out->dim[axis] = 1;
  return TN_OK;
}

static enum tn_status squeeze_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *in = &io->in[0];
  struct tn_shape *out = &io->out[0];
  int axis;
  char text[80];
  TN_TRY(tn_inputs_float(io, "k_squeeze()", err));
  TN_TRY(tn_axis_find(((const struct config *)config)->axis, in, &axis, err));
  if (in->dim[axis] != 1) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "k_squeeze() drops an axis of size 1; axis %d of shape %s has %d", axis + 1,
                   tn_shape_text(in, text, sizeof text), (int)in->dim[axis]);
  }
  out->rank = 0;
  for (int k = 0; k < in->rank; k++) {
    if (k != axis) {
      out->dim[out->rank++] = in->dim[k];
    }
  }
  return TN_OK;
}

static enum tn_status copy_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  tn_vec_copy(tn_shape_size(&call->in[0]->shape), call->in[0]->data, call->out[0]->data);
  return TN_OK;
}

static enum tn_status copy_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_copy(tn_shape_size(&call->in[0]->shape), call->dout[0], call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_expand_dims = {
    .name = "expand_dims", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = expand_infer, .forward = copy_forward, .backward = copy_backward};
const struct tn_op tn_op_squeeze = {
    .name = "squeeze", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = squeeze_infer, .forward = copy_forward, .backward = copy_backward};
