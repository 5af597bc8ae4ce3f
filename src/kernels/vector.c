#include "kernels/vector.h"

#include <math.h>
#include <string.h>

#include "kernels/v8.h"

struct loops {
  void (*axpy)(int64_t n, float a, const float *x, float *y);
  void (*add)(int64_t n, const float *x, float *y);
  void (*mul)(int64_t n, const float *x, float *y);
  void (*scale)(int64_t n, float a, float *y);
  void (*exp)(int64_t n, const float *x, float *y);
  void (*sigmoid)(int64_t n, const float *x, float *y);
  void (*tanh)(int64_t n, const float *x, float *y);
  double (*sumabs)(int64_t n, const float *x);
  double (*sumsq)(int64_t n, const float *x);
  void (*penalty_slope)(int64_t n, float l1, float l2, const float *w, float *g);
  void (*relu)(int64_t n, const float *x, float *y);
  void (*relu_slope)(int64_t n, const float *y, const float *dy, float *dx);
  void (*keep)(int64_t n, const uint32_t *word, uint32_t limit, float value, float *y);
  void (*sigmoid_slope)(int64_t n, const float *y, const float *dy, float *dx);
  void (*tanh_slope)(int64_t n, const float *y, const float *dy, float *dx);
  void (*sum_up)(int64_t n, const float *x, double *sum);
  void (*sum_products)(int64_t n, const float *x, const float *y, double *sum);
};

#define TN_LOOPS "kernels/vector_loops.h"
#include "kernels/two_builds.h"

void tn_vec_fill(int64_t n, float value, float *y) {
  if (value == 0) {
    memset(y, 0, (size_t)n * sizeof(float));
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    y[i] = value;
  }
}

void tn_vec_copy(int64_t n, const float *x, float *y) {
  if (x != y) {
    memcpy(y, x, (size_t)n * sizeof(float));
  }
}

void tn_vec_scale(int64_t n, float a, float *y) { loops()->scale(n, a, y); }
void tn_vec_axpy(int64_t n, float a, const float *x, float *y) { loops()->axpy(n, a, x, y); }
void tn_vec_add(int64_t n, const float *x, float *y) { loops()->add(n, x, y); }
void tn_vec_mul(int64_t n, const float *x, float *y) { loops()->mul(n, x, y); }
void tn_vec_exp(int64_t n, const float *x, float *y) { loops()->exp(n, x, y); }
void tn_vec_sigmoid(int64_t n, const float *x, float *y) { loops()->sigmoid(n, x, y); }
void tn_vec_tanh(int64_t n, const float *x, float *y) { loops()->tanh(n, x, y); }

void tn_vec_relu(int64_t n, const float *x, float *y) { loops()->relu(n, x, y); }
void tn_vec_relu_slope(int64_t n, const float *y, const float *dy, float *dx) {
  loops()->relu_slope(n, y, dy, dx);
}

void tn_vec_sigmoid_slope(int64_t n, const float *y, const float *dy, float *dx) {
  loops()->sigmoid_slope(n, y, dy, dx);
}
void tn_vec_tanh_slope(int64_t n, const float *y, const float *dy, float *dx) {
  loops()->tanh_slope(n, y, dy, dx);
}

void tn_vec_keep(int64_t n, const uint32_t *word, uint32_t limit, float value, float *y) {
  loops()->keep(n, word, limit, value, y);
}

/* Four running sums in fixed places: the order never depends on anything but n. */
#define SUM_OF(term)                                \
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;            \
  int64_t i = 0;                                    \
  for (; i + 4 <= n; i += 4) {                      \
    s0 += term(i);                                  \
    s1 += term(i + 1);                              \
    s2 += term(i + 2);                              \
    s3 += term(i + 3);                              \
  }                                                 \
  for (; i < n; i++) {                              \
    s0 += term(i);                                  \
  }                                                 \
  return (s0 + s1) + (s2 + s3)

double tn_vec_sum(int64_t n, const float *x) {
#define TERM(k) ((double)x[k])
  SUM_OF(TERM);
#undef TERM
}

double tn_vec_dot(int64_t n, const float *x, const float *y) {
#define TERM(k) ((double)x[k] * (double)y[k])
  SUM_OF(TERM);
#undef TERM
}

double tn_vec_sumsq(int64_t n, const float *x) { return loops()->sumsq(n, x); }

double tn_vec_sumabs(int64_t n, const float *x) { return loops()->sumabs(n, x); }

void tn_vec_penalty_slope(int64_t n, float l1, float l2, const float *w, float *g) {
  loops()->penalty_slope(n, l1, l2, w, g);
}

void tn_vec_sum_up(int64_t n, const float *x, double *sum) { loops()->sum_up(n, x, sum); }

void tn_vec_sum_products(int64_t n, const float *x, const float *y, double *sum) {
  loops()->sum_products(n, x, y, sum);
}

int tn_vec_all_finite(int64_t n, const float *x) {
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite(x[i])) {
      return 0;
    }
  }
  return 1;
}

void tn_rows_add(int64_t m, int64_t n, const float *b, float *y) {
  for (int64_t i = 0; i < m; i++) {
    tn_vec_add(n, b, y + i * n);
  }
}

void tn_rows_sum(int64_t m, int64_t n, const float *y, float *g) {
  for (int64_t i = 0; i < m; i++) {
    tn_vec_add(n, y + i * n, g);
  }
}

void tn_vec_draw_kept(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n, float rate,
                      float value, float *y) {
  uint32_t word[256], limit = (uint32_t)(rate * 4294967296.0);
  for (int64_t i = 0; i < n; i += 256) {
    int64_t count = n - i < 256 ? n - i : 256;
    tn_stream_bits(s, item, from + i, count, word);
    tn_vec_keep(count, word, limit, value, y + i);
  }
}
