/* max_pool, average_pool: y (B,H',W',C) of windows over x (B,H,W,C), or (B,T',C) of (B,T,C).
 *   max       the largest of a window; its gradient goes to the first cell that has it
 *   average   the sum of a window by the number of its real cells; each gets that share of dy
 * Attributes pool_size and strides (one number per axis), padding "valid" or "same". */
#include "kernels/pool.h"
#include "kernels/vector.h"
#include "ops/images/image.h"
#include "ops/images/window.h"
#include "ops/op.h"
#include "ops/op_list.h"
#include "platform/threads.h"

struct config {
  int axes, max;
  int64_t size[2], stride[2];
  enum tn_padding padding;
};

static enum tn_status configure(struct config *c, int max, const struct tn_attrs *attrs,
                                struct tn_error *err) {
  const struct tn_attr *size = tn_attrs_find(attrs, "pool_size");
  c->max = max;
  c->axes = size == NULL ? 0 : (int)size->count;
  if (c->axes < 1 || c->axes > 2) {
    return tn_fail(err, TN_STATUS_ARG, "`pool_size` must be one or two numbers");
  }
  TN_TRY(tn_window_read(attrs, "pool_size", c->size, err));
  TN_TRY(tn_window_read(attrs, "strides", c->stride, err));
  TN_TRY(tn_padding_read(attrs, &c->padding, err));
  if (c->padding == TN_PAD_CAUSAL) {
    return tn_fail(err, TN_STATUS_ARG, "`padding` of pooling must be \"valid\" or \"same\"");
  }
  return TN_OK;
}

static enum tn_status max_configure(void *c, const struct tn_attrs *attrs, struct tn_error *err) {
  return configure(c, 1, attrs, err);
}
static enum tn_status average_configure(void *c, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  return configure(c, 0, attrs, err);
}

/* Windows along both axes. */
struct grid {
  struct tn_window height, width;
};

static enum tn_status place(const struct config *c, const struct tn_image *x, struct grid *g,
                            struct tn_error *err) {
  if (c->axes == 1) {
    TN_TRY(tn_window_place(1, 1, 1, 1, TN_PAD_VALID, "", &g->height, err));
    return tn_window_place(x->width, c->size[0], c->stride[0], 1, c->padding, "steps", &g->width,
                           err);
  }
  TN_TRY(tn_window_place(x->height, c->size[0], c->stride[0], 1, c->padding, "height", &g->height,
                         err));
  return tn_window_place(x->width, c->size[1], c->stride[1], 1, c->padding, "width", &g->width,
                         err);
}

static enum tn_status pool_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  struct grid g;
  TN_TRY(tn_image_check(io, c->axes, "a pooling layer", err));
  struct tn_image x = tn_image_of(&io->in[0]);
  TN_TRY(place(c, &x, &g, err));
  struct tn_image y = {x.batch, g.height.out, g.width.out, x.channels};
  return tn_image_shape(&y, c->axes, &io->out[0], err);
}

struct job {
  const struct tn_call *call;
  const struct config *config;
  struct tn_image x;
  struct grid grid;
  int64_t units, items;
};

/* Units are rows of y going forward, samples going back. */
static enum tn_status begin(const struct tn_call *call, int by_rows, struct job *j,
                            struct tn_error *err) {
  j->call = call;
  j->config = call->config;
  j->x = tn_image_of(&call->in[0]->shape);
  TN_TRY(place(j->config, &j->x, &j->grid, err));
  j->units = j->x.batch * (by_rows ? j->grid.height.out : 1);
  int64_t cells = tn_shape_size(&call->out[0]->shape) * j->grid.height.size * j->grid.width.size;
  j->items = tn_image_items(j->units, cells);
  return TN_OK;
}

/* Windows that share no cell and leave none out but behind the last. */
static int on_end(const struct job *j) {
  return j->grid.height.stride == j->grid.height.size && j->grid.width.stride == j->grid.width.size;
}

/* Row o of the windows of a sample; *first: the first image row they reach. */
static struct tn_pool_row row_of(const struct job *j, int64_t o, int64_t *first) {
  const struct tn_window *w = &j->grid.width;
  int64_t from, to;
  tn_window_inside(&j->grid.height, o, &from, &to);
  *first = tn_window_at(&j->grid.height, o, from);
  return (struct tn_pool_row){j->x.channels, j->x.width, to - from, w->out, w->size, w->stride,
                              w->pad_before, NULL, !j->config->max, !on_end(j)};
}

static void forward_rows(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to, first, out = j->grid.height.out;
  tn_item_range(j->units, j->items, item, &from, &to);
  for (int64_t u = from; u < to; u++) {
    struct tn_pool_row r = row_of(j, u % out, &first);
    const float *x = j->call->in[0]->data + (u / out * j->x.height + first) * r.width * r.channels;
    float *y = j->call->out[0]->data + u * r.n * r.channels;
    (j->config->max ? tn_pool_max : tn_pool_sum)(&r, x, y);
  }
}

static enum tn_status pool_forward(struct tn_call *call, struct tn_error *err) {
  struct job j;
  TN_TRY(begin(call, 1, &j, err));
  tn_parallel_for(j.items, forward_rows, &j);
  return TN_OK;
}

/* What windows on end leave out of `rows` rows. */
static void clear_rest(const struct job *j, int64_t rows, float *dx) {
  const struct tn_window *w = &j->grid.width;
  int64_t end = tn_window_at(w, w->out - 1, w->size), channels = j->x.channels;
  for (int64_t i = 0; end < w->in && i < rows; i++) {
    tn_vec_fill((w->in - end) * channels, 0, dx + (i * w->in + end) * channels);
  }
}

/* One sample. Rows of dx become 0 right before the first window reaches them, while they are near. */
static void backward_sample(const struct job *j, int64_t sample) {
  int64_t first, cleared = 0, row = j->x.width * j->x.channels, before = sample * j->x.height * row;
  const float *x = j->call->in[0]->data + before;
  float *dx = j->call->din[0] + before;
  for (int64_t o = 0; o < j->grid.height.out; o++) {
    struct tn_pool_row r = row_of(j, o, &first);
    int64_t at = (sample * j->grid.height.out + o) * r.n * r.channels;
    if (!r.add) {
      clear_rest(j, r.rows, dx + first * row);
      cleared = first + r.rows;
    } else if (first + r.rows > cleared) {
      tn_vec_fill((first + r.rows - cleared) * row, 0, dx + cleared * row);
      cleared = first + r.rows;
    }
    if (j->config->max) {
      tn_pool_max_first(&r, x + first * row, j->call->out[0]->data + at, j->call->dout[0] + at,
                        dx + first * row);
    } else {
      tn_pool_spread(&r, j->call->dout[0] + at, dx + first * row);
    }
  }
  tn_vec_fill((j->x.height - cleared) * row, 0, dx + cleared * row);
}

static void backward_samples(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to;
  tn_item_range(j->units, j->items, item, &from, &to);
  for (int64_t sample = from; sample < to; sample++) {
    backward_sample(j, sample);
  }
}

static enum tn_status pool_backward(struct tn_call *call, struct tn_error *err) {
  struct job j;
  if (call->din[0] == NULL) {
    return TN_OK;
  }
  TN_TRY(begin(call, 0, &j, err));
  tn_parallel_for(j.items, backward_samples, &j);
  return TN_OK;
}

#define POOL_OP(id, text, reader)                                                       \
  const struct tn_op id = {.name = text, .config_size = sizeof(struct config),          \
                           .configure = reader, .infer = pool_infer,                    \
                           .forward = pool_forward, .backward = pool_backward}

POOL_OP(tn_op_max_pool, "max_pool", max_configure);
POOL_OP(tn_op_average_pool, "average_pool", average_configure);
