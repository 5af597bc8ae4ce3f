/* Sine and cosine on arrays, at most 1.5e-7 from the exact value; y may be x, dx may be dy. */
#ifndef TN_KERNELS_WAVES_H
#define TN_KERNELS_WAVES_H

#include <stdint.h>

enum { TN_SINE = 0, TN_COSINE = 1 };

/* y = sin(x + quarters pi / 2): the sine, or a quarter of a turn later the cosine. */
void tn_wave(int64_t n, int quarters, const float *x, float *y);
/* dx = dy times the slope of that at x. */
void tn_wave_slope(int64_t n, int quarters, const float *x, const float *dy, float *dx);

#endif
