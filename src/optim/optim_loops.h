/* Update rules on 8 weights at a time, written once and compiled for each instruction set: the
 * including file defines TN_LOOP(name), TN_LOOP_TARGET and TN_SQRT8(x, y), y = the roots of the 8
 * numbers *x. (Compilers do not vectorise sqrtf() while it may set errno.) No include guard: it is
 * included several times. */

/* 8 weights, their gradients and slots. */
struct TN_LOOP(cells) {
  v8f w, g, s[3];
};

#define RULE(name)                                                                  \
  TN_LOOP_TARGET static inline void TN_LOOP(name##_rule)(const struct tn_rates *r, \
                                                         struct TN_LOOP(cells) * c)

/* n < 8 takes part of the cells only; the rest computes with zeros. */
TN_LOOP_TARGET static inline void TN_LOOP(take)(struct TN_LOOP(cells) * c, int64_t at, int64_t n,
                                                int slots, const float *w, const float *g,
                                                float *const *s) {
  size_t bytes = (size_t)n * sizeof(float);
  if (n < 8) {
    memset(c, 0, sizeof *c);
  }
  memcpy(&c->w, w + at, bytes);
  if (g != NULL) {
    memcpy(&c->g, g + at, bytes);
  }
  for (int k = 0; k < slots; k++) {
    memcpy(&c->s[k], s[k] + at, bytes);
  }
}

TN_LOOP_TARGET static inline void TN_LOOP(put)(const struct TN_LOOP(cells) * c, int64_t at,
                                               int64_t n, int slots, float *w, float *const *s) {
  size_t bytes = (size_t)n * sizeof(float);
  memcpy(w + at, &c->w, bytes);
  for (int k = 0; k < slots; k++) {
    memcpy(s[k] + at, &c->s[k], bytes);
  }
}

/* Cells from i on, m of them. A constant m turns the copies into moves. */
#define OVER_CELLS(n, ...)          \
  {                                 \
    int64_t i = 0;                  \
    for (; i + 8 <= n; i += 8) {    \
      const int64_t m = 8;          \
      __VA_ARGS__                   \
    }                               \
    if (i < n) {                    \
      const int64_t m = n - i;      \
      __VA_ARGS__                   \
    }                               \
  }

TN_LOOP_TARGET static inline double TN_LOOP(total)(const v8f *x) {
  double sum = 0;
  for (int k = 0; k < 8; k++) {
    sum += (double)(*x)[k];
  }
  return sum;
}

/* Gradient of 8 weights that have none but the slope of their penalty, which is added to *penalty; real:
 * the bits of |w| where a weight is. */
TN_LOOP_TARGET static inline void TN_LOOP(slope)(const struct tn_missed *q, int with_l1,
                                                 const v8i *real, struct TN_LOOP(cells) * c,
                                                 v8f *penalty) {
  v8f size = (v8f)((v8i)c->w & *real);
  if (with_l1) {
    v8i sign = (v8i)c->w & INT32_MIN, some = c->w != 0;
    c->g = FMA8(splat8(2 * q->l2), c->w, (v8f)(((v8i)splat8(q->l1) ^ sign) & some));
    *penalty = FMA8(FMA8(splat8(q->l2), size, splat8(q->l1)), size, *penalty);
  } else {
    c->g = splat8(2 * q->l2) * c->w;
    *penalty = FMA8(splat8(q->l2) * size, size, *penalty);
  }
}

/* Two loops over a rule: one step of n weights; many steps of part of a row, which stays near the
 * processor meanwhile. */
#define UPDATE(name, slots)                                                                     \
  TN_LOOP_TARGET static void TN_LOOP(name)(const struct tn_rates *r, int64_t n, float *w,       \
                                           const float *g, float *const *s) {                   \
    struct TN_LOOP(cells) c;                                                                    \
    OVER_CELLS(n, TN_LOOP(take)(&c, i, m, slots, w, g, s);                                      \
               TN_LOOP(name##_rule)(r, &c);                                                     \
               TN_LOOP(put)(&c, i, m, slots, w, s);)                                            \
  }                                                                                             \
  TN_LOOP_TARGET static inline void TN_LOOP(name##_steps)(                                      \
      const struct tn_missed *q, int with_l1, int64_t cells, const v8i *real,                   \
      struct TN_LOOP(cells) * c, double *owed) {                                                \
    for (int64_t t = 0; t < q->steps; t++) {                                                    \
      struct tn_rates r = q->rates[t];                                                          \
      r.lr *= q->pace;                                                                          \
      v8f penalty = {0};                                                                        \
      for (int64_t j = 0; j < cells; j++) {                                                     \
        struct TN_LOOP(cells) x = c[j];                                                         \
        TN_LOOP(slope)(q, with_l1, &real[j], &x, &penalty);                                     \
        TN_LOOP(name##_rule)(&r, &x);                                                           \
        c[j].w = x.w;                                                                           \
        for (int k = 0; k < slots; k++) {                                                       \
          c[j].s[k] = x.s[k];                                                                   \
        }                                                                                       \
      }                                                                                         \
      *owed += q->weight[t] * TN_LOOP(total)(&penalty);                                         \
    }                                                                                           \
  }                                                                                             \
  TN_LOOP_TARGET static void TN_LOOP(name##_missed)(const struct tn_missed *q, int64_t n,       \
                                                    float *w, float *const *s, double *owed) {  \
    struct TN_LOOP(cells) c[TN_ROW_PART / 8];                                                   \
    v8i real[TN_ROW_PART / 8];                                                                  \
    int64_t k = 0;                                                                              \
    OVER_CELLS(n, TN_LOOP(take)(&c[k], i, m, slots, w, NULL, s);                                \
               real[k++] = ((v8i){0, 1, 2, 3, 4, 5, 6, 7} < (int32_t)m) & INT32_MAX;)           \
    if (q->l1 == 0) {                                                                           \
      TN_LOOP(name##_steps)(q, 0, k, real, c, owed);                                            \
    } else {                                                                                    \
      TN_LOOP(name##_steps)(q, 1, k, real, c, owed);                                            \
    }                                                                                           \
    k = 0;                                                                                      \
    OVER_CELLS(n, TN_LOOP(put)(&c[k++], i, m, slots, w, s);)                                    \
  }

RULE(sgd) { c->w = FMA8(splat8(-r->lr), c->g, c->w); }
UPDATE(sgd, 0)

RULE(sgd_momentum) {
  c->s[0] = FMA8(splat8(r->momentum), c->s[0], splat8(-r->lr) * c->g);
  c->w += c->s[0];
}
UPDATE(sgd_momentum, 1)

RULE(sgd_nesterov) {
  v8f step = splat8(r->lr) * c->g;
  c->s[0] = FMA8(splat8(r->momentum), c->s[0], -step);
  c->w += FMA8(splat8(r->momentum), c->s[0], -step);
}
UPDATE(sgd_nesterov, 1)

/* *d = the step lr g / sqrt(square + epsilon), or lr g / (sqrt(square) + epsilon) where epsilon stands
 * outside of the root. */
TN_LOOP_TARGET static inline void TN_LOOP(root_step)(const struct tn_rates *r, const v8f *square,
                                                     int outside, const v8f *g, v8f *d) {
  v8f under = outside ? *square : *square + splat8(r->epsilon), root;
  TN_SQRT8(&under, &root);
  *d = splat8(r->lr) * *g / (outside ? root + splat8(r->epsilon) : root);
}

/* s[0] = mean square of g. */
TN_LOOP_TARGET static inline void TN_LOOP(rmsprop_step)(const struct tn_rates *r, int outside,
                                                        struct TN_LOOP(cells) * c, v8f *d) {
  c->s[0] = FMA8(splat8(r->rho), c->s[0], splat8(r->gain_2) * c->g * c->g);
  TN_LOOP(root_step)(r, &c->s[0], outside, &c->g, d);
}

/* The same around the mean, which is s[1]. */
TN_LOOP_TARGET static inline void TN_LOOP(centered_step)(const struct tn_rates *r, int outside,
                                                         struct TN_LOOP(cells) * c, v8f *d) {
  c->s[0] = FMA8(splat8(r->rho), c->s[0], splat8(r->gain_2) * c->g * c->g);
  c->s[1] = FMA8(splat8(r->rho), c->s[1], splat8(r->gain_2) * c->g);
  v8f around = FMA8(-c->s[1], c->s[1], c->s[0]);
  TN_LOOP(root_step)(r, &around, outside, &c->g, d);
}

RULE(rmsprop) {
  v8f d;
  TN_LOOP(rmsprop_step)(r, 0, c, &d);
  c->w -= d;
}
UPDATE(rmsprop, 1)

RULE(rmsprop_outside) {
  v8f d;
  TN_LOOP(rmsprop_step)(r, 1, c, &d);
  c->w -= d;
}
UPDATE(rmsprop_outside, 1)

RULE(rmsprop_momentum) {
  v8f d;
  TN_LOOP(rmsprop_step)(r, 0, c, &d);
  c->s[1] = FMA8(splat8(r->momentum), c->s[1], d);
  c->w -= c->s[1];
}
UPDATE(rmsprop_momentum, 2)

RULE(rmsprop_centered) {
  v8f d;
  TN_LOOP(centered_step)(r, 0, c, &d);
  c->w -= d;
}
UPDATE(rmsprop_centered, 2)

RULE(rmsprop_centered_outside) {
  v8f d;
  TN_LOOP(centered_step)(r, 1, c, &d);
  c->w -= d;
}
UPDATE(rmsprop_centered_outside, 2)

RULE(rmsprop_centered_momentum) {
  v8f d;
  TN_LOOP(centered_step)(r, 0, c, &d);
  c->s[2] = FMA8(splat8(r->momentum), c->s[2], d);
  c->w -= c->s[2];
}
UPDATE(rmsprop_centered_momentum, 3)

/* s[0], s[1] = moving means of g and its square. */
TN_LOOP_TARGET static inline void TN_LOOP(moments)(const struct tn_rates *r,
                                                   struct TN_LOOP(cells) * c) {
  c->s[0] = FMA8(splat8(r->momentum), c->s[0], splat8(r->gain_1) * c->g);
  c->s[1] = FMA8(splat8(r->rho), c->s[1], splat8(r->gain_2) * c->g * c->g);
}

/* w -= lr step / (sqrt(square) + epsilon) */
TN_LOOP_TARGET static inline void TN_LOOP(descend)(const struct tn_rates *r, const v8f *step,
                                                   const v8f *square, v8f *w) {
  v8f root;
  TN_SQRT8(square, &root);
  *w -= splat8(r->lr) * *step / (root + splat8(r->epsilon));
}

RULE(adam) {
  TN_LOOP(moments)(r, c);
  TN_LOOP(descend)(r, &c->s[0], &c->s[1], &c->w);
}
UPDATE(adam, 2)

RULE(adam_amsgrad) {
  TN_LOOP(moments)(r, c);
  v8i more = c->s[1] > c->s[2];
  c->s[2] = (v8f)((more & (v8i)c->s[1]) | (~more & (v8i)c->s[2]));
  TN_LOOP(descend)(r, &c->s[0], &c->s[2], &c->w);
}
UPDATE(adam_amsgrad, 3)

RULE(adamax) {
  v8f size = (v8f)((v8i)c->g & 0x7FFFFFFF), decayed = splat8(r->rho) * c->s[1];
  v8i more = size > decayed;
  c->s[0] = FMA8(splat8(r->momentum), c->s[0], splat8(r->gain_1) * c->g);
  c->s[1] = (v8f)((more & (v8i)size) | (~more & (v8i)decayed));
  c->w -= splat8(r->lr) * c->s[0] / (c->s[1] + splat8(r->epsilon));
}
UPDATE(adamax, 2)

RULE(nadam) {
  TN_LOOP(moments)(r, c);
  v8f step = FMA8(splat8(r->a), c->s[0], splat8(r->b) * c->g);
  v8f square = c->s[1] * splat8(r->correction);
  TN_LOOP(descend)(r, &step, &square, &c->w);
}
UPDATE(nadam, 2)

TN_LOOP_TARGET static inline void TN_LOOP(adagrad_step)(const struct tn_rates *r, int outside,
                                                        struct TN_LOOP(cells) * c, v8f *d) {
  c->s[0] = FMA8(c->g, c->g, c->s[0]);
  TN_LOOP(root_step)(r, &c->s[0], outside, &c->g, d);
}

RULE(adagrad) {
  v8f d;
  TN_LOOP(adagrad_step)(r, 0, c, &d);
  c->w -= d;
}
UPDATE(adagrad, 1)

RULE(adagrad_outside) {
  v8f d;
  TN_LOOP(adagrad_step)(r, 1, c, &d);
  c->w -= d;
}
UPDATE(adagrad_outside, 1)

RULE(adadelta) {
  c->s[0] = FMA8(splat8(r->rho), c->s[0], splat8(r->gain_2) * c->g * c->g);
  v8f under = c->s[1] + splat8(r->epsilon), below = c->s[0] + splat8(r->epsilon), top, root;
  TN_SQRT8(&under, &top);
  TN_SQRT8(&below, &root);
  v8f d = -top / root * c->g;
  c->s[1] = FMA8(splat8(r->rho), c->s[1], splat8(r->gain_2) * d * d);
  c->w = FMA8(splat8(r->lr), d, c->w);
}
UPDATE(adadelta, 2)

/* One step without a gradient, w -= lr m / (root of the divisor + epsilon). Returns whether a weight
 * changed: once none does, no later step of the same rate will, as it is smaller than the one before. */
#define IDLE(name, slots)                                                                \
  TN_LOOP_TARGET static int TN_LOOP(name)(const struct tn_rates *r, int64_t n, float *w, \
                                          float *const *s) {                             \
    struct TN_LOOP(cells) c;                                                             \
    v8i moved = {0};                                                                     \
    int any = 0;                                                                         \
    OVER_CELLS(n, TN_LOOP(take)(&c, i, m, slots, w, NULL, s);                            \
               v8f before = c.w;                                                         \
               TN_LOOP(name##_rule)(r, &c);                                              \
               moved |= c.w != before;                                                   \
               TN_LOOP(put)(&c, i, m, slots, w, s);)                                     \
    for (int k = 0; k < 8; k++) {                                                        \
      any |= moved[k] != 0;                                                              \
    }                                                                                    \
    return any;                                                                          \
  }

TN_LOOP_TARGET static inline void TN_LOOP(fade)(const struct tn_rates *r,
                                                struct TN_LOOP(cells) * c) {
  c->s[0] *= splat8(r->momentum);
  c->s[1] *= splat8(r->rho);
}

RULE(idle_adam) {
  TN_LOOP(fade)(r, c);
  TN_LOOP(descend)(r, &c->s[0], &c->s[1], &c->w);
}
IDLE(idle_adam, 2)

RULE(idle_amsgrad) {
  TN_LOOP(fade)(r, c);
  TN_LOOP(descend)(r, &c->s[0], &c->s[2], &c->w);
}
IDLE(idle_amsgrad, 3)

RULE(idle_adamax) {
  TN_LOOP(fade)(r, c);
  c->w -= splat8(r->lr) * c->s[0] / (c->s[1] + splat8(r->epsilon));
}
IDLE(idle_adamax, 2)

RULE(idle_nadam) {
  TN_LOOP(fade)(r, c);
  v8f step = splat8(r->a) * c->s[0], square = c->s[1] * splat8(r->correction);
  TN_LOOP(descend)(r, &step, &square, &c->w);
}
IDLE(idle_nadam, 2)

TN_LOOP_TARGET static void TN_LOOP(jump_adam)(const struct tn_jump *j, int64_t n, float *w,
                                              float *const *s) {
  struct TN_LOOP(cells) c;
  OVER_CELLS(n, TN_LOOP(take)(&c, i, m, 2, w, NULL, s);
             v8f below;
             TN_SQRT8(&c.s[1], &below);
             below += splat8(j->epsilon);
             c.w = FMA8(-(splat8(j->rate) * c.s[0] / below),
                        1 + splat8(j->spread) / (below * below), c.w);
             c.s[0] *= splat8(j->fade_1);
             c.s[1] *= splat8(j->fade_2);
             TN_LOOP(put)(&c, i, m, 2, w, s);)
}

#undef IDLE
#undef UPDATE
#undef OVER_CELLS
#undef RULE

#define RULE_PAIR(name) {TN_LOOP(name), TN_LOOP(name##_missed)}
static const struct tn_update_loops TN_LOOP(table) = {
    RULE_PAIR(sgd), RULE_PAIR(sgd_momentum), RULE_PAIR(sgd_nesterov), RULE_PAIR(rmsprop),
    RULE_PAIR(rmsprop_outside), RULE_PAIR(rmsprop_momentum), RULE_PAIR(rmsprop_centered),
    RULE_PAIR(rmsprop_centered_outside), RULE_PAIR(rmsprop_centered_momentum),
    RULE_PAIR(adam), RULE_PAIR(adam_amsgrad), RULE_PAIR(adamax), RULE_PAIR(nadam),
    RULE_PAIR(adagrad), RULE_PAIR(adagrad_outside), RULE_PAIR(adadelta), TN_LOOP(idle_adam), TN_LOOP(idle_amsgrad),
    TN_LOOP(idle_adamax), TN_LOOP(idle_nadam), TN_LOOP(jump_adam)};
#undef RULE_PAIR
