#include "kernels/packed.h"

#include "kernels/gemm_micro.h"
#include "kernels/gemm_pack.h"

/* The same on every machine, so that plans are. */
int64_t tn_packed_size(int64_t k, int64_t n) {
  return k * ((n + TN_WIDEST_PANEL - 1) / TN_WIDEST_PANEL * TN_WIDEST_PANEL);
}

void tn_packed_fill(enum tn_transpose trans_b, int64_t k, int64_t n, const float *b, int64_t ldb,
                    float *packed) {
  tn_gemm_pack(trans_b, k, n, b, ldb, tn_micro_now()->panel, packed);
}

void tn_packed_product(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
                       const float *packed, int add, float *c, int64_t ldc) {
  const struct tn_micro *micro = tn_micro_now();
  for (int64_t i = 0; i < m; i += micro->rows) {
    struct tn_band w = {.rows = (int)(m - i < micro->rows ? m - i : micro->rows), .n = n, .k = k,
                        .a = a + i * lda, .lda = lda, .b = packed, .ldb = micro->panel,
                        .next = micro->panel * k, .c = c + i * ldc, .ldc = ldc, .add = add};
    micro->band[TN_ROWS_LIE](&w);
  }
}
