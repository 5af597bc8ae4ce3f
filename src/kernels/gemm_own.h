/* Our own product on one thread, and its parts for those who pack B once for many products. */
#ifndef TN_KERNELS_GEMM_OWN_H
#define TN_KERNELS_GEMM_OWN_H

#include <stdint.h>

#include "kernels/gemm.h"
#include "kernels/gemm_micro.h"

/* As tn_gemm. */
void tn_gemm_own(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m, int64_t n,
                 int64_t k, const float *a, int64_t lda, const float *b, int64_t ldb, int add,
                 float *c, int64_t ldc);

/* op(B) (k,n) as the panels of this processor's micro-kernels, each `width * k` floats. */
void tn_gemm_pack(enum tn_transpose trans, int64_t k, int64_t n, const float *b, int64_t ldb,
                  float *to);
/* All n columns of C: `packed` holds the panels of B, or is NULL where w->b is read as it lies. */
void tn_gemm_panels(int64_t n, const float *packed, enum tn_lie lie, struct tn_panel *w);

#endif
