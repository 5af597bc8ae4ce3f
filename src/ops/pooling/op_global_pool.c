/* global_max_pool, global_average_pool: y (B,C) of all cells of x (B,T,C) or (B,H,W,C); the axes between
 * stay as 1 with keepdims. Attribute `axes`: how many there are.
 *   max       equal largest cells share the gradient; a mask is not looked at; scratch: which cell it is
 *   average   over the steps that a mask keeps; a sample without one gives 0 and gets no gradient
 * What op_reduce does cell by cell runs over vectors of channels here. */
#include <math.h>

#include "kernels/pool.h"
#include "kernels/vector.h"
#include "ops/images/image.h"
#include "ops/op.h"
#include "ops/op_list.h"
#include "platform/threads.h"

struct config {
  int axes, max, keepdims;
};

static enum tn_status configure(struct config *c, int max, const struct tn_attrs *attrs,
                                struct tn_error *err) {
  double axes = tn_attrs_number(attrs, "axes", 1);
  c->max = max;
  c->axes = axes == 2 ? 2 : 1;
  c->keepdims = tn_attrs_flag(attrs, "keepdims", 0);
  if (axes != c->axes) {
    return tn_fail(err, TN_STATUS_ARG, "`axes` must be 1 or 2, not %g", axes);
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

static enum tn_status global_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  TN_TRY(tn_image_check(io, c->axes, "a pooling layer", err));
  struct tn_image y = tn_image_of(&io->in[0]);
  y.height = y.width = 1;
  io->scratch = c->max ? y.batch * y.channels : 0;
  if (!c->keepdims) {
    io->out[0] = tn_shape_2(y.batch, y.channels);
    return TN_OK;
  }
  return tn_image_shape(&y, c->axes, &io->out[0], err);
}

struct job {
  const struct tn_call *call;
  int max, masked;
  int64_t batch, size, items; /* floats of a sample */
  struct tn_pool_row row;     /* a whole sample as one window in one row */
};

static struct job begin(const struct tn_call *call) {
  const struct config *c = call->config;
  const struct tn_tensor *in = call->in[0];
  struct tn_image x = tn_image_of(&in->shape);
  int64_t cells = x.height * x.width;
  int masked = !c->max && c->axes == 1 && in->mask != NULL && in->mask_shape.rank == 2;
  struct job j = {call, c->max, masked, x.batch, tn_image_size(&x),
                  tn_image_items(x.batch, tn_shape_size(&in->shape)),
                  {x.channels, cells, 1, 1, cells, 1, 0, NULL, !c->max, 0}};
  return j;
}

static struct tn_pool_row row_of(const struct job *j, int64_t sample) {
  struct tn_pool_row r = j->row;
  r.kept = j->masked ? j->call->in[0]->mask + sample * r.width : NULL;
  return r;
}

/* As wide as a float. */
static int32_t *places(const struct job *j, int64_t sample) {
  return (int32_t *)(void *)j->call->scratch + sample * j->row.channels;
}

static void forward_samples(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to;
  tn_item_range(j->batch, j->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    struct tn_pool_row r = row_of(j, i);
    const float *x = j->call->in[0]->data + i * j->size;
    float *y = j->call->out[0]->data + i * r.channels;
    if (j->max && r.width == 0) {
      tn_vec_fill(r.channels, -INFINITY, y);
    } else if (j->max) {
      tn_pool_max_place(&r, x, y, places(j, i));
    } else {
      tn_pool_sum(&r, x, y);
    }
  }
}

static enum tn_status global_forward(struct tn_call *call, struct tn_error *err) {
  struct job j = begin(call);
  (void)err;
  tn_parallel_for(j.items, forward_samples, &j);
  return TN_OK;
}

static void backward_samples(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to;
  tn_item_range(j->batch, j->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    struct tn_pool_row r = row_of(j, i);
    const float *dy = j->call->dout[0] + i * r.channels;
    float *dx = j->call->din[0] + i * j->size;
    if (j->max) {
      tn_pool_max_shared(&r, j->call->in[0]->data + i * j->size,
                         j->call->out[0]->data + i * r.channels, places(j, i), dy, dx);
    } else {
      tn_pool_spread(&r, dy, dx);
    }
  }
}

static enum tn_status global_backward(struct tn_call *call, struct tn_error *err) {
  struct job j = begin(call);
  (void)err;
  if (call->din[0] != NULL && j.size > 0) {
    tn_parallel_for(j.items, backward_samples, &j);
  }
  return TN_OK;
}

#define GLOBAL_OP(id, text, reader)                                                     \
  const struct tn_op id = {.name = text, .config_size = sizeof(struct config),          \
                           .configure = reader, .infer = global_infer,                  \
                           .forward = global_forward, .backward = global_backward}

GLOBAL_OP(tn_op_global_max_pool, "global_max_pool", max_configure);
GLOBAL_OP(tn_op_global_average_pool, "global_average_pool", average_configure);
