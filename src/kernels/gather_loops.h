/* Loops over chosen rows, compiled for each instruction set: the including file defines TN_LOOP(name)
 * and TN_LOOP_TARGET. Columns go in blocks of 16 that stay in registers. Each loop is written for rows
 * of ones (value NULL) and for rows with values. No include guard: it is included several times. */

TN_LOOP_TARGET static inline void TN_LOOP(add_row)(const float *row, v8f *a, v8f *b) {
  v8f x, y;
  memcpy(&x, row, sizeof x);
  memcpy(&y, row + 8, sizeof y);
  *a += x;
  *b += y;
}

TN_LOOP_TARGET static inline void TN_LOOP(add_times)(float value, const float *row, v8f *a, v8f *b) {
  v8f x, y;
  memcpy(&x, row, sizeof x);
  memcpy(&y, row + 8, sizeof y);
  *a = FMA8(splat8(value), x, *a);
  *b = FMA8(splat8(value), y, *b);
}

/* Two running sums, of the even and of the odd entries: additions need not wait for each other. */
TN_LOOP_TARGET static void TN_LOOP(gather_16)(int64_t units, int64_t n, const int32_t *index,
                                              const float *value, const float *w, float *y) {
  v8f a = splat8(0), b = splat8(0), c = splat8(0), d = splat8(0);
  int64_t k = 0;
  if (value == NULL) {
    for (; k + 2 <= n; k += 2) {
      TN_LOOP(add_row)(w + index[k] * units, &a, &b);
      TN_LOOP(add_row)(w + index[k + 1] * units, &c, &d);
    }
  } else {
    for (; k + 2 <= n; k += 2) {
      TN_LOOP(add_times)(value[k], w + index[k] * units, &a, &b);
      TN_LOOP(add_times)(value[k + 1], w + index[k + 1] * units, &c, &d);
    }
  }
  if (k < n) {
    TN_LOOP(add_times)(value == NULL ? 1 : value[k], w + index[k] * units, &a, &b);
  }
  a += c;
  b += d;
  TN_LOOP(add_row)(y, &a, &b);
  memcpy(y, &a, sizeof a);
  memcpy(y + 8, &b, sizeof b);
}

/* The same sums for the columns behind the last block. */
TN_LOOP_TARGET static void TN_LOOP(gather_rest)(int64_t units, int64_t columns, int64_t n,
                                                const int32_t *index, const float *value,
                                                const float *w, float *y) {
  float sum[2][16] = {{0}};
  for (int64_t k = 0; k < n; k++) {
    const float *row = w + index[k] * units;
    float factor = value == NULL ? 1 : value[k], *s = sum[k % 2];
    for (int64_t i = 0; i < columns; i++) {
      s[i] = FMA1(factor, row[i], s[i]);
    }
  }
  for (int64_t i = 0; i < columns; i++) {
    y[i] += sum[0][i] + sum[1][i];
  }
}

TN_LOOP_TARGET static void TN_LOOP(gather)(int64_t units, int64_t n, const int32_t *index,
                                           const float *value, const float *w, float *y) {
  int64_t j = 0;
  for (; j + 16 <= units; j += 16) {
    TN_LOOP(gather_16)(units, n, index, value, w + j, y + j);
  }
  if (j < units) {
    TN_LOOP(gather_rest)(units, units - j, n, index, value, w + j, y + j);
  }
}

TN_LOOP_TARGET static void TN_LOOP(scatter_16)(int64_t units, int64_t n, const int32_t *index,
                                               const float *value, const float *dy, float *g) {
  v8f a, b, x, y;
  memcpy(&a, dy, sizeof a);
  memcpy(&b, dy + 8, sizeof b);
  if (value == NULL) {
    for (int64_t k = 0; k < n; k++) {
      float *to = g + index[k] * units;
      x = a;
      y = b;
      TN_LOOP(add_row)(to, &x, &y);
      memcpy(to, &x, sizeof x);
      memcpy(to + 8, &y, sizeof y);
    }
    return;
  }
  for (int64_t k = 0; k < n; k++) {
    float *to = g + index[k] * units;
    memcpy(&x, to, sizeof x);
    memcpy(&y, to + 8, sizeof y);
    x = FMA8(splat8(value[k]), a, x);
    y = FMA8(splat8(value[k]), b, y);
    memcpy(to, &x, sizeof x);
    memcpy(to + 8, &y, sizeof y);
  }
}

TN_LOOP_TARGET static void TN_LOOP(scatter)(int64_t units, int64_t n, const int32_t *index,
                                            const float *value, const float *dy, float *g) {
  int64_t j = 0;
  for (; j + 16 <= units; j += 16) {
    TN_LOOP(scatter_16)(units, n, index, value, dy + j, g + j);
  }
  for (int64_t k = 0; j < units && k < n; k++) {
    float *row = g + index[k] * units;
    float factor = value == NULL ? 1 : value[k];
    for (int64_t i = j; i < units; i++) {
      row[i] = FMA1(factor, dy[i], row[i]);
    }
  }
}

static const struct loops TN_LOOP(table) = {TN_LOOP(gather), TN_LOOP(scatter)};
