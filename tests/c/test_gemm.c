/* Matrix products to the bit: every cell is one chain over k, whatever the shape, the instruction set, the
 * rows beside it and the number of threads. */
#include "kernels/gemm.h"
#include "kernels/gemm_own.h"
#include "kernels/packed.h"
#include "plain_kernels.h"
#include "platform/simd.h"
#include "platform/threads.h"
#include "tn_test.h"

typedef void gemm(enum tn_transpose, enum tn_transpose, int64_t, int64_t, int64_t, const float *,
                  int64_t, const float *, int64_t, int, float *, int64_t);

static int same_bits(int64_t n, const float *a, const float *b) {
  return memcmp(a, b, (size_t)n * sizeof *a) == 0;
}

/* Each size of matrix is drawn once; rows are 3 floats longer than needed, and what lies between them stays
 * as it was. `tolerance` 0 asks for equal bits. */
static void check_form(gemm *product, enum tn_transpose ta, enum tn_transpose tb, int64_t m,
                       int64_t n, int64_t k, int add, double tolerance) {
  int64_t lda = (ta == TN_TRANS ? m : k) + 3, ldb = (tb == TN_TRANS ? k : n) + 3, ldc = n + 3;
  float *a = numbers(1, (ta == TN_TRANS ? k : m) * lda), *b = numbers(2, (tb == TN_TRANS ? n : k) * ldb);
  float *c = numbers(3, m * ldc), *want = numbers(3, m * ldc);
  for (int64_t i = 0; !add && i < m * ldc; i++) {
    c[i] = i % ldc < n ? NAN : c[i]; /* not read */
  }
  product(ta, tb, m, n, k, a, lda, b, ldb, add, c, ldc);
  plain_gemm(ta, tb, m, n, k, a, lda, b, ldb, add, want, ldc);
  CHECK(tolerance > 0 ? largest_gap(m * ldc, c, want) <= tolerance : same_bits(m * ldc, c, want));
  free(a);
  free(b);
  free(c);
  free(want);
}

static void check_forms(gemm *product, int64_t m, int64_t n, int64_t k, double tolerance) {
  for (int form = 0; form < 8; form++) {
    check_form(product, form & 1 ? TN_TRANS : TN_NO_TRANS, form & 2 ? TN_TRANS : TN_NO_TRANS, m, n, k,
               form >= 4, tolerance);
  }
}

static void check_sizes(gemm *product, double tolerance) {
  static const int64_t size[] = {0, 1, 2, 5, 7, 13, 16, 31, 33, 70};
  static const int64_t large[][3] = {{9, 17, 300}, {128, 5, 515}, {5, 130, 1025}, {80, 300, 33},
                                     {1, 600, 270}, {257, 1, 129}, {150, 1030, 3}, {130, 100, 259}};
  for (int i = 0; i < 10; i++) {
    for (int j = 0; j < 10; j++) {
      for (int k = 0; k < 10; k++) {
        check_forms(product, size[i], size[j], size[k], tolerance);
      }
    }
  }
  for (int s = 0; s < 8; s++) {
    check_forms(product, large[s][0], large[s][1], large[s][2], tolerance);
  }
}

TEST(own_product) {
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    check_sizes(tn_gemm_own, 0);
  }
}

/* The same question to the product whose B is packed before; A as it lies. */
static void packed_gemm(enum tn_transpose ta, enum tn_transpose tb, int64_t m, int64_t n, int64_t k,
                        const float *a, int64_t lda, const float *b, int64_t ldb, int add, float *c,
                        int64_t ldc) {
  if (ta == TN_TRANS) {
    plain_gemm(ta, tb, m, n, k, a, lda, b, ldb, add, c, ldc);
    return;
  }
  float *packed = malloc((size_t)(tn_packed_size(k, n) + 1) * sizeof *packed);
  tn_packed_fill(tb, k, n, b, ldb, packed);
  tn_packed_product(m, n, k, a, lda, packed, add, c, ldc);
  free(packed);
}

TEST(packed_product) {
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    check_sizes(packed_gemm, 0);
  }
}

/* Rows from `first` on, alone, have the bits that they have among all. */
static void check_rows_alone(enum tn_transpose ta, enum tn_transpose tb, int64_t n, int64_t k) {
  enum { ROWS = 70 };
  int64_t lda = ta == TN_TRANS ? ROWS : k, ldb = tb == TN_TRANS ? k : n;
  float *a = numbers(4, ROWS * k), *b = numbers(5, k * n);
  float *whole = numbers(6, ROWS * n), *some = numbers(7, ROWS * n);
  tn_gemm(ta, tb, ROWS, n, k, a, lda, b, ldb, 0, whole, n);
  for (int64_t m = 1; m <= 33; m++) {
    for (int64_t first = 0; first < ROWS - m; first += 18) {
      tn_gemm(ta, tb, m, n, k, ta == TN_TRANS ? a + first : a + first * lda, lda, b, ldb, 0, some, n);
      CHECK(same_bits(m * n, some, whole + first * n));
    }
  }
  free(a);
  free(b);
  free(whole);
  free(some);
}

TEST(rows_do_not_see_their_neighbours) {
  static const int64_t shape[][2] = {{1, 64}, {17, 33}, {16, 300}, {100, 70}, {64, 257}};
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int s = 0; s < 5; s++) {
      for (int form = 0; form < 4; form++) {
        check_rows_alone(form & 1 ? TN_TRANS : TN_NO_TRANS, form & 2 ? TN_TRANS : TN_NO_TRANS,
                         shape[s][0], shape[s][1]);
      }
    }
  }
}

/* Large enough to be cut into bands: the bits of one thread are those of two. */
static void check_threads(gemm *product, double tolerance) {
  static const int64_t shape[][3] = {{700, 200, 301}, {200, 700, 301}, {64, 1024, 512}};
  for (int s = 0; s < 3; s++) {
    int64_t m = shape[s][0], n = shape[s][1], k = shape[s][2];
    float *a = numbers(1, m * k), *b = numbers(2, k * n), *one = numbers(3, m * n), *two = numbers(4, m * n);
    for (int form = 0; form < 4; form++) {
      enum tn_transpose ta = form & 1 ? TN_TRANS : TN_NO_TRANS, tb = form & 2 ? TN_TRANS : TN_NO_TRANS;
      int64_t lda = form & 1 ? m : k, ldb = form & 2 ? k : n;
      tn_threads_set(1);
      product(ta, tb, m, n, k, a, lda, b, ldb, 0, one, n);
      tn_threads_set(2);
      product(ta, tb, m, n, k, a, lda, b, ldb, 0, two, n);
      CHECK(same_bits(m * n, one, two));
      plain_gemm(ta, tb, m, n, k, a, lda, b, ldb, 0, two, n);
      CHECK(tolerance > 0 ? largest_gap(m * n, one, two) <= tolerance : same_bits(m * n, one, two));
    }
    free(a);
    free(b);
    free(one);
    free(two);
  }
  tn_threads_set(1);
}

TEST(threads_do_not_show) { check_threads(tn_gemm, 0); }

TEST(own_product_unless_another_is_selected) {
  CHECK(tn_gemm_current() == TN_GEMM_OWN);
  check_sizes(tn_gemm_gradient, 0);
}

/* Outputs stay ours. */
TEST(openblas_for_gradients) {
  if (tn_gemm_select(TN_GEMM_OPENBLAS)) {
    CHECK(tn_gemm_current() == TN_GEMM_OPENBLAS);
    check_sizes(tn_gemm_gradient, 1e-4);
    check_threads(tn_gemm_gradient, 1e-4);
  }
  check_sizes(tn_gemm, 0);
  tn_gemm_select(TN_GEMM_OWN);
}

int main(void) {
  RUN(own_product_unless_another_is_selected);
  RUN(own_product);
  RUN(packed_product);
  RUN(rows_do_not_see_their_neighbours);
  RUN(threads_do_not_show);
  RUN(openblas_for_gradients);
  return tn_test_summary();
}
