#include "kernels/transpose.h"

#include "platform/simd.h"

#if defined(TN_HAVE_AVX2)
#include <immintrin.h>
#endif

/* Blocks of 16 x 16 cells, so that lines of both sides are used whole before they leave the cache. */
static void plain(int64_t rows, int64_t columns, const float *from, int64_t ld_from, float *to,
                  int64_t ld_to) {
  for (int64_t j0 = 0; j0 < columns; j0 += 16) {
    int64_t j1 = j0 + 16 < columns ? j0 + 16 : columns;
    for (int64_t i = 0; i < rows; i++) {
      for (int64_t j = j0; j < j1; j++) {
        to[j * ld_to + i] = from[i * ld_from + j];
      }
    }
  }
}

#if defined(TN_HAVE_AVX2)
/* Halves of rows i and i + 4 side by side, then columns within pairs and fours of rows. */
__attribute__((target("avx2"))) static inline void block8(const float *from, int64_t ld_from,
                                                          float *to, int64_t ld_to) {
  __m256 half[8];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    const float *row = from + i * ld_from, *other = from + (i + 4) * ld_from;
    half[i] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(row)), _mm_loadu_ps(other), 1);
    half[i + 4] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(row + 4)),
                                       _mm_loadu_ps(other + 4), 1);
  }
#pragma GCC unroll 2
  for (int h = 0; h < 8; h += 4, to += 4 * ld_to) {
    __m256 a = _mm256_unpacklo_ps(half[h], half[h + 1]), b = _mm256_unpackhi_ps(half[h], half[h + 1]);
    __m256 c = _mm256_unpacklo_ps(half[h + 2], half[h + 3]);
    __m256 d = _mm256_unpackhi_ps(half[h + 2], half[h + 3]);
    _mm256_storeu_ps(to, _mm256_shuffle_ps(a, c, 0x44));
    _mm256_storeu_ps(to + ld_to, _mm256_shuffle_ps(a, c, 0xee));
    _mm256_storeu_ps(to + 2 * ld_to, _mm256_shuffle_ps(b, d, 0x44));
    _mm256_storeu_ps(to + 3 * ld_to, _mm256_shuffle_ps(b, d, 0xee));
  }
}

__attribute__((target("avx2"))) static void by_eights(int64_t rows, int64_t columns,
                                                      const float *from, int64_t ld_from, float *to,
                                                      int64_t ld_to) {
  int64_t whole_rows = rows / 8 * 8, whole_columns = columns / 8 * 8;
  for (int64_t j = 0; j < whole_columns; j += 8) {
    for (int64_t i = 0; i < whole_rows; i += 8) {
      block8(from + i * ld_from + j, ld_from, to + j * ld_to + i, ld_to);
    }
  }
  plain(whole_rows, columns - whole_columns, from + whole_columns, ld_from,
        to + whole_columns * ld_to, ld_to);
  plain(rows - whole_rows, columns, from + whole_rows * ld_from, ld_from, to + whole_rows, ld_to);
}
#endif

void tn_transpose(int64_t rows, int64_t columns, const float *from, int64_t ld_from, float *to,
                  int64_t ld_to) {
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    by_eights(rows, columns, from, ld_from, to, ld_to);
    return;
  }
#endif
  plain(rows, columns, from, ld_from, to, ld_to);
}
