#include "kernels/gather.h"

#include <string.h>

#include "kernels/v8.h"
#include "platform/simd.h"

#define TN_LOOP(name) base_##name
#define TN_LOOP_TARGET
#include "kernels/gather_loops.h"
#undef TN_LOOP
#undef TN_LOOP_TARGET

#if defined(TN_HAVE_AVX2)
#define TN_LOOP(name) avx2_##name
#define TN_LOOP_TARGET __attribute__((target("avx2,fma")))
#include "kernels/gather_loops.h"
#undef TN_LOOP
#undef TN_LOOP_TARGET
#endif

void tn_gather(int64_t units, int64_t n, const int32_t *index, const float *value, const float *w,
               float *y) {
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    avx2_gather(units, n, index, value, w, y);
    return;
  }
#endif
  base_gather(units, n, index, value, w, y);
}

void tn_scatter(int64_t units, int64_t n, const int32_t *index, const float *value,
                const float *dy, float *g) {
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    avx2_scatter(units, n, index, value, dy, g);
    return;
  }
#endif
  base_scatter(units, n, index, value, dy, g);
}
