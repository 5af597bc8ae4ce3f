/* zero_padding: rows and columns of zeros around x (B,H,W,C), or steps before and behind (B,T,C).
 * cropping: takes as many away. Attribute `sides`: how many before and behind, for each axis. Each is
 * the other's gradient. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/images/image.h"
#include "ops/op.h"
#include "ops/op_list.h"
#include "platform/threads.h"

struct config {
  int axes, crop;
  int64_t side[4]; /* top, bottom, left, right */
};

static enum tn_status configure(struct config *c, int crop, const struct tn_attrs *attrs,
                                struct tn_error *err) {
  int64_t side[4];
  int n = tn_attrs_integers(attrs, "sides", 4, side);
  c->crop = crop;
  c->axes = n / 2;
  if (n != 2 && n != 4) {
    return tn_fail(err, TN_STATUS_ARG, "`sides` must be two numbers for each axis");
  }
  for (int k = 0; k < n; k++) {
    if (side[k] < 0 || side[k] > INT32_MAX) {
      return tn_fail(err, TN_STATUS_ARG, "`sides` must be whole numbers of at least 0, not %lld",
                     (long long)side[k]);
    }
    c->side[4 - n + k] = side[k];
  }
  return TN_OK;
}

static enum tn_status padding_configure(void *c, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  return configure(c, 0, attrs, err);
}
static enum tn_status cropping_configure(void *c, const struct tn_attrs *attrs,
                                         struct tn_error *err) {
  return configure(c, 1, attrs, err);
}

/* Length of an axis afterwards. */
static enum tn_status resize(const struct config *c, const int64_t *side, const char *axis,
                             int64_t *n, struct tn_error *err) {
  int64_t both = side[0] + side[1];
  if (c->crop && both > 0 && both >= *n) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "cropping takes %lld away along the %s, of %lld: nothing would be left",
                   (long long)both, axis, (long long)*n);
  }
  *n += c->crop ? -both : both;
  return TN_OK;
}

static enum tn_status pad_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  TN_TRY(tn_image_check(io, c->axes, c->crop ? "a cropping layer" : "a padding layer", err));
  struct tn_image y = tn_image_of(&io->in[0]);
  TN_TRY(resize(c, c->side, "height", &y.height, err));
  TN_TRY(resize(c, c->side + 2, c->axes == 1 ? "steps" : "width", &y.width, err));
  return tn_image_shape(&y, c->axes, &io->out[0], err);
}

/* `inner` lies inside `outer`; the one is copied into or out of the other. */
struct job {
  const struct config *config;
  struct tn_image inner, outer;
  int embed;
  int64_t items;
  const float *from;
  float *to;
};

/* Writes zeros from *at to `until`. */
static void clear_to(float *y, int64_t *at, int64_t until) {
  tn_vec_fill(until - *at, 0, y + *at);
  *at = until;
}

static void move_sample(const struct job *j, const float *x, float *y) {
  int64_t inner = j->inner.width * j->inner.channels, outer = j->outer.width * j->outer.channels;
  int64_t first = j->config->side[0] * outer + j->config->side[2] * j->outer.channels, done = 0;
  for (int64_t h = 0; h < j->inner.height; h++) {
    int64_t at = first + h * outer;
    if (!j->embed) {
      tn_vec_copy(inner, x + at, y + h * inner);
      continue;
    }
    clear_to(y, &done, at);
    tn_vec_copy(inner, x + h * inner, y + at);
    done = at + inner;
  }
  if (j->embed) {
    clear_to(y, &done, tn_image_size(&j->outer));
  }
}

static void move_samples(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to, inner = tn_image_size(&j->inner), outer = tn_image_size(&j->outer);
  tn_item_range(j->inner.batch, j->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    move_sample(j, j->from + i * (j->embed ? inner : outer), j->to + i * (j->embed ? outer : inner));
  }
}

/* Forward from x to y, back from dy to dx. */
static void move(const struct tn_call *call, int back, const float *from, float *to) {
  const struct config *c = call->config;
  struct tn_image x = tn_image_of(&call->in[0]->shape), y = tn_image_of(&call->out[0]->shape);
  struct job j = {c, c->crop ? y : x, c->crop ? x : y, c->crop == back, 0, from, to};
  j.items = tn_image_items(x.batch, x.batch * tn_image_size(&j.outer));
  tn_parallel_for(j.items, move_samples, &j);
}

static enum tn_status pad_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  move(call, 0, call->in[0]->data, call->out[0]->data);
  return TN_OK;
}

static enum tn_status pad_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    move(call, 1, call->dout[0], call->din[0]);
  }
  return TN_OK;
}

#define PAD_OP(id, text, reader)                                                        \
  const struct tn_op id = {.name = text, .config_size = sizeof(struct config),          \
                           .configure = reader, .infer = pad_infer,                     \
                           .forward = pad_forward, .backward = pad_backward}

PAD_OP(tn_op_zero_padding, "zero_padding", padding_configure);
PAD_OP(tn_op_cropping, "cropping", cropping_configure);
