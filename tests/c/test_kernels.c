/* Fast kernels against their plain twins over odd sizes, for every instruction set of the machine. */
#include "kernels/cells.h"
#include "kernels/curves.h"
#include "kernels/gather.h"
#include "kernels/vector.h"
#include "kernels/waves.h"
#include "plain_kernels.h"
#include "platform/simd.h"
#include "tn_test.h"

static double sigmoid_of(double x) { return 1 / (1 + exp(-x)); }

/* What cells do with the numbers of a sample, in place where that is allowed. */
static void check_cells(int64_t n) {
  float *gate = numbers(1, 4 * n), *was = numbers(1, 4 * n), *c_old = numbers(2, n), *c = numbers(3, n);
  float *dc = numbers(4, n), *dc_was = numbers(4, n);
  tn_cell_lstm(n, gate, c_old, c);
  tn_cell_lstm_slopes(n, gate, c_old, dc);
  for (int64_t i = 0; i < n; i++) {
    float in = was[i], keep = was[n + i], g = was[2 * n + i], d = dc_was[i];
    CHECK_NEAR(c[i], keep * c_old[i] + in * g, 1e-6);
    CHECK_NEAR(gate[i], d * g, 1e-6);
    CHECK_NEAR(gate[n + i], d * c_old[i], 1e-6);
    CHECK_NEAR(gate[2 * n + i], d * in, 1e-6);
    CHECK(gate[3 * n + i] == was[3 * n + i]);
    CHECK_NEAR(dc[i], d * keep, 1e-6);
  }
  memcpy(gate, was, (size_t)(4 * n) * sizeof *gate);
  memcpy(dc, dc_was, (size_t)n * sizeof *dc);
  tn_cell_gru(n, gate, gate + n, c_old, c);
  tn_cell_gru_slopes(n, gate, gate + n, c_old, dc, gate, gate + n);
  for (int64_t i = 0; i < n; i++) {
    float z = was[i], g = was[n + i], d = dc_was[i];
    CHECK_NEAR(c[i], z * c_old[i] + (1 - z) * g, 1e-6);
    CHECK_NEAR(gate[i], d * (c_old[i] - g), 1e-6);
    CHECK_NEAR(gate[n + i], d * (1 - z), 1e-6);
    CHECK_NEAR(dc[i], d * z, 1e-6);
  }
  tn_cell_product(n, was, c_old, c);
  tn_vec_sigmoid(n, was, gate);
  tn_vec_tanh(n, was, gate + n);
  tn_vec_exp(n, was, gate + 2 * n);
  tn_vec_sigmoid_slope(n, gate, dc_was, dc);
  tn_vec_tanh_slope(n, gate + n, dc_was, gate + 3 * n);
  for (int64_t i = 0; i < n; i++) {
    double s = sigmoid_of((double)was[i]), t = tanh((double)was[i]), d = dc_was[i];
    CHECK_NEAR(c[i], was[i] * c_old[i], 1e-7);
    CHECK_NEAR(gate[i], s, 3e-7);
    CHECK_NEAR(gate[n + i], t, 3e-7);
    CHECK_NEAR(gate[2 * n + i], exp((double)was[i]), 1e-6);
    CHECK_NEAR(dc[i], d * s * (1 - s), 1e-6);
    CHECK_NEAR(gate[3 * n + i], d * (1 - t * t), 1e-6);
  }
  free(gate);
  free(was);
  free(c_old);
  free(c);
  free(dc);
  free(dc_was);
}

TEST(cells_and_slopes) {
  static const int64_t size[] = {1, 7, 8, 9, 16, 50};
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int i = 0; i < 6; i++) {
      check_cells(size[i]);
    }
  }
}

TEST(rows_by_index) {
  enum { ROWS = 13, ENTRIES = 40 };
  static const int64_t units[] = {1, 7, 15, 16, 17, 33, 64};
  int32_t index[ENTRIES];
  for (int k = 0; k < ENTRIES; k++) {
    index[k] = (k * 7) % ROWS; /* rows repeat */
  }
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int u = 0; u < 7; u++) {
      for (int64_t n = 0; n <= ENTRIES; n += n < 4 ? 1 : 9) {
        float *w = numbers(1, ROWS * units[u]), *value = numbers(2, ENTRIES), *dy = numbers(3, units[u]);
        float *got = numbers(4, ROWS * units[u]), *want = numbers(4, ROWS * units[u]);
        for (int ones = 0; ones < 2; ones++) {
          tn_gather(units[u], n, index, ones ? NULL : value, w, got);
          plain_gather(units[u], n, index, ones ? NULL : value, w, want);
          tn_scatter(units[u], n, index, ones ? NULL : value, dy, got);
          plain_scatter(units[u], n, index, ones ? NULL : value, dy, want);
        }
        CHECK_NEAR(largest_gap(ROWS * units[u], got, want), 0, 2e-5);
        free(w);
        free(value);
        free(dy);
        free(got);
        free(want);
      }
    }
  }
}

TEST(vector_loops) {
  static const int64_t sizes[] = {0, 1, 7, 8, 9, 100};
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int s = 0; s < 6; s++) {
      int64_t n = sizes[s];
      float *x = numbers(1, n), *y = numbers(2, n), *y0 = numbers(2, n), *z = numbers(3, n);
      double sum = 0, squares = 0, sizes_of = 0;
      tn_vec_axpy(n, 1.5f, x, y);
      tn_vec_exp(n, x, z);
      for (int64_t i = 0; i < n; i++) {
        CHECK_NEAR(y[i], y0[i] + 1.5 * x[i], 3e-7);
        CHECK_NEAR(z[i], exp((double)x[i]), 4e-7);
        sum += x[i];
        squares += (double)x[i] * x[i];
        sizes_of += fabs((double)x[i]);
      }
      CHECK_NEAR(tn_vec_sum(n, x), sum, 1e-12 * (double)(n + 1));
      CHECK_NEAR(tn_vec_sumsq(n, x), squares, 1e-5);
      CHECK_NEAR(tn_vec_sumabs(n, x), sizes_of, 1e-5);
      tn_vec_sigmoid(n, x, y);
      tn_vec_tanh(n, x, z);
      for (int64_t i = 0; i < n; i++) {
        CHECK_NEAR(y[i], 1 / (1 + exp(-(double)x[i])), 3e-7);
        CHECK_NEAR(z[i], tanh((double)x[i]), 3e-7);
      }
      tn_vec_relu(n, x, y);
      tn_vec_relu_slope(n, y, x, z);
      for (int64_t i = 0; i < n; i++) {
        CHECK(y[i] == (x[i] > 0 ? x[i] : 0) && z[i] == (x[i] > 0 ? x[i] : 0));
      }
      free(x);
      free(y);
      free(y0);
      free(z);
    }
  }
}

TEST(keeping_by_random_words) {
  uint32_t word[19];
  float y[19];
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int i = 0; i < 19; i++) {
      word[i] = (uint32_t)i * 0x0D79435Fu; /* half of them above 2^31 */
    }
    tn_vec_keep(19, word, 0x80000000u, 2.5f, y);
    for (int i = 0; i < 19; i++) {
      CHECK(y[i] == (word[i] >= 0x80000000u ? 2.5f : 0));
    }
  }
}

/* Distance from the exact value in units of the last place of a float. */
static double places_off(float value, double exact) {
  return fabs((double)value - exact) / ((double)nextafterf(fabsf((float)exact), INFINITY) - fabs((double)(float)exact));
}

/* Numbers at all distances from 0, of both signs. */
static float far_number(int i, int n) {
  return (float)((i % 2 ? 1 : -1) * exp(-12 + 16.0 * i / n));
}

static double exact_curve(int which, double x) {
  switch (which) {
    case 0: return exp(x);
    case 2: return tanh(x);
    case 3: return x < 0 ? expm1(x) : x;
    case 4: return log1p(exp(x));
    case 6: return x * sigmoid_of(x);
    case 7: return x * tanh(log1p(exp(x)));
    default: return sigmoid_of(x);
  }
}

TEST(curves_keep_their_digits) {
  enum { N = 4001 };
  static float x[N], y[N], one[N], d[N];
  for (int i = 0; i < N; i++) {
    x[i] = far_number(i, N);
    one[i] = 1;
  }
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    double off[8] = {0};
    tn_simd_limit((enum tn_simd)level);
    for (int which = 0; which < 8; which++) {
      switch (which) {
        case 0: tn_vec_exp(N, x, y); break;
        case 1: tn_vec_sigmoid(N, x, y); break;
        case 2: tn_vec_tanh(N, x, y); break;
        case 3: tn_curve_elu(N, 1, 1, x, y); break;
        case 4: tn_curve_softplus(N, x, y); break;
        case 5: tn_curve_softplus_slope(N, x, one, y); break;
        case 6: tn_curve_swish(N, x, y); break;
        default: tn_curve_mish(N, x, y);
      }
      for (int i = 0; i < N; i++) {
        double places = places_off(y[i], exact_curve(which, (double)x[i]));
        off[which] = places > off[which] ? places : off[which];
      }
      CHECK(off[which] < 3);
    }
    tn_curve_elu_slope(N, 1.5f, 2, x, one, y);
    tn_curve_swish_slope(N, x, one, d);
    for (int i = 0; i < N; i++) {
      double v = x[i], s = sigmoid_of(v);
      CHECK_NEAR(y[i], v < 0 ? 3 * exp(v) : 2, 1e-6);
      CHECK_NEAR(d[i], s * (1 + v * (1 - s)), 2e-6);
    }
    tn_curve_mish_slope(N, x, one, d);
    for (int i = 0; i < N; i++) {
      double v = x[i], m = tanh(log1p(exp(v)));
      CHECK_NEAR(d[i], m + v * sigmoid_of(v) * (1 - m * m), 2e-6);
    }
  }
}

/* A cell has the same bits wherever it lies, and not a number, infinities and zeros are passed on. */
TEST(curves_do_not_depend_on_the_place) {
  enum { N = 23 };
  typedef void curve(int64_t n, const float *x, float *y);
  static curve *const curves[] = {tn_vec_exp, tn_vec_sigmoid, tn_vec_tanh, tn_curve_softplus, tn_curve_swish,
                                 tn_curve_mish};
  float x[N], y[N], alone;
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int which = 0; which < 6; which++) {
      for (int i = 0; i < N; i++) {
        x[i] = i == 3 ? NAN : i == 20 ? INFINITY : i == 5 ? 0 : far_number(37 * i, 37 * N);
      }
      curves[which](N, x, y);
      for (int i = 0; i < N; i++) {
        curves[which](1, x + i, &alone);
        CHECK(alone == y[i] || (alone != alone && i == 3));
      }
      CHECK(y[3] != y[3]);
      CHECK(y[20] == (which == 1 || which == 2 ? 1 : INFINITY));
    }
  }
}

/* Near 0, at multiples of pi / 2, where the reduction ends and far behind. */
TEST(waves_and_their_slopes) {
  enum { N = 4003 };
  static float x[N], y[N], d[N], dy[N];
  for (int i = 0; i < N; i++) {
    x[i] = i < 3000 ? far_number(i, 3000) : i < 4000 ? (float)((i - 3500) * 1.5707963267948966) : 0;
    dy[i] = (float)(i % 5 - 2);
  }
  x[4000] = 8192;
  x[4001] = -8193;
  x[4002] = 3e20f;
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int quarters = TN_SINE; quarters <= TN_COSINE; quarters++) {
      tn_wave(N, quarters, x, y);
      tn_wave_slope(N, quarters, x, dy, d);
      for (int i = 0; i < N; i++) {
        double v = x[i], sine = sin(v), cosine = cos(v);
        CHECK_NEAR(y[i], quarters == TN_SINE ? sine : cosine, 1.5e-7);
        CHECK_NEAR(d[i], dy[i] * (quarters == TN_SINE ? cosine : -sine), 3e-7);
      }
      for (int i = 0; i < N; i += 7) {
        float alone = x[i];
        tn_wave(1, quarters, &alone, &alone);
        CHECK(alone == y[i]);
      }
    }
    float odd[] = {NAN, INFINITY};
    tn_wave(2, TN_COSINE, odd, odd);
    CHECK(odd[0] != odd[0] && odd[1] != odd[1]);
  }
}

int main(void) {
  RUN(cells_and_slopes);
  RUN(rows_by_index);
  RUN(vector_loops);
  RUN(keeping_by_random_words);
  RUN(waves_and_their_slopes);
  RUN(curves_keep_their_digits);
  RUN(curves_do_not_depend_on_the_place);
  return tn_test_summary();
}
