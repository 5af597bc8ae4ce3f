/* P1 without a framework: gather the kernel's rows, the two small layers, scatter, one RMSprop pass
 * over all parameters. One thread; rows in shuffled order; batch 512. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"

enum { H = 16, BATCH = 512 };


static int32_t n, p;
static const int32_t *ptr, *col, *label;

/* Layout of one flat vector: w1 (p,16), b1, w2, b2, w3, b3. */
static struct {
  float *w1, *b1, *w2, *b2, *w3, *b3;
} param, grad;

static void carve(float *flat, int is_grad) {
  float *at = flat + (size_t)p * H;
  float **to[] = {is_grad ? &grad.b1 : &param.b1, is_grad ? &grad.w2 : &param.w2,
                  is_grad ? &grad.b2 : &param.b2, is_grad ? &grad.w3 : &param.w3,
                  is_grad ? &grad.b3 : &param.b3};
  int size[] = {H, H * H, H, H, 1};
  *(is_grad ? &grad.w1 : &param.w1) = flat;
  for (int i = 0; i < 5; i++) {
    *to[i] = at;
    at += size[i];
  }
}

static void one_row(int32_t row, float weight) {
  float h1[H], h2[H], d1[H], d2[H], z = *param.b3;
  memcpy(h1, param.b1, sizeof h1);
  for (int32_t k = ptr[row]; k < ptr[row + 1]; k++) {
    const float *w = param.w1 + (size_t)col[k] * H;
    for (int i = 0; i < H; i++) h1[i] += w[i];
  }
  for (int i = 0; i < H; i++) h1[i] = h1[i] > 0 ? h1[i] : 0;
  memcpy(h2, param.b2, sizeof h2);
  for (int j = 0; j < H; j++)
    for (int i = 0; i < H; i++) h2[i] += h1[j] * param.w2[j * H + i];
  for (int i = 0; i < H; i++) {
    h2[i] = h2[i] > 0 ? h2[i] : 0;
    z += h2[i] * param.w3[i];
  }
  float d = (1 / (1 + expf(-z)) - (float)label[row]) * weight;
  *grad.b3 += d;
  for (int i = 0; i < H; i++) {
    grad.w3[i] += d * h2[i];
    d2[i] = h2[i] > 0 ? d * param.w3[i] : 0;
    grad.b2[i] += d2[i];
  }
  for (int j = 0; j < H; j++) {
    float sum = 0;
    for (int i = 0; i < H; i++) {
      grad.w2[j * H + i] += h1[j] * d2[i];
      sum += param.w2[j * H + i] * d2[i];
    }
    d1[j] = h1[j] > 0 ? sum : 0;
    grad.b1[j] += d1[j];
  }
  for (int32_t k = ptr[row]; k < ptr[row + 1]; k++) {
    float *g = grad.w1 + (size_t)col[k] * H;
    for (int i = 0; i < H; i++) g[i] += d1[i];
  }
}

static void rmsprop(size_t size, float *restrict w, float *restrict g, float *restrict v) {
  for (size_t i = 0; i < size; i++) {
    v[i] = 0.9f * v[i] + 0.1f * g[i] * g[i];
    w[i] -= 1e-3f * g[i] / (sqrtf(v[i]) + 1e-7f);
    g[i] = 0;
  }
}

int main(int argc, char **argv) {
  if (argc < 2) return 1;
  int32_t *raw = bare_read(argv[1]);
  if (!raw) return 1;
  n = raw[0];
  p = raw[1];
  ptr = raw + 2;
  col = ptr + n + 1;
  label = col + ptr[n];
  size_t size = (size_t)p * H + H + H * H + H + H + 1;
  float *w = bare_random(size, 0.05f), *g = bare_zeros(size), *v = bare_zeros(size);
  int32_t *order = bare_order(n);
  carve(w, 0);
  carve(g, 1);
  double seconds[BARE_RUNS];
  for (int run = -1; run < BARE_RUNS; run++) {
    double start = bare_now();
    bare_shuffle(order, n);
    for (int32_t k = 0; k < n; k += BATCH) {
      int32_t end = k + BATCH < n ? k + BATCH : n;
      for (int32_t r = k; r < end; r++) one_row(order[r], 1.0f / (float)(end - k));
      rmsprop(size, w, g, v);
    }
    if (run >= 0) seconds[run] = bare_now() - start;
  }
  bare_report("gather + scatter + update, 1 thread", seconds);
  return 0;
}
