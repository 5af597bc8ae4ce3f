/* What the tests of ops on images and steps share: sizes by chance, refusals, threads. */
#ifndef TN_TESTS_IMAGE_CHECK_H
#define TN_TESTS_IMAGE_CHECK_H

#include "op_check.h"
#include "platform/threads.h"

static uint64_t state = 88172645463325252u;
static inline int below(int n) { return (int)chance(&state, (uint32_t)n); }
static inline int between(int low, int high) { return low + below(high - low + 1); }

struct sizes {
  int axes, b, h, w, c; /* h is 1 for steps */
};

static inline struct tn_shape shape_of(struct sizes s) {
  return s.axes == 1 ? SHAPE(s.b, s.w, s.c) : SHAPE(s.b, s.h, s.w, s.c);
}

static inline struct sizes sizes_by_chance(void) {
  struct sizes s = {between(1, 2), between(1, 3), between(1, 7), between(1, 9), between(1, 19)};
  s.h = s.axes == 1 ? 1 : s.h;
  return s;
}

static inline float cell(const float *x, struct sizes s, int b, int h, int w, int c) {
  return x[((b * s.h + h) * s.w + w) * s.c + c];
}

static inline void refused(const char *op, const struct tn_attrs *attrs, struct tn_shape shape,
                    enum tn_status status, const char *text) {
  struct op_check c;
  CHECK(op_make(&c, op, attrs, 1, &shape) == status);
  if (strstr(c.err.message, text) == NULL) {
    tn_complain(__FILE__, __LINE__, c.err.message);
  }
  op_free(&c);
}

static inline uint64_t bits_of(struct op_check *c) {
  uint64_t hash = 14695981039346656037u;
  CHECK(op_forward(c) == TN_OK && op_backward(c) == TN_OK);
  const float *list[2] = {c->out[0].data, c->din[0]};
  int64_t n[2] = {tn_shape_size(&c->out[0].shape), tn_shape_size(&c->in[0].shape)};
  for (int k = 0; k < 2; k++) {
    for (int64_t i = 0; i < n[k]; i++) {
      uint32_t word;
      memcpy(&word, &list[k][i], sizeof word);
      hash = (hash ^ word) * 0x100000001B3u;
    }
  }
  return hash;
}

static inline void check_threads(const char *op, const struct tn_attrs *attrs) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(7, 180, 150, 19)};
  CHECK(op_make(&c, op, attrs, 1, in) == TN_OK);
  op_fill(&c, 0, -1, 1);
  op_random(50, tn_shape_size(&c.out[0].shape), -1, 1, c.dout[0]);
  tn_threads_set(1);
  uint64_t bits = bits_of(&c);
  tn_threads_set(2);
  CHECK(bits_of(&c) == bits);
  tn_threads_set(1);
  op_free(&c);
}

/* No samples, no steps or no channels. */
static inline void check_empty(const char *op, const struct tn_attrs *attrs) {
  struct tn_shape none[] = {SHAPE(0, 4, 2), SHAPE(2, 0, 3), SHAPE(2, 4, 0)};
  for (int k = 0; k < 3; k++) {
    struct op_check c;
    CHECK(op_make(&c, op, attrs, 1, &none[k]) == TN_OK);
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    op_free(&c);
  }
}

#endif
