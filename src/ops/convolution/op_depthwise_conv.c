/* depthwise_conv: every channel by itself: y (B,H',W',C*M) = act(windows of x (B,H,W,C) K (h,w,C,M) + b),
 * channel c * M + m being made of channel c. With M > 1 the channels of x are repeated M times first;
 * then it is a convolution in as many groups as there are channels. */
#include "ops/convolution/conv_kernel.h"
#include "ops/convolution/conv_options.h"
#include "ops/convolution/conv_products.h"
#include "ops/op.h"
#include "ops/op_list.h"

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

/* Of x with its channels repeated. */
static enum tn_status place(const struct config *c, const struct tn_shape *in, struct tn_conv *out,
                            struct tn_error *err) {
  int64_t channels;
  TN_TRY(tn_conv_place(&c->o, in, out, err));
  TN_TRY(tn_conv_channels(in, &channels, err));
  out->groups = channels * c->multiplier;
  out->large_channels = out->small_channels = 1;
  return TN_OK;
}

static int64_t repeated_size(const struct config *c, const struct tn_shape *in) {
  return c->multiplier == 1 ? 0 : tn_shape_size(in) * c->multiplier;
}

static enum tn_status depthwise_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  const struct config *c = config;
  struct tn_conv conv;
  TN_TRY(tn_conv_input_check(&c->o, io, 0, "a depthwise convolution", err));
  TN_TRY(place(c, &io->in[0], &conv, err));
  io->out[0] = tn_conv_shape(&c->o, &io->in[0], conv.y.out, conv.x.out, conv.groups);
  io->n_params = 1 + c->o.use_bias;
  io->param[0] = (struct tn_param_spec){
      "depthwise_kernel", tn_conv_kernel_shape(&c->o, tn_shape_last(&io->in[0]), c->multiplier), TN_ROLE_TRAINED};
  io->param[1] = (struct tn_param_spec){"bias", tn_shape_1(conv.groups), TN_ROLE_TRAINED};
  TN_TRY(tn_conv_size_check(io, &conv, err));
  io->scratch = tn_activation_needs_input(&c->o.act) ? tn_shape_size(&io->out[0]) : 0;
  io->work = tn_conv_slope_work(tn_shape_rows(&io->out[0]), conv.groups) + repeated_size(c, &io->in[0]) +
             tn_conv_work(&conv);
  return TN_OK;
}

/* Each channel `times` times, side by side. */
static void repeat_channels(int64_t n, int64_t times, const float *x, float *y) {
  for (int64_t i = 0; i < n; i++) {
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

/* x, or in work with its channels repeated. */
static const float *source_of(const struct config *c, const struct tn_tensor *x, float *work) {
  if (c->multiplier == 1) {
    return x->data;
  }
  repeat_channels(tn_shape_size(&x->shape), c->multiplier, x->data, work);
  return work;
}

static enum tn_status depthwise_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_tensor *y = call->out[0];
  float *z = tn_activation_needs_input(&c->o.act) ? call->scratch : y->data;
  float *work = call->work + repeated_size(c, &call->in[0]->shape);
  struct tn_conv conv;
  TN_TRY(place(c, &call->in[0]->shape, &conv, err));
  tn_conv_ahead(&conv, call->param[0]->value, source_of(c, call->in[0], call->work),
                c->o.use_bias ? call->param[1]->value : NULL, z, work, NULL, NULL);
  tn_conv_activate(&c->o.act, tn_shape_rows(&y->shape), conv.groups, z, y->data);
  return TN_OK;
}

static enum tn_status depthwise_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *x = call->in[0], *y = call->out[0];
  struct tn_param *kernel = call->param[0];
  struct tn_conv conv;
  TN_TRY(place(c, &x->shape, &conv, err));
  int64_t rows = tn_shape_rows(&y->shape), n = conv.groups;
  const float *dz = tn_conv_slope(&c->o.act, rows, n, call->scratch, y->data, call->dout[0],
                                  c->o.use_bias ? call->param[1]->grad : NULL, call->work);
  float *repeated = call->work + tn_conv_slope_work(rows, n), *work = repeated + repeated_size(c, &x->shape);
  if (kernel->grad != NULL) {
    tn_conv_kernel(&conv, source_of(c, x, repeated), dz, kernel->grad, work);
  }
  if (call->din[0] != NULL) {
    tn_conv_back(&conv, kernel->value, dz, NULL, c->multiplier > 1 ? repeated : call->din[0], work);
  }
  if (call->din[0] != NULL && c->multiplier > 1) {
    sum_repeated(tn_shape_size(&x->shape), c->multiplier, repeated, call->din[0]);
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
