/* The micro-kernels of one instruction set; the including file defines
 *   NAME(x), TARGET, ROWS (4, 6, 12 or 14), LANES, VEC, ZERO, LOAD(p), STORE(p, v), SPLAT(p), MULADD(a, b, c)
 *   and for the first n of a vector's floats TAIL, TAIL_OF(n), LOAD_TAIL(p, t), STORE_TAIL(p, t, v);
 *   ALWAYS_TAIL 1 where those are as fast as the others.
 * No include guard: it is included several times. */

/* One tile. Inlined where `rows`, `vectors`, `cut` (the last vector is not whole) and `lie` are constants. */
TARGET INLINE void NAME(tile)(const int rows, const int vectors, const int cut, const int lie,
                              const struct tn_panel *w, const TAIL tail, const float *a, float *c) {
  VEC acc[ROWS][2];
  const int64_t lda = w->lda, ldb = w->ldb, ldc = w->ldc;
  const float *b = w->b;
#pragma GCC unroll 14
  for (int i = 0; i < rows; i++) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) {
      const float *from = c + i * ldc + j * LANES;
      acc[i][j] = !w->add ? ZERO : cut && j == vectors - 1 ? LOAD_TAIL(from, tail) : LOAD(from);
    }
  }
#pragma GCC unroll 4
  for (int64_t p = w->k; p > 0; p--) {
    VEC row[2];
#pragma GCC unroll 2
    for (int j = 0; j < vectors; j++) {
      row[j] = cut && j == vectors - 1 ? LOAD_TAIL(b + j * LANES, tail) : LOAD(b + j * LANES);
    }
#pragma GCC unroll 14
    for (int i = 0; i < rows; i++) {
      VEC x = SPLAT(lie == TN_COLUMNS_LIE ? a + i : a + i * lda);
#pragma GCC unroll 2
      for (int j = 0; j < vectors; j++) {
        acc[i][j] = MULADD(x, row[j], acc[i][j]);
      }
    }
    a += lie == TN_COLUMNS_LIE ? lda : 1;
    b += ldb;
  }
#pragma GCC unroll 14
  for (int i = 0; i < rows; i++) {
#pragma GCC unroll 2
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

#define CASE(n) \
  case n: NAME(tile)(n < ROWS ? n : ROWS, vectors, cut, lie, w, tail, a, c); break;

TARGET INLINE void NAME(tiles)(const int vectors, const int cut, const int lie,
                               const struct tn_panel *w) {
  const TAIL tail = TAIL_OF(w->columns - (vectors - 1) * LANES);
  const float *a = w->a;
  float *c = w->c;
  for (int64_t left = w->rows; left > 0; left -= w->tile_rows) {
    switch (left < w->tile_rows ? (int)left : w->tile_rows) {
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
#if ROWS > 12
      CASE(13)
      CASE(14)
#endif
      default: break;
    }
    a += w->next;
    c += w->tile_rows * w->ldc;
  }
}
#undef CASE

#define PANEL(name, lie)                                                         \
  TARGET static void NAME(name)(const struct tn_panel *w) {                      \
    if (w->columns > LANES && (ALWAYS_TAIL || w->columns % LANES != 0)) {        \
      NAME(tiles)(2, 1, lie, w);                                                 \
    } else if (ALWAYS_TAIL || w->columns % LANES != 0) {                         \
      NAME(tiles)(1, 1, lie, w);                                                 \
    } else if (w->columns > LANES) {                                             \
      NAME(tiles)(2, 0, lie, w);                                                 \
    } else {                                                                     \
      NAME(tiles)(1, 0, lie, w);                                                 \
    }                                                                            \
  }
PANEL(rows_lie, TN_ROWS_LIE)
PANEL(columns_lie, TN_COLUMNS_LIE)
#undef PANEL

static const struct tn_micro NAME(micro) = {ROWS, LANES, {NAME(rows_lie), NAME(columns_lie)}};
