/* Sums and updates of a matrix's rows chosen by index: what a row of a sparse matrix costs. */
#ifndef TN_KERNELS_GATHER_H
#define TN_KERNELS_GATHER_H

#include <stdint.h>

/* y (units) += sum over k < n of value[k] w[index[k]]; w (.., units); value NULL: ones. */
void tn_gather(int64_t units, int64_t n, const int32_t *index, const float *value, const float *w,
               float *y);

/* g[index[k]] += value[k] dy for k < n in order; g (.., units), dy (units); value NULL: ones. */
void tn_scatter(int64_t units, int64_t n, const int32_t *index, const float *value,
                const float *dy, float *g);

#endif
