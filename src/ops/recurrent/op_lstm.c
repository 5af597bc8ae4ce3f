/* lstm, columns in the order i, f, g, o: i, f, o = ract(.), g = act(.), each of x W + h_old U + b;
 * c = f c_old + i g;  h = o act(c). Hochreiter and Schmidhuber (Neural Computation 1997), with the
 * forget gate of Gers, Schmidhuber and Cummins (2000).
 *   do = dh act(c);  dc += dh o act'(c);  di = dc g;  df = dc c_old;  dg = dc i;  dc_old = dc f */
#include "kernels/cells.h"
#include "kernels/vector.h"
#include "ops/op_list.h"
#include "ops/recurrent/pass_products.h"
#include "ops/recurrent/recurrent.h"

/* act(c) of each step is kept. */
static void lstm_row(const struct tn_pass *p, int64_t s, int64_t row) {
  int64_t u = p->units;
  float *z = tn_pass_row(p, p->z, p->width, s, row);
  float *c = tn_pass_row(p, p->carry, u, s + 1, row), *bent = tn_pass_row(p, p->kept, u, s, row);
  tn_activation_forward(&p->c->gate_act, 2, u, z, z);
  tn_activation_forward(&p->c->act, 1, u, z + 2 * u, z + 2 * u);
  tn_activation_forward(&p->c->gate_act, 1, u, z + 3 * u, z + 3 * u);
  tn_cell_lstm(u, z, tn_pass_row(p, p->carry, u, s, row), c);
  tn_activation_forward(&p->c->act, 1, u, c, bent);
  tn_cell_product(u, z + 3 * u, bent, tn_pass_row(p, p->h, u, s + 1, row));
}

static void lstm_forward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  float *z = tn_pass_row(p, p->z, p->width, s, from);
  tn_pass_state_product(p, 0, 4, tn_pass_row(p, p->h, p->units, s, from), from, n, 1, 1, z,
                        p->width);
  if (p->pre != NULL) {
    tn_vec_copy(n * p->width, z, tn_pass_row(p, p->pre, p->width, s, from));
  }
  for (int64_t row = from; row < from + n; row++) {
    lstm_row(p, s, row);
  }
}

/* Over the gates of a row go the gradients of what went into their activations. `room`: 5 U. */
static void lstm_row_slopes(const struct tn_pass *p, int64_t s, int64_t row, float *room) {
  int64_t u = p->units;
  const struct tn_activation *act = &p->c->act, *gate_act = &p->c->gate_act;
  const float *pre = tn_pass_pre(p, s, row), *bent = tn_pass_row(p, p->kept, u, s, row);
  float *z = tn_pass_row(p, p->z, p->width, s, row), *value = room, *through = room + 4 * u;
  float *dh = p->dh + row * u, *dc = p->dc + row * u;
  tn_vec_copy(4 * u, z, value);
  tn_cell_product(u, dh, z + 3 * u, through);
  tn_activation_backward(act, 1, u, tn_pass_row(p, p->carry, u, s + 1, row), bent, through,
                         through);
  tn_vec_add(u, through, dc);
  tn_cell_product(u, dh, bent, z + 3 * u);
  tn_cell_lstm_slopes(u, z, tn_pass_row(p, p->carry, u, s, row), dc);
  tn_activation_backward(gate_act, 2, u, pre, value, z, z);
  tn_activation_backward(act, 1, u, pre == NULL ? NULL : pre + 2 * u, value + 2 * u, z + 2 * u,
                         z + 2 * u);
  tn_activation_backward(gate_act, 1, u, pre == NULL ? NULL : pre + 3 * u, value + 3 * u,
                         z + 3 * u, z + 3 * u);
  tn_vec_fill(u, 0, dh);
}

static void lstm_backward(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  for (int64_t row = from; row < from + n; row++) {
    if (tn_pass_counts(p, s, row)) {
      lstm_row_slopes(p, s, row, tn_pass_room(p, from));
    } else {
      tn_vec_fill(p->width, 0, tn_pass_row(p, p->z, p->width, s, row));
    }
  }
  tn_pass_state_slopes(p, 0, 4, tn_pass_row(p, p->z, p->width, s, from), p->width, from, n, 1, 1,
                       p->dh + from * p->units);
}

static void lstm_weights(const struct tn_pass *p) {
  tn_pass_state_kernel(p, 0, 4, p->h, p->z, p->width, 1);
}

static const struct tn_cell cell = {.gates = 4, .states = 2, .kept = 1, .bias_rows = 1,
                                    .joint_forward = 4, .joint_backward = 4,
                                    .forward = lstm_forward, .backward = lstm_backward,
                                    .weights = lstm_weights};

static enum tn_status lstm_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  return tn_recurrent_configure(config, &cell, attrs, err);
}

const struct tn_op tn_op_lstm = TN_RECURRENT_OP("lstm", lstm_configure);
