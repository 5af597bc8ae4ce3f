#include "kernels/transpose.h"

#include "kernels/columns8.h"
#include "platform/simd.h"

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
__attribute__((target("avx2,fma"))) static void by_eights(int64_t rows, int64_t columns,
                                                          const float *from, int64_t ld_from,
                                                          float *to, int64_t ld_to) {
  int64_t whole_rows = rows / 8 * 8, whole_columns = columns / 4 * 4;
  for (int64_t j = 0; j < whole_columns; j += 4) {
    for (int64_t i = 0; i < whole_rows; i += 8) {
      __m256 column[4];
      tn_columns8(from + i * ld_from + j, ld_from, column);
#pragma GCC unroll 4
      for (int q = 0; q < 4; q++) {
        _mm256_storeu_ps(to + (j + q) * ld_to + i, column[q]);
      }
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
