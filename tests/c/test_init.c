/* Initial weights: fixed ones, moments and limits by fans, Keras' orthogonal matrices, equal bits
 * for any number of threads, errors. */
#include "init/init.h"
#include "init/orthogonal.h"
#include "op_check.h"
#include "platform/alloc.h"
#include "platform/threads.h"

static struct tn_shape shape_4(int64_t a, int64_t b, int64_t c, int64_t d) {
  int64_t dim[4] = {a, b, c, d};
  return tn_shape_make(4, dim);
}

static enum tn_status make(const char *kind, const struct tn_attrs *attrs, struct tn_shape shape,
                           uint64_t seed, float *out) {
  return tn_init_fill(kind, attrs, &shape, seed, out, NULL);
}

TEST(fixed_values) {
  float w[8];
  CHECK(make("zeros", NO_ATTRS, tn_shape_1(3), 1, w) == TN_OK && w[0] == 0 && w[2] == 0);
  CHECK(make("ones", NO_ATTRS, tn_shape_1(3), 1, w) == TN_OK && w[0] == 1 && w[2] == 1);
  CHECK(make("constant", ATTRS(NUMBERS("value", -2)), tn_shape_1(4), 1, w) == TN_OK && w[3] == -2);
  CHECK(make("identity", NO_ATTRS, tn_shape_2(2, 4), 1, w) == TN_OK);
  float wide[] = {1, 0, 0, 0, 0, 1, 0, 0}, tall[] = {2, 0, 0, 2, 0, 0, 0, 0};
  CHECK(memcmp(w, wide, sizeof w) == 0);
  CHECK(make("identity", ATTRS(NUMBERS("gain", 2)), tn_shape_2(4, 2), 1, w) == TN_OK);
  CHECK(memcmp(w, tall, sizeof w) == 0);
}

/* Mean and spread of 40,000 draws or more; low and high are nearly reached and never passed. */
static void expect_draws(const char *kind, const struct tn_attrs *attrs, struct tn_shape shape,
                         double mean, double sd, double low, double high) {
  int64_t n = tn_shape_size(&shape), count = 0;
  float *w = malloc((size_t)n * sizeof *w);
  double sum = 0, squares = 0, least = INFINITY, most = -INFINITY;
  for (uint64_t seed = 1; count < 40000; seed++) {
    CHECK(make(kind, attrs, shape, seed, w) == TN_OK);
    for (int64_t i = 0; i < n; i++, count++) {
      sum += w[i];
      squares += (w[i] - mean) * (w[i] - mean);
      least = fmin(least, w[i]);
      most = fmax(most, w[i]);
    }
  }
  CHECK_NEAR(sum / (double)count, mean, 5 * sd / sqrt((double)count));
  CHECK_NEAR(sqrt(squares / (double)count) / sd, 1, 0.02);
  if (isfinite(low)) {
    double margin = 0.01 * (high - low);
    CHECK(least >= low - 1e-6 && least < low + margin);
    CHECK(most <= high + 1e-6 && most > high - margin);
  }
  free(w);
}

TEST(plain_distributions) {
  struct tn_shape s = tn_shape_2(100, 60);
  expect_draws("random_normal", NO_ATTRS, s, 0, 0.05, -INFINITY, INFINITY);
  expect_draws("random_normal", ATTRS(NUMBERS("mean", 0.5), NUMBERS("stddev", 0.25)), s, 0.5, 0.25,
               -INFINITY, INFINITY);
  expect_draws("random_uniform", NO_ATTRS, s, 0, 0.1 / sqrt(12), -0.05, 0.05);
  expect_draws("random_uniform", ATTRS(NUMBERS("minval", -1), NUMBERS("maxval", 3)), s, 1,
               4 / sqrt(12), -1, 3);
  expect_draws("truncated_normal", ATTRS(NUMBERS("mean", 1), NUMBERS("stddev", 0.5)), s, 1,
               0.439812831, 0, 2);
}

static void expect_scaled(double scale, const char *mode, const char *distribution,
                          struct tn_shape shape, double sd, double limit) {
  const struct tn_attrs *attrs =
      ATTRS(NUMBERS("scale", scale), TEXT("mode", mode), TEXT("distribution", distribution));
  expect_draws("variance_scaling", attrs, shape, 0, sd, -limit, limit);
}

/* fan_in and fan_out: 10 and 6; a kernel 3 x 3 from 2 to 6: 18 and 54; a vector of 7: 7 and 7. */
TEST(scaled_distributions) {
  struct tn_shape matrix = tn_shape_2(10, 6), kernel = shape_4(3, 3, 2, 6), vector = tn_shape_1(7);
  expect_scaled(1, "fan_avg", "uniform", matrix, sqrt(1 / 8.0), sqrt(6 / 16.0));
  expect_scaled(1, "fan_in", "truncated_normal", matrix, sqrt(0.1), 0.719005322);
  expect_scaled(2, "fan_out", "untruncated_normal", matrix, sqrt(2 / 6.0), INFINITY);
  expect_scaled(2, "fan_in", "normal", kernel, sqrt(2 / 18.0), INFINITY);
  expect_scaled(0.5, "fan_avg", "uniform", kernel, sqrt(0.5 / 36), sqrt(1.5 / 36));
  expect_scaled(1, "fan_out", "uniform", kernel, sqrt(1 / 54.0), sqrt(3 / 54.0));
  expect_scaled(1, "fan_in", "truncated_normal", vector, sqrt(1 / 7.0), 0.859375732);
}

TEST(seeds_and_threads) {
  struct tn_shape s = tn_shape_2(700, 300);
  size_t bytes = 700 * 300 * sizeof(float);
  float *one = malloc(bytes), *four = malloc(bytes), *other = malloc(bytes);
  const char *kinds[] = {"random_uniform", "truncated_normal", "variance_scaling", "orthogonal"};
  for (int k = 0; k < 4; k++) {
    tn_threads_set(1);
    CHECK(make(kinds[k], NO_ATTRS, s, 7, one) == TN_OK);
    tn_threads_set(4);
    CHECK(make(kinds[k], NO_ATTRS, s, 7, four) == TN_OK);
    CHECK(make(kinds[k], NO_ATTRS, s, 8, other) == TN_OK);
    CHECK(memcmp(one, four, bytes) == 0);
    CHECK(memcmp(one, other, bytes) != 0);
  }
  tn_threads_set(1);
  free(one);
  free(four);
  free(other);
}

/* Q of numpy's qr times the signs of R's diagonal, from the same draw. */
TEST(orthogonal_of_a_known_draw) {
  float draw[] = {0.078125f, -1.546875f, -0.609375f, -0.03125f, 1.171875f, -0.046875f, -0.3125f,
                  1.90625f,  -1.46875f,  -0.96875f,  0.546875f, -1.5f,     -1.78125f,  0.71875f,
                  0.625f};
  double want[] = {0.038048401, -0.58111859, -0.485705582, -0.0152193604, 0.446823883,
                   0.129047233, -0.152193604, 0.66517644, -0.442425909, -0.471800172,
                   -0.0163145211, -0.62848393, -0.867503542, -0.141151484, 0.395858767};
  float tall[15], wide[15];
  struct tn_shape rows = tn_shape_2(5, 3), cols = tn_shape_2(3, 5);
  CHECK(tn_init_orthogonalise(1, &rows, draw, tall, NULL) == TN_OK);
  CHECK(tn_init_orthogonalise(2, &cols, draw, wide, NULL) == TN_OK);
  for (int i = 0; i < 15; i++) {
    CHECK_NEAR(tall[i], want[i], 1e-6);
    CHECK_NEAR(wide[i % 3 * 5 + i / 3], 2 * want[i], 2e-6);
  }
}

/* Rows of the shorter side have length gain and are at right angles. */
static void expect_orthogonal(struct tn_shape shape, double gain) {
  int64_t cols = tn_shape_last(&shape), rows = tn_shape_rows(&shape);
  int64_t n = rows < cols ? rows : cols, length = rows < cols ? cols : rows;
  int64_t step = rows < cols ? 1 : cols, next = rows < cols ? cols : 1;
  float *w = malloc((size_t)(rows * cols) * sizeof *w);
  double worst = 0;
  CHECK(make("orthogonal", ATTRS(NUMBERS("gain", gain)), shape, 3, w) == TN_OK);
  for (int64_t i = 0; i < n; i++) {
    for (int64_t j = 0; j < n; j++) {
      double sum = 0;
      for (int64_t k = 0; k < length; k++) {
        sum += (double)w[i * next + k * step] * w[j * next + k * step];
      }
      worst = fmax(worst, fabs(sum - (i == j ? gain * gain : 0)));
    }
  }
  CHECK(worst < 2e-6 * gain * gain);
  free(w);
}

TEST(orthogonal_matrices) {
  expect_orthogonal(tn_shape_2(1, 1), 1);
  expect_orthogonal(tn_shape_2(6, 24), 1);
  expect_orthogonal(shape_4(3, 2, 2, 4), 2);
  expect_orthogonal(shape_4(2, 2, 1, 7), 0.5);
  expect_orthogonal(tn_shape_2(200, 200), 1); /* several panels */
  CHECK(make("orthogonal", NO_ATTRS, tn_shape_2(0, 3), 1, NULL) == TN_OK);
}

static void expect_error(const char *kind, const struct tn_attrs *attrs, struct tn_shape shape,
                         enum tn_status status, const char *word) {
  struct tn_error err;
  float w[8];
  tn_error_init(&err);
  CHECK(tn_init_fill(kind, attrs, &shape, 1, w, &err) == status);
  CHECK(strstr(err.message, word) != NULL);
}

TEST(errors) {
  struct tn_shape matrix = tn_shape_2(2, 2), vector = tn_shape_1(3);
  const char *scaling = "variance_scaling";
  expect_error("no such kind", NO_ATTRS, matrix, TN_STATUS_ARG, "no such kind");
  expect_error("identity", NO_ATTRS, vector, TN_STATUS_SHAPE, "matrices");
  expect_error("orthogonal", NO_ATTRS, vector, TN_STATUS_SHAPE, "2 axes");
  expect_error(scaling, ATTRS(TEXT("mode", "fan")), matrix, TN_STATUS_ARG, "`mode`");
  expect_error(scaling, ATTRS(TEXT("distribution", "t")), matrix, TN_STATUS_ARG, "`distribution`");
  expect_error(scaling, ATTRS(NUMBERS("scale", 0)), matrix, TN_STATUS_ARG, "`scale`");
}

TEST(failing_memory) {
  int64_t before = tn_alloc_live();
  float w[12];
  enum tn_status status = TN_STATUS_ALLOC;
  for (int n = 0; n < 10 && status == TN_STATUS_ALLOC; n++) {
    tn_alloc_fail_after(n);
    status = make("orthogonal", NO_ATTRS, tn_shape_2(4, 3), 1, w);
    tn_alloc_fail_after(-1);
  }
  CHECK(status == TN_OK);
  CHECK(tn_alloc_live() == before);
}

int main(void) {
  RUN(fixed_values);
  RUN(plain_distributions);
  RUN(scaled_distributions);
  RUN(seeds_and_threads);
  RUN(orthogonal_of_a_known_draw);
  RUN(orthogonal_matrices);
  RUN(errors);
  RUN(failing_memory);
  return tn_test_summary();
}
