#include "kernels/norm.h"

#include <string.h>

#include "kernels/v8.h"

struct loops {
  void (*moments_tile)(int64_t m, int64_t n, const float *x, const float *shift, double *sum,
                       double *square);
  void (*normalize)(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                    const float *a, const float *b, float *y);
  void (*slopes_tile)(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                      const float *dy, double *sum, double *product);
  void (*unnormalize)(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                      const float *a, const float *b, const float *c, const float *dy, float *dx);
  void (*line_moments)(int64_t n, const float *x, float shift, double *moments);
  void (*line_normalize)(int64_t n, const float *x, float hi, float lo, float scale,
                         const float *gamma, const float *beta, float *y);
  void (*line_slopes)(int64_t n, const float *x, float hi, float lo, const float *gamma,
                      const float *dy, double *slopes);
  void (*line_unnormalize)(int64_t n, const float *x, float hi, float lo, const float *gamma,
                           float a, float b, float c, const float *dy, float *dx);
  void (*lines_slopes)(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                       const float *scale, const float *dy, double *sum, double *product);
};

#define TN_LOOPS "kernels/norm_loops.h"
#include "kernels/two_builds.h"

/* Rows of a tile, whose cells stay in the cache from one block of columns to the next. */
static int64_t tile_rows(int64_t n) { return n < 1 || n >= 4096 ? 1 : 4096 / n; }

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

void tn_columns_moments(int64_t m, int64_t n, const float *x, const float *shift, double *sum,
                        double *square) {
  int64_t step = tile_rows(n);
  for (int64_t from = 0; from < m; from += step) {
    loops()->moments_tile(smaller(step, m - from), n, x + from * n, shift, sum, square);
  }
}

void tn_columns_normalize(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                          const float *a, const float *b, float *y) {
  loops()->normalize(m, n, x, hi, lo, a, b, y);
}

void tn_columns_slopes(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                       const float *dy, double *sum, double *product) {
  int64_t step = tile_rows(n);
  for (int64_t from = 0; from < m; from += step) {
    loops()->slopes_tile(smaller(step, m - from), n, x + from * n, hi, lo, dy + from * n, sum,
                         product);
  }
}

void tn_columns_unnormalize(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                            const float *a, const float *b, const float *c, const float *dy,
                            float *dx) {
  loops()->unnormalize(m, n, x, hi, lo, a, b, c, dy, dx);
}

void tn_line_moments(int64_t n, const float *x, float shift, double *moments) {
  loops()->line_moments(n, x, shift, moments);
}

void tn_line_normalize(int64_t n, const float *x, float hi, float lo, float scale,
                       const float *gamma, const float *beta, float *y) {
  loops()->line_normalize(n, x, hi, lo, scale, gamma, beta, y);
}

void tn_line_slopes(int64_t n, const float *x, float hi, float lo, const float *gamma,
                    const float *dy, double *slopes) {
  loops()->line_slopes(n, x, hi, lo, gamma, dy, slopes);
}

void tn_line_unnormalize(int64_t n, const float *x, float hi, float lo, const float *gamma,
                         float a, float b, float c, const float *dy, float *dx) {
  loops()->line_unnormalize(n, x, hi, lo, gamma, a, b, c, dy, dx);
}

void tn_lines_slopes(int64_t m, int64_t n, const float *x, const float *hi, const float *lo,
                     const float *scale, const float *dy, double *sum, double *product) {
  int64_t step = tile_rows(n);
  for (int64_t from = 0; from < m; from += step) {
    loops()->lines_slopes(smaller(step, m - from), n, x + from * n, hi + from, lo + from,
                          scale + from, dy + from * n, sum, product);
  }
}
