/* Losses of distributions, quantiles and times: numbers worked out by R, the gamma function, the partial
 * likelihood against its sums written out. */
#include "kernels/cox.h"
#include "kernels/gamma_function.h"
#include "op_check.h"

static void expect_values(const char *kind, const struct tn_attrs *attrs, int64_t rows, int64_t n,
                          const float *p, const float *y, const double *want) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_2(rows, n), tn_shape_2(rows, n)};
  CHECK(op_make(&c, kind, attrs, 2, in) == TN_OK);
  op_set(&c, 0, p);
  op_set(&c, 1, y);
  CHECK(op_forward(&c) == TN_OK);
  for (int64_t i = 0; i < rows; i++) {
    CHECK_NEAR(c.out[0].data[i], want[i], 1e-5);
  }
  op_free(&c);
}

/* lgamma(), digamma() of R */
TEST(gamma_function) {
  double x[] = {1e-10, 0.1, 0.5, 1, 2, 3.7, 9.5, 10, 1000, 1e8};
  double log_gamma[] = {23.025850929882736, 2.2527126517342060, 0.57236494292470008, 0, 0,
                        1.4280723266653881, 11.689333420797269, 12.801827480081469,
                        5905.2204232091808, 1742068066.1038349};
  double digamma[] = {-10000000000.577217, -10.423754940411076, -1.9635100260214231,
                      -0.57721566490153231, 0.42278433509846747, 1.1671535393615113,
                      2.1977378764029488, 2.2517525890667214, 6.9072551956488120,
                      18.420680738952367};
  for (int i = 0; i < 10; i++) {
    CHECK_NEAR(tn_log_gamma(x[i]), log_gamma[i], 1e-12 * (1 + fabs(log_gamma[i])));
    CHECK_NEAR(tn_digamma(x[i]), digamma[i], 1e-12 * (1 + fabs(digamma[i])));
  }
}

/* -dnbinom(3, mu = 2, size = 1.5, log = TRUE), -dbeta(0.3, 0.4 * 5, 0.6 * 5, log = TRUE) */
TEST(minus_log_densities) {
  const double binomial = -log(35.0 / 16 * pow(3.0 / 7, 1.5) * pow(4.0 / 7, 3));
  const double share = -log(12 * 0.3 * 0.49);
  expect_values("loss_negative_binomial", ATTRS(NUMBERS("theta", 1.5)), 1, 1, (float[]){2},
                (float[]){3}, &binomial);
  expect_values("loss_negative_binomial", NO_ATTRS, 1, 2, (float[]){2, 1.5f}, (float[]){3, 3},
                &binomial);
  expect_values("loss_beta", ATTRS(NUMBERS("precision", 5)), 1, 1, (float[]){0.4f},
                (float[]){0.3f}, &share);
  expect_values("loss_beta", NO_ATTRS, 1, 2, (float[]){0.4f, 5}, (float[]){0.3f, 0.3f}, &share);
  expect_values("loss_gamma", NO_ATTRS, 1, 1, (float[]){2}, (float[]){3},
                (double[]){1.5 + log(2)});
  expect_values("loss_tweedie", ATTRS(NUMBERS("power", 1.5)), 1, 1, (float[]){4}, (float[]){3},
                (double[]){2 * 2 + 2 * 3.0 / 2});
}

TEST(columns) {
  float p[] = {1, 1, 1}, y[] = {3, 3, -1};
  expect_values("loss_quantile", ATTRS(NUMBERS("quantiles", 0.1, 0.9, 0.25)), 1, 3, p, y,
                (double[]){(0.2 + 1.8 + 1.5) / 3});
  expect_values("loss_quantile", ATTRS(NUMBERS("quantiles", 0.25)), 1, 3, p, y,
                (double[]){(0.5 + 0.5 + 1.5) / 3});
  float h[] = {0.5f, 0.25f, 0.75f, 0.1f, 0.1f, 0.1f}, seen[] = {0, 1, -1, -1, -1, -1};
  expect_values("loss_discrete_time", NO_ATTRS, 2, 3, h, seen, (double[]){log(2) + log(4), 0});
}

enum { ROWS = 7 };
static const float times[ROWS] = {2, -3, 3, 3, 5, -1, 3};
static const float score[ROWS] = {0.5f, -1, 0.25f, 2, 0, 7, -0.5f};

/* Minus Efron's log partial likelihood, the sums as they are defined. */
static double written_out(const float *p) {
  double sum = 0;
  for (int i = 0; i < ROWS; i++) {
    double risk = 0, events = 0, of_events = 0, before = 0;
    for (int j = 0; j < ROWS && times[i] > 0; j++) {
      int event = times[j] == times[i];
      risk += fabsf(times[j]) >= times[i] ? exp(p[j]) : 0;
      events += event;
      of_events += event ? exp(p[j]) : 0;
      before += event && j < i;
    }
    sum += times[i] > 0 ? log(risk - before / events * of_events) - p[i] : 0;
  }
  return sum;
}

TEST(partial_likelihood_is_efrons) {
  float value[ROWS], work[4 * ROWS + 2], dp[ROWS], up[ROWS];
  double sum = 0;
  CHECK(tn_cox_work(ROWS) <= 4 * ROWS + 2);
  tn_cox(ROWS, times, score, value, work);
  for (int i = 0; i < ROWS; i++) {
    CHECK(times[i] > 0 || value[i] == 0);
    sum += value[i];
    up[i] = 1;
  }
  CHECK_NEAR(sum, written_out(score), 1e-5);
  tn_cox_gradient(ROWS, times, score, up, dp, work);
  for (int i = 0; i < ROWS; i++) {
    float moved[ROWS];
    memcpy(moved, score, sizeof moved);
    moved[i] = score[i] + 0.01f;
    double above = written_out(moved);
    moved[i] = score[i] - 0.01f;
    CHECK_NEAR(dp[i], (above - written_out(moved)) / 0.02, 1e-4);
  }
}

/* A time that is not a number ends nowhere but in its own row. */
TEST(times_that_are_no_numbers) {
  float y[] = {2, NAN, 1, NAN, -3}, p[] = {0, 1, 2, 0, 1}, up[] = {1, 1, 1, 1, 1};
  float value[5], dp[5], work[22];
  CHECK(tn_cox_work(5) <= 22);
  tn_cox(5, y, p, value, work);
  tn_cox_gradient(5, y, p, up, dp, work);
  CHECK(isnan(value[1]) && isnan(value[3]));
  CHECK_NEAR(value[0], log(1 + exp(1)), 1e-6);
  CHECK_NEAR(value[2], log(1 + exp(2) + exp(1)) - 2, 1e-6);
  CHECK(value[4] == 0);
}

/* The slope of each row's part, by the op. */
TEST(partial_likelihood_by_rows) {
  struct op_check c;
  struct tn_shape in[2] = {tn_shape_2(ROWS, 1), tn_shape_2(ROWS, 1)};
  CHECK(op_make(&c, "loss_cox", NO_ATTRS, 2, in) == TN_OK);
  op_set(&c, 0, score);
  op_set(&c, 1, times);
  c.call.din[1] = NULL;
  op_check_gradients(&c, 2e-3);
  op_free(&c);
}

TEST(shapes_and_options_are_checked) {
  struct op_check c;
  struct tn_shape one[2] = {tn_shape_2(2, 1), tn_shape_2(2, 1)};
  struct tn_shape two[2] = {tn_shape_2(2, 2), tn_shape_2(2, 2)};
  struct tn_shape four[2] = {tn_shape_2(2, 4), tn_shape_2(2, 4)};
  CHECK(op_make(&c, "loss_beta", NO_ATTRS, 2, one) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "precision"));
  op_free(&c);
  CHECK(op_make(&c, "loss_cox", NO_ATTRS, 2, two) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "loss_tweedie", ATTRS(NUMBERS("power", 2)), 2, one) == TN_STATUS_ARG);
  op_free(&c);
  CHECK(op_make(&c, "loss_quantile", ATTRS(NUMBERS("quantiles", 1)), 2, one) == TN_STATUS_ARG);
  op_free(&c);
  const struct tn_attrs *three = ATTRS(NUMBERS("quantiles", 0.1, 0.5, 0.9));
  CHECK(op_make(&c, "loss_quantile", three, 2, four) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "3 predictions"));
  op_free(&c);
  CHECK(op_make(&c, "loss_quantile", three, 2, two) == TN_STATUS_SHAPE);
  op_free(&c);
}

int main(void) {
  RUN(gamma_function);
  RUN(minus_log_densities);
  RUN(columns);
  RUN(partial_likelihood_is_efrons);
  RUN(times_that_are_no_numbers);
  RUN(partial_likelihood_by_rows);
  RUN(shapes_and_options_are_checked);
  return tn_test_summary();
}
