/* Sums of products of rows: what convolutions channel by channel consist of. Compiled for AVX2 where
 * build and processor have it. */
#ifndef TN_KERNELS_ROW_PRODUCTS_H
#define TN_KERNELS_ROW_PRODUCTS_H

#include <stdint.h>

/* y[c] = start[c] + sum over i of a[i][c] * b[i][c], c = 0..channels-1; start NULL: added to y. */
void tn_row_products(int64_t channels, int64_t n, const float *const *a, const float *const *b,
                     const float *start, float *y);

#endif
