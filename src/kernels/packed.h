/* Products of few rows with the same matrix again and again, as the steps of a recurrent layer make
 * them: the matrix is packed once, and the rows are read where they lie. On one thread. */
#ifndef TN_KERNELS_PACKED_H
#define TN_KERNELS_PACKED_H

#include <stdint.h>

#include "kernels/gemm.h"

/* Floats that op(B) (k,n) takes when it is packed. */
int64_t tn_packed_size(int64_t k, int64_t n);
void tn_packed_fill(enum tn_transpose trans_b, int64_t k, int64_t n, const float *b, int64_t ldb,
                    float *packed);
/* C (m,n) = A (m,k) B, or C += A B when `add`. */
void tn_packed_product(int64_t m, int64_t n, int64_t k, const float *a, int64_t lda,
                       const float *packed, int add, float *c, int64_t ldc);

#endif
