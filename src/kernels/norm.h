/* Loops of normalisations. A centre is the sum of two floats, hi + lo: x - hi - lo keeps its digits
 * where the mean is large against the spread. Long sums run in double, in an order that depends on
 * sizes alone. Dispatched to AVX2 where the build and the processor have it. */
#ifndef TN_KERNELS_NORM_H
#define TN_KERNELS_NORM_H

#include <stdint.h>

/* ---- columns of x (m,n): centre, factors and sums have a number for each column (n) ---- */

/* sum += x - shift, square += (x - shift)^2 */
void tn_columns_moments(int64_t m, int64_t n, const float *x, const float *shift, double *sum,
                        double *square);
/* y = (x - hi - lo) a + b */
void tn_columns_normalize(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                          const float *a, const float *b, float *y);
/* sum += dy, product += dy (x - hi - lo) */
void tn_columns_slopes(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                       const float *dy, double *sum, double *product);
/* dx = a (dy - b - c (x - hi - lo)) */
void tn_columns_unnormalize(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                            const float *a, const float *b, const float *c, const float *dy,
                            float *dx);

/* ---- lines x (n): one centre and scale for the line, gamma and beta along it (n) ---- */

/* moments[0] = sum of x - shift, moments[1] = sum of (x - shift)^2 */
void tn_line_moments(int64_t n, const float *x, float shift, double *moments);
/* y = (x - hi - lo) scale gamma + beta */
void tn_line_normalize(int64_t n, const float *x, float hi, float lo, float scale,
                       const float *gamma, const float *beta, float *y);
/* slopes[0] = sum of dy gamma, slopes[1] = sum of dy gamma (x - hi - lo) */
void tn_line_slopes(int64_t n, const float *x, float hi, float lo, const float *gamma,
                    const float *dy, double *slopes);
/* dx = a (dy gamma - b - c (x - hi - lo)) */
void tn_line_unnormalize(int64_t n, const float *x, float hi, float lo, const float *gamma,
                         float a, float b, float c, const float *dy, float *dx);
/* Over m lines (m,n), each with its own centre and scale (m):
 * sum (n) += dy, product (n) += dy (x - hi - lo) scale */
void tn_lines_slopes(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                     const float *scale, const float *dy, double *sum, double *product);

#endif
