#include "ops/convolution/conv_options.h"

#include "ops/op_inputs.h"

static int beyond_one(const int64_t v[2]) { return v[0] > 1 || v[1] > 1; }

enum tn_status tn_conv_count_read(const struct tn_attrs *attrs, const char *name, int64_t fallback,
                                  int64_t *out, struct tn_error *err) {
  double value = tn_attrs_number(attrs, name, (double)fallback);
  if (!(value >= 1 && value <= INT32_MAX)) {
    return tn_fail(err, TN_STATUS_ARG, "`%s` must be a whole number from 1 to %d, not %g", name,
                   INT32_MAX, value);
  }
  *out = (int64_t)value;
  return TN_OK;
}

enum tn_status tn_conv_options_read(const struct tn_attrs *attrs, struct tn_conv_options *out,
                                    struct tn_error *err) {
  out->axes = (int)tn_attrs_number(attrs, "axes", 2);
  out->use_bias = tn_attrs_flag(attrs, "use_bias", 1);
  if (out->axes != 1 && out->axes != 2) {
    return tn_fail(err, TN_STATUS_ARG, "`axes` must be 1 or 2, not %d", out->axes);
  }
  TN_TRY(tn_window_read(attrs, "kernel_size", out->size, err));
  TN_TRY(tn_window_read(attrs, "strides", out->stride, err));
  TN_TRY(tn_window_read(attrs, "dilation_rate", out->dilation, err));
  TN_TRY(tn_padding_read(attrs, &out->padding, err));
  if (out->padding == TN_PAD_CAUSAL && out->axes != 1) {
    return tn_fail(err, TN_STATUS_ARG, "`padding` \"causal\" is for convolutions along time only");
  }
  if (beyond_one(out->stride) && beyond_one(out->dilation)) {
    return tn_fail(err, TN_STATUS_ARG, "`strides` and `dilation_rate` cannot both be above 1");
  }
  if (out->axes == 1) {
    out->size[0] = out->stride[0] = out->dilation[0] = 1;
  }
  return tn_activation_read(attrs, &out->act, err);
}

enum tn_status tn_conv_input_check(const struct tn_conv_options *o, const struct tn_infer *io,
                                   int several, const char *what, struct tn_error *err) {
  int rank = io->in[0].rank, wanted = o->axes + 2;
  TN_TRY(tn_inputs_float(io, what, err));
  if (rank < wanted || (!several && rank > wanted)) {
    char text[80];
    return tn_fail(err, TN_STATUS_SHAPE, "%s needs an input of %s%d axes (%s), not of shape %s%s", what,
                   several ? "at least " : "", wanted,
                   o->axes == 1 ? "samples, steps, channels" : "samples, height, width, channels",
                   tn_shape_text(&io->in[0], text, sizeof text),
                   rank == wanted - 1 ? "; a single channel is an axis, too" : "");
  }
  return TN_OK;
}

enum tn_status tn_conv_channels(const struct tn_shape *in, int64_t *out, struct tn_error *err) {
  *out = tn_shape_last(in);
  if (*out < 1) {
    return tn_fail(err, TN_STATUS_SHAPE, "the input has no channels");
  }
  return TN_OK;
}

enum tn_status tn_conv_place(const struct tn_conv_options *o, const struct tn_shape *in,
                             struct tn_conv *out, struct tn_error *err) {
  int first = in->rank - o->axes - 1, last = in->rank - 2;
  out->images = 1;
  for (int k = 0; k < first; k++) {
    out->images *= in->dim[k];
  }
  TN_TRY(tn_window_place(o->axes == 1 ? 1 : in->dim[first], o->size[0], o->stride[0],
                         o->dilation[0], o->axes == 1 ? TN_PAD_VALID : o->padding, "height",
                         &out->y, err));
  return tn_window_place(in->dim[last], o->size[1], o->stride[1], o->dilation[1], o->padding,
                         o->axes == 1 ? "steps" : "width", &out->x, err);
}

struct tn_shape tn_conv_shape(const struct tn_conv_options *o, const struct tn_shape *in, int64_t y,
                              int64_t x, int64_t channels) {
  struct tn_shape out = *in;
  if (o->axes == 2) {
    out.dim[in->rank - 3] = y;
  }
  out.dim[in->rank - 2] = x;
  out.dim[in->rank - 1] = channels;
  return out;
}

struct tn_shape tn_conv_kernel_shape(const struct tn_conv_options *o, int64_t a, int64_t b) {
  int64_t dim[4] = {o->size[0], o->size[1], a, b};
  return o->axes == 1 ? tn_shape_make(3, dim + 1) : tn_shape_make(4, dim);
}

static double size_of(const struct tn_shape *s) {
  double n = 1;
  for (int k = 0; k < s->rank; k++) {
    n *= (double)s->dim[k];
  }
  return n;
}

static double table_of(const struct tn_window *w) {
  return (double)(w->in > w->out ? w->in : w->out) * (double)w->size;
}

enum tn_status tn_conv_size_check(const struct tn_infer *io, const struct tn_conv *conv,
                                  struct tn_error *err) {
  for (int k = 0; k < io->n_params; k++) {
    if (size_of(&io->param[k].shape) > 1e12) {
      return tn_fail(err, TN_STATUS_SHAPE, "its weight %s would have %.3g values, more than memory",
                     io->param[k].name, size_of(&io->param[k].shape));
    }
  }
  double in = size_of(&io->in[0]), out = size_of(&io->out[0]);
  if (in > 1e17 || out > 1e17 || table_of(&conv->y) > 1e15 || table_of(&conv->x) > 1e15) {
    return tn_fail(err, TN_STATUS_SHAPE, "it would make %.3g values of %.3g, more than memory", out,
                   in);
  }
  return TN_OK;
}
