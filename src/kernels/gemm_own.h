/* Our own product of packed panels; used by kernels/gemm.c and its tests. */
#ifndef TN_KERNELS_GEMM_OWN_H
#define TN_KERNELS_GEMM_OWN_H

#include <stdint.h>

#include "kernels/gemm.h"

void tn_gemm_own(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                 int64_t k, float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                 float beta, float *c, int64_t ldc);

/* acc (TN_MR, width) = A panel (k, TN_MR) times B panel (k, width), both packed; width 16 or 32. */
#define TN_MR 6
typedef void tn_micro_kernel(int64_t k, const float *a, const float *b, float *acc);

tn_micro_kernel tn_micro_base, tn_micro_avx2, tn_micro_avx512;

#endif
