/* concatenate along an axis; gather rows of a tensor by indices along its first axis; matmul of the
 * last axis of x (..,n) with y (n,m). */
#include <math.h>
#include <string.h>

#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/ops_tensor.h"

struct config {
  int axis;
};

static enum tn_status axis_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  (void)err;
  ((struct config *)config)->axis = (int)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

static enum tn_status concatenate_infer(const void *config, struct tn_infer *io,
                                        struct tn_error *err) {
  int rank = io->in[0].rank, axis = ((const struct config *)config)->axis;
  axis = axis < 0 ? axis + rank : axis;
  if (axis < 0 || axis >= rank) {
    return tn_fail(err, TN_STATUS_SHAPE, "there is no axis %d in a tensor of %d axes", axis, rank);
  }
  io->out[0] = io->in[0];
  for (int k = 1; k < io->n_in; k++) {
    struct tn_shape other = io->in[k];
    int64_t more = other.rank == rank ? other.dim[axis] : 0;
    if (other.rank == rank) {
      other.dim[axis] = io->in[0].dim[axis];
    }
    if (!tn_shape_equal(&other, &io->in[0])) {
      char one[80], two[80];
      return tn_fail(err, TN_STATUS_SHAPE, "tensors of shapes %s and %s cannot be joined along axis %d",
                     tn_shape_text(&io->in[0], one, sizeof one),
                     tn_shape_text(&io->in[k], two, sizeof two), axis);
    }
    io->out[0].dim[axis] += more;
  }
  return TN_OK;
}

/* Copies between the inputs and the output; back: from the output's gradient to theirs. */
static void concatenate_copy(struct tn_call *call, int back) {
  int axis = ((const struct config *)call->config)->axis;
  const struct tn_shape *out = &call->out[0]->shape;
  int64_t outer = 1, inner = 1, from = 0;
  axis = axis < 0 ? axis + out->rank : axis;
  for (int k = 0; k < out->rank; k++) {
    outer *= k < axis ? out->dim[k] : 1;
    inner *= k > axis ? out->dim[k] : 1;
  }
  for (int i = 0; i < call->n_in; i++) {
    int64_t width = call->in[i]->shape.dim[axis] * inner, line = out->dim[axis] * inner;
    for (int64_t o = 0; o < outer; o++) {
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
    .name = "concatenate", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = concatenate_infer, .forward = concatenate_forward, .backward = concatenate_backward};

static enum tn_status gather_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *x = &io->in[0], *ids = &io->in[1];
  (void)config;
  if (x->rank < 1 || ids->rank + x->rank - 1 > TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE, "gather needs a tensor with at least one axis");
  }
  io->out[0] = *ids;
  for (int k = 1; k < x->rank; k++) {
    io->out[0].dim[io->out[0].rank++] = x->dim[k];
  }
  return TN_OK;
}

static int64_t gather_width(const struct tn_call *call) {
  const struct tn_shape *x = &call->in[0]->shape;
  return x->dim[0] == 0 ? 0 : tn_shape_size(x) / x->dim[0];
}

static enum tn_status gather_forward(struct tn_call *call, struct tn_error *err) {
  int64_t width = gather_width(call), n = tn_shape_size(&call->in[1]->shape);
  for (int64_t i = 0; i < n; i++) {
    float id = call->in[1]->data[i];
    if (!(id >= 0 && id < (float)call->in[0]->shape.dim[0])) {
      return tn_fail(err, TN_STATUS_ARG, "gather takes indices from 0 to %lld, not %g",
                     (long long)call->in[0]->shape.dim[0] - 1, (double)id);
    }
    tn_vec_copy(width, call->in[0]->data + (int64_t)id * width, call->out[0]->data + i * width);
  }
  return TN_OK;
}

static enum tn_status gather_backward(struct tn_call *call, struct tn_error *err) {
  int64_t width = gather_width(call), n = tn_shape_size(&call->in[1]->shape);
  (void)err;
  if (call->din[1] != NULL) {
    tn_vec_fill(n, 0, call->din[1]);
  }
  if (call->din[0] != NULL) {
    tn_vec_fill(tn_shape_size(&call->in[0]->shape), 0, call->din[0]);
    for (int64_t i = 0; i < n; i++) {
      tn_vec_add(width, call->dout[0] + i * width,
                 call->din[0] + (int64_t)call->in[1]->data[i] * width);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_gather = {
    .name = "gather", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = gather_infer, .forward = gather_forward, .backward = gather_backward};

static enum tn_status matmul_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *x = &io->in[0], *y = &io->in[1];
  (void)config;
  if (x->rank < 1 || y->rank != 2 || tn_shape_last(x) != y->dim[0]) {
    char one[80], two[80];
    return tn_fail(err, TN_STATUS_SHAPE, "tensors of shapes %s and %s cannot be multiplied",
                   tn_shape_text(x, one, sizeof one), tn_shape_text(y, two, sizeof two));
  }
  io->out[0] = *x;
  io->out[0].dim[x->rank - 1] = y->dim[1];
  return TN_OK;
}

static enum tn_status matmul_forward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *y = &call->in[1]->shape;
  int64_t rows = tn_shape_rows(&call->in[0]->shape);
  (void)err;
  tn_gemm(TN_NO_TRANS, TN_NO_TRANS, rows, y->dim[1], y->dim[0], 1, call->in[0]->data, y->dim[0],
          call->in[1]->data, y->dim[1], 0, call->out[0]->data, y->dim[1]);
  return TN_OK;
}

static enum tn_status matmul_backward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *y = &call->in[1]->shape;
  int64_t rows = tn_shape_rows(&call->in[0]->shape), n = y->dim[0], m = y->dim[1];
  (void)err;
  if (call->din[0] != NULL) {
    tn_gemm(TN_NO_TRANS, TN_TRANS, rows, n, m, 1, call->dout[0], m, call->in[1]->data, m, 0,
            call->din[0], n);
  }
  if (call->din[1] != NULL) {
    tn_gemm(TN_TRANS, TN_NO_TRANS, n, m, rows, 1, call->in[0]->data, n, call->dout[0], m, 0,
            call->din[1], m);
  }
  return TN_OK;
}

const struct tn_op tn_op_matmul = {
    .name = "matmul", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = matmul_infer, .forward = matmul_forward, .backward = matmul_backward};
