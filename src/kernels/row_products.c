#include "kernels/row_products.h"

#include <string.h>

#include "kernels/v8.h"
#include "platform/simd.h"

/* 16 channels in two registers, then 8, then one by one. */
static inline __attribute__((always_inline)) void products(int64_t channels, int64_t n,
                                                           const float *const *a,
                                                           const float *const *b,
                                                           const float *start, float *y) {
  int64_t c = 0;
  for (; c + 16 <= channels; c += 16) {
    v8f s0, s1, a0, a1, b0, b1;
    memcpy(&s0, start + c, sizeof s0);
    memcpy(&s1, start + c + 8, sizeof s1);
    for (int64_t i = 0; i < n; i++) {
      memcpy(&a0, a[i] + c, sizeof a0);
      memcpy(&a1, a[i] + c + 8, sizeof a1);
      memcpy(&b0, b[i] + c, sizeof b0);
      memcpy(&b1, b[i] + c + 8, sizeof b1);
      s0 += a0 * b0;
      s1 += a1 * b1;
    }
    memcpy(y + c, &s0, sizeof s0);
    memcpy(y + c + 8, &s1, sizeof s1);
  }
  for (; c + 8 <= channels; c += 8) {
    v8f s, u, v;
    memcpy(&s, start + c, sizeof s);
    for (int64_t i = 0; i < n; i++) {
      memcpy(&u, a[i] + c, sizeof u);
      memcpy(&v, b[i] + c, sizeof v);
      s += u * v;
    }
    memcpy(y + c, &s, sizeof s);
  }
  for (; c < channels; c++) {
    float s = start[c];
    for (int64_t i = 0; i < n; i++) {
      s += a[i][c] * b[i][c];
    }
    y[c] = s;
  }
}

static void products_base(int64_t channels, int64_t n, const float *const *a, const float *const *b,
                          const float *start, float *y) {
  products(channels, n, a, b, start, y);
}

#if defined(TN_HAVE_AVX2)
__attribute__((target("avx2,fma"))) static void products_avx2(int64_t channels, int64_t n,
                                                              const float *const *a,
                                                              const float *const *b,
                                                              const float *start, float *y) {
  products(channels, n, a, b, start, y);
}
#endif

void tn_row_products(int64_t channels, int64_t n, const float *const *a, const float *const *b,
                     const float *start, float *y) {
  start = start == NULL ? y : start;
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    products_avx2(channels, n, a, b, start, y);
    return;
  }
#endif
  products_base(channels, n, a, b, start, y);
}
