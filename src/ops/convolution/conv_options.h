/* What the convolution ops have in common: their options, the sizes of images, the passes before and
 * after the products. */
#ifndef TN_OPS_CONVOLUTION_CONV_OPTIONS_H
#define TN_OPS_CONVOLUTION_CONV_OPTIONS_H

#include "ops/convolution/conv.h"
#include "ops/elementwise/activation.h"
#include "ops/op.h"

struct tn_conv_options {
  int axes; /* 1: (.., steps, channels), a convolution of height 1; 2: (.., height, width, channels) */
  int64_t size[2], stride[2], dilation[2]; /* height, width */
  enum tn_padding padding;
  int use_bias;
  struct tn_activation act;
};

/* Attributes axes, kernel_size, strides, dilation_rate, padding, use_bias and those of the activation. */
enum tn_status tn_conv_options_read(const struct tn_attrs *attrs, struct tn_conv_options *out,
                                    struct tn_error *err) TN_MUST_CHECK;
/* A whole number of at least 1, such as `filters`. */
enum tn_status tn_conv_count_read(const struct tn_attrs *attrs, const char *name, int64_t fallback,
                                  int64_t *out, struct tn_error *err) TN_MUST_CHECK;
/* Input 0 must be floats with the axes of an image behind one batch axis, or behind several ones. */
enum tn_status tn_conv_input_check(const struct tn_conv_options *o, const struct tn_infer *io,
                                   int several, const char *what, struct tn_error *err) TN_MUST_CHECK;
/* Images, and windows along both axes, of a convolution of `in`. */
enum tn_status tn_conv_place(const struct tn_conv_options *o, const struct tn_shape *in,
                             struct tn_conv *out, struct tn_error *err) TN_MUST_CHECK;
/* The shape of `in` with cells along the axes of the image and channels replaced. */
struct tn_shape tn_conv_shape(const struct tn_conv_options *o, const struct tn_shape *in, int64_t y,
                              int64_t x, int64_t channels);
/* (height, width, a, b), without height for one axis. */
struct tn_shape tn_conv_kernel_shape(const struct tn_conv_options *o, int64_t a, int64_t b);
/* Refuses numbers of values that no memory could hold, so that all products of sizes can be counted. */
enum tn_status tn_conv_size_check(const struct tn_infer *io, const struct tn_conv *conv,
                                  struct tn_error *err) TN_MUST_CHECK;
/* Channels of in (its last axis), not 0. */
enum tn_status tn_conv_channels(const struct tn_shape *in, int64_t *out, struct tn_error *err)
    TN_MUST_CHECK;

/* y (rows, n) = act(z), on all threads. */
void tn_conv_activate(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                      float *y);
/* Work memory of the next, in floats, even. */
int64_t tn_conv_slope_work(int64_t rows, int64_t n);
/* dz (rows, n) = dy * act'(z), and its column sums added to bias (NULL: not wanted). Returns dz: in the
 * work memory, or dy itself without an activation. */
const float *tn_conv_slope(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                           const float *y, const float *dy, float *bias, float *work);

#endif
