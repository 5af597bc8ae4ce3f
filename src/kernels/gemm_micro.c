#include "kernels/gemm_micro.h"

#include <string.h>

#include "platform/simd.h"

#if defined(TN_HAVE_AVX2) || defined(TN_HAVE_AVX512)
#include <immintrin.h>
#endif

/* rows_*: number i of A's rows has its cell p at a[i * row_step + p * step]. Inlined where rows and steps
 * are constants, so that no sum is kept in memory. */
#define INLINE static inline __attribute__((always_inline))

#define TILE_AND_ROWS(target, name)                                                             \
  target static void tile_##name(int64_t k, const float *a, const float *b, float *acc) {       \
    rows_##name(TN_MR, k, a, 1, TN_MR, b, acc);                                                 \
  }                                                                                             \
  target static void some_##name(int rows, int64_t k, const float *a, int64_t lda,              \
                                 const float *b, float *acc) {                                  \
    switch (rows) {                                                                             \
      case 1: rows_##name(1, k, a, lda, 1, b, acc); return;                                     \
      case 2: rows_##name(2, k, a, lda, 1, b, acc); return;                                     \
      case 3: rows_##name(3, k, a, lda, 1, b, acc); return;                                     \
      case 4: rows_##name(4, k, a, lda, 1, b, acc); return;                                     \
      case 5: rows_##name(5, k, a, lda, 1, b, acc); return;                                     \
      default: rows_##name(TN_MR, k, a, lda, 1, b, acc); return;                                \
    }                                                                                           \
  }

INLINE void rows_base(const int rows, int64_t k, const float *a, int64_t row_step, int64_t step,
                      const float *b, float *acc) {
  memset(acc, 0, (size_t)rows * 16 * sizeof(float));
  for (int64_t p = 0; p < k; p++) {
    for (int i = 0; i < rows; i++) {
      float x = a[i * row_step + p * step];
      for (int j = 0; j < 16; j++) {
        acc[i * 16 + j] += x * b[p * 16 + j];
      }
    }
  }
}

TILE_AND_ROWS(, base)
static const struct tn_micro base = {16, tile_base, some_base};

#if defined(TN_HAVE_AVX2)
#define AVX2 __attribute__((target("avx2,fma")))
AVX2 INLINE void rows_avx2(const int rows, int64_t k, const float *a, int64_t row_step,
                           int64_t step, const float *b, float *acc) {
  __m256 c[TN_MR][2];
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++) {
    c[i][0] = c[i][1] = _mm256_setzero_ps();
  }
  for (int64_t p = 0; p < k; p++) {
    __m256 b0 = _mm256_loadu_ps(b + p * 16), b1 = _mm256_loadu_ps(b + p * 16 + 8);
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
      __m256 x = _mm256_broadcast_ss(a + i * row_step + p * step);
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

TILE_AND_ROWS(AVX2, avx2)
static const struct tn_micro avx2 = {16, tile_avx2, some_avx2};
#endif

#if defined(TN_HAVE_AVX512)
#define AVX512 __attribute__((target("avx512f")))
AVX512 INLINE void rows_avx512(const int rows, int64_t k, const float *a, int64_t row_step,
                               int64_t step, const float *b, float *acc) {
  __m512 c[TN_MR][2];
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++) {
    c[i][0] = c[i][1] = _mm512_setzero_ps();
  }
  for (int64_t p = 0; p < k; p++) {
    __m512 b0 = _mm512_loadu_ps(b + p * 32), b1 = _mm512_loadu_ps(b + p * 32 + 16);
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
      __m512 x = _mm512_set1_ps(a[i * row_step + p * step]);
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

TILE_AND_ROWS(AVX512, avx512)
static const struct tn_micro avx512 = {32, tile_avx512, some_avx512};
#endif

const struct tn_micro *tn_micro_now(void) {
#if defined(TN_HAVE_AVX512)
  if (tn_simd_level() == TN_SIMD_AVX512) {
    return &avx512;
  }
#endif
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return &avx2;
  }
#endif
  return &base;
}
