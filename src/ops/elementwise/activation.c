/* Activations of API section 4. Where the slope can be had from the output alone the pre-activation
 * is not kept. At kinks: relu has slope 0, elu 1, selu its scale, hard_sigmoid 0.2,
 * that of Keras 3 1/6. */
#include "ops/elementwise/activation.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "kernels/curves.h"
#include "kernels/vector.h"
#include "platform/threads.h"

#define SELU_ALPHA 1.6732632423543772f
#define SELU_SCALE 1.0507009873554805f
#define INV_SQRT_2 0.70710678118654752
#define INV_SQRT_2PI 0.39894228040143268

struct name {
  const char *text;
  enum tn_activation_kind kind;
  float alpha, threshold;
};

static const struct name names[] = {
    {"linear", TN_ACT_LINEAR, 0, 0},           {"relu", TN_ACT_RELU, 0, 0},
    {"elu", TN_ACT_ELU, 1, 0},                 {"selu", TN_ACT_SELU, SELU_ALPHA, 0},
    {"sigmoid", TN_ACT_SIGMOID, 0, 0},         {"hard_sigmoid", TN_ACT_HARD_SIGMOID, 0, 0},
    {"tanh", TN_ACT_TANH, 0, 0},               {"softplus", TN_ACT_SOFTPLUS, 0, 0},
    {"softsign", TN_ACT_SOFTSIGN, 0, 0},       {"exponential", TN_ACT_EXPONENTIAL, 0, 0},
    {"gelu", TN_ACT_GELU, 0, 0},               {"swish", TN_ACT_SWISH, 0, 0},
    {"mish", TN_ACT_MISH, 0, 0},
    {"hard_sigmoid_keras3", TN_ACT_HARD_SIGMOID_KERAS3, 0, 0},
    {"leaky_relu", TN_ACT_LEAKY_RELU, 0.3f, 0},
    {"thresholded_relu", TN_ACT_THRESHOLDED_RELU, 0, 1},
    {"softmax", TN_ACT_SOFTMAX, 0, 0},
};

enum tn_status tn_activation_read(const struct tn_attrs *attrs, struct tn_activation *out,
                                  struct tn_error *err) {
  return tn_activation_read_from(attrs, "activation", out, err);
}

enum tn_status tn_activation_read_from(const struct tn_attrs *attrs, const char *name,
                                       struct tn_activation *out, struct tn_error *err) {
  const char *text = tn_attrs_text(attrs, name, "linear");
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(names[i].text, text) == 0) {
      out->kind = names[i].kind;
      out->alpha = (float)tn_attrs_number(attrs, "alpha", names[i].alpha);
      out->max_value = (float)tn_attrs_number(attrs, "max_value", INFINITY);
      out->threshold = (float)tn_attrs_number(attrs, "threshold", names[i].threshold);
      return TN_OK;
    }
  }
  return tn_fail(err, TN_STATUS_ARG, "there is no activation \"%s\"", text);
}

int tn_activation_needs_input(const struct tn_activation *act) {
  switch (act->kind) {
    case TN_ACT_RELU:
      return act->threshold != 0 || act->alpha != 0 || isfinite(act->max_value);
    case TN_ACT_ELU:
    case TN_ACT_SELU:
    case TN_ACT_HARD_SIGMOID:
    case TN_ACT_HARD_SIGMOID_KERAS3:
    case TN_ACT_SOFTPLUS:
    case TN_ACT_SOFTSIGN:
    case TN_ACT_GELU:
    case TN_ACT_SWISH:
    case TN_ACT_MISH:
    case TN_ACT_LEAKY_RELU:
    case TN_ACT_THRESHOLDED_RELU:
      return 1;
    default:
      return 0;
  }
}

static float relu(const struct tn_activation *act, float x) {
  return x >= act->max_value ? act->max_value
         : x >= act->threshold ? x : act->alpha * (x - act->threshold);
}

/* In double: rounded to a float the libraries of all systems agree. */
static double normal_cdf(float x) { return 0.5 * erfc(-x * INV_SQRT_2); }

static float gelu_slope(float z) {
  return (float)(normal_cdf(z) + z * INV_SQRT_2PI * exp(-0.5 * z * z));
}

static float value(const struct tn_activation *act, float x) {
  switch (act->kind) {
    case TN_ACT_RELU: return relu(act, x);
    case TN_ACT_HARD_SIGMOID: return fminf(fmaxf(0.2f * x + 0.5f, 0), 1);
    case TN_ACT_HARD_SIGMOID_KERAS3: return fminf(fmaxf(x / 6 + 0.5f, 0), 1);
    case TN_ACT_SOFTSIGN: return x / (1 + fabsf(x));
    case TN_ACT_GELU: return (float)(x * normal_cdf(x));
    case TN_ACT_LEAKY_RELU: return x > 0 ? x : act->alpha * x;
    case TN_ACT_THRESHOLDED_RELU: return x > act->threshold ? x : 0;
    default: return x;
  }
}

static void softmax_row(int64_t n, const float *z, float *y) {
  float top = z[0];
  for (int64_t j = 1; j < n; j++) {
    top = z[j] > top ? z[j] : top;
  }
  for (int64_t j = 0; j < n; j++) {
    y[j] = z[j] - top;
  }
  tn_vec_exp(n, y, y);
  tn_vec_scale(n, (float)(1.0 / tn_vec_sum(n, y)), y);
}

static void values_of(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                      float *y) {
  int64_t size = rows * n;
  switch (act->kind) {
    case TN_ACT_LINEAR: tn_vec_copy(size, z, y); return;
    case TN_ACT_SIGMOID: tn_vec_sigmoid(size, z, y); return;
    case TN_ACT_TANH: tn_vec_tanh(size, z, y); return;
    case TN_ACT_EXPONENTIAL: tn_vec_exp(size, z, y); return;
    case TN_ACT_ELU: tn_curve_elu(size, act->alpha, 1, z, y); return;
    case TN_ACT_SELU: tn_curve_elu(size, act->alpha, SELU_SCALE, z, y); return;
    case TN_ACT_SOFTPLUS: tn_curve_softplus(size, z, y); return;
    case TN_ACT_SWISH: tn_curve_swish(size, z, y); return;
    case TN_ACT_MISH: tn_curve_mish(size, z, y); return;
    case TN_ACT_SOFTMAX:
      for (int64_t i = 0; i < rows; i++) {
        softmax_row(n, z + i * n, y + i * n);
      }
      return;
    case TN_ACT_RELU:
      if (!tn_activation_needs_input(act)) {
        tn_vec_relu(size, z, y);
        return;
      }
      break;
    default: break;
  }
  for (int64_t i = 0; i < size; i++) {
    y[i] = value(act, z[i]);
  }
}

static float slope(const struct tn_activation *act, float z) {
  float s;
  switch (act->kind) {
    case TN_ACT_RELU:
      return z >= act->max_value ? 0 : z > act->threshold ? 1 : z < act->threshold ? act->alpha : 0;
    case TN_ACT_HARD_SIGMOID: return z >= -2.5f && z <= 2.5f ? 0.2f : 0;
    case TN_ACT_HARD_SIGMOID_KERAS3: return z >= -3 && z <= 3 ? 1.0f / 6 : 0;
    case TN_ACT_SOFTSIGN: s = 1 / (1 + fabsf(z)); return s * s;
    case TN_ACT_GELU: return gelu_slope(z);
    case TN_ACT_LEAKY_RELU: return z > 0 ? 1 : act->alpha;
    case TN_ACT_THRESHOLDED_RELU: return z > act->threshold ? 1 : 0;
    default: return 1;
  }
}

static void slopes_of(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                      const float *y, const float *dy, float *dz) {
  int64_t size = rows * n;
  switch (act->kind) {
    case TN_ACT_LINEAR: tn_vec_copy(size, dy, dz); return;
    case TN_ACT_SIGMOID: tn_vec_sigmoid_slope(size, y, dy, dz); return;
    case TN_ACT_TANH: tn_vec_tanh_slope(size, y, dy, dz); return;
    case TN_ACT_ELU: tn_curve_elu_slope(size, act->alpha, 1, z, dy, dz); return;
    case TN_ACT_SELU: tn_curve_elu_slope(size, act->alpha, SELU_SCALE, z, dy, dz); return;
    case TN_ACT_SOFTPLUS: tn_curve_softplus_slope(size, z, dy, dz); return;
    case TN_ACT_SWISH: tn_curve_swish_slope(size, z, dy, dz); return;
    case TN_ACT_MISH: tn_curve_mish_slope(size, z, dy, dz); return;
    case TN_ACT_EXPONENTIAL:
      for (int64_t i = 0; i < size; i++) {
        dz[i] = dy[i] * y[i];
      }
      return;
    case TN_ACT_SOFTMAX:
      for (int64_t i = 0; i < rows; i++) {
        float dot = (float)tn_vec_dot(n, dy + i * n, y + i * n);
        for (int64_t j = i * n; j < (i + 1) * n; j++) {
          dz[j] = y[j] * (dy[j] - dot);
        }
      }
      return;
    case TN_ACT_RELU:
      if (!tn_activation_needs_input(act)) {
        tn_vec_relu_slope(size, y, dy, dz);
        return;
      }
      break;
    default: break;
  }
  for (int64_t i = 0; i < size; i++) {
    dz[i] = dy[i] * slope(act, z[i]);
  }
}

/* ---- shared by threads --------------------------------------------------------------------------- */

/* Rows for softmax, else cells: what is computed by itself. */
struct shared {
  const struct tn_activation *act;
  int64_t units, n, items;
  const float *z, *y, *dy; /* z and y: NULL where they are not read */
  float *out;
};

static struct shared share(const struct tn_activation *act, int64_t rows, int64_t n, float *out) {
  struct shared s = {.act = act, .units = rows * n, .n = 1, .out = out};
  if (act->kind == TN_ACT_SOFTMAX) {
    s.units = rows;
    s.n = n;
  }
  s.items = tn_items(s.units, (1 << 15) / (s.n + 1) + 1);
  return s;
}

static const float *part_of(const float *x, int64_t at) { return x == NULL ? NULL : x + at; }

static void share_values(void *context, int64_t item) {
  const struct shared *s = context;
  int64_t from, to;
  tn_item_range(s->units, s->items, item, &from, &to);
  values_of(s->act, to - from, s->n, s->z + from * s->n, s->out + from * s->n);
}

static void share_slopes(void *context, int64_t item) {
  const struct shared *s = context;
  int64_t from, to;
  tn_item_range(s->units, s->items, item, &from, &to);
  slopes_of(s->act, to - from, s->n, part_of(s->z, from * s->n), part_of(s->y, from * s->n),
            s->dy + from * s->n, s->out + from * s->n);
}

void tn_activation_forward(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                           float *y) {
  struct shared s = share(act, rows, n, y);
  s.z = z;
  tn_parallel_for(s.items, share_values, &s);
}

void tn_activation_backward(const struct tn_activation *act, int64_t rows, int64_t n,
                            const float *z, const float *y, const float *dy, float *dz) {
  struct shared s = share(act, rows, n, dz);
  s.z = z;
  s.y = y;
  s.dy = dy;
  tn_parallel_for(s.items, share_slopes, &s);
}
