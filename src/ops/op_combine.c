/* concatenate: up to TN_MAX_INPUTS tensors side by side along `axis`; the gradient takes the same
 * way back. gather: rows of x (R,...) by indices of shape S, output S + (...); the gradient of a
 * row is the sum over its places, indices have none. matmul: x (...,n) times y (n,m), out (...,m);
 * dx = dz t(y), dy = t(x) dz. */
#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
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
    .name = "concatenate", .config_size = sizeof(struct config), .configure = axis_configure,
    .infer = concatenate_infer, .forward = concatenate_forward, .backward = concatenate_backward};

static enum tn_status gather_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *x = &io->in[0], *ids = &io->in[1];
  (void)config;
  TN_TRY(tn_input_check(io, 0, 0, "k_gather()", err));
  TN_TRY(tn_input_check(io, 1, 1, "k_gather()", err));
  if (x->rank < 1 || ids->rank + x->rank - 1 > TN_MAX_RANK) {
    char one[80], two[80];
    return tn_fail(err, TN_STATUS_SHAPE,
                   "k_gather() cannot take rows of shape %s by indices of shape %s: the result may "
                   "have at most %d axes",
                   tn_shape_text(x, one, sizeof one), tn_shape_text(ids, two, sizeof two),
                   TN_MAX_RANK);
  }
  io->out[0] = *ids;
  for (int k = 1; k < x->rank; k++) {
    io->out[0].dim[io->out[0].rank++] = x->dim[k];
  }
  return TN_OK;
}

/* Values per row of the reference. */
static int64_t gather_width(const struct tn_call *call) {
  return tn_lines_along(&call->in[0]->shape, 0).inner;
}

static double gather_index(const struct tn_tensor *indices, int64_t i) {
  return indices->dtype == TN_I32 ? (double)tn_tensor_ids(indices)[i] : (double)indices->data[i];
}

static enum tn_status gather_forward(struct tn_call *call, struct tn_error *err) {
  int64_t width = gather_width(call), n = tn_shape_size(&call->in[1]->shape);
  int64_t rows = call->in[0]->shape.dim[0];
  for (int64_t i = 0; i < n; i++) {
    double id = gather_index(call->in[1], i);
    if (!(id >= 0 && id < (double)rows)) { /* catches NaN */
      return tn_fail(err, TN_STATUS_ARG, "k_gather() takes indices from 0 to %lld, not %g",
                     (long long)rows - 1, id);
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
                 call->din[0] + (int64_t)gather_index(call->in[1], i) * width);
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
  TN_TRY(tn_inputs_float(io, "k_dot()", err));
  if (x->rank < 1 || y->rank != 2 || tn_shape_last(x) != y->dim[0]) {
    char one[80], two[80];
    return tn_fail(err, TN_STATUS_SHAPE,
                   "k_dot() multiplies the last axis of `x` with the first of the matrix `y`: "
                   "shapes %s and %s do not fit",
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
