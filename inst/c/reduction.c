/* One value of many: each of the cells of y is made of the n cells of x that `along` walks over. */
#include "moments.h"

static void fold_along(float (*f)(float, float), const float *x, const struct walk *start, float *y,
                       int cells, const struct walk *along, int n) {
  for (int i = 0; i < cells; i++) {
    const float *from = x + place(start, i);
    y[i] = from[0];
    for (int j = 1; j < n; j++) {
      y[i] = f(y[i], from[place(along, j)]);
    }
  }
}

static void variance_along(const float *x, const struct walk *start, float *y, int cells,
                           const struct walk *along, int n) {
  for (int i = 0; i < cells; i++) {
    const float *from = x + place(start, i);
    y[i] = variance_of(from, along, n, mean_of(from, along, n));
  }
}

/* Position of the largest (the first of equal ones) of n cells that lie `inner` apart. */
static void largest_along(const float *x, float *y, int outer, int n, int inner) {
  for (int i = 0; i < outer * inner; i++) {
    const float *line = x + i / inner * n * inner + i % inner;
    int best = 0;
    for (int j = 1; j < n; j++) {
      best = line[j * inner] > line[best * inner] ? j : best;
    }
    y[i] = (float)best;
  }
}

/* Means over the steps that count, 0 where none does; x (samples, steps, features). */
static void mean_of_steps(const float *x, const unsigned char *flags, float *y, int samples,
                          int steps, int features) {
  for (int b = 0; b < samples; b++, x += steps * features, flags += steps, y += features) {
    int count = 0;
    for (int j = 0; j < features; j++) {
      y[j] = 0;
    }
    for (int t = 0; t < steps; t++) {
      for (int j = 0; flags[t] && j < features; j++) {
        y[j] += x[t * features + j];
      }
      count += flags[t];
    }
    for (int j = 0; count > 0 && j < features; j++) {
      y[j] /= (float)count;
    }
  }
}
