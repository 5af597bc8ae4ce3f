/* Packs matrices into panels that micro-kernels read in order: panel number i holds columns i * width to
 * (i + 1) * width - 1, its rows one after the other. What a last panel lacks is not written. */
#ifndef TN_KERNELS_GEMM_PACK_H
#define TN_KERNELS_GEMM_PACK_H

#include <stdint.h>

#include "kernels/gemm.h"

/* op(B) (k, n). */
void tn_gemm_pack(enum tn_transpose trans, int64_t k, int64_t n, const float *b, int64_t ldb,
                  int64_t width, float *to);

#endif
