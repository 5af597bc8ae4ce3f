/* The plain twins of the fast kernels: the same work in the most obvious loops, in double. */
#ifndef TN_TESTS_PLAIN_KERNELS_H
#define TN_TESTS_PLAIN_KERNELS_H

#include <stdint.h>

#include "kernels/gemm.h"

static inline double plain_cell(enum tn_transpose trans, const float *x, int64_t ld, int64_t i,
                                int64_t j) {
  return trans == TN_TRANS ? x[j * ld + i] : x[i * ld + j];
}

static inline void plain_gemm(enum tn_transpose trans_a, enum tn_transpose trans_b, int64_t m,
                              int64_t n, int64_t k, float alpha, const float *a, int64_t lda,
                              const float *b, int64_t ldb, float beta, float *c, int64_t ldc) {
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      double sum = 0;
      for (int64_t p = 0; p < k; p++) {
        sum += plain_cell(trans_a, a, lda, i, p) * plain_cell(trans_b, b, ldb, p, j);
      }
      c[i * ldc + j] = (float)((beta == 0 ? 0 : (double)beta * c[i * ldc + j]) + alpha * sum);
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
