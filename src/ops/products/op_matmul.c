/* matmul: x (X,n) times y (Y,n,m), output (X,Y,m), X and Y any axes or none.
 * dx = sum over Y of dz t(y), dy = t(x) dz. */
#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

/* x as a matrix (rows, n), y as `layers` matrices (n, m) one after the other. */
struct product {
  int64_t rows, n, m, layers;
};

static struct product product_of(const struct tn_call *call) {
  const struct tn_shape *x = &call->in[0]->shape, *y = &call->in[1]->shape;
  struct product p = {tn_shape_rows(x), y->dim[y->rank - 2], y->dim[y->rank - 1], 1};
  for (int k = 0; k < y->rank - 2; k++) {
    p.layers *= y->dim[k];
  }
  return p;
}

static enum tn_status matmul_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *x = &io->in[0], *y = &io->in[1];
  struct tn_shape *out = &io->out[0];
  (void)config;
  TN_TRY(tn_inputs_float(io, "k_dot()", err));
  if (x->rank < 1 || y->rank < 2 || tn_shape_last(x) != y->dim[y->rank - 2] ||
      x->rank + y->rank - 2 > TN_MAX_RANK) {
    char one[80], two[80];
    return tn_fail(err, TN_STATUS_SHAPE,
                   "k_dot() multiplies the last axis of `x` with the last but one of `y`: shapes "
                   "%s and %s do not fit",
                   tn_shape_text(x, one, sizeof one), tn_shape_text(y, two, sizeof two));
  }
  *out = *x;
  out->rank--;
  for (int k = 0; k < y->rank; k++) {
    if (k != y->rank - 2) {
      out->dim[out->rank++] = y->dim[k];
    }
  }
  return TN_OK;
}

static enum tn_status matmul_forward(struct tn_call *call, struct tn_error *err) {
  struct product p = product_of(call);
  (void)err;
  for (int64_t l = 0; l < p.layers; l++) {
    tn_gemm(TN_NO_TRANS, TN_NO_TRANS, p.rows, p.m, p.n, call->in[0]->data, p.n,
            call->in[1]->data + l * p.n * p.m, p.m, 0, call->out[0]->data + l * p.m,
            p.layers * p.m);
  }
  return TN_OK;
}

static enum tn_status matmul_backward(struct tn_call *call, struct tn_error *err) {
  struct product p = product_of(call);
  (void)err;
  if (call->din[0] != NULL && p.layers == 0) {
    tn_vec_fill(p.rows * p.n, 0, call->din[0]);
  }
  for (int64_t l = 0; l < p.layers; l++) {
    const float *dz = call->dout[0] + l * p.m;
    if (call->din[0] != NULL) {
      tn_gemm_gradient(TN_NO_TRANS, TN_TRANS, p.rows, p.n, p.m, dz, p.layers * p.m,
                       call->in[1]->data + l * p.n * p.m, p.m, l > 0, call->din[0], p.n);
    }
    if (call->din[1] != NULL) {
      tn_gemm_gradient(TN_TRANS, TN_NO_TRANS, p.n, p.m, p.rows, call->in[0]->data, p.n, dz,
                       p.layers * p.m, 0, call->din[1] + l * p.n * p.m, p.m);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_matmul = {
    .name = "matmul", .infer = matmul_infer,
    .forward = matmul_forward, .backward = matmul_backward};
