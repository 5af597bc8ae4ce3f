/* P3 without a framework: what an L2 on the tables asks of every step, one pass of penalty and Adam over
 * all parameters. Arguments: ratings, parameters. One thread; batch 64. */
#include <math.h>

#include "bare.h"

enum { BATCH = 64 };

static void adam(size_t size, float rate, float *restrict x, float *restrict g, float *restrict m,
                 float *restrict v) {
  for (size_t i = 0; i < size; i++) {
    float slope = g[i] + 2e-4f * x[i];
    m[i] = 0.9f * m[i] + 0.1f * slope;
    v[i] = 0.999f * v[i] + 0.001f * slope * slope;
    x[i] -= rate * m[i] / (sqrtf(v[i]) + 1e-7f);
    g[i] = 0;
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 1;
  int steps = (atoi(argv[1]) + BATCH - 1) / BATCH;
  size_t size = (size_t)atol(argv[2]);
  float *x = bare_random(size, 0.05f), *g = bare_random(size, 0.01f), *m = bare_zeros(size), *v = bare_zeros(size);
  double seconds[BARE_RUNS];
  int step = 0;
  for (int run = -1; run < BARE_RUNS; run++) {
    double start = bare_now();
    for (int k = 0; k < steps; k++) {
      step++;
      adam(size, (float)(1e-3 * sqrt(1 - pow(0.999, step)) / (1 - pow(0.9, step))), x, g, m, v);
    }
    if (run >= 0) seconds[run] = bare_now() - start;
  }
  bare_report("update loop, 1 thread", seconds);
  return 0;
}
