/* Loops on vectors of 8 floats, written once and compiled for each instruction set: the including
 * file defines TN_LOOP(name) and TN_LOOP_TARGET. The compiler splits a vector where the machine has
 * shorter ones. No include guard: it is meant to be included several times. */
#include "kernels/exp_loops.h"

TN_LOOP_TARGET static void TN_LOOP(axpy)(int64_t n, float a, const float *x, float *y) {
  int64_t i = 0;
  v8f av = splat8(a);
  for (; i + 8 <= n; i += 8) {
    v8f xv, yv;
    memcpy(&xv, x + i, sizeof xv);
    memcpy(&yv, y + i, sizeof yv);
    yv = FMA8(av, xv, yv);
    memcpy(y + i, &yv, sizeof yv);
  }
  for (; i < n; i++) {
    y[i] = FMA1(a, x[i], y[i]);
  }
}

TN_LOOP_TARGET static void TN_LOOP(add)(int64_t n, const float *x, float *y) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8f xv, yv;
    memcpy(&xv, x + i, sizeof xv);
    memcpy(&yv, y + i, sizeof yv);
    yv += xv;
    memcpy(y + i, &yv, sizeof yv);
  }
  for (; i < n; i++) {
    y[i] += x[i];
  }
}

TN_LOOP_TARGET static void TN_LOOP(mul)(int64_t n, const float *x, float *y) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8f xv, yv;
    memcpy(&xv, x + i, sizeof xv);
    memcpy(&yv, y + i, sizeof yv);
    yv *= xv;
    memcpy(y + i, &yv, sizeof yv);
  }
  for (; i < n; i++) {
    y[i] *= x[i];
  }
}

TN_LOOP_TARGET static void TN_LOOP(scale)(int64_t n, float a, float *y) {
  int64_t i = 0;
  v8f av = splat8(a);
  for (; i + 8 <= n; i += 8) {
    v8f yv;
    memcpy(&yv, y + i, sizeof yv);
    yv *= av;
    memcpy(y + i, &yv, sizeof yv);
  }
  for (; i < n; i++) {
    y[i] *= a;
  }
}

/* Whole vectors with copies of fixed size, which stay in registers; then the rest. A single number, which
 * is all that a row of one output has, does not go by way of memory. */
#define EACH8(function)                                        \
  int64_t i = 0;                                               \
  v8f v;                                                       \
  for (; i + 8 <= n; i += 8) {                                 \
    memcpy(&v, x + i, sizeof v);                               \
    TN_LOOP(function)(&v, &v);                                 \
    memcpy(y + i, &v, sizeof v);                               \
  }                                                            \
  if (i + 1 == n) {                                            \
    v = (v8f){x[i]};                                           \
    TN_LOOP(function)(&v, &v);                                 \
    y[i] = v[0];                                               \
  } else if (i < n) {                                          \
    v = splat8(0);                                             \
    move_8(&v, x + i, (size_t)(n - i) * sizeof(float));        \
    TN_LOOP(function)(&v, &v);                                 \
    move_8(y + i, &v, (size_t)(n - i) * sizeof(float));        \
  }

TN_LOOP_TARGET static void TN_LOOP(exp)(int64_t n, const float *x, float *y) { EACH8(exp8) }
TN_LOOP_TARGET static void TN_LOOP(sigmoid)(int64_t n, const float *x, float *y) { EACH8(sigmoid8) }
TN_LOOP_TARGET static void TN_LOOP(tanh)(int64_t n, const float *x, float *y) { EACH8(tanh8) }
#undef EACH8

/* Sums in double, eight running sums in fixed places. */
TN_LOOP_TARGET static double TN_LOOP(sumabs)(int64_t n, const float *x) {
  v4d low = {0}, high = {0};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8i bits;
    v4f a, b;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7FFFFFFF;
    memcpy(&a, &bits, sizeof a);
    memcpy(&b, (const char *)&bits + sizeof a, sizeof b);
    low += WIDEN4(a);
    high += WIDEN4(b);
  }
  for (; i < n; i++) {
    low[0] += fabs((double)x[i]);
  }
  low += high;
  return (low[0] + low[1]) + (low[2] + low[3]);
}

TN_LOOP_TARGET static double TN_LOOP(sumsq)(int64_t n, const float *x) {
  v4d low = {0}, high = {0};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v4f a, b;
    memcpy(&a, x + i, sizeof a);
    memcpy(&b, x + i + 4, sizeof b);
    v4d da = WIDEN4(a), db = WIDEN4(b);
    low += da * da;
    high += db * db;
  }
  for (; i < n; i++) {
    low[0] += (double)x[i] * x[i];
  }
  low += high;
  return (low[0] + low[1]) + (low[2] + low[3]);
}

/* g += l1 sign(w) + l2 w; the sign of 0 is 0. */
TN_LOOP_TARGET static void TN_LOOP(penalty_slope)(int64_t n, float l1, float l2, const float *w,
                                                  float *g) {
  v8i up = (v8i)splat8(l1), down = (v8i)splat8(-l1);
  v8f two = splat8(l2), zero = splat8(0);
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8f wv, gv;
    memcpy(&wv, w + i, sizeof wv);
    memcpy(&gv, g + i, sizeof gv);
    gv += FMA8(two, wv, (v8f)((up & (wv > zero)) | (down & (wv < zero))));
    memcpy(g + i, &gv, sizeof gv);
  }
  for (; i < n; i++) {
    g[i] += FMA1(l2, w[i], w[i] > 0 ? l1 : w[i] < 0 ? -l1 : 0);
  }
}

/* y = value where word >= limit, else 0. */
TN_LOOP_TARGET static void TN_LOOP(keep)(int64_t n, const uint32_t *word, uint32_t limit, float value,
                                         float *y) {
  v8u least = {limit, limit, limit, limit, limit, limit, limit, limit};
  v8i bits = (v8i)splat8(value);
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8u w;
    memcpy(&w, word + i, sizeof w);
    v8i kept = bits & (w >= least);
    memcpy(y + i, &kept, sizeof kept);
  }
  for (; i < n; i++) {
    y[i] = word[i] >= limit ? value : 0;
  }
}

/* y = max(x, 0); NaN stays. */
TN_LOOP_TARGET static void TN_LOOP(relu)(int64_t n, const float *x, float *y) {
  v8f zero = splat8(0);
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8f v;
    memcpy(&v, x + i, sizeof v);
    v = (v8f)((v8i)v & ~(v < zero));
    memcpy(y + i, &v, sizeof v);
  }
  for (; i < n; i++) {
    y[i] = x[i] < 0 ? 0 : x[i];
  }
}

/* dx = dy where y > 0, else 0. */
TN_LOOP_TARGET static void TN_LOOP(relu_slope)(int64_t n, const float *y, const float *dy,
                                               float *dx) {
  v8f zero = splat8(0);
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8f yv, dv;
    memcpy(&yv, y + i, sizeof yv);
    memcpy(&dv, dy + i, sizeof dv);
    dv = (v8f)((v8i)dv & (yv > zero));
    memcpy(dx + i, &dv, sizeof dv);
  }
  for (; i < n; i++) {
    dx[i] = y[i] > 0 ? dy[i] : 0;
  }
}

/* dx = dy * y * (1 - y) and dx = dy * (1 - y^2): slopes of sigmoid and tanh from their values. */
TN_LOOP_TARGET static void TN_LOOP(sigmoid_slope)(int64_t n, const float *y, const float *dy,
                                                  float *dx) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8f yv, dv;
    memcpy(&yv, y + i, sizeof yv);
    memcpy(&dv, dy + i, sizeof dv);
    dv = dv * yv * (splat8(1.0f) - yv);
    memcpy(dx + i, &dv, sizeof dv);
  }
  for (; i < n; i++) {
    dx[i] = dy[i] * y[i] * (1 - y[i]);
  }
}

TN_LOOP_TARGET static void TN_LOOP(tanh_slope)(int64_t n, const float *y, const float *dy,
                                               float *dx) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    v8f yv, dv;
    memcpy(&yv, y + i, sizeof yv);
    memcpy(&dv, dy + i, sizeof dv);
    dv = dv * FMA8(-yv, yv, splat8(1.0f));
    memcpy(dx + i, &dv, sizeof dv);
  }
  for (; i < n; i++) {
    dx[i] = dy[i] * FMA1(-y[i], y[i], 1);
  }
}

TN_LOOP_TARGET static void TN_LOOP(sum_up)(int64_t n, const float *x, double *sum) {
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    v4d s;
    memcpy(&s, sum + i, sizeof s);
    s += WIDEN4(v4_load(x + i));
    memcpy(sum + i, &s, sizeof s);
  }
  for (; i < n; i++) {
    sum[i] += x[i];
  }
}

TN_LOOP_TARGET static void TN_LOOP(sum_products)(int64_t n, const float *x, const float *y,
                                                 double *sum) {
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    v4d s;
    memcpy(&s, sum + i, sizeof s);
    s += WIDEN4(v4_load(x + i)) * WIDEN4(v4_load(y + i));
    memcpy(sum + i, &s, sizeof s);
  }
  for (; i < n; i++) {
    sum[i] += (double)x[i] * y[i];
  }
}

static const struct loops TN_LOOP(table) = {TN_LOOP(axpy), TN_LOOP(add),     TN_LOOP(mul),
                                            TN_LOOP(scale), TN_LOOP(exp), TN_LOOP(sigmoid),
                                            TN_LOOP(tanh), TN_LOOP(sumabs), TN_LOOP(sumsq),
                                            TN_LOOP(penalty_slope), TN_LOOP(relu),
                                            TN_LOOP(relu_slope), TN_LOOP(keep),
                                            TN_LOOP(sigmoid_slope), TN_LOOP(tanh_slope),
                                            TN_LOOP(sum_up), TN_LOOP(sum_products)};
