/* Loops over windows, compiled for each instruction set: the including file defines TN_LOOP(name) and
 * TN_LOOP_TARGET. Channels go in blocks that stay in registers while a window is run through: first of MOST
 * vectors of 8, then of one. `bytes` says how much of a vector there is, and is 32 for all but the last
 * one, where the compiler makes single loads of it. No include guard: it is included several times. */

#define MOST 4
#define BLOCK TN_LOOP_TARGET __attribute__((always_inline)) static inline void

/* p: from the first cell of a window to this one, in floats; j: its place in the image row. */
#define EACH_CELL(r, s, p, j)                                                               \
  for (int64_t i_ = 0; i_ < (r)->rows; i_++)                                                \
    for (int64_t p = i_ * (s)->row_step, end_ = p + (s)->length, j = (s)->column; p < end_; \
         p += (r)->channels, j++)

/* Vector number k of n. */
#define EACH_VECTOR(k, n) \
  _Pragma("GCC unroll 4") for (int k = 0; k < (n); k++)

/* Window number o as s, its blocks of n vectors at channel c. */
#define EACH_BLOCK(r, o, s, c, n, call)                               \
  for (int64_t o = 0; o < (r)->n; o++) {                              \
    struct span s = span_of(r, o);                                    \
    int64_t c = 0;                                                    \
    for (; c + MOST * 8 <= (r)->channels; c += MOST * 8) {            \
      const int n = MOST;                                             \
      const size_t bytes = 8 * sizeof(float);                         \
      call;                                                           \
    }                                                                 \
    const int n = 1;                                                  \
    for (; c + 8 <= (r)->channels; c += 8) {                          \
      const size_t bytes = 8 * sizeof(float);                         \
      call;                                                           \
    }                                                                 \
    if (c < (r)->channels) {                                          \
      const size_t bytes = (size_t)((r)->channels - c) * sizeof(float); \
      call;                                                           \
    }                                                                 \
  }

/* What is written joins what is there, or takes its place. */
BLOCK TN_LOOP(give)(const int add, const v8f *up, float *dx, size_t bytes) {
  v8f d = splat8(0);
  if (add) {
    move_8(&d, dx, bytes);
    d += *up;
  } else {
    d = *up;
  }
  move_8(dx, &d, bytes);
}

BLOCK TN_LOOP(max_block)(const int n, const struct tn_pool_row *r, const struct span *s, const float *x,
                         float *y, size_t bytes) {
  v8f top[MOST], v = splat8(0);
  EACH_VECTOR(k, n) top[k] = splat8(0);
  EACH_VECTOR(k, n) move_8(&top[k], x + 8 * k, bytes);
  EACH_CELL(r, s, p, j) {
    EACH_VECTOR(k, n) {
      move_8(&v, x + p + 8 * k, bytes);
      v8i up = (v > top[k]) | (v != v);
      top[k] = (v8f)(((v8i)v & up) | ((v8i)top[k] & ~up));
    }
  }
  EACH_VECTOR(k, n) move_8(y + 8 * k, &top[k], bytes);
}

TN_LOOP_TARGET static void TN_LOOP(max)(const struct tn_pool_row *r, const float *x, float *y) {
  EACH_BLOCK(r, o, s, c, n, TN_LOOP(max_block)(n, r, &s, x + s.from + c, y + o * r->channels + c, bytes))
}

BLOCK TN_LOOP(max_place_block)(const int n, const struct tn_pool_row *r, const struct span *s, const float *x,
                               float *y, int32_t *place, size_t bytes) {
  v8f top[MOST], v = splat8(0);
  v8i first[MOST], alone[MOST], cell = (v8i)splat8(0);
  EACH_VECTOR(k, n) {
    top[k] = splat8(0);
    move_8(&top[k], x + 8 * k, bytes);
    first[k] = cell;
    alone[k] = cell;
  }
  EACH_CELL(r, s, p, j) {
    EACH_VECTOR(k, n) {
      move_8(&v, x + p + 8 * k, bytes);
      v8i up = (v > top[k]) | (v != v), below = v < top[k];
      top[k] = (v8f)(((v8i)v & up) | ((v8i)top[k] & ~up));
      first[k] = (cell & up) | (first[k] & ~up);
      alone[k] = up | (alone[k] & below);
    }
    cell += 1;
  }
  EACH_VECTOR(k, n) {
    alone[k] &= top[k] == top[k];
    first[k] = (first[k] & alone[k]) | ~alone[k];
    move_8(y + 8 * k, &top[k], bytes);
    move_8(place + 8 * k, &first[k], bytes);
  }
}

TN_LOOP_TARGET static void TN_LOOP(max_place)(const struct tn_pool_row *r, const float *x, float *y,
                                              int32_t *place) {
  EACH_BLOCK(r, o, s, c, n,
             TN_LOOP(max_place_block)(n, r, &s, x + s.from + c, y + o * r->channels + c,
                                      place + o * r->channels + c, bytes))
}

BLOCK TN_LOOP(max_first_block)(const int n, const int add, const struct tn_pool_row *r, const struct span *s,
                               const float *x, const float *y, const float *dy, float *dx, size_t bytes) {
  v8f top[MOST], up[MOST], v = splat8(0);
  v8i open[MOST];
  EACH_VECTOR(k, n) {
    top[k] = up[k] = splat8(0);
    open[k] = ~(v8i)splat8(0);
    move_8(&top[k], y + 8 * k, bytes);
    move_8(&up[k], dy + 8 * k, bytes);
  }
  EACH_CELL(r, s, p, j) {
    EACH_VECTOR(k, n) {
      move_8(&v, x + p + 8 * k, bytes);
      v8i here = ~(v < top[k]) & open[k];
      open[k] &= ~here;
      v = (v8f)((v8i)up[k] & here);
      TN_LOOP(give)(add, &v, dx + p + 8 * k, bytes);
    }
  }
}

TN_LOOP_TARGET static void TN_LOOP(max_first)(const struct tn_pool_row *r, const float *x,
                                              const float *y, const float *dy, float *dx) {
#define CALL(add)                                                                        \
  EACH_BLOCK(r, o, s, c, n,                                                              \
             TN_LOOP(max_first_block)(n, add, r, &s, x + s.from + c, y + o * r->channels + c, \
                                      dy + o * r->channels + c, dx + s.from + c, bytes))
  if (r->add) {
    CALL(1)
  } else {
    CALL(0)
  }
#undef CALL
}

BLOCK TN_LOOP(max_shared_8)(const struct tn_pool_row *r, const struct span *s, const float *x, const float *y,
                            const float *dy, float *dx, size_t bytes) {
  v8f top = splat8(0), up = splat8(0), v = splat8(0);
  v8i ties = (v8i)splat8(0);
  move_8(&top, y, bytes);
  move_8(&up, dy, bytes);
  EACH_CELL(r, s, p, j) {
    move_8(&v, x + p, bytes);
    ties += ~(v < top); /* -1 for each */
  }
  up /= -__builtin_convertvector(ties, v8f);
  EACH_CELL(r, s, p, j) {
    move_8(&v, x + p, bytes);
    v = (v8f)((v8i)up & ~(v < top));
    move_8(dx + p, &v, bytes);
  }
}

/* One window. */
TN_LOOP_TARGET static void TN_LOOP(max_shared)(const struct tn_pool_row *r, const float *x, const float *y,
                                               const int32_t *place, const float *dy, float *dx) {
  struct span s = span_of(r, 0);
  for (int64_t c = 0; c < r->channels; c += 8) {
    int64_t n = r->channels - c < 8 ? r->channels - c : 8, shared = 0;
    for (int64_t k = c; k < c + n; k++) {
      shared |= place[k] < 0;
      if (place[k] >= 0) {
        dx[place[k] * r->channels + k] = dy[k];
      }
    }
    if (shared && n == 8) {
      TN_LOOP(max_shared_8)(r, &s, x + c, y + c, dy + c, dx + c, 8 * sizeof(float));
    } else if (shared) {
      TN_LOOP(max_shared_8)(r, &s, x + c, y + c, dy + c, dx + c, (size_t)n * sizeof(float));
    }
  }
}

BLOCK TN_LOOP(sum_few_block)(const int n, const struct tn_pool_row *r, const struct span *s, const float *x,
                             float *y, size_t bytes) {
  v8f sum[MOST], v = splat8(0);
  EACH_VECTOR(k, n) sum[k] = splat8(0);
  EACH_CELL(r, s, p, j) {
    EACH_VECTOR(k, n) {
      move_8(&v, x + p + 8 * k, bytes);
      sum[k] += v;
    }
  }
  EACH_VECTOR(k, n) {
    sum[k] *= splat8((float)s->share);
    move_8(y + 8 * k, &sum[k], bytes);
  }
}

/* Not one vector cut in two, which compilers do by way of memory. */
BLOCK TN_LOOP(halves)(const float *x, v4f *half, size_t bytes) {
  if (bytes == 8 * sizeof *x) {
    half[0] = v4_load(x);
    half[1] = v4_load(x + 4);
  } else {
    move_8(half, x, bytes);
  }
}

BLOCK TN_LOOP(sum_block)(const int n, const struct tn_pool_row *r, const struct span *s, const float *x,
                         float *y, size_t bytes) {
  v4d low[MOST], high[MOST];
  v4f half[2] = {{0}, {0}};
  EACH_VECTOR(k, n) low[k] = high[k] = (v4d){0};
  EACH_CELL(r, s, p, j) {
    if (counts(r, j)) {
      EACH_VECTOR(k, n) {
        TN_LOOP(halves)(x + p + 8 * k, half, bytes);
        low[k] += WIDEN4(half[0]);
        high[k] += WIDEN4(half[1]);
      }
    }
  }
  EACH_VECTOR(k, n) {
    half[0] = __builtin_convertvector(low[k] * s->share, v4f);
    half[1] = __builtin_convertvector(high[k] * s->share, v4f);
    move_8(y + 8 * k, half, bytes);
  }
}

TN_LOOP_TARGET static void TN_LOOP(sum)(const struct tn_pool_row *r, const float *x, float *y) {
  if (r->kept == NULL && r->size * r->rows <= FEW) {
    EACH_BLOCK(r, o, s, c, n, TN_LOOP(sum_few_block)(n, r, &s, x + s.from + c, y + o * r->channels + c, bytes))
    return;
  }
  EACH_BLOCK(r, o, s, c, n, TN_LOOP(sum_block)(n, r, &s, x + s.from + c, y + o * r->channels + c, bytes))
}

BLOCK TN_LOOP(spread_block)(const int n, const int add, const struct tn_pool_row *r, const struct span *s,
                            const float *dy, float *dx, size_t bytes) {
  v8f up[MOST], none = splat8(0);
  EACH_VECTOR(k, n) {
    up[k] = splat8(0);
    move_8(&up[k], dy + 8 * k, bytes);
    up[k] *= splat8((float)s->share);
  }
  EACH_CELL(r, s, p, j) {
    if (counts(r, j)) {
      EACH_VECTOR(k, n) TN_LOOP(give)(add, &up[k], dx + p + 8 * k, bytes);
    } else {
      EACH_VECTOR(k, n) TN_LOOP(give)(add, &none, dx + p + 8 * k, bytes);
    }
  }
}

TN_LOOP_TARGET static void TN_LOOP(spread)(const struct tn_pool_row *r, const float *dy, float *dx) {
#define CALL(add)                                                                     \
  EACH_BLOCK(r, o, s, c, n,                                                           \
             TN_LOOP(spread_block)(n, add, r, &s, dy + o * r->channels + c, dx + s.from + c, bytes))
  if (r->add) {
    CALL(1)
  } else {
    CALL(0)
  }
#undef CALL
}

#undef MOST
#undef BLOCK
#undef EACH_CELL
#undef EACH_VECTOR
#undef EACH_BLOCK

static const struct loops TN_LOOP(table) = {TN_LOOP(max), TN_LOOP(max_place), TN_LOOP(max_first),
                                            TN_LOOP(max_shared), TN_LOOP(sum), TN_LOOP(spread)};
