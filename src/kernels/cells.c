#include "kernels/cells.h"

#include <string.h>

#include "kernels/v8.h"

struct loops {
  void (*product)(int64_t n, const float *a, const float *b, float *y);
  void (*lstm)(int64_t n, const float *gate, const float *c_old, float *c);
  void (*lstm_slopes)(int64_t n, float *gate, const float *c_old, float *dc);
  void (*gru)(int64_t n, const float *z, const float *g, const float *h_old, float *h);
  void (*gru_slopes)(int64_t n, const float *z, const float *g, const float *h_old, float *dh,
                     float *dz, float *dg);
};

#define TN_LOOPS "kernels/cell_loops.h"
#include "kernels/two_builds.h"

void tn_cell_product(int64_t n, const float *a, const float *b, float *y) {
  loops()->product(n, a, b, y);
}
void tn_cell_lstm(int64_t n, const float *gate, const float *c_old, float *c) {
  loops()->lstm(n, gate, c_old, c);
}
void tn_cell_lstm_slopes(int64_t n, float *gate, const float *c_old, float *dc) {
  loops()->lstm_slopes(n, gate, c_old, dc);
}
void tn_cell_gru(int64_t n, const float *z, const float *g, const float *h_old, float *h) {
  loops()->gru(n, z, g, h_old, h);
}
void tn_cell_gru_slopes(int64_t n, const float *z, const float *g, const float *h_old, float *dh,
                        float *dz, float *dg) {
  loops()->gru_slopes(n, z, g, h_old, dh, dz, dg);
}
