/* Activations around an exponential, and dx = dy * slope at x; dx may be dy, y may be x. */
#ifndef TN_KERNELS_CURVES_H
#define TN_KERNELS_CURVES_H

#include <stdint.h>

/* y = scale x, and scale alpha (e^x - 1) below 0. */
void tn_curve_elu(int64_t n, float alpha, float scale, const float *x, float *y);
void tn_curve_elu_slope(int64_t n, float alpha, float scale, const float *x, const float *dy,
                        float *dx);
/* y = log(1 + e^x) */
void tn_curve_softplus(int64_t n, const float *x, float *y);
void tn_curve_softplus_slope(int64_t n, const float *x, const float *dy, float *dx);
/* y = x sigmoid(x) */
void tn_curve_swish(int64_t n, const float *x, float *y);
void tn_curve_swish_slope(int64_t n, const float *x, const float *dy, float *dx);
/* y = x tanh(log(1 + e^x)) */
void tn_curve_mish(int64_t n, const float *x, float *y);
void tn_curve_mish_slope(int64_t n, const float *x, const float *dy, float *dx);

#endif
