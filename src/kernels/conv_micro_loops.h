/* The kernels for one instruction set and width; the including file defines
 *   the names of kernels/vec_base.h or its kin, NAME(x), ROWS, COLUMNS (vectors),
 *   PAIRS (1: two steps at a time, so that a pointer is read half as often; needs the registers).
 * No include guard: it is included several times, and takes NAME and COLUMNS back. */

TARGET static void NAME(gather)(int64_t taps, int64_t depth, const float *const *a,
                                const float *const *b, const float *start, float *const *c) {
  VEC acc[ROWS][COLUMNS];
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      acc[r][j] = LOAD((start == NULL ? c[r] : start) + j * LANES);
    }
  }
  for (int64_t t = 0; t < taps; t++, a += ROWS) {
    const float *w = b[t];
    int64_t k = 0;
    for (; PAIRS && k + 2 <= depth; k += 2, w += 2 * COLUMNS * LANES) {
      VEC w0[COLUMNS], w1[COLUMNS];
#pragma GCC unroll 2
      for (int j = 0; j < COLUMNS; j++) {
        w0[j] = LOAD(w + j * LANES);
        w1[j] = LOAD(w + (COLUMNS + j) * LANES);
      }
#pragma GCC unroll 12
      for (int r = 0; r < ROWS; r++) {
        const float *x = a[r] + k;
        VEC x0 = SPLAT(x), x1 = SPLAT(x + 1);
#pragma GCC unroll 2
        for (int j = 0; j < COLUMNS; j++) {
          acc[r][j] = MULADD(x0, w0[j], acc[r][j]);
          acc[r][j] = MULADD(x1, w1[j], acc[r][j]);
        }
      }
    }
    for (; k < depth; k++, w += COLUMNS * LANES) {
#pragma GCC unroll 12
      for (int r = 0; r < ROWS; r++) {
        VEC x = SPLAT(a[r] + k);
#pragma GCC unroll 2
        for (int j = 0; j < COLUMNS; j++) {
          acc[r][j] = MULADD(x, LOAD(w + j * LANES), acc[r][j]);
        }
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      STORE(c[r] + j * LANES, acc[r][j]);
    }
  }
}

/* Inlined where `rows` is a constant. */
TARGET INLINE void NAME(outer_rows)(const int rows, int64_t n, const float *const *a, const float *b, int64_t ldb,
                                    float *c, int64_t ldc) {
  VEC acc[ROWS][COLUMNS];
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      acc[r][j] = ZERO;
    }
  }
  for (int64_t i = 0; i < n; i++, b += ldb) {
    const float *x = a[i];
    VEC w[COLUMNS];
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      w[j] = LOAD(b + j * LANES);
    }
#pragma GCC unroll 12
    for (int r = 0; r < rows; r++) {
      VEC xr = SPLAT(x + r);
#pragma GCC unroll 2
      for (int j = 0; j < COLUMNS; j++) {
        acc[r][j] = MULADD(xr, w[j], acc[r][j]);
      }
    }
  }
#pragma GCC unroll 12
  for (int r = 0; r < rows; r++, c += ldc) {
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      STORE(c + j * LANES, LOAD(c + j * LANES) + acc[r][j]);
    }
  }
}

#define CASE(rows) \
  case rows: NAME(outer_rows)(rows < ROWS ? rows : ROWS, n, a, b, ldb, c, ldc); break;

TARGET static void NAME(outer)(int rows, int64_t n, const float *const *a, const float *b, int64_t ldb,
                               float *c, int64_t ldc) {
  switch (rows) {
    CASE(1)
    CASE(2)
    CASE(3)
    CASE(4)
#if ROWS > 4
    CASE(5)
    CASE(6)
#endif
#if ROWS > 6
    CASE(7)
    CASE(8)
    CASE(9)
    CASE(10)
    CASE(11)
    CASE(12)
#endif
    default: break;
  }
}
#undef CASE

static const struct tn_conv_micro NAME(kernels) = {ROWS, COLUMNS * LANES, NAME(gather), NAME(outer)};

#undef NAME
#undef COLUMNS
