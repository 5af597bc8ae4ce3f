/* simple_rnn, lstm and gru against a plain reading of their formulas, gradients against differences,
 * states from batch to batch, dropout, the same bits for any number of threads, bad shapes. */
#include "op_check.h"
#include "platform/threads.h"

enum { MOST_UNITS = 8 };

struct options {
  const char *op, *act, *gate_act;
  int64_t batch, steps, features, units;
  int bias, sequences, state, backwards, zero_masked, reset_after, masked, given;
  double dropout, recurrent_dropout;
};

static int gates_of(const struct options *o) {
  return strcmp(o->op, "lstm") == 0 ? 4 : strcmp(o->op, "gru") == 0 ? 3 : 1;
}
static int states_of(const struct options *o) { return gates_of(o) == 4 ? 2 : 1; }

static uint8_t *mask; /* of the input of the op that was made last */

static enum tn_status make(struct op_check *c, const struct options *o) {
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

static void clear(struct op_check *c) {
  op_free(c);
  free(mask);
}

/* ---- the formulas, for one sample, in double --------------------------------------------------- */

static double bend(const char *name, double z) {
  if (strcmp(name, "tanh") == 0) return tanh(z);
  if (strcmp(name, "sigmoid") == 0) return 1 / (1 + exp(-z));
  if (strcmp(name, "hard_sigmoid") == 0) return fmin(fmax(0.2 * z + 0.5, 0), 1);
  if (strcmp(name, "softsign") == 0) return z / (1 + fabs(z));
  if (strcmp(name, "elu") == 0) return z >= 0 ? z : exp(z) - 1;
  return z;
}

/* Sum of v (n) times column `j` of parameter k. */
static double column(const struct op_check *c, int k, int64_t j, int64_t n, const double *v) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) {
    sum += v[i] * (double)c->param[k].value[i * c->param[k].cols + j];
  }
  return sum;
}

static double bias_at(const struct op_check *c, const struct options *o, int row, int64_t j) {
  return o->bias ? (double)c->param[2].value[row * gates_of(o) * o->units + j] : 0;
}

static void naive_step(const struct op_check *c, const struct options *o, const double *x,
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

static void compare_row(const struct op_check *c, const struct options *o, int64_t row) {
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

/* ---- options by chance ------------------------------------------------------------------------- */

static struct options options_by_chance(uint64_t *state) {
  static const char *const ops[] = {"simple_rnn", "lstm", "gru"};
  static const char *const acts[] = {"tanh", "tanh", "softsign", "linear", "sigmoid", "elu"};
  static const char *const gate_acts[] = {"sigmoid", "sigmoid", "hard_sigmoid", "softsign", "tanh"};
#define UP_TO(n) ((int)chance(state, n))
  struct options o = {ops[UP_TO(3)], acts[UP_TO(6)], gate_acts[UP_TO(5)],
                      1 + UP_TO(4), 1 + UP_TO(5), 1 + UP_TO(4), 1 + UP_TO(5),
                      UP_TO(2), UP_TO(2), UP_TO(2), UP_TO(2), UP_TO(3) == 0, UP_TO(2), UP_TO(2), UP_TO(2),
                      UP_TO(2) * 0.25, UP_TO(2) * 0.5};
#undef UP_TO
  return o;
}

TEST(formulas) {
  uint64_t state = 7;
  for (int i = 0; i < 300; i++) {
    struct options o = options_by_chance(&state);
    struct op_check c;
    CHECK(make(&c, &o) == TN_OK); /* not in training: no dropout */
    CHECK(op_forward(&c) == TN_OK);
    for (int64_t row = 0; row < o.batch; row++) {
      compare_row(&c, &o, row);
    }
    clear(&c);
  }
}

/* A masked step may hold anything. Its input and the first states of a row get their gradients. */
TEST(gradients) {
  uint64_t state = 3;
  for (int i = 0; i < 120; i++) {
    struct options o = options_by_chance(&state);
    struct op_check c;
    if (strcmp(o.gate_act, "hard_sigmoid") == 0) {
      o.gate_act = "sigmoid"; /* differences do not see kinks: below */
    }
    o.act = strcmp(o.act, "elu") == 0 ? "softplus" : o.act;
    CHECK(make(&c, &o) == TN_OK);
    c.call.training = 1;
    op_check_gradients(&c, 4e-3);
    clear(&c);
  }
}

TEST(gradients_that_are_not_wanted) {
  uint64_t state = 11;
  for (int i = 0; i < 60; i++) {
    struct options o = options_by_chance(&state);
    struct op_check c;
    CHECK(make(&c, &o) == TN_OK);
    for (int k = 0; k < c.io.n_out; k++) {
      c.call.dout[k] = i % 4 == k ? NULL : c.dout[k];
    }
    for (int k = 0; k < c.io.n_in; k++) {
      c.call.din[k] = i % 5 == k ? NULL : c.din[k];
      c.din[k][0] = NAN; /* overwritten, not added to */
    }
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    for (int k = 0; k < c.io.n_in; k++) {
      CHECK(isnan(c.din[k][0]) == (c.call.din[k] == NULL));
    }
    for (int k = 0; k < c.io.n_params; k++) {
      float first = c.param[k].grad[0], *grad = c.param[k].grad;
      CHECK(op_forward(&c) == TN_OK && c.op->backward(&c.call, &c.err) == TN_OK);
      CHECK_NEAR(c.param[k].grad[0], 2 * first, 1e-4); /* added */
      c.param[k].grad = NULL;
      CHECK(op_forward(&c) == TN_OK && c.op->backward(&c.call, &c.err) == TN_OK);
      c.param[k].grad = grad;
      op_backward(&c);
    }
    clear(&c);
  }
}

/* The kink of hard_sigmoid by hand: one unit, one step, gates at 0.2 z + 0.5 or beyond. */
TEST(hard_gates) {
  struct op_check c;
  struct options o = {"lstm", "linear", "hard_sigmoid", 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  static const float w[] = {1, 0, 2, 3}, b[] = {0, 0, 0, 0}; /* i, f, g, o for x = 1 */
  CHECK(make(&c, &o) == TN_OK);
  memcpy(c.param[0].value, w, sizeof w);
  memcpy(c.param[2].value, b, sizeof b);
  c.in[0].data[0] = 1;
  c.dout[0][0] = 1;
  CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
  CHECK_NEAR(c.out[0].data[0], 0.7 * 2 * 1, 1e-6); /* o = 0.6 + 0.5 is cut off at 1 */
  CHECK_NEAR(c.param[0].grad[0], 0.2 * 2, 1e-6);
  CHECK_NEAR(c.param[0].grad[2], 0.7, 1e-6);
  CHECK(c.param[0].grad[3] == 0 && c.param[0].grad[1] == 0);
  clear(&c);
}

/* ---- dropout ----------------------------------------------------------------------------------- */

/* One weight matrix the identity, the other zero, no bias: the state shows a mask at each step. */
TEST(one_mask_for_all_steps) {
  for (int recurrent = 0; recurrent < 2; recurrent++) {
    struct op_check c;
    struct options o = {"simple_rnn", "linear", "sigmoid", 50, 3, 40, 40, 0, 1, 0, 0, 0, 0, 0, 1,
                        recurrent ? 0 : 0.25, recurrent ? 0.25 : 0};
    int dropped = 0;
    CHECK(make(&c, &o) == TN_OK);
    for (int64_t i = 0; i < 1600; i++) {
      c.param[recurrent].value[i] = i / 40 == i % 40;
      c.param[!recurrent].value[i] = 0;
    }
    for (int64_t i = 0; i < 50 * 3 * 40; i++) {
      c.in[0].data[i] = 1;
      c.in[1].data[i % 2000] = 1;
    }
    c.call.training = 1;
    CHECK(op_forward(&c) == TN_OK);
    for (int64_t i = 0; i < 2000; i++) {
      const float *h = c.out[0].data + i / 40 * 120 + i % 40;
      double kept = 1 / 0.75;
      dropped += h[0] == 0;
      CHECK(h[0] == 0 || fabs((double)h[0] - kept) < 1e-6);
      CHECK_NEAR(h[80], h[0] == 0 ? 0 : recurrent ? kept * kept * kept : kept, 1e-5);
    }
    CHECK(abs(dropped - 500) < 5 * sqrt(2000 * 0.25 * 0.75));
    clear(&c);
  }
}

/* With dropout of the state every gate has masks of its own, else one mask serves all. */
TEST(masks_of_gates) {
  for (int own = 0; own < 2; own++) {
    struct op_check c;
    struct options o = {"lstm", "linear", "linear", 200, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0.5,
                        own ? 0.5 : 0};
    int both = 0, one = 0;
    CHECK(make(&c, &o) == TN_OK);
    for (int k = 0; k < 4; k++) { /* i = x / 1, f = 0, g = x, o = 0: c = i g */
      c.param[0].value[k] = k == 0 || k == 2;
      c.param[1].value[k] = 0;
    }
    for (int64_t i = 0; i < 200; i++) {
      c.in[0].data[i] = 1;
      c.in[2].data[i] = 0;
    }
    c.call.training = 1;
    CHECK(op_forward(&c) == TN_OK);
    for (int64_t i = 0; i < 200; i++) {
      both += c.out[2].data[i] == 4; /* neither gate lost its x */
      one += c.out[2].data[i] != 4 && c.out[2].data[i] != 0;
    }
    CHECK(one == 0);
    CHECK(abs(both - (own ? 50 : 100)) < 5 * sqrt(50));
    clear(&c);
  }
}

/* ---- states ------------------------------------------------------------------------------------ */

static enum tn_status make_stateful(struct op_check *c, const char *op, int stateful, int64_t steps) {
  struct tn_shape in[1] = {SHAPE(2, steps, 3)};
  return op_make(c, op, ATTRS(NUMBERS("units", 4), NUMBERS("stateful", stateful),
                              TEXT("activation", "tanh"), TEXT("recurrent_activation", "sigmoid")),
                 1, in);
}

/* Two batches of 3 steps give what one of 6 steps gives. */
TEST(states_go_on) {
  static const char *const ops[] = {"simple_rnn", "lstm", "gru"};
  for (int k = 0; k < 3; k++) {
    struct op_check whole, part;
    CHECK(make_stateful(&whole, ops[k], 0, 6) == TN_OK);
    CHECK(make_stateful(&part, ops[k], 1, 3) == TN_OK);
    int states = part.io.n_params - whole.io.n_params;
    CHECK(states == (k == 1 ? 2 : 1));
    op_fill(&whole, 0, -1, 1);
    CHECK(op_forward(&whole) == TN_OK);
    for (int p = 3; p < part.io.n_params; p++) {
      CHECK(part.io.param[p].role == TN_ROLE_STATE);
      memset(part.param[p].value, 0, (size_t)part.param[p].size * sizeof(float));
      part.param[p].grad[0] = 0;
    }
    for (int half = 0; half < 2; half++) {
      for (int row = 0; row < 2; row++) {
        memcpy(part.in[0].data + row * 9, whole.in[0].data + row * 18 + half * 9, 9 * sizeof(float));
      }
      CHECK(op_forward(&part) == TN_OK);
      CHECK(half == 1 || part.param[3].value[0] == 0); /* only when the batch is done */
      part.op->after_step(&part.call);
      CHECK(memcmp(part.param[3].value, part.out[0].data, 8 * sizeof(float)) == 0);
    }
    for (int i = 0; i < 8; i++) {
      CHECK_NEAR(part.out[0].data[i], whole.out[0].data[i], 1e-6);
    }
    CHECK(op_backward(&part) == TN_OK);
    CHECK(part.param[3].grad[0] == 0); /* nothing flows into earlier batches */
    op_free(&whole);
    op_free(&part);
  }
}

/* ---- threads ----------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    hash = (hash ^ bits) * 0x100000001B3u;
  }
  return hash;
}

static uint64_t bits_of(struct op_check *c) {
  uint64_t hash = 14695981039346656037u;
  CHECK(op_forward(c) == TN_OK);
  for (int k = 0; k < c->io.n_out; k++) {
    hash = mix(hash, c->out[k].data, tn_shape_size(&c->out[k].shape));
    op_random(9, tn_shape_size(&c->out[k].shape), -1, 1, c->dout[k]);
  }
  CHECK(op_backward(c) == TN_OK);
  for (int k = 0; k < c->io.n_in; k++) {
    hash = mix(hash, c->din[k], tn_shape_size(&c->in[k].shape));
  }
  for (int k = 0; k < c->io.n_params; k++) {
    hash = mix(hash, c->param[k].grad, c->param[k].size);
  }
  return hash;
}

TEST(threads_change_nothing) {
  static const char *const ops[] = {"simple_rnn", "lstm", "gru", "gru"};
  for (int k = 0; k < 4; k++) {
    struct op_check c;
    struct options o = {ops[k], "tanh", "sigmoid", 150, 30, 20, 90, 1, 1, 1, 0, 0, k == 2, 1, 1,
                        0.25, k % 2 ? 0.25 : 0};
    CHECK(make(&c, &o) == TN_OK);
    c.call.training = 1;
    tn_threads_set(1);
    uint64_t bits = bits_of(&c);
    tn_threads_set(2);
    CHECK(bits_of(&c) == bits);
    tn_threads_set(1);
    clear(&c);
  }
}

/* ---- shapes ------------------------------------------------------------------------------------ */

static enum tn_status shapes(const char *op, int n, struct tn_shape x, struct tn_shape h,
                             const char *says) {
  struct op_check c;
  struct tn_shape in[3] = {x, h, h};
  enum tn_status status = op_make(&c, op, ATTRS(NUMBERS("units", 4)), n, in);
  CHECK(says == NULL || strstr(c.err.message, says) != NULL);
  op_free(&c);
  return status;
}

TEST(shapes_that_do_not_fit) {
  CHECK(shapes("lstm", 1, SHAPE(2, 3), SCALAR, "(2, 3)") == TN_STATUS_SHAPE);
  CHECK(shapes("gru", 1, SHAPE(2, 3, 4, 5), SCALAR, "3 axes") == TN_STATUS_SHAPE);
  CHECK(shapes("gru", 1, SHAPE(2, 0, 5), SCALAR, "one step") == TN_STATUS_SHAPE);
  CHECK(shapes("lstm", 2, SHAPE(2, 3, 5), SHAPE(2, 4), "2 initial states") == TN_STATUS_SHAPE);
  CHECK(shapes("gru", 3, SHAPE(2, 3, 5), SHAPE(2, 4), "1 initial state,") == TN_STATUS_SHAPE);
  CHECK(shapes("gru", 2, SHAPE(2, 3, 5), SHAPE(2, 5), "(2, 4)") == TN_STATUS_SHAPE);
  CHECK(shapes("lstm", 1, SHAPE(1 << 20, 1 << 30, 5), SCALAR, "too many") == TN_STATUS_SHAPE);
}

TEST(nothing_to_do) {
  static const char *const ops[] = {"simple_rnn", "lstm", "gru"};
  for (int k = 0; k < 3; k++) {
    struct op_check c;
    struct options none = {ops[k], "tanh", "sigmoid", 0, 3, 2, 4, 1, 1, 1, 0, 0, 1, 0, 1, 0.5, 0.5};
    struct options blank = {ops[k], "tanh", "sigmoid", 2, 3, 0, 4, 1, 1, 1, 0, 0, 1, 0, 0, 0.5, 0.5};
    CHECK(make(&c, &none) == TN_OK);
    c.call.training = 1;
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    CHECK(c.param[1].grad[0] == 0);
    clear(&c);
    CHECK(make(&c, &blank) == TN_OK); /* steps without features */
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    compare_row(&c, &blank, 1);
    clear(&c);
  }
}

TEST(bad_options) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 3, 4)};
  CHECK(op_make(&c, "lstm", ATTRS(NUMBERS("units", 0)), 1, in) == TN_STATUS_ARG);
  op_free(&c);
  CHECK(op_make(&c, "lstm", ATTRS(NUMBERS("units", 2), NUMBERS("dropout", 1)), 1, in) == TN_STATUS_ARG);
  CHECK(strstr(c.err.message, "`dropout`") != NULL);
  op_free(&c);
  CHECK(op_make(&c, "gru", ATTRS(NUMBERS("units", 2), TEXT("recurrent_activation", "no")), 1, in) ==
        TN_STATUS_ARG);
  CHECK(strstr(c.err.message, "\"no\"") != NULL);
  op_free(&c);
}

int main(void) {
  tn_threads_set(1);
  RUN(formulas);
  RUN(gradients);
  RUN(gradients_that_are_not_wanted);
  RUN(hard_gates);
  RUN(one_mask_for_all_steps);
  RUN(masks_of_gates);
  RUN(states_go_on);
  RUN(threads_change_nothing);
  RUN(shapes_that_do_not_fit);
  RUN(nothing_to_do);
  RUN(bad_options);
  return tn_test_summary();
}
