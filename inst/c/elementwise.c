/* Cell by cell: functions of one value in place, of two values that may be spread over axes. */
#include <math.h>

#include "walk.h"

static void each(float *y, int n, float (*f)(float)) {
  for (int i = 0; i < n; i++) {
    y[i] = f(y[i]);
  }
}

static float negative_of(float a) { return -a; }

static float square_of(float a) { return a * a; }

static float root_of(float a) { return sqrtf(a < 0 ? 0 : a); }

static float inverse_root_of(float a) { return 1 / sqrtf(a < 0 ? 0 : a); }

static float inverse_of(float a) { return 1 / a; }

static float sign_of(float a) { return (float)((a > 0) - (a < 0)); }

static float is_not_zero(float a) { return a != 0; }

static void clip(float *y, int n, float low, float high) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] < low ? low : y[i] > high ? high : y[i];
  }
}

static void rescale(float *y, int n, float scale, float offset) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] * scale + offset;
  }
}

/* Negative values times the slope of their place. */
static void prelu(float *y, int n, const float *slope, const struct walk *w) {
  for (int i = 0; i < n; i++) {
    y[i] = y[i] > 0 ? y[i] : slope[place(w, i)] * y[i];
  }
}

/* y = f(a, b) for n cells; y may be a or b where that has n cells. */
static void combine(float (*f)(float, float), const float *a, const struct walk *in_a,
                    const float *b, const struct walk *in_b, float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = f(a[place(in_a, i)], b[place(in_b, i)]);
  }
}

static float sum_of(float a, float b) { return a + b; }

static float difference_of(float a, float b) { return a - b; }

static float product_of(float a, float b) { return a * b; }

static float quotient_of(float a, float b) { return a / b; }

static float power_of(float a, float b) { return b == 2 ? a * a : powf(a, b); }

static float larger_of(float a, float b) { return a >= b || a != a ? a : b; }

static float smaller_of(float a, float b) { return a <= b || a != a ? a : b; }

/* Has the sign of the divisor. */
static float modulo_of(float a, float b) {
  float rest = fmodf(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static float is_equal(float a, float b) { return a == b; }

static float is_unequal(float a, float b) { return a != b; }

static float is_larger(float a, float b) { return a > b; }

static float is_not_smaller(float a, float b) { return a >= b; }

static float is_smaller(float a, float b) { return a < b; }

static float is_not_larger(float a, float b) { return a <= b; }
