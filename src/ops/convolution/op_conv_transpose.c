/* conv_transpose: the way back of a convolution (Zeiler et al., CVPR 2010): every cell of x (B,H,W,C)
 * spreads its channels over the cells of a window of y (B,H',W',F), K (h,w,F,C):
 *   y = act(sum over windows of x t(K) + b)
 *   dz = dy * act'(z);  K += t(windows of dz) x;  b += sums of dz over cells;  dx = windows of dz * K
 * The full length is (n-1) * stride + reach. padding "same" and shorter lengths cut off both ends, the
 * smaller half in front; longer lengths get cells behind that no window reaches. */
#include "ops/convolution/conv_kernel.h"
#include "ops/convolution/conv_options.h"
#include "ops/convolution/conv_products.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  struct tn_conv_options o;
  int64_t filters;
  int padded; /* output_padding is given */
  int64_t more[2];
};

static enum tn_status transpose_configure(void *config, const struct tn_attrs *attrs,
                                          struct tn_error *err) {
  struct config *c = config;
  TN_TRY(tn_conv_options_read(attrs, &c->o, err));
  TN_TRY(tn_conv_count_read(attrs, "filters", 0, &c->filters, err));
  if (c->o.padding == TN_PAD_CAUSAL || c->o.axes != 2) {
    return tn_fail(err, TN_STATUS_ARG, "a transposed convolution is one of images, without "
                                       "`padding` \"causal\"");
  }
  c->padded = tn_attrs_integers(attrs, "output_padding", 2, c->more);
  if (c->padded == 1) {
    c->more[1] = c->more[0];
  }
  for (int k = 0; k < 2; k++) {
    if (c->more[k] < 0 || (c->padded > 0 && c->more[k] >= c->o.stride[k])) {
      return tn_fail(err, TN_STATUS_ARG,
                     "`output_padding` must be at least 0 and below `strides` (%lld), not %lld",
                     (long long)c->o.stride[k], (long long)c->more[k]);
    }
  }
  return TN_OK;
}

/* The window along axis k (0 height, 1 width) when the input has n cells there. */
static enum tn_status place_axis(const struct config *c, int k, int64_t n, struct tn_window *w,
                                 struct tn_error *err) {
  int64_t stride = c->o.stride[k], reach = tn_window_reach(c->o.size[k], c->o.dilation[k]);
  int64_t full = (n - 1) * stride + reach, length;
  if (c->padded > 0) {
    length = full + c->more[k] - (c->o.padding == TN_PAD_SAME ? reach / 2 * 2 : 0);
  } else {
    length = c->o.padding == TN_PAD_SAME ? n * stride : full + (stride > reach ? stride - reach : 0);
  }
  if (n < 1 || length < 1) {
    return tn_fail(err, TN_STATUS_SHAPE, "of its %lld cells along the %s nothing would be left",
                   (long long)n, k == 0 ? "height" : "width");
  }
  *w = (struct tn_window){c->o.size[k], stride, c->o.dilation[k],
                          full > length ? (full - length) / 2 : 0, length, n};
  return TN_OK;
}

static enum tn_status place(const struct config *c, const struct tn_shape *in, struct tn_conv *out,
                            struct tn_error *err) {
  out->images = in->dim[0];
  out->groups = 1;
  out->large_channels = c->filters;
  TN_TRY(tn_conv_channels(in, &out->small_channels, err));
  TN_TRY(place_axis(c, 0, in->dim[1], &out->y, err));
  return place_axis(c, 1, in->dim[2], &out->x, err);
}

static enum tn_status transpose_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  const struct config *c = config;
  struct tn_conv conv;
  TN_TRY(tn_conv_input_check(&c->o, io, 0, "a transposed convolution", err));
  TN_TRY(place(c, &io->in[0], &conv, err));
  io->out[0] = tn_conv_shape(&c->o, &io->in[0], conv.y.in, conv.x.in, c->filters);
  io->n_params = 1 + c->o.use_bias;
  io->param[0] = (struct tn_param_spec){
      "kernel", tn_conv_kernel_shape(&c->o, c->filters, conv.small_channels), TN_ROLE_TRAINED};
  io->param[1] = (struct tn_param_spec){"bias", tn_shape_1(c->filters), TN_ROLE_TRAINED};
  TN_TRY(tn_conv_size_check(io, &conv, err));
  io->scratch = tn_activation_needs_input(&c->o.act) ? tn_shape_size(&io->out[0]) : 0;
  io->work = tn_conv_work(&conv) + tn_conv_slope_work(tn_shape_rows(&io->out[0]), c->filters);
  return TN_OK;
}

static enum tn_status transpose_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_tensor *y = call->out[0];
  struct tn_conv conv;
  float *z = tn_activation_needs_input(&c->o.act) ? call->scratch : y->data;
  TN_TRY(place(c, &call->in[0]->shape, &conv, err));
  tn_conv_back(&conv, call->param[0]->value, call->in[0]->data,
               c->o.use_bias ? call->param[1]->value : NULL, z, call->work);
  tn_conv_activate(&c->o.act, tn_shape_rows(&y->shape), c->filters, z, y->data);
  return TN_OK;
}

static enum tn_status transpose_backward(struct tn_call *call, struct tn_error *err) {
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
    tn_conv_kernel(&conv, dz, x->data, kernel->grad, work);
  }
  if (call->din[0] != NULL) {
    tn_conv_ahead(&conv, kernel->value, dz, NULL, call->din[0], work, NULL, NULL);
  }
  return TN_OK;
}

const struct tn_op tn_op_conv_transpose = {
    .name = "conv_transpose",
    .config_size = sizeof(struct config),
    .configure = transpose_configure,
    .infer = transpose_infer,
    .forward = transpose_forward,
    .backward = transpose_backward,
};
