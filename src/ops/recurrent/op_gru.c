/* gru, columns in the order z, r, g: z, r = ract(x W + h_old U + b); h = z h_old + (1 - z) g with
 *   reset_after:  g = act(x Wg + bg + r q),  q = h_old Ug + b2g (z and r have a second bias too)
 *   otherwise:    g = act(x Wg + bg + (r h_old) Ug)
 * Cho et al. (EMNLP 2014), reset_after as in cuDNN.
 *   dz = dh (h_old - g);  dg = dh (1 - z);  dh_old = dh z + what comes through the gates */
#include "kernels/cells.h"
#include "kernels/vector.h"
#include "ops/op_list.h"
#include "ops/recurrent/pass_products.h"
#include "ops/recurrent/recurrent.h"

/* p->kept holds q, in backward its gradient; without reset_after r h_old. */

static void keep_inputs(const struct tn_pass *p, int64_t s, int64_t row) {
  if (p->pre != NULL) {
    tn_vec_copy(p->width, tn_pass_row(p, p->z, p->width, s, row),
                tn_pass_row(p, p->pre, p->width, s, row));
  }
}

static void finish_row(const struct tn_pass *p, int64_t s, int64_t row) {
  int64_t u = p->units;
  float *z = tn_pass_row(p, p->z, p->width, s, row), *g = z + 2 * u;
  if (p->pre != NULL) {
    tn_vec_copy(u, g, tn_pass_pre(p, s, row) + 2 * u);
  }
  tn_activation_forward(&p->c->act, 1, u, g, g);
  tn_cell_gru(u, z, g, tn_pass_row(p, p->h, u, s, row), tn_pass_row(p, p->h, u, s + 1, row));
}

/* ---- reset after the product ------------------------------------------------------------------- */

static void after_forward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  int64_t u = p->units;
  float *product = tn_pass_room(p, from);
  const float *bias = p->c->use_bias ? p->call->param[2]->value + p->width : NULL;
  tn_pass_state_product(p, 0, 3, tn_pass_row(p, p->h, u, s, from), from, n, 1, 0, product,
                        p->width);
  for (int64_t row = from; row < from + n; row++, product += p->width) {
    float *z = tn_pass_row(p, p->z, p->width, s, row), *q = tn_pass_row(p, p->kept, u, s, row);
    if (bias != NULL) {
      tn_vec_add(p->width, bias, product);
    }
    tn_vec_add(2 * u, product, z);
    keep_inputs(p, s, row);
    tn_activation_forward(&p->c->gate_act, 2, u, z, z);
    tn_vec_copy(u, product + 2 * u, q);
    tn_vec_mul(u, z + u, product + 2 * u);
    tn_vec_add(u, product + 2 * u, z + 2 * u);
    finish_row(p, s, row);
  }
}

static void after_row_slopes(const struct tn_pass *p, int64_t s, int64_t row, float *value) {
  int64_t u = p->units;
  float *z = tn_pass_row(p, p->z, p->width, s, row), *q = tn_pass_row(p, p->kept, u, s, row);
  const float *pre = tn_pass_pre(p, s, row);
  tn_vec_copy(p->width, z, value);
  tn_cell_gru_slopes(u, z, z + 2 * u, tn_pass_row(p, p->h, u, s, row), p->dh + row * u, z,
                     z + 2 * u);
  tn_activation_backward(&p->c->act, 1, u, pre == NULL ? NULL : pre + 2 * u, value + 2 * u,
                         z + 2 * u, z + 2 * u);
  tn_cell_product(u, z + 2 * u, q, z + u);
  tn_cell_product(u, z + 2 * u, value + u, q);
  tn_activation_backward(&p->c->gate_act, 2, u, pre, value, z, z);
}

static void after_backward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  int64_t u = p->units;
  for (int64_t row = from; row < from + n; row++) {
    if (tn_pass_counts(p, s, row)) {
      after_row_slopes(p, s, row, tn_pass_room(p, from));
    } else {
      tn_vec_fill(p->width, 0, tn_pass_row(p, p->z, p->width, s, row));
      tn_vec_fill(u, 0, tn_pass_row(p, p->kept, u, s, row));
    }
  }
  tn_pass_state_slopes(p, 0, 2, tn_pass_row(p, p->z, p->width, s, from), p->width, from, n, 1, 1,
                       p->dh + from * u);
  tn_pass_state_slopes(p, 2, 1, tn_pass_row(p, p->kept, u, s, from), u, from, n, 1, 1,
                       p->dh + from * u);
}

static void after_weights(const struct tn_pass *p) {
  tn_pass_state_kernel(p, 0, 2, p->h, p->z, p->width, 1);
  tn_pass_state_kernel(p, 2, 1, p->h, p->kept, p->units, 1);
  if (p->c->use_bias && p->call->param[2]->grad != NULL) {
    float *grad = p->call->param[2]->grad + p->width;
    tn_pass_bias(p, 2 * p->units, p->z, p->width, grad);
    tn_pass_bias(p, p->units, p->kept, p->units, grad + 2 * p->units);
  }
}

/* ---- reset before the product ------------------------------------------------------------------ */

static void before_forward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  int64_t u = p->units;
  float *z = tn_pass_row(p, p->z, p->width, s, from), *reset = tn_pass_row(p, p->kept, u, s, from);
  const float *h = tn_pass_row(p, p->h, u, s, from);
  tn_pass_state_product(p, 0, 2, h, from, n, 1, 1, z, p->width);
  tn_vec_copy(n * u, h, reset);
  tn_pass_drop_state(p, 2, from, n, reset);
  for (int64_t i = 0; i < n; i++) {
    float *gates = z + i * p->width;
    keep_inputs(p, s, from + i);
    tn_activation_forward(&p->c->gate_act, 2, u, gates, gates);
    tn_vec_mul(u, gates + u, reset + i * u);
  }
  tn_pass_state_product(p, 2, 1, reset, from, n, 0, 1, z + 2 * u, p->width);
  for (int64_t row = from; row < from + n; row++) {
    finish_row(p, s, row);
  }
}

/* Gradients of z and g first; that of r needs the product of dg with t(Ug). */
static void before_row_slopes(const struct tn_pass *p, int64_t s, int64_t row, float *value) {
  int64_t u = p->units;
  float *z = tn_pass_row(p, p->z, p->width, s, row);
  const float *pre = tn_pass_pre(p, s, row);
  tn_vec_copy(p->width, z, value);
  tn_cell_gru_slopes(u, z, z + 2 * u, tn_pass_row(p, p->h, u, s, row), p->dh + row * u, z,
                     z + 2 * u);
  tn_activation_backward(&p->c->act, 1, u, pre == NULL ? NULL : pre + 2 * u, value + 2 * u,
                         z + 2 * u, z + 2 * u);
}

/* d: gradient of r h_old (h_old after dropout), becomes that of h_old; value: the gates. */
static void reset_row_slopes(const struct tn_pass *p, int64_t s, int64_t row, const float *value,
                             float *d) {
  int64_t u = p->units;
  float *z = tn_pass_row(p, p->z, p->width, s, row);
  tn_vec_copy(u, tn_pass_row(p, p->h, u, s, row), z + u);
  tn_pass_drop_state(p, 2, row, 1, z + u);
  tn_vec_mul(u, d, z + u);
  tn_activation_backward(&p->c->gate_act, 2, u, tn_pass_pre(p, s, row), value, z, z);
  tn_vec_mul(u, value + u, d);
  tn_pass_drop_state(p, 2, row, 1, d);
  tn_vec_add(u, d, p->dh + row * u);
}

static void before_backward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  int64_t u = p->units;
  float *value = tn_pass_room(p, from), *d = value + n * p->width;
  float *z = tn_pass_row(p, p->z, p->width, s, from);
  for (int64_t i = 0; i < n; i++) {
    if (tn_pass_counts(p, s, from + i)) {
      before_row_slopes(p, s, from + i, value + i * p->width);
    } else {
      tn_vec_fill(p->width, 0, z + i * p->width);
    }
  }
  tn_pass_state_slopes(p, 2, 1, z + 2 * u, p->width, from, n, 0, 0, d);
  for (int64_t i = 0; i < n; i++) {
    if (tn_pass_counts(p, s, from + i)) {
      reset_row_slopes(p, s, from + i, value + i * p->width, d + i * u);
    }
  }
  tn_pass_state_slopes(p, 0, 2, z, p->width, from, n, 1, 1, p->dh + from * u);
}

static void before_weights(const struct tn_pass *p) {
  tn_pass_state_kernel(p, 0, 2, p->h, p->z, p->width, 1);
  tn_pass_state_kernel(p, 2, 1, p->kept, p->z + 2 * p->units, p->width, 0);
}

static const struct tn_cell after = {.gates = 3, .states = 1, .kept = 1, .bias_rows = 2,
                                     .joint_forward = 3, .joint_backward = 2,
                                     .forward = after_forward, .backward = after_backward,
                                     .weights = after_weights};
static const struct tn_cell before = {.gates = 3, .states = 1, .kept = 1, .bias_rows = 1,
                                      .joint_forward = 2, .joint_backward = 2,
                                      .forward = before_forward, .backward = before_backward,
                                      .weights = before_weights};

static enum tn_status gru_configure(void *config, const struct tn_attrs *attrs,
                                    struct tn_error *err) {
  int reset_after = tn_attrs_flag(attrs, "reset_after", 1);
  return tn_recurrent_configure(config, reset_after ? &after : &before, attrs, err);
}

const struct tn_op tn_op_gru = TN_RECURRENT_OP("gru", gru_configure);
