/* dense: y (..,U) = act(x (..,F) K (F,U) + b (U)), on the last axis.
 *   dz = dy * act'(z);  K += t(x) dz;  b += column sums of dz;  dx = dz t(K)
 * A sparse x costs what its entries cost; its K then gets gradients in the rows it touched only. */
#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "ops/elementwise/activation.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  struct tn_activation act;
  int64_t units;
  int use_bias;
};

static enum tn_status dense_configure(void *config, const struct tn_attrs *attrs,
                                      struct tn_error *err) {
  struct config *c = config;
  c->units = (int64_t)tn_attrs_number(attrs, "units", 0);
  c->use_bias = tn_attrs_flag(attrs, "use_bias", 1);
  if (c->units < 1) {
    return tn_fail(err, TN_STATUS_ARG, "`units` must be at least 1, not %lld",
                   (long long)c->units);
  }
  return tn_activation_read(attrs, &c->act, err);
}

static enum tn_status dense_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  if (io->in[0].rank < 2) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "a dense layer needs an input of at least 2 axes (samples and features), not %d",
                   io->in[0].rank);
  }
  int64_t features = tn_shape_last(&io->in[0]);
  io->out[0] = io->in[0];
  io->out[0].dim[io->in[0].rank - 1] = c->units;
  io->out_mask[0] = TN_MASK_PASS;
  io->n_params = 1 + c->use_bias;
  io->param[0] = (struct tn_param_spec){"kernel", tn_shape_2(features, c->units), TN_ROLE_TRAINED};
  io->param[1] = (struct tn_param_spec){"bias", tn_shape_1(c->units), TN_ROLE_TRAINED};
  io->scratch = tn_activation_needs_input(&c->act) ? tn_shape_size(&io->out[0]) : 0;
  io->work = tn_shape_size(&io->out[0]);
  return TN_OK;
}

static enum tn_status dense_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *x = call->in[0];
  struct tn_tensor *y = call->out[0];
  int64_t rows = tn_shape_rows(&y->shape), features = call->param[0]->rows;
  float *z = tn_activation_needs_input(&c->act) ? call->scratch : y->data;
  const float *bias = c->use_bias ? call->param[1]->value : NULL;
  (void)err;
  if (x->dtype == TN_CSR) {
    tn_csr_forward(&x->csr, c->units, call->param[0]->grad != NULL, call->param[0]->value, bias, z);
  } else {
    for (int64_t i = 0; i < rows && bias != NULL; i++) {
      tn_vec_copy(c->units, bias, z + i * c->units);
    }
    tn_gemm(TN_NO_TRANS, TN_NO_TRANS, rows, c->units, features, x->data, features,
            call->param[0]->value, c->units, bias != NULL, z, c->units);
  }
  if (c->act.kind != TN_ACT_LINEAR) {
    tn_activation_forward(&c->act, rows, c->units, z, y->data);
  }
  return TN_OK;
}

static enum tn_status dense_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *x = call->in[0], *y = call->out[0];
  struct tn_param *kernel = call->param[0];
  int64_t rows = tn_shape_rows(&y->shape), features = kernel->rows;
  const float *dz = call->dout[0];
  (void)err;
  if (c->act.kind != TN_ACT_LINEAR) {
    tn_activation_backward(&c->act, rows, c->units, call->scratch, y->data, dz, call->work);
    dz = call->work;
  }
  if (c->use_bias && call->param[1]->grad != NULL) {
    tn_rows_sum(rows, c->units, dz, call->param[1]->grad);
  }
  if (kernel->grad != NULL && x->dtype == TN_CSR) {
    tn_csr_backward(&x->csr, c->units, dz, kernel->grad);
  } else if (kernel->grad != NULL) {
    tn_gemm_gradient(TN_TRANS, TN_NO_TRANS, features, c->units, rows, x->data, features, dz,
                     c->units, 1, kernel->grad, c->units);
  }
  if (call->din[0] != NULL) {
    tn_gemm_gradient(TN_NO_TRANS, TN_TRANS, rows, features, c->units, dz, c->units,
                     kernel->value, c->units, 0, call->din[0], features);
  }
  return TN_OK;
}

static int dense_wants_rows(const void *config, const enum tn_dtype *in_dtype, int p) {
  (void)config;
  return p == 0 && in_dtype[0] == TN_CSR;
}

static enum tn_status dense_touch(const struct tn_call *call, int p, struct tn_error *err) {
  struct tn_param *kernel = call->param[p];
  (void)err;
  kernel->n_touched = tn_csr_touch(&call->in[0]->csr, kernel->n_touched, kernel->touched,
                                   kernel->mark);
  return TN_OK;
}

const struct tn_op tn_op_dense = {
    .name = "dense",
    .config_size = sizeof(struct config),
    .configure = dense_configure,
    .infer = dense_infer,
    .forward = dense_forward,
    .backward = dense_backward,
    .wants_rows = dense_wants_rows,
    .touch = dense_touch,
};
