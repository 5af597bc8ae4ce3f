/* Sine of 8 numbers, compiled for each instruction set as kernels/vector_loops.h is. A rest of less than 8
 * numbers is filled up with zeros. */

/* sin(x + quarters pi / 2), |x| up to 8192: x = k pi / 2 + r with pi / 2 in three parts, whose products with
 * k are exact but for the last; the polynomials are those of Cephes' sinf and cosf. */
TN_LOOP_TARGET static inline void TN_LOOP(sine8)(const v8f *in, int quarters, v8f *out) {
  v8f magic = splat8(12582912.0f), k = FMA8(*in, splat8(0.636619772f), magic) - magic;
  v8f r = FMA8(-k, splat8(1.5703125f), *in);
  r = FMA8(-k, splat8(4.837512969970703125e-4f), r);
  r = FMA8(-k, splat8(7.54978995489188e-8f), r);
  v8i turn = __builtin_convertvector(k, v8i) + quarters;
  v8f s = r * r, sine = splat8(-1.9515295891e-4f), cosine = splat8(2.443315711809948e-5f);
  sine = FMA8(sine, s, splat8(8.3321608736e-3f));
  sine = FMA8(sine, s, splat8(-1.6666654611e-1f));
  sine = FMA8(sine * s, r, r);
  cosine = FMA8(cosine, s, splat8(-1.388731625493765e-3f));
  cosine = FMA8(cosine, s, splat8(4.166664568298827e-2f));
  cosine = FMA8(cosine * s, s, FMA8(splat8(-0.5f), s, splat8(1.0f)));
  v8i odd = -(turn & 1);
  *out = (v8f)((((v8i)cosine & odd) | ((v8i)sine & ~odd)) ^ ((turn & 2) << 30));
}

/* Numbers too far from 0 for that, and those that are none. */
static inline float TN_LOOP(far_sine)(float x, int quarters) {
  double y = quarters & 1 ? cos((double)x) : sin((double)x);
  return (float)(quarters & 2 ? -y : y);
}

/* y = sin(x + quarters pi / 2), times factor[i] where there are factors. */
TN_LOOP_TARGET static void TN_LOOP(sine)(int64_t n, int quarters, const float *factor, const float *x,
                                         float *y) {
  for (int64_t i = 0; i < n; i += 8) {
    size_t bytes = (size_t)(n - i < 8 ? n - i : 8) * sizeof(float);
    v8f v = splat8(0), f = splat8(1.0f), s;
    move_8(&v, x + i, bytes);
    if (factor != NULL) {
      move_8(&f, factor + i, bytes);
    }
    v8i near = (v <= splat8(8192.0f)) & (v >= splat8(-8192.0f));
    v8f held = (v8f)((v8i)v & near);
    TN_LOOP(sine8)(&held, quarters, &s);
    for (int k = 0; k < 8; k++) {
      if (!near[k]) {
        s[k] = TN_LOOP(far_sine)(v[k], quarters);
      }
    }
    s *= f;
    move_8(y + i, &s, bytes);
  }
}

static const struct loops TN_LOOP(table) = {TN_LOOP(sine)};
