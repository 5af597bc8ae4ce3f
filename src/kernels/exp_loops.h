/* The exponential of 8 numbers and what is made of it, compiled for each instruction set as
 * kernels/vector_loops.h is, which includes it. Everything that needs an exponential of a float takes
 * this one, also for single numbers: another would have other bits. */

/* e^r - 1 for |r| up to half of log 2 (Cephes' expf). */
TN_LOOP_TARGET static inline void TN_LOOP(exp_near8)(const v8f *in, v8f *out) {
  v8f r = *in, p = splat8(1.9875691500e-4f);
  p = FMA8(p, r, splat8(1.3981999507e-3f));
  p = FMA8(p, r, splat8(8.3334519073e-3f));
  p = FMA8(p, r, splat8(4.1665795894e-2f));
  p = FMA8(p, r, splat8(1.6666665459e-1f));
  p = FMA8(p, r, splat8(5.0000001201e-1f));
  *out = FMA8(p, r * r, r);
}

/* x = n log 2 + r, a polynomial for e^r, exponent bits for 2^n. Below the smallest normal number the
 * result is 0, above the largest infinite; NaN stays. */
TN_LOOP_TARGET static inline void TN_LOOP(exp8)(const v8f *in, v8f *out) {
  v8f x = *in, low = splat8(-87.3365447f), high = splat8(88.7228394f);
  v8i below = x < low, above = x > high, is_nan = x != x;
  v8f magic = splat8(12582912.0f), p;
  v8f clipped = (v8f)(((v8i)x & ~(below | above | is_nan)));
  v8f n = FMA8(clipped, splat8(1.44269504088896341f), magic) - magic;
  v8f r = FMA8(-n, splat8(0.693359375f), clipped);
  r = FMA8(-n, splat8(-2.12194440e-4f), r);
  TN_LOOP(exp_near8)(&r, &p);
  p += splat8(1.0f);
  v8i k = __builtin_convertvector(n, v8i);
  v8i half = k >> 1; /* two factors: 2^128 alone has no bits */
  v8f one = (v8f)((half + 127) << 23), two = (v8f)((k - half + 127) << 23);
  v8i value = (v8i)(p * one * two);
  v8i inf = (v8i)splat8(INFINITY);
  *out = (v8f)((value & ~(below | above | is_nan)) | (inf & above) | ((v8i)x & is_nan));
}

/* e^x - 1: the polynomial itself near 0, where 1 would swallow digits. */
TN_LOOP_TARGET static inline void TN_LOOP(expm18)(const v8f *in, v8f *out) {
  v8f x = *in, near, far;
  v8i small = (x < splat8(0.34f)) & (x > splat8(-0.34f));
  TN_LOOP(exp_near8)(&x, &near);
  TN_LOOP(exp8)(&x, &far);
  far -= splat8(1.0f);
  *out = (v8f)(((v8i)near & small) | ((v8i)far & ~small));
}

TN_LOOP_TARGET static inline void TN_LOOP(sigmoid8)(const v8f *in, v8f *out) {
  v8f e = -*in;
  TN_LOOP(exp8)(&e, &e);
  *out = splat8(1.0f) / (splat8(1.0f) + e);
}

/* Near 0 the odd polynomial of Cephes' tanhf, else 1 - 2 / (e^2x + 1). */
TN_LOOP_TARGET static inline void TN_LOOP(tanh8)(const v8f *in, v8f *out) {
  v8f v = *in, e = v + v;
  TN_LOOP(exp8)(&e, &e);
  v8f far = splat8(1.0f) - splat8(2.0f) / (e + splat8(1.0f));
  v8f s = v * v;
  v8f p = splat8(-5.70498872745e-3f);
  p = FMA8(p, s, splat8(2.06390887954e-2f));
  p = FMA8(p, s, splat8(-5.37397155531e-2f));
  p = FMA8(p, s, splat8(1.33314422036e-1f));
  p = FMA8(p, s, splat8(-3.33332819422e-1f));
  v8f near = FMA8(p * s, v, v);
  v8i small = (v < splat8(0.625f)) & (v > splat8(-0.625f));
  *out = (v8f)(((v8i)near & small) | ((v8i)far & ~small));
}

/* max(x, 0) + log(1 + t) with t = e^-|x|, by 2 artanh(s) with s = t / (2 + t), at most 1/3. */
TN_LOOP_TARGET static inline void TN_LOOP(softplus8)(const v8f *in, v8f *out) {
  v8f x = *in, t = (v8f)((v8i)x | INT32_MIN);
  TN_LOOP(exp8)(&t, &t);
  v8f s = t / (t + splat8(2.0f)), q = s * s, p = splat8(1.0f / 13);
  p = FMA8(p, q, splat8(1.0f / 11));
  p = FMA8(p, q, splat8(1.0f / 9));
  p = FMA8(p, q, splat8(1.0f / 7));
  p = FMA8(p, q, splat8(1.0f / 5));
  p = FMA8(p, q, splat8(1.0f / 3));
  s += s;
  *out = (v8f)((v8i)x & (x > splat8(0))) + FMA8(p * q, s, s);
}
