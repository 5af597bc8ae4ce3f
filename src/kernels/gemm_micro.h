/* Micro-kernels: a few rows of A times a packed panel of B, all sums in registers. */
#ifndef TN_KERNELS_GEMM_MICRO_H
#define TN_KERNELS_GEMM_MICRO_H

#include <stdint.h>

#define TN_MR 6
enum { TN_WIDEST_PANEL = 32 };

/* acc (rows, width) = A (rows, k) B, a panel of B being packed as (k, width). */
struct tn_micro {
  int64_t width; /* 16 or 32 */
  /* TN_MR rows of A, packed as (k, TN_MR). */
  void (*tile)(int64_t k, const float *a, const float *b, float *acc);
  /* 1 to TN_MR rows of A where they lie, lda apart. */
  void (*rows)(int rows, int64_t k, const float *a, int64_t lda, const float *b, float *acc);
};

/* Those for this processor. */
const struct tn_micro *tn_micro_now(void);

#endif
