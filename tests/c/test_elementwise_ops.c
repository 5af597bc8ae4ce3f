/* Ops that work cell by cell, of one and of two inputs: against plain loops, gradients against
 * differences, ties, edge shapes, errors. */
#include "op_check.h"
#include "platform/threads.h"

/* ---- two inputs ------------------------------------------------------------------------------ */

static float plain(const char *op, float a, float b) {
  if (strcmp(op, "add") == 0) return a + b;
  if (strcmp(op, "subtract") == 0) return a - b;
  if (strcmp(op, "multiply") == 0) return a * b;
  if (strcmp(op, "divide") == 0) return a / b;
  if (strcmp(op, "power") == 0) return powf(a, b);
  if (strcmp(op, "maximum") == 0) return a > b ? a : b;
  if (strcmp(op, "minimum") == 0) return a < b ? a : b;
  if (strcmp(op, "floormod") == 0) return a - floorf(a / b) * b;
  if (strcmp(op, "equal") == 0) return a == b;
  if (strcmp(op, "not_equal") == 0) return a != b;
  if (strcmp(op, "greater") == 0) return a > b;
  if (strcmp(op, "greater_equal") == 0) return a >= b;
  if (strcmp(op, "less") == 0) return a < b;
  return a <= b;
}

static const char *const binary[] = {"add",     "subtract", "multiply", "divide",    "power",
                                     "maximum", "minimum",  "floormod", "equal",     "not_equal",
                                     "greater", "greater_equal", "less", "less_equal"};
enum { BINARY = 14, SMOOTH = 8 /* the first have gradients */ };

/* Place in an input of element i of the output, by the rule for repeated axes. */
static int64_t place(const struct tn_shape *in, const struct tn_shape *out, int64_t i) {
  int64_t at = 0, step = 1;
  for (int k = 1; k <= out->rank; k++) {
    int64_t d = k <= in->rank ? in->dim[in->rank - k] : 1, j = i % out->dim[out->rank - k];
    i /= out->dim[out->rank - k];
    at += d == 1 ? 0 : j * step;
    step *= d;
  }
  return at;
}

static void check_binary(const char *name, struct tn_shape a, struct tn_shape b) {
  struct op_check c;
  struct tn_shape in[2] = {a, b};
  CHECK(op_make(&c, name, NO_ATTRS, 2, in) == TN_OK);
  op_fill(&c, 0, 0.5, 2.5);
  op_fill(&c, 1, 0.6, 1.4);
  CHECK(op_forward(&c) == TN_OK);
  for (int64_t i = 0; i < tn_shape_size(&c.out[0].shape); i++) {
    float u = c.in[0].data[place(&a, &c.out[0].shape, i)];
    float v = c.in[1].data[place(&b, &c.out[0].shape, i)];
    CHECK_NEAR(c.out[0].data[i], plain(name, u, v), 2e-6);
  }
  if (c.op->backward != NULL && strcmp(name, "floormod") != 0) {
    for (int64_t i = 0; name[0] == 'm' && i < tn_shape_size(&a); i++) { /* off the kinks */
      c.in[0].data[i] = i % 2 == 0 ? c.in[0].data[i] + 2 : c.in[0].data[i] / 5;
    }
    op_check_gradients(&c, 3e-3);
  }
  op_free(&c);
}

TEST(two_inputs_against_plain_loops) {
  struct tn_shape pairs[][2] = {{SHAPE(3, 5), SHAPE(3, 5)},    {SHAPE(9), SCALAR},
                                {SCALAR, SHAPE(2, 3)},         {SHAPE(4, 6), SHAPE(6)},
                                {SHAPE(3, 1), SHAPE(3, 7)},    {SHAPE(1, 5), SHAPE(3, 1)},
                                {SHAPE(2, 3, 4), SHAPE(3, 1)}, {SHAPE(2, 1, 3, 1), SHAPE(4, 1, 5)},
                                {SHAPE(1, 1), SHAPE(1)},       {SHAPE(0, 3), SHAPE(3)},
                                {SHAPE(2, 1, 2, 1, 2, 1), SHAPE(1, 2, 1, 2, 1, 2)}};
  for (int k = 0; k < BINARY; k++) {
    for (size_t s = 0; s < sizeof pairs / sizeof pairs[0]; s++) {
      check_binary(binary[k], pairs[s][0], pairs[s][1]);
    }
  }
}

TEST(comparisons_have_no_gradient) {
  for (int k = 0; k < BINARY; k++) {
    CHECK((tn_op_find(binary[k])->backward != NULL) == (k < SMOOTH));
  }
}

static void expect_binary(const char *name, const float *a, const float *b, const float *want,
                          const float *da, const float *db, int64_t n) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_1(n), tn_shape_1(n)};
  CHECK(op_make(&c, name, NO_ATTRS, 2, in) == TN_OK);
  op_set(&c, 0, a);
  op_set(&c, 1, b);
  for (int64_t i = 0; i < n; i++) {
    c.dout[0][i] = 1;
  }
  CHECK(op_forward(&c) == TN_OK);
  CHECK(op_backward(&c) == TN_OK);
  for (int64_t i = 0; i < n; i++) {
    CHECK_NEAR(c.out[0].data[i], want[i], 1e-6);
    CHECK_NEAR(c.din[0][i], da[i], 1e-6);
    CHECK_NEAR(c.din[1][i], db[i], 1e-6);
  }
  op_free(&c);
}

TEST(ties_and_edges_of_two_inputs) {
  expect_binary("maximum", (float[]){1, 2, -1}, (float[]){1, 0, 3}, (float[]){1, 2, 3},
                (float[]){1, 1, 0}, (float[]){0, 0, 1}, 3);
  expect_binary("minimum", (float[]){1, 2, -1}, (float[]){1, 0, 3}, (float[]){1, 0, -1},
                (float[]){1, 0, 1}, (float[]){0, 1, 0}, 3);
  expect_binary("power", (float[]){0, -2, 3, -3}, (float[]){0, 2, 0, 3}, (float[]){1, 4, 1, -27},
                (float[]){0, -4, 0, 27}, (float[]){0, 0, (float)log(3), 0}, 4);
  expect_binary("floormod", (float[]){5, -5, 5, -5}, (float[]){3, 3, -3, -3},
                (float[]){2, 1, -1, -2}, (float[]){1, 1, 1, 1}, (float[]){-1, 2, 2, -1}, 4);
}

TEST(nan_is_kept_by_extremes) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_1(2), tn_shape_1(2)};
  CHECK(op_make(&c, "maximum", NO_ATTRS, 2, in) == TN_OK);
  op_set(&c, 0, (float[]){NAN, 1});
  op_set(&c, 1, (float[]){1, NAN});
  CHECK(op_forward(&c) == TN_OK);
  CHECK(isnan(c.out[0].data[0]) && isnan(c.out[0].data[1]));
  op_free(&c);
  CHECK(op_make(&c, "reduce", ATTRS(TEXT("fn", "max")), 1, in) == TN_OK);
  op_set(&c, 0, (float[]){NAN, 1});
  CHECK(op_forward(&c) == TN_OK);
  CHECK(isnan(c.out[0].data[0]));
  op_free(&c);
}

/* ---- one input ------------------------------------------------------------------------------- */

TEST(functions_of_one_input) {
  const char *names[] = {"negate", "square", "sqrt", "rsqrt", "reciprocal", "exp", "log",
                         "log1p", "abs", "identity"};
  double want[] = {-1.5, 2.25, sqrt(1.5), 1 / sqrt(1.5), 1 / 1.5, exp(1.5), log(1.5),
                   log(2.5), 1.5, 1.5};
  for (int k = 0; k < 10; k++) {
    struct op_check c;
    struct tn_shape in[1] = {SHAPE(3, 5)};
    CHECK(op_make(&c, "unary", ATTRS(TEXT("fn", names[k])), 1, in) == TN_OK);
    op_fill(&c, 0, 0.5, 2.5);
    c.in[0].data[7] = 1.5f;
    CHECK(op_forward(&c) == TN_OK);
    CHECK_NEAR(c.out[0].data[7], want[k], 1e-6);
    op_check_gradients(&c, 2e-3);
    op_free(&c);
  }
}

static void expect_unary(const struct tn_attrs *attrs, const float *x, const float *want,
                         const float *dx, int64_t n) {
  struct op_check c;
  struct tn_shape in[1] = {tn_shape_1(n)};
  CHECK(op_make(&c, "unary", attrs, 1, in) == TN_OK);
  op_set(&c, 0, x);
  for (int64_t i = 0; i < n; i++) {
    c.dout[0][i] = 2;
  }
  CHECK(op_forward(&c) == TN_OK);
  CHECK(op_backward(&c) == TN_OK);
  for (int64_t i = 0; i < n; i++) {
    CHECK(c.out[0].data[i] == want[i]);
    CHECK_NEAR(c.din[0][i], 2 * dx[i], 1e-6);
  }
  op_free(&c);
}

TEST(steps_and_kinks_of_one_input) {
  float zero[] = {0, 0, 0, 0, 0, 0};
  expect_unary(ATTRS(TEXT("fn", "round")), (float[]){0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 2.4f},
               (float[]){0, 2, 2, 0, -2, 2}, zero, 6);
  expect_unary(ATTRS(TEXT("fn", "sign")), (float[]){-3, 0, 2}, (float[]){-1, 0, 1}, zero, 3);
  expect_unary(ATTRS(TEXT("fn", "abs")), (float[]){-3, 0, 2}, (float[]){3, 0, 2},
               (float[]){-1, 0, 1}, 3);
  expect_unary(ATTRS(TEXT("fn", "floor")), (float[]){-1.5f, 1.5f}, (float[]){-2, 1}, zero, 2);
  expect_unary(ATTRS(TEXT("fn", "sqrt")), (float[]){-4, 0, 4}, (float[]){0, 0, 2},
               (float[]){0, 0, 0.25f}, 3);
  expect_unary(ATTRS(TEXT("fn", "clip"), NUMBERS("min", -1), NUMBERS("max", 1)),
               (float[]){-2, -1, 0, 1, 2}, (float[]){-1, -1, 0, 1, 1}, (float[]){0, 1, 1, 1, 0}, 5);
  expect_unary(ATTRS(TEXT("fn", "clip"), NUMBERS("min", 0)), (float[]){-2, 9}, (float[]){0, 9},
               (float[]){0, 1}, 2);
  expect_unary(ATTRS(TEXT("fn", "cast_int")), (float[]){-1.75f, -0.5f, 0.5f, 1.75f},
               (float[]){-1, 0, 0, 1}, zero, 4);
  expect_unary(ATTRS(TEXT("fn", "cast_logical")), (float[]){0, 0.5f, -1}, (float[]){0, 1, 1}, zero,
               3);
}

TEST(casts_read_ids) {
  struct op_check c;
  struct tn_shape in[1] = {tn_shape_1(3)};
  enum tn_dtype ids[] = {TN_I32};
  CHECK(op_make_typed(&c, "unary", ATTRS(TEXT("fn", "identity")), 1, in, ids) == TN_OK);
  for (int i = 0; i < 3; i++) {
    tn_tensor_ids(&c.in[0])[i] = 7 * i;
  }
  CHECK(c.out[0].dtype == TN_F32);
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].data[2] == 14);
  op_free(&c);
  CHECK(op_make_typed(&c, "unary", ATTRS(TEXT("fn", "square")), 1, in, ids) == TN_STATUS_ARG);
  CHECK(strstr(c.err.message, "k_cast"));
  op_free(&c);
}

/* Output and gradients by one thread and by three, also of inputs that repeat along rows, along columns
 * and in blocks. */
static void check_threads(const char *op, const struct tn_attrs *attrs, int n_in, struct tn_shape a,
                          struct tn_shape b) {
  struct tn_shape in[] = {a, b};
  struct op_check c[2];
  for (int turn = 0; turn < 2; turn++) {
    tn_threads_set(turn == 0 ? 1 : 3);
    CHECK(op_make(&c[turn], op, attrs, n_in, in) == TN_OK);
    for (int k = 0; k < n_in; k++) {
      op_fill(&c[turn], k, 0.5, 2);
    }
    op_random(9, tn_shape_size(&c[turn].out[0].shape), -1, 1, c[turn].dout[0]);
    CHECK(op_forward(&c[turn]) == TN_OK && op_backward(&c[turn]) == TN_OK);
  }
  size_t size = (size_t)tn_shape_size(&c[0].out[0].shape) * sizeof(float);
  CHECK(memcmp(c[0].out[0].data, c[1].out[0].data, size) == 0);
  for (int k = 0; k < n_in; k++) {
    CHECK(memcmp(c[0].din[k], c[1].din[k], (size_t)tn_shape_size(&in[k]) * sizeof(float)) == 0);
  }
  op_free(&c[0]);
  op_free(&c[1]);
  tn_threads_set(1);
}

TEST(threads_change_no_bit) {
  static const char *const binary[] = {"add", "subtract", "multiply", "divide", "maximum"};
  for (int k = 0; k < 5; k++) {
    check_threads(binary[k], NO_ATTRS, 2, SHAPE(40, 3001), SHAPE(3001));
    check_threads(binary[k], NO_ATTRS, 2, SHAPE(40, 1), SHAPE(40, 3001));
    check_threads(binary[k], NO_ATTRS, 2, SHAPE(40, 1, 60), SHAPE(50, 60));
    check_threads(binary[k], NO_ATTRS, 2, SHAPE(40, 3001), SHAPE(40, 3001));
  }
  static const char *const activation[] = {"relu", "selu", "mish", "gelu", "sigmoid", "softmax"};
  for (int k = 0; k < 6; k++) {
    check_threads("activation", ATTRS(TEXT("activation", activation[k])), 1, SHAPE(900, 101), SCALAR);
  }
}

int main(void) {
  RUN(threads_change_no_bit);
  RUN(two_inputs_against_plain_loops);
  RUN(comparisons_have_no_gradient);
  RUN(ties_and_edges_of_two_inputs);
  RUN(nan_is_kept_by_extremes);
  RUN(functions_of_one_input);
  RUN(steps_and_kinks_of_one_input);
  RUN(casts_read_ids);
  return tn_test_summary();
}
