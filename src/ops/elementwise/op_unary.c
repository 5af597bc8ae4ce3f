/* unary: the elementwise function that the attribute fn names. clip has limits min and max, which
 * themselves pass the gradient; sqrt and rsqrt take negative numbers as 0, and sqrt has slope 0
 * there; round goes to the even neighbour of a half. identity passes, cast_int cuts fractions,
 * cast_logical is x != 0: these three also read ids (TN_I32) and give floats. sigmoid, tanh and so
 * on are kinds of the op "activation". Logarithms are computed in double: rounded to a float the
 * libraries of all systems agree. */
#include <math.h>
#include <string.h>

#include "kernels/vector.h"
#include "kernels/waves.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

enum kind { NEGATE, SQUARE, SQRT, RSQRT, RECIPROCAL, EXP, LOG, LOG1P, ABS, SIGN, ROUND, CLIP, FLOOR,
            SIN, COS, IDENTITY, CAST_INT, CAST_LOGICAL, KINDS };

static const char *const names[KINDS] = {
    "negate", "square", "sqrt", "rsqrt", "reciprocal", "exp", "log", "log1p", "abs", "sign",
    "round", "clip", "floor", "sin", "cos", "identity", "cast_int", "cast_logical"};

struct config {
  enum kind kind;
  float low, high;
};

static enum tn_status unary_configure(void *config, const struct tn_attrs *attrs,
                                      struct tn_error *err) {
  struct config *c = config;
  const char *fn = tn_attrs_text(attrs, "fn", "");
  c->low = (float)tn_attrs_number(attrs, "min", -INFINITY);
  c->high = (float)tn_attrs_number(attrs, "max", INFINITY);
  for (int k = 0; k < KINDS; k++) {
    if (strcmp(names[k], fn) == 0) {
      c->kind = (enum kind)k;
      return TN_OK;
    }
  }
  return tn_fail(err, TN_STATUS_ARG, "there is no elementwise function \"%s\"", fn);
}

static int is_cast(const struct config *c) {
  return c->kind == IDENTITY || c->kind == CAST_INT || c->kind == CAST_LOGICAL;
}

static enum tn_status unary_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  char what[40] = "k_";
  strncat(what, names[c->kind], sizeof what - 3);
  TN_TRY(tn_input_check(io, 0, is_cast(c), what, err));
  io->out[0] = io->in[0];
  return TN_OK;
}

#define EACH(expression)              \
  for (int64_t i = 0; i < n; i++) {   \
    float u = x[i];                   \
    y[i] = (expression);              \
  }                                   \
  break

static void values(const struct config *c, int64_t n, const float *x, float *y) {
  switch (c->kind) {
    case NEGATE: EACH(-u);
    case SQUARE: EACH(u * u);
    case SQRT: EACH(sqrtf(u < 0 ? 0 : u));
    case RSQRT: EACH(1 / sqrtf(u < 0 ? 0 : u));
    case RECIPROCAL: EACH(1 / u);
    case EXP: tn_vec_exp(n, x, y); break;
    case LOG: EACH((float)log(u));
    case LOG1P: EACH((float)log1p(u));
    case ABS: EACH(fabsf(u));
    case SIGN: EACH((float)((u > 0) - (u < 0)));
    case ROUND: EACH(rintf(u));
    case CLIP: EACH(u < c->low ? c->low : u > c->high ? c->high : u);
    case FLOOR: EACH(floorf(u));
    case SIN: tn_wave(n, TN_SINE, x, y); break;
    case COS: tn_wave(n, TN_COSINE, x, y); break;
    case CAST_INT: EACH(truncf(u));
    case CAST_LOGICAL: EACH(u != 0);
    default: tn_vec_copy(n, x, y);
  }
}

static enum tn_status unary_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *in = call->in[0];
  int64_t n = tn_shape_size(&in->shape);
  float *y = call->out[0]->data;
  (void)err;
  if (in->dtype == TN_I32) {
    for (int64_t i = 0; i < n; i++) {
      int32_t id = tn_tensor_ids(in)[i];
      y[i] = c->kind == CAST_LOGICAL ? id != 0 : (float)id;
    }
    return TN_OK;
  }
  values(c, n, in->data, y);
  return TN_OK;
}

#define BACK(expression)                                  \
  for (int64_t i = 0; i < n; i++) {                       \
    const float u = x[i], v = y[i], slope = (expression); \
    (void)u;                                              \
    (void)v;                                              \
    dx[i] = dy[i] * slope;                                \
  }                                                       \
  break

static void slopes(const struct config *c, int64_t n, const float *x, const float *y,
                   const float *dy, float *dx) {
  switch (c->kind) {
    case NEGATE: BACK(-1);
    case SQUARE: BACK(2 * u);
    case SQRT: BACK(u > 0 ? 0.5f / v : 0);
    case RSQRT: BACK(u > 0 ? -0.5f * v * v * v : 0);
    case RECIPROCAL: BACK(-v * v);
    case EXP: BACK(v);
    case LOG: BACK(1 / u);
    case LOG1P: BACK(1 / (1 + u));
    case ABS: BACK((float)((u > 0) - (u < 0)));
    case CLIP: BACK(u >= c->low && u <= c->high);
    case SIN: tn_wave_slope(n, TN_SINE, x, dy, dx); break;
    case COS: tn_wave_slope(n, TN_COSINE, x, dy, dx); break;
    case IDENTITY: tn_vec_copy(n, dy, dx); break;
    default: tn_vec_fill(n, 0, dx);
  }
}

static enum tn_status unary_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    slopes(call->config, tn_shape_size(&call->in[0]->shape), call->in[0]->data, call->out[0]->data,
           call->dout[0], call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_unary = {.name = "unary", .config_size = sizeof(struct config),
                                  .configure = unary_configure, .infer = unary_infer,
                                  .forward = unary_forward, .backward = unary_backward};
