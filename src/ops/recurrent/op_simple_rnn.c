/* simple_rnn: h = act(x W + h_old U + b). Elman (Cognitive Science 1990).
 *   dz = dh act'(z);  dh_old = dz t(U) */
#include "kernels/vector.h"
#include "ops/op_list.h"
#include "ops/recurrent/pass_products.h"
#include "ops/recurrent/recurrent.h"

static void rnn_forward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  float *z = tn_pass_row(p, p->z, p->width, s, from);
  tn_pass_state_product(p, 0, 1, tn_pass_row(p, p->h, p->units, s, from), from, n, 1, 1, z,
                        p->width);
  if (p->pre != NULL) {
    tn_vec_copy(n * p->width, z, tn_pass_row(p, p->pre, p->width, s, from));
  }
  tn_activation_forward(&p->c->act, n, p->units, z, tn_pass_row(p, p->h, p->units, s + 1, from));
}

static void rnn_backward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  for (int64_t row = from; row < from + n; row++) {
    float *dz = tn_pass_row(p, p->z, p->width, s, row), *dh = p->dh + row * p->units;
    if (!tn_pass_counts(p, s, row)) {
      tn_vec_fill(p->width, 0, dz);
      continue;
    }
    tn_activation_backward(&p->c->act, 1, p->units, tn_pass_pre(p, s, row),
                           tn_pass_row(p, p->h, p->units, s + 1, row), dh, dz);
    tn_vec_fill(p->units, 0, dh);
  }
  tn_pass_state_slopes(p, 0, 1, tn_pass_row(p, p->z, p->width, s, from), p->width, from, n, 1, 1,
                       p->dh + from * p->units);
}

static void rnn_weights(const struct tn_pass *p) {
  tn_pass_state_kernel(p, 0, 1, p->h, p->z, p->width, 1);
}

static const struct tn_cell cell = {.gates = 1, .states = 1, .bias_rows = 1, .joint_forward = 1,
                                    .joint_backward = 1, .forward = rnn_forward,
                                    .backward = rnn_backward, .weights = rnn_weights};

static enum tn_status rnn_configure(void *config, const struct tn_attrs *attrs,
                                    struct tn_error *err) {
  return tn_recurrent_configure(config, &cell, attrs, err);
}

const struct tn_op tn_op_simple_rnn = TN_RECURRENT_OP("simple_rnn", rnn_configure);
