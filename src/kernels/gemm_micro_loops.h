/* The micro-kernels of one instruction set; the including file defines
 *   the names of kernels/vec_base.h or its kin, NAME(x), ROWS of a band (4, 6 or 12), WIDE vectors where the
 *   rows are few (4 or 8), GROUPS of vectors that hide the time of a multiply-add,
 *   COLUMNS(p, ld, v): v[q][r] = p[r * ld + q] for q < 4 and all lanes r,
 *   and for the first n of a vector's floats TAIL, TAIL_OF(n), LOAD_TAIL(p, t), STORE_TAIL(p, t, v);
 *   WHOLE 0 where those are as fast as the others, so that no kernels for whole vectors are needed.
 * No include guard: it is included several times, and takes its own names back. */

/* One tile. Inlined where `rows`, `vectors`, `cut` (the last vector is not whole) and `lie` are constants. */
TARGET INLINE void NAME(tile)(const int rows, const int vectors, const int cut, const int lie,
                              const struct tn_band *w, const TAIL tail, const float *b, float *c) {
  VEC acc[ROWS][8];
  const int64_t lda = w->lda, ldb = w->ldb, ldc = w->ldc;
  const float *a = w->a;
#pragma GCC unroll 12
  for (int i = 0; i < rows; i++) {
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) {
      const float *from = c + i * ldc + j * LANES;
      acc[i][j] = !w->add ? ZERO : cut && j == vectors - 1 ? LOAD_TAIL(from, tail) : LOAD(from);
    }
  }
#pragma GCC unroll 4
  for (int64_t p = w->k; p > 0; p--) {
    VEC row[8];
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) {
      row[j] = cut && j == vectors - 1 ? LOAD_TAIL(b + j * LANES, tail) : LOAD(b + j * LANES);
    }
#pragma GCC unroll 12
    for (int i = 0; i < rows; i++) {
      VEC x = SPLAT(lie == TN_COLUMNS_LIE ? a + i : a + i * lda);
#pragma GCC unroll 8
      for (int j = 0; j < vectors; j++) {
        acc[i][j] = MULADD(x, row[j], acc[i][j]);
      }
    }
    a += lie == TN_COLUMNS_LIE ? lda : 1;
    b += ldb;
  }
#pragma GCC unroll 12
  for (int i = 0; i < rows; i++) {
#pragma GCC unroll 8
    for (int j = 0; j < vectors; j++) {
      float *to = c + i * ldc + j * LANES;
      if (cut && j == vectors - 1) {
        STORE_TAIL(to, tail, acc[i][j]);
      } else {
        STORE(to, acc[i][j]);
      }
    }
  }
}

/* All panels of a band. */
TARGET INLINE void NAME(panels)(const int rows, const int lie, const struct tn_band *w) {
  const float *b = w->b;
  float *c = w->c;
  for (int64_t left = w->n; left > 0; left -= 2 * LANES, b += w->next, c += 2 * LANES) {
    if (WHOLE && left >= 2 * LANES) {
      NAME(tile)(rows, 2, 0, lie, w, TAIL_OF(LANES), b, c);
    } else if (WHOLE && left == LANES) {
      NAME(tile)(rows, 1, 0, lie, w, TAIL_OF(LANES), b, c);
    } else if (left > LANES) {
      NAME(tile)(rows, 2, 1, lie, w, TAIL_OF(left < 2 * LANES ? left - LANES : LANES), b, c);
    } else {
      NAME(tile)(rows, 1, 1, lie, w, TAIL_OF(left), b, c);
    }
  }
}

#define CASE(n) \
  case n: NAME(panels)(n < ROWS ? n : ROWS, lie, w); break;

TARGET INLINE void NAME(some)(const int lie, const struct tn_band *w) {
  switch (w->rows) {
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

TARGET static void NAME(rows_lie)(const struct tn_band *w) { NAME(some)(TN_ROWS_LIE, w); }
TARGET static void NAME(columns_lie)(const struct tn_band *w) { NAME(some)(TN_COLUMNS_LIE, w); }

/* ---- few rows: wide panels, since a chain must wait for its last step --------------------------- */

#define CASE(v) \
  case v: NAME(tile)(rows, v, 1, lie, w, TAIL_OF(n - (v - 1) * LANES), b, c); break;

TARGET INLINE void NAME(wide)(const int rows, const int lie, const struct tn_band *w) {
  const float *b = w->b;
  float *c = w->c;
  for (int64_t left = w->n; left > 0; left -= WIDE * LANES, b += WIDE * LANES, c += WIDE * LANES) {
    int64_t n = left < WIDE * LANES ? left : WIDE * LANES;
    switch ((n + LANES - 1) / LANES) {
      CASE(1)
      CASE(2)
      CASE(3)
      CASE(4)
#if WIDE > 4
      CASE(5)
      CASE(6)
      CASE(7)
      CASE(8)
#endif
      default: break;
    }
  }
}
#undef CASE

TARGET INLINE void NAME(few)(const int lie, const struct tn_band *w) {
  switch (w->rows) {
    case 1: NAME(wide)(1, lie, w); break;
    case 2: NAME(wide)(2, lie, w); break;
    default: NAME(wide)(3, lie, w); break;
  }
}

TARGET static void NAME(few_rows_lie)(const struct tn_band *w) { NAME(few)(TN_ROWS_LIE, w); }
TARGET static void NAME(few_columns_lie)(const struct tn_band *w) { NAME(few)(TN_COLUMNS_LIE, w); }

/* ---- products with a vector: lanes are rows of the matrix, turned in registers ------------------- */

TARGET INLINE void NAME(group)(const int groups, int64_t k, const float *a, int64_t lda,
                               const float *x, int64_t step, int add, float *y) {
  VEC acc[GROUPS];
#pragma GCC unroll 4
  for (int g = 0; g < groups; g++) {
    acc[g] = add ? LOAD(y + g * LANES) : ZERO;
  }
  int64_t p = 0;
  while (p + 4 <= k) {
    int64_t end = p + 16 <= k ? p + 16 : k / 4 * 4; /* a line of each row */
#pragma GCC unroll 4
    for (int g = 0; g < groups; g++) {
      for (int64_t q = p; q < end; q += 4) {
        VEC column[4];
        COLUMNS(a + g * LANES * lda + q, lda, column);
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
          acc[g] = MULADD(SPLAT(x + (q + i) * step), column[i], acc[g]);
        }
      }
    }
    p = end;
  }
  for (; p < k; p++) {
    for (int g = 0; g < groups; g++) {
      float column[LANES];
      for (int r = 0; r < LANES; r++) {
        column[r] = a[(g * LANES + r) * lda + p];
      }
      acc[g] = MULADD(SPLAT(x + p * step), LOAD(column), acc[g]);
    }
  }
#pragma GCC unroll 4
  for (int g = 0; g < groups; g++) {
    STORE(y + g * LANES, acc[g]);
  }
}

TARGET static void NAME(dots)(int64_t m, int64_t k, const float *a, int64_t lda, const float *x,
                              int64_t step, int add, float *y) {
  int64_t i = 0;
  for (; i + GROUPS * LANES <= m; i += GROUPS * LANES) {
    NAME(group)(GROUPS, k, a + i * lda, lda, x, step, add, y + i);
  }
  for (; i + LANES <= m; i += LANES) {
    NAME(group)(1, k, a + i * lda, lda, x, step, add, y + i);
  }
}

static const struct tn_micro NAME(micro) = {
    ROWS, LANES, 2 * LANES, {NAME(rows_lie), NAME(columns_lie)},
    {NAME(few_rows_lie), NAME(few_columns_lie)}, NAME(dots)};

#undef NAME
#undef ROWS
#undef WIDE
#undef GROUPS
#undef COLUMNS
#undef WHOLE
#undef TAIL
#undef TAIL_OF
#undef LOAD_TAIL
#undef STORE_TAIL
