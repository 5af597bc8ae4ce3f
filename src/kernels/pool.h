/* Windows over cells of `channels` floats each: largest values, sums, and both ways back. One call does
 * one row of windows. Sums go in the order of the cells, those of more than a few in double. */
#ifndef TN_KERNELS_POOL_H
#define TN_KERNELS_POOL_H

#include <stdint.h>

struct tn_pool_row {
  int64_t channels;
  int64_t width, rows;          /* cells of an image row, image rows that the windows reach over */
  int64_t n;                    /* windows: number o covers the cells of a row from ... */
  int64_t size, stride, before; /* ... o * stride - before on, `size` of them, as far as they exist */
  const uint8_t *kept;          /* (width) 0: cells that sums leave out; NULL: all count */
  int mean;                     /* sums are divided by the number of cells that count */
  int add;                      /* gradients join what dx has; 0: written there, where windows share no cell */
};

/* x (rows, width, channels) -> y (n, channels). Every window must hold a cell. A NaN stays. */
void tn_pool_max(const struct tn_pool_row *r, const float *x, float *y);
/* The same for a single window in one row, and for each channel the cell that alone has the largest value,
 * -1 where there are several or a NaN. */
void tn_pool_max_place(const struct tn_pool_row *r, const float *x, float *y, int32_t *place);
/* dx (+)= dy where x is the first to reach y in its window. */
void tn_pool_max_first(const struct tn_pool_row *r, const float *x, const float *y, const float *dy,
                       float *dx);
/* What tn_pool_max_place() saw: dx = dy where x reaches y, in equal parts where several do, else 0. */
void tn_pool_max_shared(const struct tn_pool_row *r, const float *x, const float *y, const int32_t *place,
                        const float *dy, float *dx);
/* Windows without a cell that counts give 0. */
void tn_pool_sum(const struct tn_pool_row *r, const float *x, float *y);
/* dx (+)= what tn_pool_sum gives the cell of dy. */
void tn_pool_spread(const struct tn_pool_row *r, const float *dy, float *dx);

#endif
