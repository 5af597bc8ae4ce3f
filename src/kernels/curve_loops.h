/* Activations around an exponential, and their slopes, compiled for each instruction set as
 * kernels/vector_loops.h is. A rest of less than 8 numbers is filled up with zeros. */
#include "kernels/exp_loops.h"

#define PART(v, from) move_8(&(v), (from) + i, bytes)
#define EACH_PART(...)                                            \
  for (int64_t i = 0; i + 8 <= n; i += 8) {                       \
    const size_t bytes = 8 * sizeof(float);                       \
    __VA_ARGS__                                                   \
  }                                                               \
  if (n % 8 != 0) {                                               \
    const int64_t i = n - n % 8;                                  \
    const size_t bytes = (size_t)(n % 8) * sizeof(float);         \
    __VA_ARGS__                                                   \
  }

/* y = scale x, and scale alpha (e^x - 1) below 0. */
TN_LOOP_TARGET static void TN_LOOP(elu)(int64_t n, float alpha, float scale, const float *x,
                                        float *y) {
  EACH_PART(v8f v = splat8(0), e;
            PART(v, x);
            v8i low = v < splat8(0);
            TN_LOOP(expm18)(&v, &e);
            e *= splat8(alpha);
            v = splat8(scale) * (v8f)(((v8i)e & low) | ((v8i)v & ~low));
            move_8(y + i, &v, bytes);)
}

TN_LOOP_TARGET static void TN_LOOP(elu_slope)(int64_t n, float alpha, float scale, const float *x,
                                              const float *dy, float *dx) {
  EACH_PART(v8f v = splat8(0), d = splat8(0), e;
            PART(v, x);
            PART(d, dy);
            v8i low = v < splat8(0);
            TN_LOOP(exp8)(&v, &e);
            e *= splat8(alpha);
            d *= splat8(scale) * (v8f)(((v8i)e & low) | ((v8i)splat8(1.0f) & ~low));
            move_8(dx + i, &d, bytes);)
}

TN_LOOP_TARGET static void TN_LOOP(softplus)(int64_t n, const float *x, float *y) {
  EACH_PART(v8f v = splat8(0);
            PART(v, x);
            TN_LOOP(softplus8)(&v, &v);
            move_8(y + i, &v, bytes);)
}

TN_LOOP_TARGET static void TN_LOOP(softplus_slope)(int64_t n, const float *x, const float *dy,
                                                   float *dx) {
  EACH_PART(v8f v = splat8(0), d = splat8(0);
            PART(v, x);
            PART(d, dy);
            TN_LOOP(sigmoid8)(&v, &v);
            d *= v;
            move_8(dx + i, &d, bytes);)
}

TN_LOOP_TARGET static void TN_LOOP(swish)(int64_t n, const float *x, float *y) {
  EACH_PART(v8f v = splat8(0), s;
            PART(v, x);
            TN_LOOP(sigmoid8)(&v, &s);
            v *= s;
            move_8(y + i, &v, bytes);)
}

/* s (1 + x (1 - s)), s the sigmoid. */
TN_LOOP_TARGET static void TN_LOOP(swish_slope)(int64_t n, const float *x, const float *dy,
                                                float *dx) {
  EACH_PART(v8f v = splat8(0), d = splat8(0), s;
            PART(v, x);
            PART(d, dy);
            TN_LOOP(sigmoid8)(&v, &s);
            d *= s * FMA8(v, splat8(1.0f) - s, splat8(1.0f));
            move_8(dx + i, &d, bytes);)
}

/* tanh(log(1 + e^x)) and what is left of it to 1, both from t = e^-|x|, so that nothing overflows. */
TN_LOOP_TARGET static inline void TN_LOOP(tanh_softplus8)(const v8f *in, v8f *t, v8f *value,
                                                          v8f *rest) {
  v8f x = *in, e = (v8f)((v8i)x | INT32_MIN);
  v8i up = x > splat8(0);
  TN_LOOP(exp8)(&e, &e);
  v8f above = FMA8(splat8(2.0f), e, splat8(1.0f)), below = e * (e + splat8(2.0f));
  v8f part = (v8f)(((v8i)above & up) | ((v8i)below & ~up));
  v8f left = (v8f)(((v8i)(splat8(2.0f) * e * e) & up) | ((v8i)splat8(2.0f) & ~up));
  v8f whole = part + left;
  *t = e;
  *value = part / whole;
  *rest = left / whole;
}

TN_LOOP_TARGET static void TN_LOOP(mish)(int64_t n, const float *x, float *y) {
  EACH_PART(v8f v = splat8(0), t, m, rest;
            PART(v, x);
            TN_LOOP(tanh_softplus8)(&v, &t, &m, &rest);
            v *= m;
            move_8(y + i, &v, bytes);)
}

/* m + x s (1 - m^2), m = tanh(log(1 + e^x)), s the sigmoid. */
TN_LOOP_TARGET static void TN_LOOP(mish_slope)(int64_t n, const float *x, const float *dy,
                                               float *dx) {
  EACH_PART(v8f v = splat8(0), d = splat8(0), t, m, rest;
            PART(v, x);
            PART(d, dy);
            TN_LOOP(tanh_softplus8)(&v, &t, &m, &rest);
            v8i up = v > splat8(0);
            v8f s = (v8f)(((v8i)splat8(1.0f) & up) | ((v8i)t & ~up)) / (splat8(1.0f) + t);
            d *= FMA8(v * s, rest * (splat8(2.0f) - rest), m);
            move_8(dx + i, &d, bytes);)
}

#undef PART
#undef EACH_PART

static const struct loops TN_LOOP(table) = {TN_LOOP(elu),      TN_LOOP(elu_slope),
                                            TN_LOOP(softplus), TN_LOOP(softplus_slope),
                                            TN_LOOP(swish),    TN_LOOP(swish_slope),
                                            TN_LOOP(mish),     TN_LOOP(mish_slope)};
