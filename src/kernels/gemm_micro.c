/* Micro-kernels: TN_MR rows of C by two vectors, all accumulators in registers. */
#include <string.h>

#include "kernels/gemm_own.h"

#if defined(TN_HAVE_AVX2) || defined(TN_HAVE_AVX512)
#include <immintrin.h>
#endif

void tn_micro_base(int64_t k, const float *a, const float *b, float *acc) {
  memset(acc, 0, TN_MR * 16 * sizeof(float));
  for (int64_t p = 0; p < k; p++) {
    for (int i = 0; i < TN_MR; i++) {
      float x = a[p * TN_MR + i];
      for (int j = 0; j < 16; j++) {
        acc[i * 16 + j] += x * b[p * 16 + j];
      }
    }
  }
}

#if defined(TN_HAVE_AVX2)
__attribute__((target("avx2,fma"))) void tn_micro_avx2(int64_t k, const float *a, const float *b,
                                                       float *acc) {
  __m256 c[TN_MR][2];
#pragma GCC unroll 6
  for (int i = 0; i < TN_MR; i++) {
    c[i][0] = c[i][1] = _mm256_setzero_ps();
  }
  for (int64_t p = 0; p < k; p++) {
    __m256 b0 = _mm256_loadu_ps(b + p * 16), b1 = _mm256_loadu_ps(b + p * 16 + 8);
#pragma GCC unroll 6
    for (int i = 0; i < TN_MR; i++) {
      __m256 x = _mm256_broadcast_ss(a + p * TN_MR + i);
      c[i][0] = _mm256_fmadd_ps(x, b0, c[i][0]);
      c[i][1] = _mm256_fmadd_ps(x, b1, c[i][1]);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < TN_MR; i++) {
    _mm256_storeu_ps(acc + i * 16, c[i][0]);
    _mm256_storeu_ps(acc + i * 16 + 8, c[i][1]);
  }
}
#endif

#if defined(TN_HAVE_AVX512)
__attribute__((target("avx512f"))) void tn_micro_avx512(int64_t k, const float *a, const float *b,
                                                        float *acc) {
  __m512 c[TN_MR][2];
#pragma GCC unroll 6
  for (int i = 0; i < TN_MR; i++) {
    c[i][0] = c[i][1] = _mm512_setzero_ps();
  }
  for (int64_t p = 0; p < k; p++) {
    __m512 b0 = _mm512_loadu_ps(b + p * 32), b1 = _mm512_loadu_ps(b + p * 32 + 16);
#pragma GCC unroll 6
    for (int i = 0; i < TN_MR; i++) {
      __m512 x = _mm512_set1_ps(a[p * TN_MR + i]);
      c[i][0] = _mm512_fmadd_ps(x, b0, c[i][0]);
      c[i][1] = _mm512_fmadd_ps(x, b1, c[i][1]);
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < TN_MR; i++) {
    _mm512_storeu_ps(acc + i * 32, c[i][0]);
    _mm512_storeu_ps(acc + i * 32 + 16, c[i][1]);
  }
}
#endif
