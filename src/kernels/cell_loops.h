/* Compiled for each instruction set, as kernels/vector_loops.h is. */

#define LOAD8(v, from) v8f v; memcpy(&v, (from) + i, sizeof v)
#define STORE8(v, to) memcpy((to) + i, &(v), sizeof(v))

TN_LOOP_TARGET static void TN_LOOP(product)(int64_t n, const float *a, const float *b, float *y) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    LOAD8(av, a);
    LOAD8(bv, b);
    av *= bv;
    STORE8(av, y);
  }
  for (; i < n; i++) {
    y[i] = a[i] * b[i];
  }
}

TN_LOOP_TARGET static void TN_LOOP(lstm)(int64_t n, const float *gate, const float *c_old,
                                         float *c) {
  const float *f = gate + n, *g = gate + 2 * n;
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    LOAD8(iv, gate);
    LOAD8(fv, f);
    LOAD8(gv, g);
    LOAD8(cv, c_old);
    cv = FMA8(fv, cv, iv * gv);
    STORE8(cv, c);
  }
  for (; i < n; i++) {
    c[i] = FMA1(f[i], c_old[i], gate[i] * g[i]);
  }
}

TN_LOOP_TARGET static void TN_LOOP(lstm_slopes)(int64_t n, float *gate, const float *c_old,
                                                float *dc) {
  float *f = gate + n, *g = gate + 2 * n;
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    LOAD8(iv, gate);
    LOAD8(fv, f);
    LOAD8(gv, g);
    LOAD8(cv, c_old);
    LOAD8(dv, dc);
    v8f di = dv * gv, df = dv * cv, dg = dv * iv, before = dv * fv;
    STORE8(di, gate);
    STORE8(df, f);
    STORE8(dg, g);
    STORE8(before, dc);
  }
  for (; i < n; i++) {
    float in = gate[i], keep = f[i], d = dc[i];
    gate[i] = d * g[i];
    f[i] = d * c_old[i];
    g[i] = d * in;
    dc[i] = d * keep;
  }
}

TN_LOOP_TARGET static void TN_LOOP(gru)(int64_t n, const float *z, const float *g,
                                        const float *h_old, float *h) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    LOAD8(zv, z);
    LOAD8(gv, g);
    LOAD8(hv, h_old);
    hv = FMA8(zv, hv, (splat8(1.0f) - zv) * gv);
    STORE8(hv, h);
  }
  for (; i < n; i++) {
    h[i] = FMA1(z[i], h_old[i], (1 - z[i]) * g[i]);
  }
}

TN_LOOP_TARGET static void TN_LOOP(gru_slopes)(int64_t n, const float *z, const float *g,
                                               const float *h_old, float *dh, float *dz,
                                               float *dg) {
  int64_t i = 0;
  for (; i + 8 <= n; i += 8) {
    LOAD8(zv, z);
    LOAD8(gv, g);
    LOAD8(hv, h_old);
    LOAD8(dv, dh);
    v8f of_z = dv * (hv - gv), of_g = dv * (splat8(1.0f) - zv), before = dv * zv;
    STORE8(of_z, dz);
    STORE8(of_g, dg);
    STORE8(before, dh);
  }
  for (; i < n; i++) {
    float zi = z[i], gi = g[i], d = dh[i];
    dz[i] = d * (h_old[i] - gi);
    dg[i] = d * (1 - zi);
    dh[i] = d * zi;
  }
}

static const struct loops TN_LOOP(table) = {TN_LOOP(product), TN_LOOP(lstm), TN_LOOP(lstm_slopes),
                                            TN_LOOP(gru), TN_LOOP(gru_slopes)};
#undef LOAD8
#undef STORE8
