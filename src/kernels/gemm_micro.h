/* Micro-kernels of matrix products: a few rows of A times panels of B as wide as one or two vectors, all
 * sums in registers.
 *
 * Their promise, on which the bits of the package rest: every cell of C is one chain of fused multiply-adds
 * c = fma(a, b, c) over k upwards, from 0 or from what C holds. So neither tiles nor vectors nor rows beside
 * it show in a cell, and a product may be cut anywhere: along k the next piece is added to C. Processors
 * without that instruction multiply and add, in the same order. */
#ifndef TN_KERNELS_GEMM_MICRO_H
#define TN_KERNELS_GEMM_MICRO_H

#include <stdint.h>

/* Of a band and of a panel, over all instruction sets. */
enum { TN_MOST_ROWS = 12, TN_WIDEST_PANEL = 32 };

/* How A lies: its cell (i, p) is a[i * lda + p] or a[p * lda + i]. */
enum tn_lie { TN_ROWS_LIE = 0, TN_COLUMNS_LIE = 1 };

/* A band of C: (rows, n) = A (rows, k) B (k, n), added to C when `add`. */
struct tn_band {
  int rows;
  int64_t n, k;
  const float *a;
  int64_t lda;
  const float *b;
  int64_t ldb, next; /* `next` floats from a panel of B to the next */
  float *c;
  int64_t ldc;
  int add;
};

enum { TN_FEW = 3 };

struct tn_micro {
  int rows, lanes, panel; /* rows of a band at most; floats of a vector; columns of a panel */
  void (*band[2])(const struct tn_band *w); /* by enum tn_lie */
  /* Bands of at most TN_FEW rows, B not packed; `next` is not read. */
  void (*few[2])(const struct tn_band *w);
  /* y (m) = A (m, k) x, cell p of x at x[p * step]. Of m rows the first that fill whole vectors. */
  void (*dots)(int64_t m, int64_t k, const float *a, int64_t lda, const float *x, int64_t step,
               int add, float *y);
};

/* Those for this processor. */
const struct tn_micro *tn_micro_now(void);

#endif
