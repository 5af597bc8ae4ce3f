/* gather: rows of x (R,...) by indices of any shape S, output S + (...). The gradient of a row is
 * the sum over its places; indices have none. */
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

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
    .name = "gather", .infer = gather_infer,
    .forward = gather_forward, .backward = gather_backward};
