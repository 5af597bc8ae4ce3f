#include "kernels/packed.h"

#include <string.h>

#include "kernels/v8.h"
#include "platform/simd.h"

#if defined(TN_HAVE_AVX2) || defined(TN_HAVE_AVX512)
#include <immintrin.h>
#endif

/* A panel of B is `width` columns, zero-padded; its product with up to ROWS rows stays in registers. */
enum { ROWS = 6, MAX_WIDTH = 32 };

typedef void panel_kernel(int rows, int64_t k, const float *a, int64_t lda, const float *b,
                          float *acc);

/* Compiled for each number of rows, so that no sum is kept in memory. */
#define EACH_ROW_COUNT(kernel)                                 \
  switch (rows) {                                              \
    case 1: kernel(1, k, a, lda, b, acc); return;              \
    case 2: kernel(2, k, a, lda, b, acc); return;              \
    case 3: kernel(3, k, a, lda, b, acc); return;              \
    case 4: kernel(4, k, a, lda, b, acc); return;              \
    case 5: kernel(5, k, a, lda, b, acc); return;              \
    default: kernel(6, k, a, lda, b, acc); return;             \
  }

#define INLINE static inline __attribute__((always_inline))

INLINE void rows_base(const int rows, int64_t k, const float *a, int64_t lda, const float *b,
                      float *acc) {
  memset(acc, 0, (size_t)rows * 16 * sizeof(float));
  for (int64_t p = 0; p < k; p++) {
    for (int i = 0; i < rows; i++) {
      float x = a[i * lda + p];
      for (int j = 0; j < 16; j++) {
        acc[i * 16 + j] += x * b[p * 16 + j];
      }
    }
  }
}

static void panel_base(int rows, int64_t k, const float *a, int64_t lda, const float *b,
                       float *acc) {
  EACH_ROW_COUNT(rows_base)
}

#if defined(TN_HAVE_AVX2)
__attribute__((target("avx2,fma"))) INLINE void rows_avx2(const int rows, int64_t k,
                                                          const float *a, int64_t lda,
                                                          const float *b, float *acc) {
  __m256 c[ROWS][2];
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++) {
    c[i][0] = c[i][1] = _mm256_setzero_ps();
  }
  for (int64_t p = 0; p < k; p++) {
    __m256 b0 = _mm256_loadu_ps(b + p * 16), b1 = _mm256_loadu_ps(b + p * 16 + 8);
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
      __m256 x = _mm256_broadcast_ss(a + i * lda + p);
      c[i][0] = _mm256_fmadd_ps(x, b0, c[i][0]);
      c[i][1] = _mm256_fmadd_ps(x, b1, c[i][1]);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++) {
    _mm256_storeu_ps(acc + i * 16, c[i][0]);
    _mm256_storeu_ps(acc + i * 16 + 8, c[i][1]);
  }
}

__attribute__((target("avx2,fma"))) static void panel_avx2(int rows, int64_t k, const float *a,
                                                           int64_t lda, const float *b,
                                                           float *acc) {
  EACH_ROW_COUNT(rows_avx2)
}
#endif

#if defined(TN_HAVE_AVX512)
__attribute__((target("avx512f"))) INLINE void rows_avx512(const int rows, int64_t k,
                                                           const float *a, int64_t lda,
                                                           const float *b, float *acc) {
  __m512 c[ROWS][2];
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++) {
    c[i][0] = c[i][1] = _mm512_setzero_ps();
  }
  for (int64_t p = 0; p < k; p++) {
    __m512 b0 = _mm512_loadu_ps(b + p * 32), b1 = _mm512_loadu_ps(b + p * 32 + 16);
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
      __m512 x = _mm512_set1_ps(a[i * lda + p]);
      c[i][0] = _mm512_fmadd_ps(x, b0, c[i][0]);
      c[i][1] = _mm512_fmadd_ps(x, b1, c[i][1]);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++) {
    _mm512_storeu_ps(acc + i * 32, c[i][0]);
    _mm512_storeu_ps(acc + i * 32 + 16, c[i][1]);
  }
}

__attribute__((target("avx512f"))) static void panel_avx512(int rows, int64_t k, const float *a,
                                                            int64_t lda, const float *b,
                                                            float *acc) {
  EACH_ROW_COUNT(rows_avx512)
}
#endif

static panel_kernel *choose(int64_t *width) {
  *width = 16;
#if defined(TN_HAVE_AVX512)
  if (tn_simd_level() == TN_SIMD_AVX512) {
    *width = 32;
    return panel_avx512;
  }
#endif
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return panel_avx2;
  }
#endif
  return panel_base;
}

/* The same on every machine, so that plans are. */
int64_t tn_packed_size(int64_t k, int64_t n) {
  return k * ((n + MAX_WIDTH - 1) / MAX_WIDTH * MAX_WIDTH);
}

void tn_packed_fill(enum tn_transpose trans_b, int64_t k, int64_t n, const float *b, int64_t ldb,
                    float *packed) {
  int64_t width;
  choose(&width);
  for (int64_t j = 0; j < n; j += width, packed += width * k) {
    int64_t cols = n - j < width ? n - j : width;
    if (cols < width) {
      memset(packed, 0, (size_t)(width * k) * sizeof *packed);
    }
    for (int64_t p = 0; p < k; p++) {
      for (int64_t c = 0; c < cols; c++) {
        packed[p * width + c] = trans_b == TN_TRANS ? b[(j + c) * ldb + p] : b[p * ldb + j + c];
      }
    }
  }
}

static void store(const float *acc, int64_t n, int add, float *c) {
  int64_t j = 0;
  if (!add) {
    memcpy(c, acc, (size_t)n * sizeof *c);
    return;
  }
  for (; j + 8 <= n; j += 8) {
    v8f sum, old;
    memcpy(&sum, acc + j, sizeof sum);
    memcpy(&old, c + j, sizeof old);
    sum += old;
    memcpy(c + j, &sum, sizeof sum);
  }
  for (; j < n; j++) {
    c[j] += acc[j];
  }
}

void tn_packed_product(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
                       const float *packed, int add, float *c, int64_t ldc) {
  float acc[ROWS * MAX_WIDTH];
  int64_t width;
  panel_kernel *panel = choose(&width);
  for (int64_t j = 0; j < n; j += width, packed += width * k) {
    int64_t cols = n - j < width ? n - j : width;
    for (int64_t i = 0; i < m; i += ROWS) {
      int rows = (int)(m - i < ROWS ? m - i : ROWS);
      panel(rows, k, a + i * lda, lda, packed, acc);
      for (int r = 0; r < rows; r++) {
        store(acc + r * width, cols, add, c + (i + r) * ldc + j);
      }
    }
  }
}
