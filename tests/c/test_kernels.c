/* Fast kernels against their plain twins over odd sizes, for every instruction set of the machine. */
#include "kernels/cells.h"
#include "kernels/gather.h"
#include "kernels/gemm.h"
#include "kernels/gemm_own.h"
#include "kernels/packed.h"
#include "kernels/vector.h"
#include "plain_kernels.h"
#include "platform/rng.h"
#include "platform/simd.h"
#include "platform/threads.h"
#include "tn_test.h"

static float *numbers(uint64_t seed, int64_t n) {
  float *x = malloc((size_t)(n + 1) * sizeof *x); /* one more: size 0 is a block too */
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 0, 0);
  tn_stream_uniform(&s, 0, 0, n, x);
  for (int64_t i = 0; i < n; i++) {
    x[i] = 2 * x[i] - 1;
  }
  return x;
}

static double largest_gap(int64_t n, const float *a, const float *b) {
  double gap = 0;
  for (int64_t i = 0; i < n; i++) {
    double d = fabs((double)a[i] - (double)b[i]);
    gap = d > gap || d != d ? d : gap;
  }
  return gap;
}

typedef void gemm(enum tn_transpose, enum tn_transpose, int64_t, int64_t, int64_t, float,
                  const float *, int64_t, const float *, int64_t, float, float *, int64_t);

/* Rows are 3 floats longer than needed, and what lies between them stays as it was. */
static void check_gemm(gemm *product, int64_t m, int64_t n, int64_t k, float alpha, float beta) {
  for (int trans = 0; trans < 4; trans++) {
    enum tn_transpose ta = trans & 1 ? TN_TRANS : TN_NO_TRANS, tb = trans & 2 ? TN_TRANS : TN_NO_TRANS;
    int64_t lda = (ta == TN_TRANS ? m : k) + 3, ldb = (tb == TN_TRANS ? k : n) + 3, ldc = n + 3;
    float *a = numbers(1, (ta == TN_TRANS ? k : m) * lda), *b = numbers(2, (tb == TN_TRANS ? n : k) * ldb);
    float *c = numbers(3, m * ldc), *want = numbers(3, m * ldc);
    if (beta == 0 && m > 0 && n > 0) {
      c[0] = NAN; /* not read */
    }
    product(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    plain_gemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, want, ldc);
    CHECK_NEAR(largest_gap(m * ldc, c, want), 0, 1e-6 * sqrt((double)k + 1) * (1 + fabs(alpha)));
    free(a);
    free(b);
    free(c);
    free(want);
  }
}

static void check_gemm_sizes(gemm *product) {
  static const int64_t size[] = {0, 1, 5, 6, 7, 16, 31, 33, 73};
  for (int i = 0; i < 9; i++) {
    for (int j = 0; j < 9; j++) {
      for (int k = 0; k < 9; k++) {
        check_gemm(product, size[i], size[j], size[k], 1, (i + j + k) % 2 ? 1 : 0);
      }
    }
  }
  check_gemm(product, 9, 17, 300, 0.5f, 2); /* more than one block deep */
  check_gemm(product, 80, 300, 33, -1, 0.25f);
}

TEST(own_product) {
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    check_gemm_sizes(tn_gemm_own);
  }
}

/* The same question to the product whose B is packed before: A as it lies, alpha 1, beta 0 or 1. */
static void packed_gemm(enum tn_transpose ta, enum tn_transpose tb, int64_t m, int64_t n, int64_t k,
                        float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                        float beta, float *c, int64_t ldc) {
  if (ta == TN_TRANS || k == 0 || alpha != 1 || (beta != 0 && beta != 1)) {
    plain_gemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    return;
  }
  float *packed = malloc((size_t)(tn_packed_size(k, n) + 1) * sizeof *packed);
  tn_packed_fill(tb, k, n, b, ldb, packed);
  tn_packed_product(m, n, k, a, lda, packed, beta == 1, c, ldc);
  free(packed);
}

TEST(packed_product) {
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    check_gemm_sizes(packed_gemm);
  }
}

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

/* Large enough to be cut into tiles: same bits for 1 and 2 threads. */
TEST(product_of_tiles) {
  enum tn_gemm_backend before = tn_gemm_current();
  for (int which = TN_GEMM_OWN; which <= TN_GEMM_OPENBLAS; which++) {
    if (!tn_gemm_select((enum tn_gemm_backend)which)) {
      continue;
    }
    check_gemm_sizes(tn_gemm_gradient);
    int64_t shapes[2][3] = {{700, 200, 301}, {200, 700, 301}};
    for (int s = 0; s < 2; s++) {
      int64_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
      float *a = numbers(1, m * k), *b = numbers(2, k * n), *one = numbers(3, m * n), *two = numbers(4, m * n);
      tn_threads_set(1);
      tn_gemm_gradient(TN_NO_TRANS, TN_NO_TRANS, m, n, k, 1, a, k, b, n, 0, one, n);
      tn_threads_set(2);
      tn_gemm_gradient(TN_NO_TRANS, TN_NO_TRANS, m, n, k, 1, a, k, b, n, 0, two, n);
      tn_threads_set(1);
      CHECK(memcmp(one, two, (size_t)(m * n) * sizeof *one) == 0);
      plain_gemm(TN_NO_TRANS, TN_NO_TRANS, m, n, k, 1, a, k, b, n, 0, two, n);
      CHECK_NEAR(largest_gap(m * n, one, two), 0, 3e-5);
      free(a);
      free(b);
      free(one);
      free(two);
    }
  }
  tn_gemm_select(before);
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

int main(void) {
  RUN(own_product);
  RUN(packed_product);
  RUN(cells_and_slopes);
  RUN(product_of_tiles);
  RUN(rows_by_index);
  RUN(vector_loops);
  RUN(keeping_by_random_words);
  return tn_test_summary();
}
