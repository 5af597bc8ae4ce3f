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
  /* c[r] (width) = start (width) + sum over t, k of a[t * rows + r][from + k] * b[t][k * width ..]; start
   * NULL: added to what is there. */
  void (*gather)(int64_t taps, int64_t depth, const float *const *a, int64_t from, const float *const *b,
                 const float *start, float *const *c);
  /* Every channel by itself, as many as fill panels: c[r] = start + sum over t of a[t * rows + r] * b[t]. */
  void (*each)(int64_t taps, int64_t channels, const float *const *a, const float *const *b, const float *start,
               float *const *c);
  /* c (n_rows, width), rows ldc apart, += sum over i of a[i][0 .. n_rows) by b[i * ldb ..]; n_rows <= rows. */
  void (*outer)(int n_rows, int64_t n, const float *const *a, const float *b, int64_t ldb, float *c, int64_t ldc);
  /* Every channel by itself: c (taps, width) += sum over i of a[i * rows + t][from ..] * b[i * ldb ..]; taps <=
   * rows; one chain from what is there. */
  void (*outer_each)(int taps, int64_t n, const float *const *a, int64_t from, const float *b, int64_t ldb,
                     float *c, int64_t ldc);
};

/* The kernels of this processor for that many output channels. */
const struct tn_conv_micro *tn_conv_micro_for(int64_t channels);
/* And for so many that go by themselves: the wide ones where they fit. */
static inline const struct tn_conv_micro *tn_conv_micro_each(int64_t channels) {
  const struct tn_conv_micro *wide = tn_conv_micro_for(channels);
  return channels % wide->width == 0 ? wide : tn_conv_micro_for(1);
}

#endif
