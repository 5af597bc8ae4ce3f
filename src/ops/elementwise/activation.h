/* Elementwise activations shared by dense, the activation layers and recurrent ops. */
#ifndef TN_OPS_ELEMENTWISE_ACTIVATION_H
#define TN_OPS_ELEMENTWISE_ACTIVATION_H

#include <stdint.h>

#include "platform/status.h"
#include "tensor/attrs.h"

enum tn_activation_kind {
  TN_ACT_LINEAR = 0, TN_ACT_RELU, TN_ACT_ELU, TN_ACT_SELU, TN_ACT_SIGMOID, TN_ACT_HARD_SIGMOID,
  TN_ACT_TANH, TN_ACT_SOFTPLUS, TN_ACT_SOFTSIGN, TN_ACT_EXPONENTIAL, TN_ACT_GELU, TN_ACT_SWISH,
  TN_ACT_MISH, TN_ACT_LEAKY_RELU, TN_ACT_THRESHOLDED_RELU, TN_ACT_HARD_SIGMOID_KERAS3,
  TN_ACT_SOFTMAX /* over the last axis; not elementwise */
};

struct tn_activation {
  enum tn_activation_kind kind;
  float alpha;      /* slope or scale; each kind has its default */
  float max_value;  /* relu; INFINITY when none */
  float threshold;  /* relu, thresholded_relu (theta) */
};

/* Attributes `activation` (name), `alpha`, `max_value`, `threshold`; absent name = linear. */
enum tn_status tn_activation_read(const struct tn_attrs *attrs, struct tn_activation *out,
                                  struct tn_error *err) TN_MUST_CHECK;
/* The same with the activation's name under another one. */
enum tn_status tn_activation_read_from(const struct tn_attrs *attrs, const char *name,
                                       struct tn_activation *out,
                                       struct tn_error *err) TN_MUST_CHECK;
/* 1 when backward needs the pre-activation z, 0 when the output is enough. */
int tn_activation_needs_input(const struct tn_activation *act);
/* y (rows,n) = act(z); in place allowed. */
void tn_activation_forward(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                           float *y);
/* dz = dy * act'(z); z is read only when needed; dz may be dy. */
void tn_activation_backward(const struct tn_activation *act, int64_t rows, int64_t n,
                            const float *z, const float *y, const float *dy, float *dz);

#endif
