/* Micro-kernels of convolutions: a few output cells by two vectors (or one) of channels, all sums in
 * registers. They read the image through pointers, one for each cell and tap, so that patches are
 * never copied (Dukhan, "The Indirect Convolution Algorithm", 2019). */
#ifndef TN_KERNELS_CONV_MICRO_H
#define TN_KERNELS_CONV_MICRO_H

#include <stdint.h>

#define TN_CONV_MAX_ROWS 12
#define TN_CONV_MAX_WIDTH 32

struct tn_conv_micro {
  int rows, width; /* cells and channels of one call */
  /* c[r] (width) = start (width) + sum over t, k of a[t * rows + r][k] * b[t][k * width ..]; start NULL:
   * added to what is there. */
  void (*gather)(int64_t taps, int64_t depth, const float *const *a, const float *const *b,
                 const float *start, float *const *c);
  /* c (n_rows, width), rows ldc apart, += sum over i of a[i][0 .. n_rows) by b[i * ldb ..]; n_rows <= rows. */
  void (*outer)(int n_rows, int64_t n, const float *const *a, const float *b, int64_t ldb, float *c, int64_t ldc);
};

/* The kernels of this processor for that many output channels. */
const struct tn_conv_micro *tn_conv_micro_for(int64_t channels);

#endif
