/* The kernels for one instruction set and width; the including file defines
 *   the names of kernels/vec_base.h or its kin, NAME(x), ROWS, COLUMNS (vectors),
 *   PAIRS (1: two steps at a time, so that a pointer is read half as often; needs the registers).
 * No include guard: it is included several times, and takes NAME and COLUMNS back. */

TARGET static void NAME(gather)(int64_t taps, int64_t depth, const float *const *a, int64_t from,
                                const float *const *b, const float *start, float *const *c) {
  VEC acc[ROWS][COLUMNS];
  const int64_t end = from + depth;
#pragma GCC unroll 12
  for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      acc[r][j] = LOAD((start == NULL ? c[r] : start) + j * LANES);
    }
  }
  for (int64_t t = 0; t < taps; t++, a += ROWS) {
    const float *w = b[t];
    int64_t k = from;
    for (; PAIRS && k + 2 <= end; k += 2, w += 2 * COLUMNS * LANES) {
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
    for (; k < end; k++, w += COLUMNS * LANES) {
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

TARGET INLINE void NAME(load_panel)(const float *from, VEC *to) {
#pragma GCC unroll 2
  for (int j = 0; j < COLUMNS; j++) {
    to[j] = LOAD(from + j * LANES);
  }
}

TARGET static void NAME(each)(int64_t taps, int64_t channels, const float *const *a, const float *const *b,
                              const float *start, float *const *c) {
  for (int64_t from = 0; from < channels; from += COLUMNS * LANES) {
    VEC acc[ROWS][COLUMNS];
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 2
      for (int j = 0; j < COLUMNS; j++) {
        acc[r][j] = LOAD((start == NULL ? c[r] : start) + from + j * LANES);
      }
    }
    for (int64_t t = 0; t < taps; t++) {
      VEC w[COLUMNS];
      NAME(load_panel)(b[t] + from, w);
#pragma GCC unroll 12
      for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 2
        for (int j = 0; j < COLUMNS; j++) {
          acc[r][j] = MULADD(LOAD(a[t * ROWS + r] + from + j * LANES), w[j], acc[r][j]);
        }
      }
    }
#pragma GCC unroll 12
    for (int r = 0; r < ROWS; r++) {
#pragma GCC unroll 2
      for (int j = 0; j < COLUMNS; j++) {
        STORE(c[r] + from + j * LANES, acc[r][j]);
      }
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
    NAME(load_panel)(b, w);
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

/* Inlined where `taps` is a constant. */
TARGET INLINE void NAME(sum_taps)(const int taps, int64_t n, const float *const *a, int64_t from, const float *b,
                                  int64_t ldb, float *c, int64_t ldc) {
  VEC acc[ROWS][COLUMNS];
#pragma GCC unroll 12
  for (int t = 0; t < taps; t++) {
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      acc[t][j] = LOAD(c + t * ldc + j * LANES);
    }
  }
  for (int64_t i = 0; i < n; i++, a += ROWS, b += ldb) {
    VEC w[COLUMNS];
    NAME(load_panel)(b, w);
#pragma GCC unroll 12
    for (int t = 0; t < taps; t++) {
#pragma GCC unroll 2
      for (int j = 0; j < COLUMNS; j++) {
        acc[t][j] = MULADD(LOAD(a[t] + from + j * LANES), w[j], acc[t][j]);
      }
    }
  }
#pragma GCC unroll 12
  for (int t = 0; t < taps; t++) {
#pragma GCC unroll 2
    for (int j = 0; j < COLUMNS; j++) {
      STORE(c + t * ldc + j * LANES, acc[t][j]);
    }
  }
}

#if ROWS > 6
#define CASES \
  CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#elif ROWS > 4
#define CASES CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#else
#define CASES CASE(1) CASE(2) CASE(3) CASE(4)
#endif

TARGET static void NAME(outer)(int rows, int64_t n, const float *const *a, const float *b, int64_t ldb,
                               float *c, int64_t ldc) {
#define CASE(rows) \
  case rows: NAME(outer_rows)(rows, n, a, b, ldb, c, ldc); break;
  switch (rows) {
    CASES
    default: break;
  }
#undef CASE
}

TARGET static void NAME(outer_each)(int taps, int64_t n, const float *const *a, int64_t from, const float *b,
                                    int64_t ldb, float *c, int64_t ldc) {
#define CASE(taps) \
  case taps: NAME(sum_taps)(taps, n, a, from, b, ldb, c, ldc); break;
  switch (taps) {
    CASES
    default: break;
  }
#undef CASE
}
#undef CASES

static const struct tn_conv_micro NAME(kernels) = {ROWS,       COLUMNS * LANES, NAME(gather), NAME(each),
                                                   NAME(outer), NAME(outer_each)};

#undef NAME
#undef COLUMNS
