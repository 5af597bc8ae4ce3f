/* P2 without a framework: the dense layers 8-256-256-128-17, softmax, and one Adam pass over all parameters. Batch
 * 32. Argument: columns of the input. */
#include "dense.h"

enum { ROWS = 1894, BATCH = 32, LAYERS = 4, CLASSES = 17 };

static float *mean, *square;
static int step;

static void softmax_gradient(int rows, const int32_t *row) {
  for (int r = 0; r < rows; r++) {
    float *z = net.h[LAYERS] + r * CLASSES, *g = net.d[LAYERS] + r * CLASSES, sum = 0, most = z[0];
    for (int i = 1; i < CLASSES; i++) most = z[i] > most ? z[i] : most;
    for (int i = 0; i < CLASSES; i++) sum += g[i] = expf(z[i] - most);
    for (int i = 0; i < CLASSES; i++) g[i] = (g[i] / sum - (float)(i == row[r] % CLASSES)) / (float)rows;
  }
}

static void adam_pass(float rate, float *restrict x, const float *restrict g, float *restrict m, float *restrict v) {
  for (size_t i = 0; i < net.size; i++) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    x[i] -= rate * m[i] / (sqrtf(v[i]) + 1e-7f);
  }
}

static void adam(void) {
  step++;
  double rate = 1e-3 * sqrt(1 - pow(0.999, step)) / (1 - pow(0.9, step));
  adam_pass((float)rate, net.flat, net.grad, mean, square);
}

int main(int argc, char **argv) {
  int width[LAYERS + 1] = {argc > 1 ? atoi(argv[1]) : 8, 256, 256, 128, CLASSES};
  dense_make(LAYERS, width, BATCH);
  mean = bare_zeros(net.size);
  square = bare_zeros(net.size);
  dense_report(ROWS, softmax_gradient, adam);
  return 0;
}
