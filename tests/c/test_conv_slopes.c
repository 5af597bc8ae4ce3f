/* Gradients of convolutions larger than differences could check: against plain loops along any direction. */
#include "conv_fixture.h"
#include "platform/simd.h"

/* sum of dy * conv(x, k), and of its absolute values */
static double slope_along(const struct plain_conv *p, int64_t size, const float *x, const float *k, const float *dy,
                          double *y, double *scale) {
  double sum = 0;
  CHECK(plain_conv_run(p, x, k, NULL, y) == size);
  *scale = 1;
  for (int64_t i = 0; i < size; i++) {
    sum += dy[i] * y[i];
    *scale += fabs(dy[i] * y[i]);
  }
  return sum;
}

static double dot(int64_t n, const float *a, const float *b) {
  double sum = 0;
  for (int64_t i = 0; i < n; i++) {
    sum += (double)a[i] * b[i];
  }
  return sum;
}

/* A convolution is linear in kernel and image: gradients times any kernel or image are its slope along that. */
static void check_transposes(const struct plain_conv *p, uint64_t seed) {
  struct op_check c;
  double scale;
  if (conv_make(&c, p, "linear", 0) != TN_OK) {
    tn_complain(__FILE__, __LINE__, c.err.message);
    return;
  }
  int64_t size = tn_shape_size(&c.out[0].shape), in = tn_shape_size(&c.in[0].shape), weights = c.param[0].size;
  double *y = calloc((size_t)size + 1, sizeof *y);
  float *kernel = op_floats(weights), *image = op_floats(in);
  op_fill(&c, 0, -1, 1);
  op_random(seed, size, -1, 1, c.dout[0]);
  CHECK(op_backward(&c) == TN_OK);
  for (uint64_t k = 0; k < 3; k++) {
    op_random(seed + k, weights, k == 0 ? 1 : -1, 1, kernel);
    op_random(seed + k, in, k == 0 ? 1 : -1, 1, image);
    double of_kernel = slope_along(p, size, c.in[0].data, kernel, c.dout[0], y, &scale);
    CHECK_NEAR(dot(weights, c.param[0].grad, kernel), of_kernel, 2e-6 * scale);
    double of_image = slope_along(p, size, image, c.param[0].value, c.dout[0], y, &scale);
    CHECK_NEAR(dot(in, c.din[0], image), of_image, 2e-6 * scale);
  }
  free(y);
  free(kernel);
  free(image);
  op_free(&c);
}

/* More cells than a chunk has, channels around the tiles and the vectors. */
TEST(gradients_are_transposes) {
  static const enum tn_simd levels[] = {TN_SIMD_BASE, TN_SIMD_AVX2, TN_SIMD_AVX512};
  for (int level = 0; level < 3; level++) {
    tn_simd_limit(levels[level]);
    for (uint64_t seed = 1; seed <= 12; seed++) {
      for (int kind = 0; kind < 3; kind++) {
        struct plain_conv p = conv_options(200 + seed, (enum plain_kind)kind, seed % 4 ? 7 : 19);
        p.h += 5;
        p.w += 5;
        check_transposes(&p, seed);
      }
    }
    for (int64_t channels = 1; channels <= 14; channels++) {
      struct plain_conv p = {PLAIN_CONV, 2, 9, 11, channels, 3, channels % 4 + 1, 1, 1, 1, 1 + channels % 2, "same",
                             channels % 3 ? 15 + channels : 31 + channels / 3, 1, -1};
      check_transposes(&p, 40);
    }
  }
  tn_simd_limit(TN_SIMD_AVX512);
}

/* Every channel by itself: around the vectors, more taps than a tile has rows, more cells than a chunk; groups of
 * one channel are the same. */
TEST(channels_by_themselves) {
  static const int64_t channels[] = {2, 4, 7, 8, 16, 17, 31, 32, 33, 40, 64};
  static const enum tn_simd levels[] = {TN_SIMD_BASE, TN_SIMD_AVX2, TN_SIMD_AVX512};
  for (int level = 0; level < 3; level++) {
    tn_simd_limit(levels[level]);
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
      int64_t n = channels[i], stride = 1 + (int64_t)i % 2, dilation = stride == 1 && i % 3 == 0 ? 2 : 1;
      struct plain_conv p = {PLAIN_DEPTHWISE, 2, 11, 9, n, 3 + (int64_t)i % 3, 3, stride, stride, dilation, dilation,
                             i % 4 ? "same" : "valid", 1, 1, -1};
      conv_check_values(&p);
      check_transposes(&p, 60);
      p.kind = PLAIN_CONV;
      p.filters = p.groups = n;
      conv_check_values(&p);
      check_transposes(&p, 60);
    }
  }
  tn_simd_limit(TN_SIMD_AVX512);
}

int main(void) {
  RUN(gradients_are_transposes);
  RUN(channels_by_themselves);
  return tn_test_summary();
}
