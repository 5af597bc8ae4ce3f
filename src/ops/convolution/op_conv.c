/* conv: y = act(windows of x * K + b), a cross-correlation: x (B,..,H,W,C), K (h,w,C/groups,F), y
 * (B,..,H',W',F); along one axis the same with height 1. Group g of the filters sees group g of the
 * channels.
 *   dz = dy * act'(z);  K += t(windows of x) dz;  b += sums of dz over cells;  dx = windows of dz t(K) */
#include "ops/convolution/conv_kernel.h"
#include "ops/convolution/conv_options.h"
#include "ops/convolution/conv_products.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  struct tn_conv_options o;
  int64_t filters, groups;
};

static enum tn_status conv_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  struct config *c = config;
  TN_TRY(tn_conv_options_read(attrs, &c->o, err));
  TN_TRY(tn_conv_count_read(attrs, "filters", 0, &c->filters, err));
  TN_TRY(tn_conv_count_read(attrs, "groups", 1, &c->groups, err));
  if (c->filters % c->groups != 0) {
    return tn_fail(err, TN_STATUS_ARG, "`filters` (%lld) must be a multiple of `groups` (%lld)",
                   (long long)c->filters, (long long)c->groups);
  }
  return TN_OK;
}

static enum tn_status place(const struct config *c, const struct tn_shape *in, struct tn_conv *out,
                            struct tn_error *err) {
  int64_t channels;
  TN_TRY(tn_conv_place(&c->o, in, out, err));
  TN_TRY(tn_conv_channels(in, &channels, err));
  if (channels % c->groups != 0) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "its %lld channels cannot be split into %lld groups of the same size",
                   (long long)channels, (long long)c->groups);
  }
  out->groups = c->groups;
  out->large_channels = channels / c->groups;
  out->small_channels = c->filters / c->groups;
  return TN_OK;
}

static enum tn_status conv_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  struct tn_conv conv;
  TN_TRY(tn_conv_input_check(&c->o, io, 1, "a convolution", err));
  TN_TRY(place(c, &io->in[0], &conv, err));
  io->out[0] = tn_conv_shape(&c->o, &io->in[0], conv.y.out, conv.x.out, c->filters);
  io->n_params = 1 + c->o.use_bias;
  io->param[0] = (struct tn_param_spec){
      "kernel", tn_conv_kernel_shape(&c->o, conv.large_channels, c->filters), TN_ROLE_TRAINED};
  io->param[1] = (struct tn_param_spec){"bias", tn_shape_1(c->filters), TN_ROLE_TRAINED};
  TN_TRY(tn_conv_size_check(io, &conv, err));
  io->scratch = tn_activation_needs_input(&c->o.act) ? tn_shape_size(&io->out[0]) : 0;
  io->work = tn_conv_work(&conv) + tn_conv_slope_work(tn_shape_rows(&io->out[0]), c->filters);
  return TN_OK;
}

struct activation {
  const struct tn_activation *act;
  int64_t n;
  const float *z;
  float *y;
};

/* While the cells are still in the cache of the thread that made them. */
static void activate_cells(void *context, int64_t cell, int64_t n) {
  const struct activation *a = context;
  tn_activation_forward(a->act, n, a->n, a->z + cell * a->n, a->y + cell * a->n);
}

static enum tn_status conv_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_tensor *y = call->out[0];
  struct tn_conv conv;
  float *z = tn_activation_needs_input(&c->o.act) ? call->scratch : y->data;
  struct activation a = {&c->o.act, c->filters, z, y->data};
  TN_TRY(place(c, &call->in[0]->shape, &conv, err));
  tn_conv_ahead(&conv, call->param[0]->value, call->in[0]->data,
                c->o.use_bias ? call->param[1]->value : NULL, z, call->work,
                c->o.act.kind == TN_ACT_LINEAR ? NULL : activate_cells, &a);
  return TN_OK;
}

static enum tn_status conv_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *x = call->in[0], *y = call->out[0];
  struct tn_param *kernel = call->param[0];
  int64_t rows = tn_shape_rows(&y->shape);
  struct tn_conv conv;
  TN_TRY(place(c, &x->shape, &conv, err));
  const float *dz = tn_conv_slope(&c->o.act, rows, c->filters, call->scratch, y->data,
                                  call->dout[0], c->o.use_bias ? call->param[1]->grad : NULL,
                                  call->work);
  float *work = call->work + tn_conv_slope_work(rows, c->filters);
  if (kernel->grad != NULL) {
    tn_conv_kernel(&conv, x->data, dz, kernel->grad, work);
  }
  if (call->din[0] != NULL) {
    tn_conv_back(&conv, kernel->value, dz, NULL, call->din[0], work);
  }
  return TN_OK;
}

const struct tn_op tn_op_conv = {
    .name = "conv",
    .config_size = sizeof(struct config),
    .configure = conv_configure,
    .infer = conv_infer,
    .forward = conv_forward,
    .backward = conv_backward,
};
