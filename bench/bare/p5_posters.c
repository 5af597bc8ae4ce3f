/* P5 without a framework: the dense layers 25088-1024-256-20, a sigmoid for each label, and one RMSprop pass over all
 * parameters. Batch 64. */
#include "dense.h"

enum { ROWS = 1053, BATCH = 64, LAYERS = 3, LABELS = 20 };

static float *square;

static void sigmoid_gradient(int rows, const int32_t *row) {
  for (int r = 0; r < rows; r++) {
    const float *z = net.h[LAYERS] + r * LABELS;
    float *g = net.d[LAYERS] + r * LABELS;
    for (int i = 0; i < LABELS; i++) {
      g[i] = (1 / (1 + expf(-z[i])) - (float)(i % 7 == row[r] % 7)) / (float)(rows * LABELS);
    }
  }
}

static void rmsprop_pass(float *restrict x, const float *restrict g, float *restrict v) {
  for (size_t i = 0; i < net.size; i++) {
    v[i] = 0.9f * v[i] + 0.1f * g[i] * g[i];
    x[i] -= 1e-4f * g[i] / (sqrtf(v[i]) + 1e-7f);
  }
}

static void rmsprop(void) { rmsprop_pass(net.flat, net.grad, square); }

int main(void) {
  int width[LAYERS + 1] = {25088, 1024, 256, LABELS};
  dense_make(LAYERS, width, BATCH);
  square = bare_zeros(net.size);
  dense_report(ROWS, sigmoid_gradient, rmsprop);
  return 0;
}
