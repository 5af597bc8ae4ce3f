/* Micro-kernels of matrix products: a few rows of A times a panel of B as wide as one or two vectors, all
 * sums in registers.
 *
 * Their promise, on which the bits of the package rest: every cell of C is one chain of fused multiply-adds
 * c = fma(a, b, c) over k upwards, from 0 or from what C holds. So neither tiles nor vectors nor rows beside
 * it show in a cell, and a product may be cut anywhere: along k the next piece is added to C. Processors
 * without that instruction multiply and add, in the same order. */
#ifndef TN_KERNELS_GEMM_MICRO_H
#define TN_KERNELS_GEMM_MICRO_H

#include <stdint.h>

/* Over all instruction sets. */
enum { TN_MOST_ROWS = 14, TN_WIDEST_PANEL = 32 };

/* How A lies: its cell (i, p) is a[i * lda + p] or a[p * lda + i]. */
enum tn_lie { TN_ROWS_LIE = 0, TN_COLUMNS_LIE = 1 };

/* C (rows, columns) = A (rows, k) B (k, columns), added to C when `add`. */
struct tn_panel {
  int64_t rows, columns, k;
  int tile_rows;     /* of a tile: at most `rows` of struct tn_micro; the last may have fewer */
  const float *a;
  int64_t lda, next; /* `next` floats from a tile to the next */
  const float *b;
  int64_t ldb;
  float *c;
  int64_t ldc;
  int add;
};

struct tn_micro {
  int rows, lanes; /* of a tile at most; of a vector. A panel has at most 2 * lanes columns. */
  void (*panel[2])(const struct tn_panel *work); /* by enum tn_lie */
};

/* Those for this processor. */
const struct tn_micro *tn_micro_now(void);

#endif
