/* Sums of products. */
#include <stddef.h>

#include "walk.h"

/* y (rows, out) = x (rows, in) kernel (in, out) + bias (out), which may be NULL. */
static void dense(const float *x, const float *kernel, const float *bias, float *y, int rows,
                  int in, int out) {
  for (int r = 0; r < rows; r++, x += in, y += out) {
    for (int j = 0; j < out; j++) {
      y[j] = bias == NULL ? 0 : bias[j];
    }
    for (int i = 0; i < in; i++) {
      const float *k = kernel + i * out;
      for (int j = 0; j < out; j++) {
        y[j] += x[i] * k[j];
      }
    }
  }
}

/* A dense layer for each member: x (rows, members, in), or (rows, in) when it is shared. */
static void dense_packed(const float *x, int shared, const float *kernel, const float *bias, float *y,
                         int rows, int members, int in, int out) {
  for (int k = 0; k < rows * members; k++, y += out) {
    int m = k % members;
    dense(x + (shared ? k / members : k) * in, kernel + m * in * out,
          bias == NULL ? NULL : bias + m * out, y, 1, in, out);
  }
}

/* One side of a product: lines of cells that lie `step` apart, and where lines begin. */
struct lines {
  int lines, step;
  struct walk start;
};

/* z (lines of a, lines of b): products of all lines of n cells. */
static void dot_lines(const float *a, const struct lines *in_a, const float *b,
                      const struct lines *in_b, float *z, int n) {
  for (int i = 0; i < in_a->lines; i++) {
    for (int j = 0; j < in_b->lines; j++) {
      const float *u = a + place(&in_a->start, i), *v = b + place(&in_b->start, j);
      float sum = 0;
      for (int k = 0; k < n; k++) {
        sum += u[k * in_a->step] * v[k * in_b->step];
      }
      *z++ = sum;
    }
  }
}
