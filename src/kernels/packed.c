#include "kernels/packed.h"

#include <string.h>

#include "kernels/gemm_micro.h"
#include "kernels/v8.h"

/* The same on every machine, so that plans are. */
int64_t tn_packed_size(int64_t k, int64_t n) {
  return k * ((n + TN_WIDEST_PANEL - 1) / TN_WIDEST_PANEL * TN_WIDEST_PANEL);
}

void tn_packed_fill(enum tn_transpose trans_b, int64_t k, int64_t n, const float *b, int64_t ldb,
                    float *packed) {
  int64_t width = tn_micro_now()->width;
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
  float acc[TN_MR * TN_WIDEST_PANEL];
  const struct tn_micro *micro = tn_micro_now();
  int64_t width = micro->width;
  for (int64_t j = 0; j < n; j += width, packed += width * k) {
    int64_t cols = n - j < width ? n - j : width;
    for (int64_t i = 0; i < m; i += TN_MR) {
      int rows = (int)(m - i < TN_MR ? m - i : TN_MR);
      micro->rows(rows, k, a + i * lda, lda, packed, acc);
      for (int r = 0; r < rows; r++) {
        store(acc + r * width, cols, add, c + (i + r) * ldc + j);
      }
    }
  }
}
