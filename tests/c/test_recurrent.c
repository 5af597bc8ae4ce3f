/* simple_rnn, lstm and gru against a plain reading of their formulas, gradients against differences,
 * states from batch to batch, dropout, the same bits for any number of threads, bad shapes. */
#include "platform/threads.h"
#include "recurrent_fixture.h"

/* ---- options by chance ------------------------------------------------------------------------- */

static struct options options_by_chance(uint64_t *state) {
  static const char *const ops[] = {"simple_rnn", "lstm", "gru"};
  static const char *const acts[] = {"tanh", "tanh", "softsign", "linear", "sigmoid", "elu"};
  static const char *const gate_acts[] = {"sigmoid", "sigmoid", "hard_sigmoid", "hard_sigmoid_keras3", "softsign",
                                          "tanh"};
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
    if (strncmp(o.gate_act, "hard_sigmoid", strlen("hard_sigmoid")) == 0) {
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

/* The kink of hard_sigmoid by hand: one unit, one step, gates at slope z + 0.5 or beyond. */
static void check_hard_gates(const char *gates, double slope) {
  struct op_check c;
  struct options o = {"lstm", "linear", gates, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  static const float w[] = {1, 0, 2, 4}, b[] = {0, 0, 0, 0}; /* i, f, g, o for x = 1 */
  CHECK(make(&c, &o) == TN_OK);
  memcpy(c.param[0].value, w, sizeof w);
  memcpy(c.param[2].value, b, sizeof b);
  c.in[0].data[0] = 1;
  c.dout[0][0] = 1;
  CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
  CHECK_NEAR(c.out[0].data[0], (slope + 0.5) * 2, 1e-6); /* o = 4 slope + 0.5 is cut off at 1 */
  CHECK_NEAR(c.param[0].grad[0], slope * 2, 1e-6);
  CHECK_NEAR(c.param[0].grad[2], slope + 0.5, 1e-6);
  CHECK(c.param[0].grad[3] == 0 && c.param[0].grad[1] == 0);
  clear(&c);
}

TEST(hard_gates) {
  check_hard_gates("hard_sigmoid", 0.2);
  check_hard_gates("hard_sigmoid_keras3", 1.0 / 6);
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
