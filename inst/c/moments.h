/* Mean and variance of cells, taken around the first one so that large values lose nothing. */
#include "walk.h"

static float mean_of(const float *from, const struct walk *along, int n) {
  float sum = 0;
  for (int j = 0; j < n; j++) {
    sum += from[place(along, j)] - from[0];
  }
  return from[0] + sum / (float)n;
}

static float variance_of(const float *from, const struct walk *along, int n, float mean) {
  float sum = 0;
  for (int j = 0; j < n; j++) {
    float d = from[place(along, j)] - mean;
    sum += d * d;
  }
  return sum / (float)n;
}
