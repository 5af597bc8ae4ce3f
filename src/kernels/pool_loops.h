/* Loops over windows, compiled for each instruction set: the including file defines TN_LOOP(name) and
 * TN_LOOP_TARGET. Channels go in blocks of 8 that stay in registers while a window is run through;
 * `bytes` says how much of a block there is, and is 32 for all but the last one, where the compiler makes
 * single loads of it. No include guard: it is included several times. */

#define BLOCK TN_LOOP_TARGET __attribute__((always_inline)) static inline void

/* p: from the first cell of a window to this one, in floats. */
#define EACH_CELL(r, s, p)                            \
  for (int64_t i_ = 0; i_ < (r)->rows; i_++)          \
    for (int64_t p = i_ * (s)->row_step, end_ = p + (s)->length; p < end_; p += (r)->channels)

/* The same for the cells that count. */
#define EACH_KEPT(r, s, p)                                                              \
  for (int64_t i_ = 0; i_ < (r)->rows; i_++)                                            \
    for (int64_t p = i_ * (s)->row_step, end_ = p + (s)->length, j_ = (s)->column;      \
         p < end_; p += (r)->channels, j_++)                                            \
      if ((r)->kept == NULL || (r)->kept[j_])

/* Window number o as s, its blocks at channel c. */
#define EACH_BLOCK(r, o, s, c, call)                                  \
  for (int64_t o = 0; o < (r)->n; o++) {                              \
    struct span s = span_of(r, o);                                    \
    int64_t c = 0;                                                    \
    for (; c + 8 <= (r)->channels; c += 8) {                          \
      size_t bytes = 8 * sizeof(float);                               \
      call;                                                           \
    }                                                                 \
    if (c < (r)->channels) {                                          \
      size_t bytes = (size_t)((r)->channels - c) * sizeof(float);     \
      call;                                                           \
    }                                                                 \
  }

BLOCK TN_LOOP(max_8)(const struct tn_pool_row *r, const struct span *s, const float *x, float *y,
                     size_t bytes) {
  v8f top = splat8(0), v = splat8(0);
  move_8(&top, x, bytes);
  EACH_CELL(r, s, p) {
    move_8(&v, x + p, bytes);
    v8i up = (v > top) | (v != v);
    top = (v8f)(((v8i)v & up) | ((v8i)top & ~up));
  }
  move_8(y, &top, bytes);
}

TN_LOOP_TARGET static void TN_LOOP(max)(const struct tn_pool_row *r, const float *x, float *y) {
  EACH_BLOCK(r, o, s, c, TN_LOOP(max_8)(r, &s, x + s.from + c, y + o * r->channels + c, bytes))
}

BLOCK TN_LOOP(max_first_8)(const struct tn_pool_row *r, const struct span *s, const float *x,
                           const float *y, const float *dy, float *dx, size_t bytes) {
  v8f top = splat8(0), up = splat8(0), v = splat8(0), d = splat8(0);
  v8i open = ~(v8i)splat8(0);
  move_8(&top, y, bytes);
  move_8(&up, dy, bytes);
  EACH_CELL(r, s, p) {
    move_8(&v, x + p, bytes);
    move_8(&d, dx + p, bytes);
    v8i here = ~(v < top) & open;
    open &= ~here;
    d += (v8f)((v8i)up & here);
    move_8(dx + p, &d, bytes);
  }
}

TN_LOOP_TARGET static void TN_LOOP(max_first)(const struct tn_pool_row *r, const float *x,
                                              const float *y, const float *dy, float *dx) {
  EACH_BLOCK(r, o, s, c,
             TN_LOOP(max_first_8)(r, &s, x + s.from + c, y + o * r->channels + c,
                                  dy + o * r->channels + c, dx + s.from + c, bytes))
}

BLOCK TN_LOOP(max_shared_8)(const struct tn_pool_row *r, const struct span *s, const float *x,
                            const float *y, const float *dy, float *dx, size_t bytes) {
  v8f top = splat8(0), up = splat8(0), v = splat8(0), d = splat8(0);
  v8i ties = (v8i)splat8(0);
  move_8(&top, y, bytes);
  move_8(&up, dy, bytes);
  EACH_CELL(r, s, p) {
    move_8(&v, x + p, bytes);
    ties += ~(v < top); /* -1 for each */
  }
  up /= -__builtin_convertvector(ties, v8f);
  EACH_CELL(r, s, p) {
    move_8(&v, x + p, bytes);
    move_8(&d, dx + p, bytes);
    d += (v8f)((v8i)up & ~(v < top));
    move_8(dx + p, &d, bytes);
  }
}

TN_LOOP_TARGET static void TN_LOOP(max_shared)(const struct tn_pool_row *r, const float *x,
                                               const float *y, const float *dy, float *dx) {
  EACH_BLOCK(r, o, s, c,
             TN_LOOP(max_shared_8)(r, &s, x + s.from + c, y + o * r->channels + c,
                                   dy + o * r->channels + c, dx + s.from + c, bytes))
}

BLOCK TN_LOOP(sum_few_8)(const struct tn_pool_row *r, const struct span *s, const float *x,
                         float *y, size_t bytes) {
  v8f sum = splat8(0), v = splat8(0);
  EACH_CELL(r, s, p) {
    move_8(&v, x + p, bytes);
    sum += v;
  }
  sum *= splat8((float)s->share);
  move_8(y, &sum, bytes);
}

BLOCK TN_LOOP(sum_8)(const struct tn_pool_row *r, const struct span *s, const float *x, float *y,
                     size_t bytes) {
  v4d low = {0}, high = {0};
  v4f half[2] = {{0}, {0}};
  EACH_KEPT(r, s, p) {
    move_8(half, x + p, bytes);
    low += __builtin_convertvector(half[0], v4d);
    high += __builtin_convertvector(half[1], v4d);
  }
  half[0] = __builtin_convertvector(low * s->share, v4f);
  half[1] = __builtin_convertvector(high * s->share, v4f);
  move_8(y, half, bytes);
}

TN_LOOP_TARGET static void TN_LOOP(sum)(const struct tn_pool_row *r, const float *x, float *y) {
  if (r->kept == NULL && r->size * r->rows <= FEW) {
    EACH_BLOCK(r, o, s, c,
               TN_LOOP(sum_few_8)(r, &s, x + s.from + c, y + o * r->channels + c, bytes))
    return;
  }
  EACH_BLOCK(r, o, s, c, TN_LOOP(sum_8)(r, &s, x + s.from + c, y + o * r->channels + c, bytes))
}

BLOCK TN_LOOP(spread_8)(const struct tn_pool_row *r, const struct span *s, const float *dy,
                        float *dx, size_t bytes) {
  v8f up = splat8(0), d = splat8(0);
  move_8(&up, dy, bytes);
  up *= splat8((float)s->share);
  EACH_KEPT(r, s, p) {
    move_8(&d, dx + p, bytes);
    d += up;
    move_8(dx + p, &d, bytes);
  }
}

TN_LOOP_TARGET static void TN_LOOP(spread)(const struct tn_pool_row *r, const float *dy, float *dx) {
  EACH_BLOCK(r, o, s, c,
             TN_LOOP(spread_8)(r, &s, dy + o * r->channels + c, dx + s.from + c, bytes))
}

#undef BLOCK
#undef EACH_CELL
#undef EACH_KEPT
#undef EACH_BLOCK

static const struct loops TN_LOOP(table) = {TN_LOOP(max), TN_LOOP(max_first), TN_LOOP(max_shared),
                                            TN_LOOP(sum), TN_LOOP(spread)};
