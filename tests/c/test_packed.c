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

int main(void) {
  RUN(members_are_dense_layers);
  RUN(threads_change_no_bit);
  RUN(shapes_that_do_not_fit);
  return tn_test_summary();
}
