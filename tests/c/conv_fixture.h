/* Convolutions by their options, and options by chance. */
#ifndef TN_TESTS_CONV_FIXTURE_H
#define TN_TESTS_CONV_FIXTURE_H

#include "op_check.h"
#include "plain_conv.h"

static inline enum tn_status conv_make(struct op_check *op, const struct plain_conv *p, const char *activation,
                           int bias) {
  static const char *const name[] = {"conv", "conv_transpose", "depthwise_conv"};
  struct tn_shape in = SHAPE(p->n, p->h, p->w, p->channels);
  struct tn_attr item[10] = {
      NUMBERS("kernel_size", p->kh, p->kw), NUMBERS("strides", p->sh, p->sw),
      NUMBERS("dilation_rate", p->dh, p->dw), TEXT("padding", p->padding),
      NUMBERS("use_bias", bias), TEXT("activation", activation),
      NUMBERS("groups", p->groups),
      {p->kind == PLAIN_DEPTHWISE ? "depth_multiplier" : "filters", (double[]){(double)p->filters},
       1, NULL},
      NUMBERS("output_padding", p->out_pad)};
  int transposed = p->kind == PLAIN_TRANSPOSE && p->out_pad >= 0;
  return op_make(op, name[p->kind], &(struct tn_attrs){item, 8 + transposed}, 1, &in);
}

static inline int64_t at_random(struct tn_stream *s, int64_t *at, int64_t low, int64_t high) {
  float u;
  tn_stream_uniform(s, 0, (*at)++, 1, &u);
  int64_t value = low + (int64_t)((float)(high - low + 1) * u);
  return value > high ? high : value;
}

/* Options by chance that fit each other. */
static inline struct plain_conv conv_options(uint64_t seed, enum plain_kind kind, int64_t most) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 7, (uint64_t)kind);
  int64_t at = 0, dilated;
  struct plain_conv p = {.kind = kind, .groups = 1, .out_pad = -1, .n = at_random(&s, &at, 1, 3)};
  p.kh = at_random(&s, &at, 1, 4);
  p.kw = at_random(&s, &at, 1, 4);
  dilated = at_random(&s, &at, 0, 2) == 0;
  p.dh = dilated ? at_random(&s, &at, 1, 3) : 1;
  p.dw = dilated ? at_random(&s, &at, 1, 3) : 1;
  p.sh = dilated ? 1 : at_random(&s, &at, 1, 3);
  p.sw = dilated ? 1 : at_random(&s, &at, 1, 3);
  p.h = at_random(&s, &at, (p.kh - 1) * p.dh + 1, (p.kh - 1) * p.dh + 5);
  p.w = at_random(&s, &at, (p.kw - 1) * p.dw + 1, (p.kw - 1) * p.dw + 9);
  p.padding = at_random(&s, &at, 0, 1) ? "same" : "valid";
  p.channels = at_random(&s, &at, 1, most);
  p.filters = kind == PLAIN_DEPTHWISE ? at_random(&s, &at, 1, 3) : at_random(&s, &at, 1, most);
  if (kind == PLAIN_CONV && at_random(&s, &at, 0, 2) == 0) {
    p.groups = at_random(&s, &at, 2, 3);
    p.channels *= p.groups;
    p.filters *= p.groups;
  }
  if (kind == PLAIN_TRANSPOSE && at_random(&s, &at, 0, 1)) {
    int64_t least = p.sh < p.sw ? p.sh : p.sw;
    p.out_pad = at_random(&s, &at, 0, least - 1);
    p.h += 2; /* an even kernel on one cell leaves nothing */
    p.w += 2;
  }
  return p;
}

static inline void conv_check_values(const struct plain_conv *p) {
  struct op_check c;
  if (conv_make(&c, p, "linear", 1) != TN_OK) {
    tn_complain(__FILE__, __LINE__, c.err.message);
    return;
  }
  op_fill(&c, 0, -1, 1);
  int64_t size = tn_shape_size(&c.out[0].shape), found;
  double *y = calloc((size_t)size + 1, sizeof *y);
  CHECK(op_forward(&c) == TN_OK);
  found = plain_conv_run(p, c.in[0].data, c.param[0].value, c.param[1].value, y);
  CHECK(found == size);
  for (int64_t i = 0; i < size && found == size; i++) {
    CHECK_NEAR(c.out[0].data[i], y[i], 1e-5 * fmax(1, fabs(y[i])));
  }
  free(y);
  op_free(&c);
}

#endif
