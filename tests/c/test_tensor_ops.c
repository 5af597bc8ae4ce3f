/* Ops that reduce, gather, join and multiply: against plain loops, gradients against
 * differences, ties, edge shapes, errors. */
#include "op_check.h"

/* ---- reductions ------------------------------------------------------------------------------ */

static double plain_reduce(const char *fn, const double *x, int n) {
  double sum = 0, product = 1, low = INFINITY, high = -INFINITY, squares = 0;
  for (int i = 0; i < n; i++) {
    sum += x[i];
    product *= x[i];
    low = fmin(low, x[i]);
    high = fmax(high, x[i]);
  }
  for (int i = 0; i < n; i++) {
    squares += (x[i] - sum / n) * (x[i] - sum / n);
  }
  if (strcmp(fn, "sum") == 0) return sum;
  if (strcmp(fn, "mean") == 0) return sum / n;
  if (strcmp(fn, "prod") == 0) return product;
  if (strcmp(fn, "max") == 0) return high;
  if (strcmp(fn, "min") == 0) return low;
  return strcmp(fn, "var") == 0 ? squares / n : sqrt(squares / n);
}

static const char *const reductions[] = {"sum", "mean", "prod", "max", "min", "var", "std"};

/* mask: bit k set when axis k is reduced; x has shape (2,3,2,2). */
static void check_reduce(const char *fn, int mask, int keepdims) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 3, 2, 2)};
  double axes[4];
  int n_axes = 0;
  for (int k = 0; k < 4; k++) {
    if (mask & (1 << k)) {
      axes[n_axes++] = k % 2 == 0 ? k : k - 4;
    }
  }
  struct tn_attr attr[] = {TEXT("fn", fn), NUMBERS("keepdims", keepdims),
                           {"axis", axes, n_axes, NULL}};
  struct tn_attrs attrs = {attr, mask == 0 ? 2 : 3};
  CHECK(op_make(&c, "reduce", &attrs, 1, in) == TN_OK);
  for (int i = 0; i < 24; i++) { /* all different: no ties */
    c.in[0].data[i] = 0.5f + (float)((7 * i) % 24) / 16;
  }
  CHECK(op_forward(&c) == TN_OK);
  mask = mask == 0 ? 15 : mask;
  CHECK(c.out[0].shape.rank == (keepdims ? 4 : 4 - (mask & 1) - (mask >> 1 & 1) - (mask >> 2 & 1) -
                                                   (mask >> 3 & 1)));
  for (int64_t cell = 0; cell < tn_shape_size(&c.out[0].shape); cell++) {
    double x[24];
    int n = 0;
    for (int i = 0; i < 24; i++) {
      int at[4] = {i / 12, i / 4 % 3, i / 2 % 2, i % 2}, size[4] = {2, 3, 2, 2};
      int64_t j = 0;
      for (int k = 0; k < 4; k++) {
        j = mask & (1 << k) ? j : j * size[k] + at[k];
      }
      if (j == cell) {
        x[n++] = c.in[0].data[i];
      }
    }
    double want = plain_reduce(fn, x, n);
    CHECK_NEAR(c.out[0].data[cell], want, 1e-5 * fmax(1, fabs(want)));
  }
  op_check_gradients(&c, 5e-3);
  op_free(&c);
}

TEST(reductions_against_plain_loops) {
  for (int k = 0; k < 7; k++) {
    for (int mask = 0; mask < 16; mask++) {
      check_reduce(reductions[k], mask, mask % 2);
    }
  }
}

static void expect_reduce(const char *fn, const float *x, const float *dx, int64_t n) {
  struct op_check c;
  struct tn_shape in[1] = {tn_shape_1(n)};
  CHECK(op_make(&c, "reduce", ATTRS(TEXT("fn", fn)), 1, in) == TN_OK);
  op_set(&c, 0, x);
  c.dout[0][0] = 1;
  CHECK(op_forward(&c) == TN_OK);
  CHECK(op_backward(&c) == TN_OK);
  for (int64_t i = 0; i < n; i++) {
    CHECK_NEAR(c.din[0][i], dx[i], 1e-6);
  }
  op_free(&c);
}

TEST(ties_and_zeros_of_reductions) {
  expect_reduce("max", (float[]){1, 3, 3, 2}, (float[]){0, 0.5f, 0.5f, 0}, 4);
  expect_reduce("min", (float[]){1, 1, 3, 1}, (float[]){1 / 3.0f, 1 / 3.0f, 0, 1 / 3.0f}, 4);
  expect_reduce("prod", (float[]){2, 0, 5}, (float[]){0, 10, 0}, 3);
  expect_reduce("prod", (float[]){2, 0, 0}, (float[]){0, 0, 0}, 3);
  expect_reduce("std", (float[]){4, 4, 4}, (float[]){0, 0, 0}, 3);
}

TEST(sums_run_in_double) {
  struct op_check c;
  struct tn_shape in[1] = {tn_shape_2(100000, 1)};
  CHECK(op_make(&c, "reduce", ATTRS(TEXT("fn", "sum")), 1, in) == TN_OK);
  for (int i = 0; i < 100000; i++) {
    c.in[0].data[i] = 0.1f;
  }
  CHECK(op_forward(&c) == TN_OK);
  CHECK_NEAR(c.out[0].data[0], 100000 * (double)0.1f, 1e-3);
  op_free(&c);
}

TEST(empty_reductions) {
  struct op_check c;
  struct tn_shape in[1] = {tn_shape_2(0, 3)};
  CHECK(op_make(&c, "reduce", ATTRS(TEXT("fn", "sum")), 1, in) == TN_OK);
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].data[0] == 0);
  op_free(&c);
  CHECK(op_make(&c, "reduce", ATTRS(TEXT("fn", "mean"), NUMBERS("axis", 1)), 1, in) == TN_OK);
  CHECK(op_forward(&c) == TN_OK);
  CHECK(op_backward(&c) == TN_OK);
  op_free(&c);
  CHECK(op_make(&c, "reduce", ATTRS(TEXT("fn", "max"), NUMBERS("axis", 2)), 1, in) ==
        TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "no axis 3"));
  op_free(&c);
}

TEST(largest_position) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 3)};
  CHECK(op_make(&c, "argmax", NO_ATTRS, 1, in) == TN_OK);
  op_set(&c, 0, (float[]){1, 3, 3, 2, 2, 1});
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].shape.rank == 1 && c.out[0].data[0] == 1 && c.out[0].data[1] == 0);
  op_free(&c);
  CHECK(op_make(&c, "argmax", ATTRS(NUMBERS("axis", 0)), 1, in) == TN_OK);
  op_set(&c, 0, (float[]){1, 3, 3, 2, 2, 4});
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].data[0] == 1 && c.out[0].data[1] == 0 && c.out[0].data[2] == 1);
  op_free(&c);
  in[0] = tn_shape_2(2, 0);
  CHECK(op_make(&c, "argmax", NO_ATTRS, 1, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

TEST(unit_length) {
  for (int axis = -1; axis < 3; axis++) {
    struct op_check c;
    struct tn_shape in[1] = {SHAPE(2, 3, 4)};
    CHECK(op_make(&c, "l2_normalize", ATTRS(NUMBERS("axis", axis)), 1, in) == TN_OK);
    op_fill(&c, 0, 0.25, 1.5);
    op_check_gradients(&c, 2e-3);
    op_free(&c);
  }
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 2)};
  CHECK(op_make(&c, "l2_normalize", NO_ATTRS, 1, in) == TN_OK);
  op_set(&c, 0, (float[]){3, -4, 0, 0});
  CHECK(op_forward(&c) == TN_OK);
  CHECK_NEAR(c.out[0].data[0], 0.6, 1e-6);
  CHECK_NEAR(c.out[0].data[1], -0.8, 1e-6);
  CHECK(c.out[0].data[2] == 0 && c.out[0].data[3] == 0);
  op_free(&c);
}

/* ---- several inputs, none, weights ----------------------------------------------------------- */

TEST(concatenation) {
  struct op_check c;
  struct tn_shape in[3] = {SHAPE(2, 1, 2), SHAPE(2, 3, 2), SHAPE(2, 0, 2)};
  CHECK(op_make(&c, "concatenate", ATTRS(NUMBERS("axis", 1)), 3, in) == TN_OK);
  CHECK(c.out[0].shape.dim[1] == 4);
  op_set(&c, 0, (float[]){1, 2, 3, 4});
  op_set(&c, 1, (float[]){5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  CHECK(op_forward(&c) == TN_OK);
  float want[] = {1, 2, 5, 6, 7, 8, 9, 10, 3, 4, 11, 12, 13, 14, 15, 16};
  CHECK(memcmp(c.out[0].data, want, sizeof want) == 0);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  in[1] = SHAPE(2, 3, 3);
  CHECK(op_make(&c, "concatenate", ATTRS(NUMBERS("axis", 1)), 3, in) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "axis 2"));
  op_free(&c);
  in[1] = SHAPE(2, 3);
  CHECK(op_make(&c, "concatenate", NO_ATTRS, 3, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

TEST(gathering) {
  struct op_check c;
  struct tn_shape in[2] = {SHAPE(3, 2), SHAPE(2, 2)};
  CHECK(op_make(&c, "gather", NO_ATTRS, 2, in) == TN_OK);
  CHECK(c.out[0].shape.rank == 3);
  op_fill(&c, 0, -1, 1);
  op_set(&c, 1, (float[]){0, 2, 2, 1});
  c.call.din[1] = NULL;
  op_check_gradients(&c, 1e-3);
  CHECK(c.out[0].data[2] == c.in[0].data[4] && c.out[0].data[7] == c.in[0].data[3]);
  c.in[1].data[3] = 3;
  CHECK(op_forward(&c) == TN_STATUS_ARG);
  CHECK(strstr(c.err.message, "from 0 to 2"));
  c.in[1].data[3] = NAN;
  CHECK(op_forward(&c) == TN_STATUS_ARG);
  op_free(&c);
  enum tn_dtype ids[] = {TN_F32, TN_I32};
  CHECK(op_make_typed(&c, "gather", NO_ATTRS, 2, in, ids) == TN_OK);
  op_fill(&c, 0, -1, 1);
  tn_tensor_ids(&c.in[1])[0] = 1;
  op_check_gradients(&c, 1e-3);
  CHECK(c.out[0].data[0] == c.in[0].data[2]);
  op_free(&c);
  in[0] = SCALAR;
  CHECK(op_make(&c, "gather", NO_ATTRS, 2, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

static void check_product(struct tn_shape x, struct tn_shape y) {
  struct op_check c;
  struct tn_shape in[2] = {x, y};
  CHECK(op_make(&c, "matmul", NO_ATTRS, 2, in) == TN_OK);
  op_fill(&c, 0, -1, 1);
  op_fill(&c, 1, -1, 1);
  CHECK(op_forward(&c) == TN_OK);
  int64_t n = tn_shape_last(&x), m = tn_shape_last(&y), rows = tn_shape_rows(&x);
  int64_t layers = tn_shape_size(&y) / (n * m);
  for (int64_t i = 0; i < rows * layers * m; i++) {
    int64_t r = i / (layers * m), l = i / m % layers, j = i % m;
    double want = 0;
    for (int64_t k = 0; k < n; k++) {
      want += (double)c.in[0].data[r * n + k] * c.in[1].data[(l * n + k) * m + j];
    }
    CHECK_NEAR(c.out[0].data[i], want, 1e-5);
  }
  op_check_gradients(&c, 2e-3);
  op_free(&c);
}

TEST(products) {
  check_product(SHAPE(3, 4), SHAPE(4, 2));
  check_product(SHAPE(2, 3, 4), SHAPE(4, 5));
  check_product(SHAPE(4), SHAPE(4, 2));
  check_product(SHAPE(2, 3), SHAPE(2, 3, 2));
  check_product(SHAPE(2, 2, 3), SHAPE(2, 2, 3, 1));
  struct op_check c;
  struct tn_shape in[2] = {SHAPE(2, 3), SHAPE(2, 3)};
  CHECK(op_make(&c, "matmul", NO_ATTRS, 2, in) == TN_STATUS_SHAPE);
  op_free(&c);
  in[0] = SHAPE(0, 2);
  CHECK(op_make(&c, "matmul", NO_ATTRS, 2, in) == TN_OK);
  CHECK(op_forward(&c) == TN_OK);
  CHECK(op_backward(&c) == TN_OK);
  op_free(&c);
}

TEST(constants_and_weights) {
  struct op_check c;
  CHECK(op_make(&c, "constant", ATTRS(NUMBERS("value", 1, 2, 3), NUMBERS("shape", 1, 3)), 0,
                NULL) == TN_OK);
  CHECK(c.op->backward == NULL);
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].shape.rank == 2 && c.out[0].data[2] == 3);
  op_free(&c);
  CHECK(op_make(&c, "constant", ATTRS(NUMBERS("value", 5)), 0, NULL) == TN_OK);
  CHECK(c.out[0].shape.rank == 0);
  op_free(&c);
  CHECK(op_make(&c, "constant", ATTRS(NUMBERS("value", 1, 2), NUMBERS("shape", 3)), 0, NULL) ==
        TN_STATUS_ARG);
  op_free(&c);
  CHECK(op_make(&c, "parameter", ATTRS(NUMBERS("shape", 2, 3)), 0, NULL) == TN_OK);
  CHECK(c.io.n_params == 1);
  op_check_gradients(&c, 1e-3);
  float before = c.param[0].grad[4];
  CHECK(c.op->backward(&c.call, &c.err) == TN_OK);
  CHECK_NEAR(c.param[0].grad[4], 2 * before, 1e-6); /* adds, never overwrites */
  op_free(&c);
  CHECK(op_make(&c, "parameter", ATTRS(NUMBERS("shape", 1, 1, 1, 1, 1, 1, 1)), 0, NULL) ==
        TN_STATUS_SHAPE);
  op_free(&c);
}

TEST(shapes_that_do_not_fit) {
  struct op_check c;
  struct tn_shape in[2] = {SHAPE(2, 3), SHAPE(3, 2)};
  CHECK(op_make(&c, "add", NO_ATTRS, 2, in) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "(2, 3)") && strstr(c.err.message, "(3, 2)"));
  op_free(&c);
  enum tn_dtype sparse[] = {TN_CSR, TN_F32};
  const char *takers[] = {"add", "unary", "reduce", "argmax", "l2_normalize", "concatenate",
                          "gather", "matmul"};
  for (int k = 0; k < 8; k++) {
    CHECK(op_make_typed(&c, takers[k], ATTRS(TEXT("fn", k == 1 ? "exp" : "sum")), 2, in, sparse) ==
          TN_STATUS_ARG);
    CHECK(strstr(c.err.message, "sparse data"));
    op_free(&c);
  }
  CHECK(op_make(&c, "unary", ATTRS(TEXT("fn", "what")), 1, in) == TN_STATUS_ARG);
  op_free(&c);
  CHECK(op_make(&c, "reduce", ATTRS(TEXT("fn", "what")), 1, in) == TN_STATUS_ARG);
  op_free(&c);
}

int main(void) {
  RUN(reductions_against_plain_loops);
  RUN(ties_and_zeros_of_reductions);
  RUN(sums_run_in_double);
  RUN(empty_reductions);
  RUN(largest_position);
  RUN(unit_length);
  RUN(concatenation);
  RUN(gathering);
  RUN(products);
  RUN(constants_and_weights);
  RUN(shapes_that_do_not_fit);
  return tn_test_summary();
}
