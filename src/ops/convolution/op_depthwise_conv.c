/* depthwise_conv: every channel by itself: y (B,H',W',C*M) = act(windows of x (B,H,W,C) K (h,w,C,M) + b),
 * channel c * M + m being made of channel c. With M > 1 the channels of x are repeated M times first;
 * then x, K and y have the same channels, and all three products are sums of products of rows. */
#include <string.h>

#include "kernels/row_products.h"
#include "ops/convolution/conv_grid.h"
#include "ops/convolution/conv_options.h"
#include "ops/op.h"
#include "ops/op_list.h"
#include "platform/threads.h"

enum { ROWS = 128 /* products of one sum before it is added to what there is */ };

struct config {
  struct tn_conv_options o;
  int64_t multiplier;
};

static enum tn_status depthwise_configure(void *config, const struct tn_attrs *attrs,
                                          struct tn_error *err) {
  struct config *c = config;
  TN_TRY(tn_conv_options_read(attrs, &c->o, err));
  TN_TRY(tn_conv_count_read(attrs, "depth_multiplier", 1, &c->multiplier, err));
  if (c->o.padding == TN_PAD_CAUSAL || c->o.axes != 2) {
    return tn_fail(err, TN_STATUS_ARG, "a depthwise convolution is one of images, without `padding` "
                                       "\"causal\"");
  }
  return TN_OK;
}

/* large_channels: those of x; small_channels: those of y. */
static enum tn_status place(const struct config *c, const struct tn_shape *in, struct tn_conv *out,
                            struct tn_error *err) {
  TN_TRY(tn_conv_place(&c->o, in, out, err));
  TN_TRY(tn_conv_channels(in, &out->large_channels, err));
  out->groups = 1;
  out->small_channels = out->large_channels * c->multiplier;
  return TN_OK;
}

static int64_t repeated_size(const struct config *c, const struct tn_shape *in) {
  return c->multiplier == 1 ? 0 : tn_shape_size(in) * c->multiplier;
}

static int64_t tables_size(const struct tn_conv *conv) {
  int64_t ahead = tn_conv_grid_size(&conv->y, &conv->x, 0);
  int64_t back = tn_conv_grid_size(&conv->y, &conv->x, 1);
  return (ahead > back ? ahead : back) + conv->small_channels; /* and a row of zeros */
}

static enum tn_status depthwise_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  const struct config *c = config;
  struct tn_conv conv;
  TN_TRY(tn_conv_input_check(&c->o, io, 0, "a depthwise convolution", err));
  TN_TRY(place(c, &io->in[0], &conv, err));
  io->out[0] = tn_conv_shape(&c->o, &io->in[0], conv.y.out, conv.x.out, conv.small_channels);
  io->n_params = 1 + c->o.use_bias;
  io->param[0] = (struct tn_param_spec){
      "depthwise_kernel", tn_conv_kernel_shape(&c->o, conv.large_channels, c->multiplier), TN_ROLE_TRAINED};
  io->param[1] = (struct tn_param_spec){"bias", tn_shape_1(conv.small_channels), TN_ROLE_TRAINED};
  TN_TRY(tn_conv_size_check(io, &conv, err));
  io->scratch = tn_activation_needs_input(&c->o.act) ? tn_shape_size(&io->out[0]) : 0;
  io->work = tn_conv_slope_work(tn_shape_rows(&io->out[0]), conv.small_channels) +
             repeated_size(c, &io->in[0]) + tables_size(&conv);
  return TN_OK;
}

struct job {
  struct tn_conv conv;
  struct tn_conv_grid grid;
  int64_t channels, multiplier, items; /* channels: of y */
  const float *source, *kernel, *start, *small;
  float *out; /* the image or the gradient that is written */
};

static void gather_cell(const struct job *j, int64_t cell) {
  enum { MOST = 64 };
  const float *a[MOST], *b[MOST], *start = j->start;
  const struct tn_conv_axis *y = &j->grid.y, *x = &j->grid.x;
  int64_t at_x = cell % x->cells, at_y = cell / x->cells % y->cells, n = 0;
  int64_t image = cell / x->cells / y->cells, channels = j->channels;
  float *out = j->out + cell * channels;
  for (int64_t jy = 0; jy < y->taps; jy++) {
    int32_t sy = y->at[at_y * y->taps + jy];
    for (int64_t jx = 0; sy >= 0 && jx < x->taps; jx++) {
      int32_t sx = x->at[at_x * x->taps + jx];
      if (sx < 0) {
        continue;
      }
      if (n == MOST) {
        tn_row_products(channels, n, a, b, start, out);
        start = NULL;
        n = 0;
      }
      a[n] = j->source + ((image * y->source + sy) * x->source + sx) * channels;
      b[n++] = j->kernel + (jy * x->taps + jx) * channels;
    }
  }
  tn_row_products(channels, n, a, b, start, out);
}

static void gather_item(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to;
  tn_item_range(j->conv.images * j->grid.y.cells * j->grid.x.cells, j->items, item, &from, &to);
  for (; from < to; from++) {
    gather_cell(j, from);
  }
}

/* One tap of the kernel's gradient per item. */
static void kernel_item(void *context, int64_t tap) {
  const struct job *j = context;
  const float *a[ROWS], *b[ROWS];
  const struct tn_conv_axis *y = &j->grid.y, *x = &j->grid.x;
  int64_t jy = tap / x->taps, jx = tap % x->taps, channels = j->channels, n = 0;
  float *out = j->out + tap * channels;
  for (int64_t row = 0; row < j->conv.images * y->cells; row++) {
    int32_t sy = y->at[row % y->cells * y->taps + jy];
    const float *line = j->source + (row / y->cells * y->source + sy) * x->source * channels;
    for (int64_t i = 0; sy >= 0 && i < x->cells; i++) {
      int32_t sx = x->at[i * x->taps + jx];
      if (sx < 0) {
        continue;
      }
      a[n] = line + sx * channels;
      b[n++] = j->small + (row * x->cells + i) * channels;
      if (n == ROWS) {
        tn_row_products(channels, n, a, b, NULL, out);
        n = 0;
      }
    }
  }
  tn_row_products(channels, n, a, b, NULL, out);
}

/* Each channel `times` times, side by side. */
static void repeat_channels(int64_t cells, int64_t channels, int64_t times, const float *x,
                            float *y) {
  for (int64_t i = 0; i < cells * channels; i++) {
    for (int64_t m = 0; m < times; m++) {
      *y++ = x[i];
    }
  }
}

static void sum_repeated(int64_t n, int64_t times, const float *x, float *y) {
  for (int64_t i = 0; i < n; i++, x += times) {
    float sum = 0;
    for (int64_t m = 0; m < times; m++) {
      sum += x[m];
    }
    y[i] = sum;
  }
}

/* Tables, the row of zeros, x with repeated channels. */
static void prepare(const struct config *c, const struct tn_tensor *x, int back, float *work,
                    struct job *j) {
  int64_t tables = tables_size(&j->conv), zeros = tables - j->conv.small_channels;
  tn_conv_grid_make(&j->conv.y, &j->conv.x, back, work, &j->grid);
  memset(work + zeros, 0, (size_t)j->conv.small_channels * sizeof *work);
  j->channels = j->conv.small_channels;
  j->multiplier = c->multiplier;
  j->start = work + zeros;
  double taps = (double)(j->grid.y.taps * j->grid.x.taps);
  int64_t cells = j->conv.images * j->grid.y.cells * j->grid.x.cells;
  j->items = tn_conv_parts(16 * taps * (double)cells * (double)j->channels, cells);
  j->source = x->data;
  if (c->multiplier > 1 && !back) {
    repeat_channels(tn_shape_rows(&x->shape), j->conv.large_channels, c->multiplier, x->data,
                    work + tables);
    j->source = work + tables;
  }
}

static enum tn_status depthwise_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_tensor *y = call->out[0];
  float *z = tn_activation_needs_input(&c->o.act) ? call->scratch : y->data;
  struct job j = {.kernel = call->param[0]->value, .out = z};
  TN_TRY(place(c, &call->in[0]->shape, &j.conv, err));
  prepare(c, call->in[0], 0, call->work, &j);
  if (c->o.use_bias) {
    j.start = call->param[1]->value;
  }
  tn_parallel_for(tn_shape_size(&y->shape) == 0 ? 0 : j.items, gather_item, &j);
  tn_conv_activate(&c->o.act, tn_shape_rows(&y->shape), j.channels, z, y->data);
  return TN_OK;
}

static void input_gradient(const struct config *c, struct job *j, const struct tn_tensor *x,
                           const float *dz, const float *kernel, float *din, float *work) {
  prepare(c, x, 1, work, j);
  j->source = dz;
  j->kernel = kernel;
  j->out = c->multiplier > 1 ? work + tables_size(&j->conv) : din;
  tn_parallel_for(tn_shape_size(&x->shape) == 0 ? 0 : j->items, gather_item, j);
  if (c->multiplier > 1) {
    sum_repeated(tn_shape_size(&x->shape), c->multiplier, j->out, din);
  }
}

static enum tn_status depthwise_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *x = call->in[0], *y = call->out[0];
  struct tn_param *kernel = call->param[0];
  struct job j = {.small = NULL};
  TN_TRY(place(c, &x->shape, &j.conv, err));
  int64_t rows = tn_shape_rows(&y->shape), n = j.conv.small_channels;
  const float *dz = tn_conv_slope(&c->o.act, rows, n, call->scratch, y->data, call->dout[0],
                                  c->o.use_bias ? call->param[1]->grad : NULL, call->work);
  float *work = call->work + tn_conv_slope_work(rows, n);
  if (kernel->grad != NULL && rows > 0) {
    prepare(c, x, 0, work, &j);
    j.small = dz;
    j.out = kernel->grad;
    int64_t taps = j.grid.y.taps * j.grid.x.taps;
    if (j.items > 1) {
      tn_parallel_for(taps, kernel_item, &j);
    } else {
      for (int64_t tap = 0; tap < taps; tap++) {
        kernel_item(&j, tap);
      }
    }
  }
  if (call->din[0] != NULL) {
    input_gradient(c, &j, x, dz, kernel->value, call->din[0], work);
  }
  return TN_OK;
}

const struct tn_op tn_op_depthwise_conv = {
    .name = "depthwise_conv",
    .config_size = sizeof(struct config),
    .configure = depthwise_configure,
    .infer = depthwise_infer,
    .forward = depthwise_forward,
    .backward = depthwise_backward,
};
