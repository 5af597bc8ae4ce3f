/* What the cells of recurrent layers do with the numbers of one sample, fused: n units each. */
#ifndef TN_KERNELS_CELLS_H
#define TN_KERNELS_CELLS_H

#include <stdint.h>

/* y = a * b */
void tn_cell_product(int64_t n, const float *a, const float *b, float *y);
/* c = f * c_old + i * g, with gate = (i, f, g, o), n each. */
void tn_cell_lstm(int64_t n, const float *gate, const float *c_old, float *c);
/* The gradients of i, f, g go over gate (i, f, g, o), that of c_old over dc. */
void tn_cell_lstm_slopes(int64_t n, float *gate, const float *c_old, float *dc);
/* h = z * h_old + (1 - z) * g */
void tn_cell_gru(int64_t n, const float *z, const float *g, const float *h_old, float *h);
/* dz = dh * (h_old - g); dg = dh * (1 - z); dh = dh * z. dz may be z, dg g. */
void tn_cell_gru_slopes(int64_t n, const float *z, const float *g, const float *h_old, float *dh,
                        float *dz, float *dg);

#endif
