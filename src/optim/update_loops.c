/* The update loops for each instruction set. Square roots and divisions are the machine's own, so the
 * numbers are those of a plain loop; nothing is reordered. */
#include "optim/update_loops.h"

#include <math.h>
#include <string.h>

#include "kernels/v8.h"
#include "platform/simd.h"

#if defined(__SSE2__) || defined(TN_HAVE_AVX2)
#include <immintrin.h>
#endif

#define TN_LOOP(name) base_##name
#define TN_LOOP_TARGET
#define TN_SQRT8 base_sqrt8
#if defined(__SSE2__)
static inline void base_sqrt8(const v8f *x, v8f *y) {
  __m128 half[2];
  memcpy(half, x, sizeof half);
  half[0] = _mm_sqrt_ps(half[0]);
  half[1] = _mm_sqrt_ps(half[1]);
  memcpy(y, half, sizeof half);
}
#else
static inline void base_sqrt8(const v8f *x, v8f *y) {
  for (int k = 0; k < 8; k++) {
    (*y)[k] = sqrtf((*x)[k]);
  }
}
#endif
#include "optim/optim_loops.h"
#undef TN_LOOP
#undef TN_LOOP_TARGET
#undef TN_SQRT8

#if defined(TN_HAVE_AVX2)
#define TN_LOOP(name) avx2_##name
#define TN_LOOP_TARGET __attribute__((target("avx2,fma")))
#define TN_SQRT8(x, y) (*(y) = (v8f)_mm256_sqrt_ps((__m256) * (x)))
#include "optim/optim_loops.h"
#undef TN_LOOP
#undef TN_LOOP_TARGET
#undef TN_SQRT8
#endif

const struct tn_update_loops *tn_update_loops_now(void) {
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return &avx2_table;
  }
#endif
  return &base_table;
}
