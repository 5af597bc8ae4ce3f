/* A recurrent op with options, and the plain reading of its formulas: one sample, in double. */
#ifndef TN_TESTS_RECURRENT_FIXTURE_H
#define TN_TESTS_RECURRENT_FIXTURE_H

#include "op_check.h"

enum { MOST_UNITS = 8 };

struct options {
  const char *op, *act, *gate_act;
  int64_t batch, steps, features, units;
  int bias, sequences, state, backwards, zero_masked, reset_after, masked, given;
  double dropout, recurrent_dropout;
};

static inline int gates_of(const struct options *o) {
  return strcmp(o->op, "lstm") == 0 ? 4 : strcmp(o->op, "gru") == 0 ? 3 : 1;
}
static inline int states_of(const struct options *o) { return gates_of(o) == 4 ? 2 : 1; }

static uint8_t *mask; /* of the input of the op that was made last */

static inline enum tn_status make(struct op_check *c, const struct options *o) {
  struct tn_shape in[3] = {SHAPE(o->batch, o->steps, o->features), SHAPE(o->batch, o->units),
                           SHAPE(o->batch, o->units)};
  enum tn_status status = op_make(
      c, o->op,
      ATTRS(NUMBERS("units", (double)o->units), TEXT("activation", o->act),
            TEXT("recurrent_activation", o->gate_act), NUMBERS("use_bias", o->bias),
            NUMBERS("return_sequences", o->sequences), NUMBERS("return_state", o->state),
            NUMBERS("go_backwards", o->backwards), NUMBERS("zero_masked", o->zero_masked),
            NUMBERS("reset_after", o->reset_after), NUMBERS("dropout", o->dropout),
            NUMBERS("recurrent_dropout", o->recurrent_dropout)),
      1 + (o->given ? states_of(o) : 0), in);
  if (status != TN_OK) {
    return status;
  }
  for (int k = 0; k < c->io.n_in; k++) {
    op_fill(c, k, -1, 1);
  }
  mask = calloc((size_t)(o->batch * o->steps) + 1, 1);
  for (int64_t i = 0; i < o->batch * o->steps; i++) {
    mask[i] = (uint8_t)(i / o->steps != 1 && i * 7 % 5 < 3); /* row 1 has no step that counts */
  }
  c->in[0].mask = o->masked ? mask : NULL;
  c->call.seed = 5;
  return TN_OK;
}

static inline void clear(struct op_check *c) {
  op_free(c);
  free(mask);
}

/* ---- the formulas, for one sample, in double --------------------------------------------------- */

static inline double bend(const char *name, double z) {
  if (strcmp(name, "tanh") == 0) return tanh(z);
  if (strcmp(name, "sigmoid") == 0) return 1 / (1 + exp(-z));
  if (strcmp(name, "hard_sigmoid") == 0) return fmin(fmax(0.2 * z + 0.5, 0), 1);
  if (strcmp(name, "hard_sigmoid_keras3") == 0) return fmin(fmax(z / 6 + 0.5, 0), 1);
  if (strcmp(name, "softsign") == 0) return z / (1 + fabs(z));
  if (strcmp(name, "elu") == 0) return z >= 0 ? z : exp(z) - 1;
  return z;
}

/* Sum of v (n) times column `j` of parameter k. */
static inline double column(const struct op_check *c, int k, int64_t j, int64_t n, const double *v) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) {
    sum += v[i] * (double)c->param[k].value[i * c->param[k].cols + j];
  }
  return sum;
}

static inline double bias_at(const struct op_check *c, const struct options *o, int row, int64_t j) {
  return o->bias ? (double)c->param[2].value[row * gates_of(o) * o->units + j] : 0;
}

static inline void naive_step(const struct op_check *c, const struct options *o, const double *x,
                       double *h, double *cell) {
  int64_t u = o->units;
  double z[4][MOST_UNITS], old[MOST_UNITS], reset[MOST_UNITS];
  memcpy(old, h, sizeof old);
  for (int g = 0; g < gates_of(o); g++) {
    for (int64_t j = 0; j < u; j++) {
      z[g][j] = column(c, 0, g * u + j, o->features, x) + bias_at(c, o, 0, g * u + j);
      if (gates_of(o) != 3) {
        z[g][j] = bend(gates_of(o) == 1 || g == 2 ? o->act : o->gate_act,
                       z[g][j] + column(c, 1, g * u + j, u, old));
      }
    }
  }
  for (int64_t j = 0; gates_of(o) == 4 && j < u; j++) {
    cell[j] = z[1][j] * cell[j] + z[0][j] * z[2][j];
    h[j] = z[3][j] * bend(o->act, cell[j]);
  }
  for (int64_t j = 0; gates_of(o) == 1 && j < u; j++) {
    h[j] = z[0][j];
  }
  if (gates_of(o) != 3) {
    return;
  }
  for (int g = 0; g < 2; g++) {
    for (int64_t j = 0; j < u; j++) {
      z[g][j] = bend(o->gate_act, z[g][j] + column(c, 1, g * u + j, u, old) +
                                      (o->reset_after ? bias_at(c, o, 1, g * u + j) : 0));
      reset[j] = z[1][j] * old[j];
    }
  }
  for (int64_t j = 0; j < u; j++) {
    double q = o->reset_after
                   ? z[1][j] * (column(c, 1, 2 * u + j, u, old) + bias_at(c, o, 1, 2 * u + j))
                   : column(c, 1, 2 * u + j, u, reset);
    h[j] = z[0][j] * old[j] + (1 - z[0][j]) * bend(o->act, z[2][j] + q);
  }
}

static inline void compare_row(const struct op_check *c, const struct options *o, int64_t row) {
  double x[MOST_UNITS], h[MOST_UNITS] = {0}, cell[MOST_UNITS] = {0}, out[MOST_UNITS] = {0};
  int64_t u = o->units;
  for (int64_t j = 0; o->given && j < u; j++) {
    h[j] = c->in[1].data[row * u + j];
    cell[j] = states_of(o) == 2 ? c->in[2].data[row * u + j] : 0;
  }
  for (int64_t s = 0; s < o->steps; s++) {
    int64_t t = row * o->steps + (o->backwards ? o->steps - 1 - s : s);
    int counts = !o->masked || mask[t];
    for (int64_t j = 0; j < o->features; j++) {
      x[j] = c->in[0].data[t * o->features + j];
    }
    if (counts) {
      naive_step(c, o, x, h, cell);
      memcpy(out, h, sizeof out);
    }
    for (int64_t j = 0; o->sequences && j < u; j++) {
      CHECK_NEAR(c->out[0].data[(row * o->steps + s) * u + j],
                 counts || !o->zero_masked ? out[j] : 0, 2e-5);
    }
  }
  for (int64_t j = 0; j < u; j++) {
    if (!o->sequences) {
      CHECK_NEAR(c->out[0].data[row * u + j], out[j], 2e-5);
    }
    if (o->state) {
      CHECK_NEAR(c->out[1].data[row * u + j], h[j], 2e-5);
    }
    if (o->state && states_of(o) == 2) {
      CHECK_NEAR(c->out[2].data[row * u + j], cell[j], 2e-5);
    }
  }
}

#endif
