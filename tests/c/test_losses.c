/* Losses: gradients against differences, Keras' numbers, shapes, errors, equal bits for any number
 * of threads; weighted means and sums. */
#include "op_check.h"
#include "platform/threads.h"

static const char *const kinds[] = {
    "loss_mean_squared_error", "loss_mean_absolute_error", "loss_mean_absolute_percentage_error",
    "loss_mean_squared_logarithmic_error", "loss_binary_crossentropy",
    "loss_categorical_crossentropy", "loss_sparse_categorical_crossentropy", "loss_hinge",
    "loss_squared_hinge", "loss_categorical_hinge", "loss_huber", "loss_logcosh", "loss_poisson",
    "loss_kullback_leibler_divergence", "loss_cosine_similarity", "loss_gamma", "loss_tweedie",
    "loss_negative_binomial", "loss_beta", "loss_quantile", "loss_discrete_time"};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static int is_sparse(const char *kind) { return strstr(kind, "sparse") != NULL; }

static void set_classes(struct op_check *c, int64_t classes) {
  for (int64_t i = 0; i < tn_shape_size(&c->in[1].shape); i++) {
    c->in[1].data[i] = (float)((5 * i + 2) % classes);
  }
}

static struct tn_shape shape_3(int64_t a, int64_t b, int64_t c) {
  int64_t dim[3] = {a, b, c};
  return tn_shape_make(3, dim);
}

/* Values of a loss for given numbers, compared; y has the shape of p, or (rows) when sparse. */
static void expect_values(const char *kind, const struct tn_attrs *attrs, int64_t rows, int64_t n,
                          const float *p, const float *y, const double *want, double tolerance) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_2(rows, n),
                           is_sparse(kind) ? tn_shape_1(rows) : tn_shape_2(rows, n)};
  CHECK(op_make(&c, kind, attrs, 2, in) == TN_OK);
  op_set(&c, 0, p);
  op_set(&c, 1, y);
  CHECK(op_forward(&c) == TN_OK);
  for (int64_t i = 0; i < rows; i++) {
    CHECK_NEAR(c.out[0].data[i], want[i], tolerance);
  }
  op_free(&c);
}

/* Differences must not reach over the kinks at p = y and at equal scores of wrong classes. */
static void keep_apart(struct op_check *c) {
  int ladder = strstr(c->op->name, "categorical_hinge") != NULL;
  for (int64_t i = 0; i < tn_shape_size(&c->in[0].shape); i++) {
    float *p = &c->in[0].data[i], *y = &c->in[1].data[i];
    *p += fabsf(*p - *y) < 0.03f ? 0.07f : 0;
    *p = ladder ? 0.02f * *p + 0.1f * (float)i : *p;
    *y *= ladder ? 0.01f : 1;
  }
}

static void check_gradient(const char *kind, const struct tn_attrs *attrs, struct tn_shape p,
                           struct tn_shape y, int64_t classes) {
  struct op_check c;
  struct tn_shape in[2] = {p, y};
  CHECK(op_make(&c, kind, attrs, 2, in) == TN_OK);
  op_fill(&c, 0, 0.1, 0.9);
  op_fill(&c, 1, 0.15, 0.95);
  if (is_sparse(kind)) {
    set_classes(&c, classes);
    c.call.din[1] = NULL;
  } else {
    keep_apart(&c);
  }
  op_check_gradients(&c, 2e-3);
  op_free(&c);
}

TEST(gradients_equal_differences) {
  for (int k = 0; k < KINDS; k++) {
    struct tn_shape classes = tn_shape_1(3), classes_3 = tn_shape_2(2, 3);
    struct tn_shape two = tn_shape_2(3, 4), three = shape_3(2, 3, 5);
    check_gradient(kinds[k], NO_ATTRS, two, is_sparse(kinds[k]) ? classes : two, 4);
    check_gradient(kinds[k], NO_ATTRS, three, is_sparse(kinds[k]) ? classes_3 : three, 5);
    check_gradient(kinds[k], ATTRS(NUMBERS("axis", 1)), three,
                   is_sparse(kinds[k]) ? tn_shape_2(2, 5) : three, 3);
  }
}

TEST(gradients_of_options) {
  struct tn_shape two = tn_shape_2(3, 4), one = tn_shape_2(5, 1);
  const struct tn_attrs *logits = ATTRS(NUMBERS("from_logits", 1));
  const struct tn_attrs *smooth = ATTRS(NUMBERS("label_smoothing", 0.25));
  const struct tn_attrs *both = ATTRS(NUMBERS("from_logits", 1), NUMBERS("label_smoothing", 0.25));
  const struct tn_attrs *of[] = {logits, smooth, both};
  for (int k = 0; k < 3; k++) {
    check_gradient("loss_binary_crossentropy", of[k], two, two, 4);
    check_gradient("loss_binary_crossentropy", of[k], one, one, 1);
  }
  check_gradient("loss_categorical_crossentropy", smooth, two, two, 4);
  check_gradient("loss_sparse_categorical_crossentropy", logits, two, tn_shape_1(3), 4);
  check_gradient("loss_huber", ATTRS(NUMBERS("delta", 0.25)), two, two, 4);
  check_gradient("loss_tweedie", ATTRS(NUMBERS("power", 1.25)), two, two, 4);
  check_gradient("loss_negative_binomial", ATTRS(NUMBERS("theta", 3)), two, two, 4);
  check_gradient("loss_negative_binomial", ATTRS(NUMBERS("theta", 0.5)), one, one, 1);
  check_gradient("loss_beta", ATTRS(NUMBERS("precision", 5)), two, two, 4);
  check_gradient("loss_quantile", ATTRS(NUMBERS("quantiles", 0.1, 0.5, 0.75, 0.9)), two, two, 4);
  check_gradient("loss_discrete_time", logits, two, two, 4);
}

/* Softmax minus target, also where the targets do not sum to 1 and differences say otherwise. */
TEST(softmax_gradient_is_p_minus_y) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_2(1, 3), tn_shape_2(1, 3)};
  float z[] = {1, 2, 3}, y[] = {1, 1, 0.5f};
  double sum = exp(1) + exp(2) + exp(3);
  CHECK(op_make(&c, "loss_categorical_crossentropy", ATTRS(NUMBERS("from_logits", 1)), 2, in) ==
        TN_OK);
  op_set(&c, 0, z);
  op_set(&c, 1, y);
  c.dout[0][0] = 2;
  CHECK(op_forward(&c) == TN_OK);
  CHECK(op_backward(&c) == TN_OK);
  for (int j = 0; j < 3; j++) {
    CHECK_NEAR(c.din[0][j], 2 * (exp(z[j]) / sum - y[j]), 1e-6);
  }
  op_free(&c);
}

/* tf_keras 2.21 in float64 and, where a clipped 1 is involved, float32. */
TEST(numbers_of_keras) {
  float p2[] = {0.5f, 1.5f, -1, 2, 0.25f, 0}, y2[] = {1, 1, 0.5f, 0, 0.75f, -1};
  expect_values("loss_mean_squared_error", NO_ATTRS, 2, 3, p2, y2,
                (double[]){(0.25 + 0.25 + 2.25) / 3, (4 + 0.25 + 1) / 3.0}, 1e-6);
  expect_values("loss_huber", ATTRS(NUMBERS("delta", 1)), 2, 3, p2, y2,
                (double[]){(0.125 + 0.125 + 1) / 3, (1.5 + 0.125 + 0.5) / 3}, 1e-6);
  float p[] = {0, 1, 1, 0}, y[] = {0, 1, 0, 1};
  expect_values("loss_binary_crossentropy", NO_ATTRS, 4, 1, p, y,
                (double[]){0, 0, 15.3332386, 15.4249487}, 1e-5);
  float pc[] = {0, 0.5f, 0.5f, 0, 1, 0, 0.5f, 0.25f, 0}, yc[] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  expect_values("loss_categorical_crossentropy", NO_ATTRS, 3, 3, pc, yc,
                (double[]){16.1180954, 1.19209304e-07, 16.1180954}, 2e-5);
  float ys[] = {0, 1, 2};
  expect_values("loss_sparse_categorical_crossentropy", NO_ATTRS, 3, 3, pc, ys,
                (double[]){16.1180954, 2.38418551e-07, 15.8304129}, 2e-5);
  expect_values("loss_cosine_similarity", NO_ATTRS, 1, 3, (float[]){1, 2, 2}, (float[]){2, 0, 0},
                (double[]){-1.0 / 3}, 1e-6);
  expect_values("loss_categorical_hinge", NO_ATTRS, 1, 3, (float[]){0.5f, 0.75f, 0.25f},
                (float[]){1, 0, 0}, (double[]){1.25}, 1e-6);
  expect_values("loss_mean_absolute_percentage_error", NO_ATTRS, 1, 2, (float[]){1, 3},
                (float[]){2, 4}, (double[]){37.5}, 1e-5);
}

TEST(large_logits_stay_finite) {
  float z[] = {90, -90, 700, -700}, y[] = {1, 0, 0, 1};
  expect_values("loss_binary_crossentropy", ATTRS(NUMBERS("from_logits", 1)), 4, 1, z, y,
                (double[]){0, 0, 700, 700}, 1e-4);
  float zc[] = {1000, 0, -1000, 0, 0, 500}, yc[] = {0, 1, 0, 0, 0, 1};
  expect_values("loss_categorical_crossentropy", ATTRS(NUMBERS("from_logits", 1)), 2, 3, zc, yc,
                (double[]){1000, 0}, 1e-3);
  expect_values("loss_logcosh", NO_ATTRS, 2, 1, (float[]){1e4f, -1e4f}, (float[]){0, 0},
                (double[]){1e4 - log(2), 1e4 - log(2)}, 1e-3);
}

/* 0/1 targets become -1/1 only when the whole batch has no other value. */
TEST(hinge_reads_the_batch) {
  float p[] = {0.5f, 0.5f};
  expect_values("loss_hinge", NO_ATTRS, 2, 1, p, (float[]){0, 1}, (double[]){1.5, 0.5}, 1e-6);
  expect_values("loss_hinge", NO_ATTRS, 2, 1, p, (float[]){0, -1}, (double[]){1, 1.5}, 1e-6);
  expect_values("loss_squared_hinge", NO_ATTRS, 2, 1, p, (float[]){0, 1}, (double[]){2.25, 0.25},
                1e-6);
}

TEST(axis_is_a_permutation) {
  struct op_check a, b;
  struct tn_shape in[2] = {shape_3(2, 3, 4), shape_3(2, 3, 4)};
  struct tn_shape turned[2] = {shape_3(2, 4, 3), shape_3(2, 4, 3)};
  for (int k = 0; k < KINDS; k++) {
    if (is_sparse(kinds[k])) {
      continue;
    }
    CHECK(op_make(&a, kinds[k], ATTRS(NUMBERS("axis", 1)), 2, in) == TN_OK);
    CHECK(op_make(&b, kinds[k], ATTRS(NUMBERS("axis", -1)), 2, turned) == TN_OK);
    CHECK(tn_shape_equal(&a.out[0].shape, &b.out[0].shape));
    op_fill(&a, 0, 0.1, 0.9);
    op_fill(&a, 1, 0.1, 0.9);
    for (int i = 0; i < 24; i++) {
      int turn = i / 12 * 12 + i % 4 * 3 + i / 4 % 3;
      b.in[0].data[turn] = a.in[0].data[i];
      b.in[1].data[turn] = a.in[1].data[i];
    }
    CHECK(op_forward(&a) == TN_OK);
    CHECK(op_forward(&b) == TN_OK);
    for (int i = 0; i < 8; i++) {
      CHECK(a.out[0].data[i] == b.out[0].data[i]);
    }
    op_free(&a);
    op_free(&b);
  }
}

static enum tn_status make_status(const char *kind, struct tn_shape p, struct tn_shape y,
                                  char *message) {
  struct op_check c;
  struct tn_shape in[2] = {p, y};
  enum tn_status status = op_make(&c, kind, NO_ATTRS, 2, in);
  memcpy(message, c.err.message, TN_ERROR_MESSAGE_SIZE);
  op_free(&c);
  return status;
}

TEST(shapes) {
  char text[TN_ERROR_MESSAGE_SIZE];
  const char *mse = "loss_mean_squared_error", *scce = "loss_sparse_categorical_crossentropy";
  CHECK(make_status(mse, tn_shape_1(4), tn_shape_1(4), text) == TN_OK);
  CHECK(make_status(mse, tn_shape_2(4, 1), tn_shape_1(4), text) == TN_OK);
  CHECK(make_status(mse, tn_shape_1(4), tn_shape_2(4, 1), text) == TN_OK);
  CHECK(make_status(mse, tn_shape_2(0, 3), tn_shape_2(0, 3), text) == TN_OK);
  CHECK(make_status(scce, tn_shape_2(4, 3), tn_shape_1(4), text) == TN_OK);
  CHECK(make_status(scce, tn_shape_2(4, 3), tn_shape_2(4, 1), text) == TN_OK);
  CHECK(make_status(scce, shape_3(4, 2, 3), tn_shape_2(4, 2), text) == TN_OK);
  CHECK(make_status(scce, shape_3(4, 2, 3), shape_3(4, 2, 1), text) == TN_OK);
  CHECK(make_status(mse, tn_shape_2(4, 3), tn_shape_2(3, 4), text) == TN_STATUS_SHAPE);
  CHECK(strstr(text, "mean_squared_error") && strstr(text, "(4, 3)") && strstr(text, "(3, 4)"));
  CHECK(make_status(mse, tn_shape_2(4, 3), tn_shape_1(4), text) == TN_STATUS_SHAPE);
  CHECK(strstr(text, "class numbers need"));
  CHECK(make_status(scce, tn_shape_2(4, 3), tn_shape_2(4, 3), text) == TN_STATUS_SHAPE);
  CHECK(strstr(text, "one-hot targets need"));
  CHECK(make_status(mse, tn_shape_make(0, NULL), tn_shape_1(1), text) == TN_STATUS_SHAPE);
}

TEST(options_are_checked) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_2(2, 3), tn_shape_2(2, 3)};
  CHECK(op_make(&c, "loss_binary_crossentropy", ATTRS(NUMBERS("label_smoothing", 1.5)), 2, in) ==
        TN_STATUS_ARG);
  op_free(&c);
  CHECK(op_make(&c, "loss_huber", ATTRS(NUMBERS("delta", 0)), 2, in) == TN_STATUS_ARG);
  op_free(&c);
  CHECK(op_make(&c, "loss_hinge", ATTRS(NUMBERS("axis", 2)), 2, in) == TN_STATUS_SHAPE);
  op_free(&c);
  enum tn_dtype sparse[2] = {TN_CSR, TN_F32};
  CHECK(op_make_typed(&c, "loss_hinge", NO_ATTRS, 2, in, sparse) == TN_STATUS_ARG);
  CHECK(strstr(c.err.message, "sparse data"));
  op_free(&c);
}

TEST(class_numbers_are_checked) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_2(2, 3), tn_shape_1(2)};
  float bad[] = {3, -1, NAN};
  for (int k = 0; k < 3; k++) {
    CHECK(op_make(&c, "loss_sparse_categorical_crossentropy", NO_ATTRS, 2, in) == TN_OK);
    op_fill(&c, 0, 0.1, 0.9);
    c.in[1].data[1] = bad[k];
    CHECK(op_forward(&c) == TN_STATUS_ARG);
    CHECK(strstr(c.err.message, "0 to 2"));
    op_free(&c);
  }
}

TEST(empty_batches) {
  for (int k = 0; k < KINDS; k++) {
    struct op_check c;
    struct tn_shape none = tn_shape_2(0, 3);
    struct tn_shape in[2] = {none, is_sparse(kinds[k]) ? tn_shape_1(0) : none};
    CHECK(op_make(&c, kinds[k], NO_ATTRS, 2, in) == TN_OK);
    CHECK(op_forward(&c) == TN_OK);
    CHECK(op_backward(&c) == TN_OK);
    op_free(&c);
  }
}

/* Bits of values and gradients of a batch large enough to be shared. */
TEST(threads_change_nothing) {
  enum { ROWS = 700, COLS = 64 };
  static float first[ROWS], gradient[ROWS * COLS];
  struct tn_shape p = tn_shape_2(ROWS, COLS);
  for (int k = 0; k < KINDS; k++) {
    struct tn_shape in[2] = {p, is_sparse(kinds[k]) ? tn_shape_1(ROWS) : p};
    for (int threads = 1; threads <= 4; threads += 3) {
      struct op_check c;
      tn_threads_set(threads);
      CHECK(op_make(&c, kinds[k], NO_ATTRS, 2, in) == TN_OK);
      op_fill(&c, 0, 0.01, 0.99);
      op_fill(&c, 1, 0.01, 0.99);
      if (is_sparse(kinds[k])) {
        set_classes(&c, COLS);
      }
      op_random(9, ROWS, -1, 1, c.dout[0]);
      CHECK(op_forward(&c) == TN_OK);
      CHECK(op_backward(&c) == TN_OK);
      if (threads == 1) {
        memcpy(first, c.out[0].data, sizeof first);
        memcpy(gradient, c.din[0], sizeof gradient);
      }
      CHECK(memcmp(first, c.out[0].data, sizeof first) == 0);
      CHECK(memcmp(gradient, c.din[0], sizeof gradient) == 0);
      op_free(&c);
    }
  }
  tn_threads_set(1);
}

static void expect_mean(struct tn_shape v, const float *value, struct tn_shape w,
                        const float *weight, double want) {
  struct op_check c;
  struct tn_shape in[2] = {v, w};
  CHECK(op_make(&c, "weighted_mean", NO_ATTRS, weight == NULL ? 1 : 2, in) == TN_OK);
  op_set(&c, 0, value);
  if (weight != NULL) {
    op_set(&c, 1, weight);
  }
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].shape.rank == 0);
  CHECK_NEAR(c.out[0].data[0], want, 1e-6);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
}

TEST(weighted_means) {
  float v[] = {1, 2, 3, 4, 5, 6}, w[] = {0.5f, 2, 1}, each[] = {1, 0, 2, 1, 0, 3};
  struct tn_shape none = tn_shape_1(0), scalar = tn_shape_make(0, NULL);
  expect_mean(tn_shape_1(6), v, none, NULL, 3.5);
  expect_mean(tn_shape_1(3), v, tn_shape_1(3), w, (0.5 + 4 + 3) / 3);
  expect_mean(tn_shape_1(3), v, tn_shape_2(3, 1), w, (0.5 + 4 + 3) / 3);
  expect_mean(tn_shape_2(3, 2), v, tn_shape_1(3), w, (0.5 * 3 + 2 * 7 + 11) / 6);
  expect_mean(tn_shape_2(3, 2), v, tn_shape_2(3, 1), w, (0.5 * 3 + 2 * 7 + 11) / 6);
  expect_mean(tn_shape_2(3, 2), v, tn_shape_2(3, 2), each, (1 + 6 + 4 + 18) / 6.0);
  expect_mean(scalar, v + 3, tn_shape_1(3), w, 4 * 3.5 / 3);
  expect_mean(tn_shape_1(1), v + 1, tn_shape_2(1, 1), w, 1);
}

TEST(weights_that_do_not_fit) {
  struct op_check c;
  struct tn_shape wrong[][2] = {{tn_shape_1(4), tn_shape_1(2)},
                                {tn_shape_2(4, 2), tn_shape_1(8)},
                                {tn_shape_1(1), tn_shape_1(3)},
                                {tn_shape_1(4), tn_shape_2(4, 2)}};
  for (int k = 0; k < 4; k++) {
    CHECK(op_make(&c, "weighted_mean", NO_ATTRS, 2, wrong[k]) == TN_STATUS_SHAPE);
    op_free(&c);
  }
}

TEST(weighted_sums) {
  struct op_check c;
  struct tn_shape scalar = tn_shape_make(0, NULL), in[3] = {scalar, scalar, scalar};
  CHECK(op_make(&c, "weighted_sum", ATTRS(NUMBERS("weights", 1, 0.25, -2)), 3, in) == TN_OK);
  c.in[0].data[0] = 3;
  c.in[1].data[0] = 8;
  c.in[2].data[0] = 0.5f;
  CHECK(op_forward(&c) == TN_OK);
  CHECK_NEAR(c.out[0].data[0], 4, 1e-6);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  in[1] = tn_shape_1(2);
  CHECK(op_make(&c, "weighted_sum", NO_ATTRS, 3, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

int main(void) {
  RUN(gradients_equal_differences);
  RUN(gradients_of_options);
  RUN(softmax_gradient_is_p_minus_y);
  RUN(numbers_of_keras);
  RUN(large_logits_stay_finite);
  RUN(hinge_reads_the_batch);
  RUN(axis_is_a_permutation);
  RUN(shapes);
  RUN(options_are_checked);
  RUN(class_numbers_are_checked);
  RUN(empty_batches);
  RUN(threads_change_nothing);
  RUN(weighted_means);
  RUN(weights_that_do_not_fit);
  RUN(weighted_sums);
  return tn_test_summary();
}
