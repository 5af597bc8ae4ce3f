/* Four columns of eight rows, for AVX2. */
#ifndef TN_KERNELS_COLUMNS8_H
#define TN_KERNELS_COLUMNS8_H

#if defined(TN_HAVE_AVX2)
#include <immintrin.h>
#include <stdint.h>

/* v[q][r] = p[r * ld + q]: rows i and i + 4 side by side, then columns within fours of rows. */
__attribute__((target("avx2,fma"), always_inline)) static inline void tn_columns8(const float *p,
                                                                                  int64_t ld,
                                                                                  __m256 *v) {
  __m256 row[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++, p += ld) {
    row[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p)), _mm_loadu_ps(p + 4 * ld), 1);
  }
  __m256 a = _mm256_unpacklo_ps(row[0], row[1]), b = _mm256_unpackhi_ps(row[0], row[1]);
  __m256 c = _mm256_unpacklo_ps(row[2], row[3]), d = _mm256_unpackhi_ps(row[2], row[3]);
  v[0] = _mm256_shuffle_ps(a, c, 0x44);
  v[1] = _mm256_shuffle_ps(a, c, 0xee);
  v[2] = _mm256_shuffle_ps(b, d, 0x44);
  v[3] = _mm256_shuffle_ps(b, d, 0xee);
}
#endif

#endif
