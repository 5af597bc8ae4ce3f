#include "kernels/packed.h"

#include <string.h>

#include "kernels/gemm_own.h"

/* The same on every machine, so that plans are. */
int64_t tn_packed_size(int64_t k, int64_t n) {
  return k * ((n + TN_WIDEST_PANEL - 1) / TN_WIDEST_PANEL * TN_WIDEST_PANEL);
}

void tn_packed_fill(enum tn_transpose trans_b, int64_t k, int64_t n, const float *b, int64_t ldb,
                    float *packed) {
  tn_gemm_pack(trans_b, k, n, b, ldb, packed);
}

void tn_packed_product(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
                       const float *packed, int add, float *c, int64_t ldc) {
  int tile_rows = tn_micro_now()->rows;
  struct tn_panel w = {.rows = m, .k = k, .tile_rows = tile_rows, .a = a, .lda = lda,
                       .next = tile_rows * lda, .c = c, .ldc = ldc, .add = add};
  tn_gemm_panels(n, packed, TN_ROWS_LIE, &w);
}
