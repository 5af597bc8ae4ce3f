/* Normalisation in place. */
#include <math.h>
#include <stddef.h>

#include "moments.h"

/* (y - mean) * factor + offset of each of n channels, whose cells lie `inner` on end. */
static void batch_norm(float *y, const float *mean, const float *factor, const float *offset,
                       int outer, int n, int inner) {
  for (int i = 0; i < outer * n; i++, y += inner) {
    int c = i % n;
    for (int j = 0; j < inner; j++) {
      y[j] = (y[j] - mean[c]) * factor[c] + offset[c];
    }
  }
}

/* Lines of n cells to mean 0 and variance 1, times gamma, plus beta; these may be NULL. */
static void layer_norm(float *y, const struct walk *start, int lines, const struct walk *along,
                       int n, const float *gamma, const float *beta, float epsilon) {
  for (int i = 0; i < lines; i++) {
    float *line = y + place(start, i), mean = mean_of(line, along, n);
    float factor = 1 / sqrtf(variance_of(line, along, n, mean) + epsilon);
    for (int j = 0; j < n; j++) {
      float *at = line + place(along, j);
      *at = (*at - mean) * factor * (gamma == NULL ? 1 : gamma[j]) + (beta == NULL ? 0 : beta[j]);
    }
  }
}

/* Lines of n cells that lie `inner` apart to length 1. */
static void unit_length(float *y, int outer, int n, int inner) {
  for (int i = 0; i < outer * inner; i++) {
    float *line = y + i / inner * n * inner + i % inner, sum = 0;
    for (int j = 0; j < n; j++) {
      sum += line[j * inner] * line[j * inner];
    }
    for (int j = 0; j < n; j++) {
      line[j * inner] /= sqrtf(fmaxf(sum, 1e-12f));
    }
  }
}
