/* upsample: y (B,H*sh,W*sw,C) of x (B,H,W,C), or (B,T*s,C) of (B,T,C). Attributes size (one number per
 * axis), interpolation:
 *   nearest    every cell sh x sw times; dx is the sum of dy over these
 *   bilinear   cell o lies at (o + 1/2) / s - 1/2 between two cells of x, the first and last going on
 *              for ever; along both axes, one after the other. dx the transposed sums. */
#include <math.h>
#include <string.h>

#include "kernels/pool.h"
#include "kernels/vector.h"
#include "ops/images/image.h"
#include "ops/images/window.h"
#include "ops/op.h"
#include "ops/op_list.h"
#include "platform/threads.h"

struct config {
  int axes, bilinear;
  int64_t size[2]; /* of height and width */
};

static enum tn_status upsample_configure(void *config, const struct tn_attrs *attrs,
                                         struct tn_error *err) {
  struct config *c = config;
  const struct tn_attr *size = tn_attrs_find(attrs, "size");
  const char *way = tn_attrs_text(attrs, "interpolation", "nearest");
  c->axes = size == NULL ? 0 : (int)size->count;
  if (c->axes < 1 || c->axes > 2) {
    return tn_fail(err, TN_STATUS_ARG, "`size` must be one or two numbers");
  }
  TN_TRY(tn_window_read(attrs, "size", c->size, err));
  if (c->axes == 1) {
    c->size[0] = 1;
  }
  c->bilinear = strcmp(way, "bilinear") == 0;
  if (!c->bilinear && strcmp(way, "nearest") != 0) {
    return tn_fail(err, TN_STATUS_ARG,
                   "`interpolation` must be \"nearest\" or \"bilinear\", not \"%s\"", way);
  }
  return TN_OK;
}

static enum tn_status upsample_infer(const void *config, struct tn_infer *io,
                                     struct tn_error *err) {
  const struct config *c = config;
  TN_TRY(tn_image_check(io, c->axes, "an upsampling layer", err));
  struct tn_image x = tn_image_of(&io->in[0]), y = x;
  y.height *= c->size[0];
  y.width *= c->size[1];
  TN_TRY(tn_image_shape(&y, c->axes, &io->out[0], err));
  if (c->bilinear) { /* a row of x for each item, forward and back */
    int64_t items = tn_image_items(y.batch, tn_shape_size(&io->out[0]));
    io->work = items * x.width * x.channels;
  }
  return TN_OK;
}

struct job {
  const struct tn_call *call;
  const struct config *config;
  struct tn_image x, y;
  int64_t items, row, out_row; /* floats of a row of x and y */
  float *row_of_item;
};

static struct job begin(const struct tn_call *call) {
  struct job j = {call, call->config, tn_image_of(&call->in[0]->shape),
                  tn_image_of(&call->out[0]->shape), 0, 0, 0, call->work};
  j.items = tn_image_items(j.y.batch, tn_shape_size(&call->out[0]->shape));
  j.row = j.x.width * j.x.channels;
  j.out_row = j.y.width * j.y.channels;
  return j;
}

/* ---- nearest --------------------------------------------------------------------------------------- */

static void repeat_sample(const struct job *j, const float *x, float *y) {
  size_t cell = (size_t)j->x.channels * sizeof(float), row = (size_t)j->out_row * sizeof(float);
  for (int64_t h = 0; h < j->x.height; h++) {
    float *first = y;
    for (int64_t w = 0; w < j->x.width; w++, x += j->x.channels) {
      for (int64_t k = 0; k < j->config->size[1]; k++, y += j->x.channels) {
        memcpy(y, x, cell);
      }
    }
    for (int64_t k = 1; k < j->config->size[0]; k++, y += j->out_row) {
      memcpy(y, first, row);
    }
  }
}

static void gather_sample(const struct job *j, const float *dy, float *dx) {
  int64_t sh = j->config->size[0], sw = j->config->size[1];
  struct tn_pool_row r = {j->x.channels, j->y.width, sh, j->x.width, sw, sw, 0, NULL, 0, 0};
  for (int64_t h = 0; h < j->x.height; h++) {
    tn_pool_sum(&r, dy + h * sh * j->out_row, dx + h * j->row);
  }
}

/* ---- bilinear -------------------------------------------------------------------------------------- */

/* Output cell o is (1 - share) of `low` and share of `high`. */
struct between {
  int64_t low, high;
  float share;
};

static struct between between_of(int64_t o, int64_t size, int64_t n) {
  double at = ((double)o + 0.5) / (double)size - 0.5, low = floor(at);
  struct between b = {(int64_t)low, (int64_t)low + 1, (float)(at - low)};
  b.low = b.low < 0 ? 0 : b.low;
  b.high = b.high > n - 1 ? n - 1 : b.high;
  return b;
}

/* y = (1 - share) low + share high. */
static void blend(int64_t n, const struct between *b, const float *low, const float *high,
                  float *y) {
  tn_vec_copy(n, low, y);
  tn_vec_scale(n, 1 - b->share, y);
  tn_vec_axpy(n, b->share, high, y);
}

static void blend_sample(const struct job *j, const float *x, float *between, float *y) {
  int64_t channels = j->x.channels;
  for (int64_t h = 0; h < j->y.height; h++, y += j->out_row) {
    struct between v = between_of(h, j->config->size[0], j->x.height);
    blend(j->row, &v, x + v.low * j->row, x + v.high * j->row, between);
    for (int64_t w = 0; w < j->y.width; w++) {
      struct between u = between_of(w, j->config->size[1], j->x.width);
      blend(channels, &u, between + u.low * channels, between + u.high * channels,
            y + w * channels);
    }
  }
}

static void unblend_sample(const struct job *j, const float *dy, float *between, float *dx) {
  int64_t channels = j->x.channels;
  tn_vec_fill(j->x.height * j->row, 0, dx);
  for (int64_t h = 0; h < j->y.height; h++, dy += j->out_row) {
    struct between v = between_of(h, j->config->size[0], j->x.height);
    tn_vec_fill(j->row, 0, between);
    for (int64_t w = 0; w < j->y.width; w++) {
      struct between u = between_of(w, j->config->size[1], j->x.width);
      tn_vec_axpy(channels, 1 - u.share, dy + w * channels, between + u.low * channels);
      tn_vec_axpy(channels, u.share, dy + w * channels, between + u.high * channels);
    }
    tn_vec_axpy(j->row, 1 - v.share, between, dx + v.low * j->row);
    tn_vec_axpy(j->row, v.share, between, dx + v.high * j->row);
  }
}

/* ---- the op ---------------------------------------------------------------------------------------- */

static void forward_samples(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to;
  tn_item_range(j->x.batch, j->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    const float *x = j->call->in[0]->data + i * tn_image_size(&j->x);
    float *y = j->call->out[0]->data + i * tn_image_size(&j->y);
    if (j->config->bilinear) {
      blend_sample(j, x, j->row_of_item + item * j->row, y);
    } else {
      repeat_sample(j, x, y);
    }
  }
}

static enum tn_status upsample_forward(struct tn_call *call, struct tn_error *err) {
  struct job j = begin(call);
  (void)err;
  tn_parallel_for(j.items, forward_samples, &j);
  return TN_OK;
}

static void backward_samples(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to;
  tn_item_range(j->x.batch, j->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    const float *dy = j->call->dout[0] + i * tn_image_size(&j->y);
    float *dx = j->call->din[0] + i * tn_image_size(&j->x);
    if (j->config->bilinear) {
      unblend_sample(j, dy, j->row_of_item + item * j->row, dx);
    } else {
      gather_sample(j, dy, dx);
    }
  }
}

static enum tn_status upsample_backward(struct tn_call *call, struct tn_error *err) {
  struct job j = begin(call);
  (void)err;
  if (call->din[0] != NULL) {
    tn_parallel_for(j.items, backward_samples, &j);
  }
  return TN_OK;
}

const struct tn_op tn_op_upsample = {.name = "upsample", .config_size = sizeof(struct config),
                                     .configure = upsample_configure, .infer = upsample_infer,
                                     .forward = upsample_forward, .backward = upsample_backward};
