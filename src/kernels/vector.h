/* Elementwise loops and reductions on raw floats. Sums run in double over fixed chunks in fixed
 * order. Dispatched to AVX2/AVX-512 where the build and the processor have them. */
#ifndef TN_KERNELS_VECTOR_H
#define TN_KERNELS_VECTOR_H

#include <stdint.h>

#include "platform/rng.h"

void tn_vec_fill(int64_t n, float value, float *y);
void tn_vec_copy(int64_t n, const float *x, float *y);
void tn_vec_scale(int64_t n, float a, float *y);                 /* y *= a */
void tn_vec_axpy(int64_t n, float a, const float *x, float *y);  /* y += a x */
void tn_vec_add(int64_t n, const float *x, float *y);            /* y += x */
void tn_vec_mul(int64_t n, const float *x, float *y);            /* y *= x */
double tn_vec_sum(int64_t n, const float *x);
double tn_vec_dot(int64_t n, const float *x, const float *y);
double tn_vec_sumsq(int64_t n, const float *x);
double tn_vec_sumabs(int64_t n, const float *x);
/* g += l1 sign(w) + l2 w */
void tn_vec_penalty_slope(int64_t n, float l1, float l2, const float *w, float *g);
/* sum[i] += x[i], and sum[i] += x[i] y[i], in double. */
void tn_vec_sum_up(int64_t n, const float *x, double *sum);
void tn_vec_sum_products(int64_t n, const float *x, const float *y, double *sum);
int tn_vec_all_finite(int64_t n, const float *x);

/* Rows: y (m,n) += b (n) for every row; g (n) += column sums of y (m,n). */
void tn_rows_add(int64_t m, int64_t n, const float *b, float *y);
void tn_rows_sum(int64_t m, int64_t n, const float *y, float *g);

void tn_vec_relu(int64_t n, const float *x, float *y);
/* dx = dy where y > 0, else 0. */
void tn_vec_relu_slope(int64_t n, const float *y, const float *dy, float *dx);
/* dx = dy * y (1 - y) and dx = dy * (1 - y^2); dx may be dy. */
void tn_vec_sigmoid_slope(int64_t n, const float *y, const float *dy, float *dx);
void tn_vec_tanh_slope(int64_t n, const float *y, const float *dy, float *dx);
/* y: cells from..from+n-1 of a dropout mask of row `item`, 0 with probability rate, else value. */
void tn_vec_draw_kept(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n, float rate,
                      float value, float *y);
/* y = value where word >= limit, else 0. */
void tn_vec_keep(int64_t n, const uint32_t *word, uint32_t limit, float value, float *y);

/* Transcendentals on arrays, at most 2 ulp from the exact value; x and y may be the same. */
void tn_vec_exp(int64_t n, const float *x, float *y);
void tn_vec_sigmoid(int64_t n, const float *x, float *y);
void tn_vec_tanh(int64_t n, const float *x, float *y);

#endif
