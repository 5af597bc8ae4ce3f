#include "kernels/curves.h"

#include <math.h>
#include <string.h>

#include "kernels/v8.h"

struct loops {
  void (*elu)(int64_t n, float alpha, float scale, const float *x, float *y);
  void (*elu_slope)(int64_t n, float alpha, float scale, const float *x, const float *dy, float *dx);
  void (*softplus)(int64_t n, const float *x, float *y);
  void (*softplus_slope)(int64_t n, const float *x, const float *dy, float *dx);
  void (*swish)(int64_t n, const float *x, float *y);
  void (*swish_slope)(int64_t n, const float *x, const float *dy, float *dx);
  void (*mish)(int64_t n, const float *x, float *y);
  void (*mish_slope)(int64_t n, const float *x, const float *dy, float *dx);
};

#define TN_LOOPS "kernels/curve_loops.h"
#include "kernels/two_builds.h"

void tn_curve_elu(int64_t n, float alpha, float scale, const float *x, float *y) {
  loops()->elu(n, alpha, scale, x, y);
}
void tn_curve_elu_slope(int64_t n, float alpha, float scale, const float *x, const float *dy,
                        float *dx) {
  loops()->elu_slope(n, alpha, scale, x, dy, dx);
}
void tn_curve_softplus(int64_t n, const float *x, float *y) { loops()->softplus(n, x, y); }
void tn_curve_softplus_slope(int64_t n, const float *x, const float *dy, float *dx) {
  loops()->softplus_slope(n, x, dy, dx);
}
void tn_curve_swish(int64_t n, const float *x, float *y) { loops()->swish(n, x, y); }
void tn_curve_swish_slope(int64_t n, const float *x, const float *dy, float *dx) {
  loops()->swish_slope(n, x, dy, dx);
}
void tn_curve_mish(int64_t n, const float *x, float *y) { loops()->mish(n, x, y); }
void tn_curve_mish_slope(int64_t n, const float *x, const float *dy, float *dx) {
  loops()->mish_slope(n, x, dy, dx);
}
