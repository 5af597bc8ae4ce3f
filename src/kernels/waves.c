#include "kernels/waves.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "kernels/v8.h"

struct loops {
  void (*sine)(int64_t n, int quarters, const float *factor, const float *x, float *y);
};

#define TN_LOOPS "kernels/wave_loops.h"
#include "kernels/two_builds.h"

void tn_wave(int64_t n, int quarters, const float *x, float *y) {
  loops()->sine(n, quarters, NULL, x, y);
}

void tn_wave_slope(int64_t n, int quarters, const float *x, const float *dy, float *dx) {
  loops()->sine(n, quarters + 1, dy, x, dx);
}
