#include "kernels/gemm_pack.h"

#include "kernels/transpose.h"
#include "kernels/v8.h"

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Through registers: for a copy of fixed size compilers take an instruction that is slow to begin. */
static inline __attribute__((always_inline)) void copy_row(int64_t n, const float *from, float *to) {
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    v4_store(to + i, v4_load(from + i));
  }
  for (; i < n; i++) {
    to[i] = from[i];
  }
}

/* Eight rows at a time, so that both sides are used by whole lines; the next eight are fetched meanwhile. */
static inline __attribute__((always_inline)) void copy_panels(int64_t k, int64_t n, const float *b,
                                                              int64_t ldb, const int64_t width,
                                                              float *to) {
  for (int64_t p0 = 0; p0 < k; p0 += 8) {
    int64_t p1 = least(k, p0 + 8);
    for (int64_t j = 0; j < n; j += width) {
      float *panel = to + j * k;
      for (int64_t p = p0; p < p1; p++) {
        const float *from = b + p * ldb + j;
        if (p + 8 < k) {
          __builtin_prefetch(from + 8 * ldb);
          __builtin_prefetch(from + 8 * ldb + least(width, n - j) - 1);
        }
        if (j + width <= n) {
          copy_row(width, from, panel + p * width);
        } else {
          copy_row(n - j, from, panel + p * width);
        }
      }
    }
  }
}

void tn_gemm_pack(enum tn_transpose trans, int64_t k, int64_t n, const float *b, int64_t ldb,
                  int64_t width, float *to) {
  for (int64_t j = 0; trans == TN_TRANS && j < n; j += width) {
    tn_transpose(least(n - j, width), k, b + j * ldb, ldb, to + j * k, width);
  }
  if (trans == TN_TRANS) {
    return;
  }
  switch (width) {
    case 6: copy_panels(k, n, b, ldb, 6, to); break;
    case 12: copy_panels(k, n, b, ldb, 12, to); break;
    case 16: copy_panels(k, n, b, ldb, 16, to); break;
    case 32: copy_panels(k, n, b, ldb, 32, to); break;
    default: copy_panels(k, n, b, ldb, width, to); break;
  }
}
