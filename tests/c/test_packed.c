/* Dense layers packed side by side: each member is the dense op on its own part, bit by bit; gradients
 * against differences; threads change nothing; shapes that do not fit. */
#include "op_check.h"
#include "platform/threads.h"

/* The input of member m, (B,I), out of (B,M,I) or of (B,I). */
static void member_input(const struct op_check *c, int64_t m, float *to) {
  const struct tn_shape *s = &c->in[0].shape;
  int64_t rows = s->dim[0], n = tn_shape_last(s), members = s->rank == 3 ? s->dim[1] : 1;
  for (int64_t i = 0; i < rows; i++) {
    memcpy(to + i * n, c->in[0].data + (i * members + (s->rank == 3 ? m : 0)) * n,
           (size_t)n * sizeof *to);
  }
}

static void check_members(struct op_check *c, int64_t units, int use_bias, const char *activation) {
  const struct tn_shape *s = &c->in[0].shape;
  int64_t rows = s->dim[0], n = tn_shape_last(s), members = c->out[0].shape.dim[1];
  struct tn_shape in[] = {SHAPE(rows, n)};
  struct op_check one;
  CHECK(op_make(&one, "dense", ATTRS(NUMBERS("units", (double)units), NUMBERS("use_bias", use_bias),
                                     TEXT("activation", activation)), 1, in) == TN_OK);
  for (int64_t m = 0; m < members; m++) {
    member_input(c, m, one.in[0].data);
    memcpy(one.param[0].value, c->param[0].value + m * n * units, (size_t)(n * units) * sizeof(float));
    if (use_bias) {
      memcpy(one.param[1].value, c->param[1].value + m * units, (size_t)units * sizeof(float));
    }
    CHECK(op_forward(&one) == TN_OK);
    for (int64_t i = 0; i < rows; i++) {
      CHECK(memcmp(one.out[0].data + i * units, c->out[0].data + (i * members + m) * units,
                   (size_t)units * sizeof(float)) == 0);
    }
  }
  op_free(&one);
}

static void check_packed(struct tn_shape in, int64_t members, int64_t units, int use_bias,
                         const char *activation, int slopes) {
  struct op_check c;
  CHECK(op_make(&c, "dense_packed",
                ATTRS(NUMBERS("units", (double)units), NUMBERS("members", (double)members),
                      NUMBERS("use_bias", use_bias), TEXT("activation", activation)), 1, &in) == TN_OK);
  op_fill(&c, 0, -1, 1);
  CHECK(op_forward(&c) == TN_OK);
  check_members(&c, units, use_bias, activation);
  if (slopes) {
    op_check_gradients(&c, 2e-3);
  }
  op_free(&c);
}

TEST(members_are_dense_layers) {
  check_packed(SHAPE(5, 3, 4), 3, 2, 1, "tanh", 1);
  check_packed(SHAPE(5, 4), 3, 2, 1, "selu", 1);
  check_packed(SHAPE(4, 1, 3), 1, 5, 0, "linear", 1);
  check_packed(SHAPE(3, 2), 1, 1, 0, "softplus", 1);
  check_packed(SHAPE(2, 4, 1), 4, 3, 1, "mish", 1);
  check_packed(SHAPE(6, 2, 3), 2, 3, 1, "softmax", 1);
  check_packed(SHAPE(0, 2, 3), 2, 3, 1, "relu", 1);
  check_packed(SHAPE(130, 5, 67), 5, 33, 1, "relu", 0);
  check_packed(SHAPE(130, 67), 7, 40, 1, "relu", 0);
}

/* Everything that backward gives, for one thread and for three. */
TEST(threads_change_no_bit) {
  struct tn_shape shapes[] = {SHAPE(96, 6, 80), SHAPE(96, 80)};
  for (int k = 0; k < 2; k++) {
    struct op_check c[2];
    for (int turn = 0; turn < 2; turn++) {
      tn_threads_set(turn == 0 ? 1 : 3);
      CHECK(op_make(&c[turn], "dense_packed", ATTRS(NUMBERS("units", 70), NUMBERS("members", 6),
                                                    TEXT("activation", "relu")), 1, &shapes[k]) == TN_OK);
      op_fill(&c[turn], 0, -1, 1);
      op_random(9, 96 * 6 * 70, -1, 1, c[turn].dout[0]);
      CHECK(op_forward(&c[turn]) == TN_OK);
      CHECK(op_backward(&c[turn]) == TN_OK);
    }
    CHECK(memcmp(c[0].out[0].data, c[1].out[0].data, 96 * 6 * 70 * sizeof(float)) == 0);
    CHECK(memcmp(c[0].din[0], c[1].din[0], (size_t)tn_shape_size(&shapes[k]) * sizeof(float)) == 0);
    CHECK(memcmp(c[0].param[0].grad, c[1].param[0].grad, 6 * 80 * 70 * sizeof(float)) == 0);
    CHECK(memcmp(c[0].param[1].grad, c[1].param[1].grad, 6 * 70 * sizeof(float)) == 0);
    op_free(&c[0]);
    op_free(&c[1]);
  }
  tn_threads_set(1);
}

TEST(shapes_that_do_not_fit) {
  struct tn_shape wrong[] = {SHAPE(5), SHAPE(5, 2, 4), SHAPE(5, 3, 4, 2)};
  for (int k = 0; k < 3; k++) {
    struct op_check c;
    CHECK(op_make(&c, "dense_packed", ATTRS(NUMBERS("units", 2), NUMBERS("members", 3)), 1, &wrong[k]) ==
          TN_STATUS_SHAPE);
    op_free(&c);
  }
  struct op_check c;
  struct tn_shape in = SHAPE(5, 4);
  CHECK(op_make(&c, "dense_packed", ATTRS(NUMBERS("units", 2)), 1, &in) == TN_STATUS_ARG);
  op_free(&c);
}

/* A loss of members is that of predictions and repeated targets, in values and in gradients: of a target the
 * sum over members. */
TEST(losses_of_members) {
  static const struct {
    const char *op;
    int classes;
  } losses[] = {{"loss_mean_squared_error", 0}, {"loss_categorical_crossentropy", 0},
                {"loss_sparse_categorical_crossentropy", 1}, {"loss_huber", 0}, {"loss_poisson", 0},
                {"loss_quantile", 0}, {"loss_binary_crossentropy", 0}};
  enum { B = 5, M = 4, K = 3 };
  for (size_t k = 0; k < sizeof losses / sizeof *losses; k++) {
    int n = losses[k].classes ? 1 : K;
    struct op_check c, flat;
    struct tn_shape in[] = {SHAPE(B, M, K), SHAPE(B, n)}, repeated[] = {SHAPE(B * M, K), SHAPE(B * M, n)};
    CHECK(op_make(&c, losses[k].op, ATTRS(NUMBERS("members", 1)), 2, in) == TN_OK);
    CHECK(op_make(&flat, losses[k].op, NO_ATTRS, 2, repeated) == TN_OK);
    op_fill(&c, 0, 0.2, 0.8);
    op_fill(&c, 1, 0.1, 0.9);
    for (int i = 0; i < B && losses[k].classes; i++) {
      c.in[1].data[i] = (float)(i % K);
    }
    CHECK(c.out[0].shape.rank == 2 && c.out[0].shape.dim[0] == B && c.out[0].shape.dim[1] == M);
    memcpy(flat.in[0].data, c.in[0].data, B * M * K * sizeof(float));
    for (int i = 0; i < B * M; i++) {
      memcpy(flat.in[1].data + i * n, c.in[1].data + i / M * n, (size_t)n * sizeof(float));
    }
    op_random(3, B * M, -1, 1, c.dout[0]);
    op_random(3, B * M, -1, 1, flat.dout[0]);
    CHECK(op_forward(&c) == TN_OK && op_forward(&flat) == TN_OK);
    CHECK(memcmp(c.out[0].data, flat.out[0].data, B * M * sizeof(float)) == 0);
    CHECK(op_backward(&c) == TN_OK && op_backward(&flat) == TN_OK);
    CHECK(memcmp(c.din[0], flat.din[0], B * M * K * sizeof(float)) == 0);
    for (int i = 0; i < B * n; i++) {
      double sum = 0;
      for (int m = 0; m < M; m++) {
        sum += flat.din[1][(i / n * M + m) * n + i % n];
      }
      CHECK_NEAR(c.din[1][i], sum, 1e-4);
    }
    op_free(&c);
    op_free(&flat);
  }
  struct op_check c;
  struct tn_shape wrong[][2] = {{SHAPE(B, K), SHAPE(B, K)}, {SHAPE(B, M, K), SHAPE(B, M, K)},
                                {SHAPE(B, 0, K), SHAPE(B, K)}};
  for (int k = 0; k < 3; k++) {
    CHECK(op_make(&c, "loss_huber", ATTRS(NUMBERS("members", 1)), 2, wrong[k]) == TN_STATUS_SHAPE);
    op_free(&c);
  }
}

/* Of many draws as many are dropped as each member's rate says; what is kept is divided by the rest. */
TEST(members_have_rates_of_their_own) {
  enum { B = 64, M = 3, U = 50 };
  const double rates[M] = {0.5, 0, 0.125};
  struct op_check c;
  struct tn_shape in = SHAPE(B, M, U), flat = SHAPE(B, M * U), other = SHAPE(B, 2, U);
  struct tn_attrs *attrs = ATTRS(NUMBERS("rate", 0.5, 0, 0.125));
  CHECK(op_make(&c, "dropout", attrs, 1, &in) == TN_OK);
  op_fill(&c, 0, 1, 2);
  c.call.training = 1;
  c.call.seed = 5;
  CHECK(op_forward(&c) == TN_OK);
  for (int m = 0; m < M; m++) {
    int dropped = 0;
    for (int i = 0; i < B * U; i++) {
      int64_t k = (i / U * M + m) * U + i % U;
      dropped += c.out[0].data[k] == 0;
      CHECK(c.out[0].data[k] == 0 ||
            fabs(c.out[0].data[k] * (1 - rates[m]) / c.in[0].data[k] - 1) < 1e-6);
    }
    CHECK_NEAR((double)dropped / (B * U), rates[m], rates[m] == 0 ? 0 : 0.03);
  }
  op_check_gradients(&c, 2e-3);
  op_free(&c);
  CHECK(op_make(&c, "dropout", attrs, 1, &flat) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "dropout", attrs, 1, &other) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "dropout", ATTRS(NUMBERS("rate", 0.5, 1)), 1, &other) == TN_STATUS_ARG);
  op_free(&c);
}

int main(void) {
  RUN(members_are_dense_layers);
  RUN(threads_change_no_bit);
  RUN(members_have_rates_of_their_own);
  RUN(losses_of_members);
  RUN(shapes_that_do_not_fit);
  return tn_test_summary();
}
