/* A net of dense layers without a framework: matrix products (OpenBLAS, one thread), bias sums and relu between
 * the layers. A program gives the widths, the gradient of its loss and its update. */
#ifndef BENCH_DENSE_H
#define BENCH_DENSE_H

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "bare.h"

void openblas_set_num_threads(int n);

enum { DENSE_MOST = 8 };

static struct {
  int layers, batch, *width;
  size_t size;
  float *flat, *grad; /* all parameters and their gradient: kernel and bias, layer by layer */
  float *w[DENSE_MOST], *b[DENSE_MOST], *gw[DENSE_MOST], *gb[DENSE_MOST];
  float *h[DENSE_MOST + 1], *d[DENSE_MOST + 1]; /* (batch,width): outputs, and gradients of the sums before relu */
} net;

static inline void dense_make(int layers, int *width, int batch) {
  openblas_set_num_threads(1);
  net.layers = layers;
  net.width = width;
  net.batch = batch;
  for (int l = 0; l < layers; l++) net.size += (size_t)(width[l] + 1) * (size_t)width[l + 1];
  net.flat = bare_random(net.size, 0.05f);
  net.grad = bare_zeros(net.size);
  size_t at = 0;
  for (int l = 0; l < layers; l++) {
    size_t kernel = (size_t)width[l] * (size_t)width[l + 1];
    net.w[l] = net.flat + at;
    net.gw[l] = net.grad + at;
    net.b[l] = net.flat + at + kernel;
    net.gb[l] = net.grad + at + kernel;
    at += kernel + (size_t)width[l + 1];
  }
  for (int l = 0; l <= layers; l++) {
    net.h[l] = bare_zeros((size_t)batch * (size_t)width[l]);
    net.d[l] = bare_zeros((size_t)batch * (size_t)width[l]);
  }
}

static inline void dense_product(enum CBLAS_TRANSPOSE ta, enum CBLAS_TRANSPOSE tb, int m, int n, int k,
                                 const float *a, int lda, const float *b, int ldb, float beta, float *out) {
  cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, 1, a, lda, b, ldb, beta, out, n);
}

static inline void dense_forward(int rows) {
  for (int l = 0; l < net.layers; l++) {
    int in = net.width[l], out = net.width[l + 1];
    float *h = net.h[l + 1];
    for (int r = 0; r < rows; r++) memcpy(h + r * out, net.b[l], (size_t)out * sizeof(float));
    dense_product(CblasNoTrans, CblasNoTrans, rows, out, in, net.h[l], in, net.w[l], out, 1, h);
    if (l < net.layers - 1)
      for (int i = 0; i < rows * out; i++) h[i] = h[i] > 0 ? h[i] : 0;
  }
}

/* From the gradient of the last layer's sums; the first layer's input has none. */
static inline void dense_backward(int rows) {
  for (int l = net.layers - 1; l >= 0; l--) {
    int in = net.width[l], out = net.width[l + 1];
    const float *d = net.d[l + 1];
    dense_product(CblasTrans, CblasNoTrans, in, out, rows, net.h[l], in, d, out, 0, net.gw[l]);
    memset(net.gb[l], 0, (size_t)out * sizeof(float));
    for (int r = 0; r < rows; r++)
      for (int i = 0; i < out; i++) net.gb[l][i] += d[r * out + i];
    if (l == 0) break;
    dense_product(CblasNoTrans, CblasTrans, rows, in, out, d, out, net.w[l], out, 0, net.d[l]);
    for (int i = 0; i < rows * in; i++) net.d[l][i] = net.h[l][i] > 0 ? net.d[l][i] : 0;
  }
}

/* Times epochs over `n` made-up rows in shuffled order. gradient(rows, order) fills net.d of the output for the rows
 * of a batch, update() takes a step. */
static inline void dense_report(int32_t n, void (*gradient)(int rows, const int32_t *row), void (*update)(void)) {
  size_t in = (size_t)net.width[0];
  float *x = bare_random((size_t)n * in, 1);
  int32_t *order = bare_order(n);
  double seconds[BARE_RUNS];
  for (int run = -1; run < BARE_RUNS; run++) {
    double start = bare_now();
    bare_shuffle(order, n);
    for (int32_t k = 0; k < n; k += net.batch) {
      int rows = n - k < net.batch ? n - k : net.batch;
      for (int r = 0; r < rows; r++) memcpy(net.h[0] + (size_t)r * in, x + (size_t)order[k + r] * in, in * sizeof(float));
      dense_forward(rows);
      gradient(rows, order + k);
      dense_backward(rows);
      update();
    }
    if (run >= 0) seconds[run] = bare_now() - start;
  }
  bare_report("sgemm calls + update, 1 thread", seconds);
}

#endif
