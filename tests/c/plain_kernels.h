/* The plain twins of the fast kernels: the same work in the most obvious loops, in double
 * where no order is promised; and numbers for them. */
#ifndef TN_TESTS_PLAIN_KERNELS_H
#define TN_TESTS_PLAIN_KERNELS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "kernels/gemm.h"
#include "platform/rng.h"
#include "platform/simd.h"

static inline float *numbers(uint64_t seed, int64_t n) {
  float *x = malloc((size_t)(n + 1) * sizeof *x); /* one more: size 0 is a block too */
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 0, 0);
  tn_stream_uniform(&s, 0, 0, n, x);
  for (int64_t i = 0; i < n; i++) {
    x[i] = 2 * x[i] - 1;
  }
  return x;
}

static inline double largest_gap(int64_t n, const float *a, const float *b) {
  double gap = 0;
  for (int64_t i = 0; i < n; i++) {
    double d = fabs((double)a[i] - (double)b[i]);
    gap = d > gap || d != d ? d : gap;
  }
  return gap;
}

static inline float plain_cell(enum tn_transpose trans, const float *x, int64_t ld, int64_t i,
                               int64_t j) {
  return trans == TN_TRANS ? x[j * ld + i] : x[i * ld + j];
}

/* The chain that kernels/gemm.h promises, to the bit. */
static inline void plain_gemm(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m,
                              int64_t n, int64_t k, const float *a, int64_t lda, const float *b,
                              int64_t ldb, int add, float *c, int64_t ldc) {
  int fuses = tn_simd_fuses();
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      float sum = add ? c[i * ldc + j] : 0;
      for (int64_t p = 0; p < k; p++) {
        float x = plain_cell(trans_a, a, lda, i, p), y = plain_cell(trans_b, b, ldb, p, j);
        volatile float product = x * y; /* rounded before it is added */
        sum = fuses ? fmaf(x, y, sum) : sum + product;
      }
      c[i * ldc + j] = sum;
    }
  }
}

static inline void plain_gather(int64_t units, int64_t n, const int32_t *index, const float *value,
                                const float *w, float *y) {
  for (int64_t j = 0; j < units; j++) {
    double sum = y[j];
    for (int64_t k = 0; k < n; k++) {
      sum += (value == 0 ? 1.0 : (double)value[k]) * w[index[k] * units + j];
    }
    y[j] = (float)sum;
  }
}

static inline void plain_scatter(int64_t units, int64_t n, const int32_t *index, const float *value,
                                 const float *dy, float *g) {
  for (int64_t k = 0; k < n; k++) {
    for (int64_t j = 0; j < units; j++) {
      g[index[k] * units + j] += (value == 0 ? 1.0f : value[k]) * dy[j];
    }
  }
}

#endif
