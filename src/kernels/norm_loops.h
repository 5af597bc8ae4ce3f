/* Loops of normalisations, compiled for each instruction set: the including file defines TN_LOOP(name)
 * and TN_LOOP_TARGET. Sums over rows go in blocks of 8 columns that stay in registers while the rows of
 * a tile pass by. Moments are summed in double; slopes in float over at most 16 terms, which then go
 * into doubles. No include guard: it is included several times. */

TN_LOOP_TARGET static inline void TN_LOOP(load8)(const float *x, v8f *v) {
  memcpy(v, x, sizeof *v);
}

TN_LOOP_TARGET static inline void TN_LOOP(widen)(const v8f *v, v4d *low, v4d *high) {
  v4f part[2];
  memcpy(part, v, sizeof part);
  *low = WIDEN4(part[0]);
  *high = WIDEN4(part[1]);
}

TN_LOOP_TARGET static inline void TN_LOOP(add_to)(const v4d *low, const v4d *high,
                                                  double *sum) {
  v4d old;
  memcpy(&old, sum, sizeof old);
  old += *low;
  memcpy(sum, &old, sizeof old);
  memcpy(&old, sum + 4, sizeof old);
  old += *high;
  memcpy(sum + 4, &old, sizeof old);
}

/* ---- columns ---- */

TN_LOOP_TARGET static void TN_LOOP(moments_tile)(int64_t m, int64_t n, const float *x,
                                                 const float *shift, double *sum, double *square) {
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    v8f v;
    v4d low, high, s0 = {0}, s1 = {0}, q0 = {0}, q1 = {0}, c0, c1;
    TN_LOOP(load8)(shift + j, &v);
    TN_LOOP(widen)(&v, &c0, &c1);
    for (int64_t i = 0; i < m; i++) {
      TN_LOOP(load8)(x + i * n + j, &v);
      TN_LOOP(widen)(&v, &low, &high);
      low -= c0;
      high -= c1;
      s0 += low;
      s1 += high;
      q0 += low * low;
      q1 += high * high;
    }
    TN_LOOP(add_to)(&s0, &s1, sum + j);
    TN_LOOP(add_to)(&q0, &q1, square + j);
  }
  for (; j < n; j++) {
    double s = 0, q = 0;
    for (int64_t i = 0; i < m; i++) {
      double d = (double)x[i * n + j] - shift[j];
      s += d;
      q += d * d;
    }
    sum[j] += s;
    square[j] += q;
  }
}

TN_LOOP_TARGET static void TN_LOOP(normalize)(int64_t m, int64_t n, const float *x, const float *hi,
                                              const float *lo, const float *a, const float *b,
                                              float *y) {
  for (int64_t i = 0; i < m; i++, x += n, y += n) {
    int64_t j = 0;
    for (; j + 8 <= n; j += 8) {
      v8f v, h, l, av, bv;
      TN_LOOP(load8)(x + j, &v);
      TN_LOOP(load8)(hi + j, &h);
      TN_LOOP(load8)(lo + j, &l);
      TN_LOOP(load8)(a + j, &av);
      TN_LOOP(load8)(b + j, &bv);
      v = FMA8(v - h - l, av, bv);
      memcpy(y + j, &v, sizeof v);
    }
    for (; j < n; j++) {
      y[j] = FMA1(x[j] - hi[j] - lo[j], a[j], b[j]);
    }
  }
}

/* The sums of 8 columns over up to 16 rows into their doubles. */
TN_LOOP_TARGET static inline void TN_LOOP(hand_over)(v8f *from, v4d *low, v4d *high) {
  v4d part0, part1;
  TN_LOOP(widen)(from, &part0, &part1);
  *low += part0;
  *high += part1;
  *from = splat8(0);
}

TN_LOOP_TARGET static void TN_LOOP(slopes_tile)(int64_t m, int64_t n, const float *x,
                                                const float *hi, const float *lo, const float *dy,
                                                double *sum, double *product) {
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    v8f v, d, h, l, s = splat8(0), p = splat8(0);
    v4d s0 = {0}, s1 = {0}, p0 = {0}, p1 = {0};
    TN_LOOP(load8)(hi + j, &h);
    TN_LOOP(load8)(lo + j, &l);
    for (int64_t from = 0; from < m; from += 16) {
      int64_t to = m - from < 16 ? m : from + 16;
      for (int64_t i = from; i < to; i++) {
        TN_LOOP(load8)(x + i * n + j, &v);
        TN_LOOP(load8)(dy + i * n + j, &d);
        s += d;
        p = FMA8(d, v - h - l, p);
      }
      TN_LOOP(hand_over)(&s, &s0, &s1);
      TN_LOOP(hand_over)(&p, &p0, &p1);
    }
    TN_LOOP(add_to)(&s0, &s1, sum + j);
    TN_LOOP(add_to)(&p0, &p1, product + j);
  }
  for (; j < n; j++) {
    double s = 0, p = 0;
    for (int64_t from = 0; from < m; from += 16) {
      int64_t to = m - from < 16 ? m : from + 16;
      float few = 0, products = 0;
      for (int64_t i = from; i < to; i++) {
        few += dy[i * n + j];
        products = FMA1(dy[i * n + j], x[i * n + j] - hi[j] - lo[j], products);
      }
      s += few;
      p += products;
    }
    sum[j] += s;
    product[j] += p;
  }
}

TN_LOOP_TARGET static void TN_LOOP(unnormalize)(int64_t m, int64_t n, const float *x,
                                                const float *hi, const float *lo, const float *a,
                                                const float *b, const float *c, const float *dy,
                                                float *dx) {
  for (int64_t i = 0; i < m; i++, x += n, dy += n, dx += n) {
    int64_t j = 0;
    for (; j + 8 <= n; j += 8) {
      v8f v, d, h, l, av, bv, cv;
      TN_LOOP(load8)(x + j, &v);
      TN_LOOP(load8)(dy + j, &d);
      TN_LOOP(load8)(hi + j, &h);
      TN_LOOP(load8)(lo + j, &l);
      TN_LOOP(load8)(a + j, &av);
      TN_LOOP(load8)(b + j, &bv);
      TN_LOOP(load8)(c + j, &cv);
      d = av * FMA8(-cv, v - h - l, d - bv);
      memcpy(dx + j, &d, sizeof d);
    }
    for (; j < n; j++) {
      dx[j] = a[j] * FMA1(-c[j], x[j] - hi[j] - lo[j], dy[j] - b[j]);
    }
  }
}

/* ---- lines ---- */

TN_LOOP_TARGET static inline double TN_LOOP(total)(const v4d *low, const v4d *high) {
  v4d s = *low + *high;
  return (s[0] + s[1]) + (s[2] + s[3]);
}

TN_LOOP_TARGET static void TN_LOOP(line_moments)(int64_t n, const float *x, float shift,
                                                 double *moments) {
  v4d low, high, s0 = {0}, s1 = {0}, q0 = {0}, q1 = {0};
  v4d c = {shift, shift, shift, shift};
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    v8f v;
    TN_LOOP(load8)(x + j, &v);
    TN_LOOP(widen)(&v, &low, &high);
    low -= c;
    high -= c;
    s0 += low;
    s1 += high;
    q0 += low * low;
    q1 += high * high;
  }
  double s = TN_LOOP(total)(&s0, &s1), q = TN_LOOP(total)(&q0, &q1);
  for (; j < n; j++) {
    double d = (double)x[j] - shift;
    s += d;
    q += d * d;
  }
  moments[0] = s;
  moments[1] = q;
}

TN_LOOP_TARGET static void TN_LOOP(line_normalize)(int64_t n, const float *x, float hi, float lo,
                                                   float scale, const float *gamma,
                                                   const float *beta, float *y) {
  v8f h = splat8(hi), l = splat8(lo), s = splat8(scale);
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    v8f v, g, b;
    TN_LOOP(load8)(x + j, &v);
    TN_LOOP(load8)(gamma + j, &g);
    TN_LOOP(load8)(beta + j, &b);
    v = FMA8((v - h - l) * s, g, b);
    memcpy(y + j, &v, sizeof v);
  }
  for (; j < n; j++) {
    y[j] = FMA1((x[j] - hi - lo) * scale, gamma[j], beta[j]);
  }
}

TN_LOOP_TARGET static void TN_LOOP(line_slopes)(int64_t n, const float *x, float hi, float lo,
                                                const float *gamma, const float *dy,
                                                double *slopes) {
  v8f v, d, g, h = splat8(hi), l = splat8(lo), sv = splat8(0), pv = splat8(0);
  v4d s0 = {0}, s1 = {0}, p0 = {0}, p1 = {0};
  int64_t j = 0;
  while (j + 8 <= n) {
    int64_t to = n - j < 128 ? n : j + 128;
    for (; j + 8 <= to; j += 8) {
      TN_LOOP(load8)(x + j, &v);
      TN_LOOP(load8)(dy + j, &d);
      TN_LOOP(load8)(gamma + j, &g);
      d *= g;
      sv += d;
      pv = FMA8(d, v - h - l, pv);
    }
    TN_LOOP(hand_over)(&sv, &s0, &s1);
    TN_LOOP(hand_over)(&pv, &p0, &p1);
  }
  double s = TN_LOOP(total)(&s0, &s1), p = TN_LOOP(total)(&p0, &p1);
  for (; j < n; j++) {
    double d = dy[j] * gamma[j];
    s += d;
    p += d * (x[j] - hi - lo);
  }
  slopes[0] = s;
  slopes[1] = p;
}

TN_LOOP_TARGET static void TN_LOOP(line_unnormalize)(int64_t n, const float *x, float hi, float lo,
                                                     const float *gamma, float a, float b, float c,
                                                     const float *dy, float *dx) {
  v8f h = splat8(hi), l = splat8(lo), av = splat8(a), bv = splat8(b), cv = splat8(c);
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    v8f v, d, g;
    TN_LOOP(load8)(x + j, &v);
    TN_LOOP(load8)(dy + j, &d);
    TN_LOOP(load8)(gamma + j, &g);
    d = av * FMA8(-cv, v - h - l, FMA8(d, g, -bv));
    memcpy(dx + j, &d, sizeof d);
  }
  for (; j < n; j++) {
    dx[j] = a * FMA1(-c, x[j] - hi - lo, FMA1(dy[j], gamma[j], -b));
  }
}

TN_LOOP_TARGET static void TN_LOOP(lines_slopes)(int64_t m, int64_t n, const float *x,
                                                 const float *hi, const float *lo,
                                                 const float *scale, const float *dy, double *sum,
                                                 double *product) {
  int64_t j = 0;
  for (; j + 8 <= n; j += 8) {
    v8f v, d, s = splat8(0), p = splat8(0);
    v4d s0 = {0}, s1 = {0}, p0 = {0}, p1 = {0};
    for (int64_t from = 0; from < m; from += 16) {
      int64_t to = m - from < 16 ? m : from + 16;
      for (int64_t i = from; i < to; i++) {
        TN_LOOP(load8)(x + i * n + j, &v);
        TN_LOOP(load8)(dy + i * n + j, &d);
        s += d;
        p = FMA8(d, (v - splat8(hi[i]) - splat8(lo[i])) * splat8(scale[i]), p);
      }
      TN_LOOP(hand_over)(&s, &s0, &s1);
      TN_LOOP(hand_over)(&p, &p0, &p1);
    }
    TN_LOOP(add_to)(&s0, &s1, sum + j);
    TN_LOOP(add_to)(&p0, &p1, product + j);
  }
  for (; j < n; j++) {
    double s = 0, p = 0;
    for (int64_t from = 0; from < m; from += 16) {
      int64_t to = m - from < 16 ? m : from + 16;
      float few = 0, products = 0;
      for (int64_t i = from; i < to; i++) {
        few += dy[i * n + j];
        products = FMA1(dy[i * n + j], (x[i * n + j] - hi[i] - lo[i]) * scale[i], products);
      }
      s += few;
      p += products;
    }
    sum[j] += s;
    product[j] += p;
  }
}

static const struct loops TN_LOOP(table) = {
    TN_LOOP(moments_tile), TN_LOOP(normalize),      TN_LOOP(slopes_tile),
    TN_LOOP(unnormalize),  TN_LOOP(line_moments),   TN_LOOP(line_normalize),
    TN_LOOP(line_slopes),  TN_LOOP(line_unnormalize), TN_LOOP(lines_slopes),
};
