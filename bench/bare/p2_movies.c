/* P2 without a framework: the matrix products of 8-256-256-128-17 (OpenBLAS, one thread), bias sums,
 * relu and softmax, and one Adam pass over all parameters. Batch 32. Argument: columns of the input. */
#include <cblas.h>
#include <math.h>
#include <string.h>

#include "bare.h"

void openblas_set_num_threads(int n);

enum { ROWS = 1894, BATCH = 32, LAYERS = 4 };

static int width[LAYERS + 1] = {8, 256, 256, 128, 17};
static float *w[LAYERS], *b[LAYERS], *gw[LAYERS], *gb[LAYERS], *h[LAYERS + 1], *d[LAYERS + 1];

static void product(enum CBLAS_TRANSPOSE ta, enum CBLAS_TRANSPOSE tb, int m, int n, int k,
                    const float *a, int lda, const float *c, int ldb, float beta, float *out) {
  cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, a, lda, c, ldb, beta, out, n);
}

static void forward(int rows) {
  for (int l = 0; l < LAYERS; l++) {
    int in = width[l], out = width[l + 1];
    for (int r = 0; r < rows; r++) memcpy(h[l + 1] + r * out, b[l], (size_t)out * sizeof(float));
    product(CblasNoTrans, CblasNoTrans, rows, out, in, h[l], in, w[l], out, 1, h[l + 1]);
    if (l < LAYERS - 1)
      for (int i = 0; i < rows * out; i++) h[l + 1][i] = h[l + 1][i] > 0 ? h[l + 1][i] : 0;
  }
}

static void softmax_gradient(int rows, const int32_t *label) {
  int k = width[LAYERS];
  for (int r = 0; r < rows; r++) {
    float *z = h[LAYERS] + r * k, *g = d[LAYERS] + r * k, sum = 0, most = z[0];
    for (int i = 1; i < k; i++) most = z[i] > most ? z[i] : most;
    for (int i = 0; i < k; i++) sum += g[i] = expf(z[i] - most);
    for (int i = 0; i < k; i++) g[i] = (g[i] / sum - (float)(i == label[r])) / (float)rows;
  }
}

static void backward(int rows) {
  for (int l = LAYERS - 1; l >= 0; l--) {
    int in = width[l], out = width[l + 1];
    product(CblasTrans, CblasNoTrans, in, out, rows, h[l], in, d[l + 1], out, 0, gw[l]);
    for (int r = 0; r < rows; r++)
      for (int i = 0; i < out; i++) gb[l][i] += d[l + 1][r * out + i];
    if (l == 0) break;
    product(CblasNoTrans, CblasTrans, rows, in, out, d[l + 1], out, w[l], out, 0, d[l]);
    for (int i = 0; i < rows * in; i++) d[l][i] = h[l][i] > 0 ? d[l][i] : 0;
  }
}

static void adam(size_t size, float rate, float *restrict x, float *restrict g, float *restrict m,
                 float *restrict v) {
  for (size_t i = 0; i < size; i++) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    x[i] -= rate * m[i] / (sqrtf(v[i]) + 1e-7f);
    g[i] = 0;
  }
}

int main(int argc, char **argv) {
  openblas_set_num_threads(1);
  if (argc > 1) width[0] = atoi(argv[1]);
  size_t size = 0, at = 0;
  for (int l = 0; l < LAYERS; l++) size += (size_t)(width[l] + 1) * (size_t)width[l + 1];
  float *flat = bare_random(size, 0.05f), *grad = bare_zeros(size), *m = bare_zeros(size), *v = bare_zeros(size);
  for (int l = 0; l < LAYERS; l++) {
    w[l] = flat + at;
    gw[l] = grad + at;
    at += (size_t)width[l] * (size_t)width[l + 1];
    b[l] = flat + at;
    gb[l] = grad + at;
    at += (size_t)width[l + 1];
  }
  for (int l = 0; l <= LAYERS; l++) {
    h[l] = bare_zeros((size_t)BATCH * (size_t)width[l]);
    d[l] = bare_zeros((size_t)BATCH * (size_t)width[l]);
  }
  float *x = bare_random((size_t)ROWS * (size_t)width[0], 1);
  int32_t *order = bare_order(ROWS), label[BATCH];
  double seconds[BARE_RUNS];
  int step = 0;
  for (int run = -1; run < BARE_RUNS; run++) {
    double start = bare_now();
    bare_shuffle(order, ROWS);
    for (int k = 0; k < ROWS; k += BATCH) {
      int rows = ROWS - k < BATCH ? ROWS - k : BATCH;
      for (int r = 0; r < rows; r++) {
        memcpy(h[0] + r * width[0], x + (size_t)order[k + r] * (size_t)width[0], (size_t)width[0] * sizeof(float));
        label[r] = order[k + r] % width[LAYERS];
      }
      forward(rows);
      softmax_gradient(rows, label);
      backward(rows);
      step++;
      double rate = 1e-3 * sqrt(1 - pow(0.999, step)) / (1 - pow(0.9, step));
      adam(size, (float)rate, flat, grad, m, v);
    }
    if (run >= 0) seconds[run] = bare_now() - start;
  }
  bare_report("sgemm calls + update, 1 thread", seconds);
  return 0;
}
