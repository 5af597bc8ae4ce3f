/* Our own product on one thread; used by kernels/gemm.c and its tests. */
#ifndef TN_KERNELS_GEMM_OWN_H
#define TN_KERNELS_GEMM_OWN_H

#include <stdint.h>

#include "kernels/gemm.h"

/* As tn_gemm. */
void tn_gemm_own(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                 int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, int add,
                 float *c, int64_t ldc);

#endif
