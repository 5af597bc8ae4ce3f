/* unary: attr fn names an elementwise function; clip has min and max. sqrt takes negative numbers as
 * 0. identity passes, cast_int cuts fractions, cast_logical is x != 0. l2_normalize: x over the
 * length of its line along the last axes named by `axis`. */
#include <math.h>
#include <string.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/ops_tensor.h"

enum kind { NEGATE, SQUARE, SQRT, EXP, LOG, ABS, SIGN, ROUND, CLIP, FLOOR, IDENTITY, CAST_INT,
            CAST_LOGICAL, KINDS };

static const char *const names[KINDS] = {"negate", "square", "sqrt",  "exp",      "log",
                                         "abs",    "sign",   "round", "clip",     "floor",
                                         "identity", "cast_int", "cast_logical"};

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

static enum tn_status unary_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  (void)err;
  io->out[0] = io->in[0];
  io->out_mask[0] = TN_MASK_PASS;
  return TN_OK;
}

static float value(const struct config *c, float x) {
  switch (c->kind) {
    case NEGATE: return -x;
    case SQUARE: return x * x;
    case SQRT: return sqrtf(x > 0 ? x : 0);
    case EXP: return expf(x);
    case LOG: return logf(x);
    case ABS: return fabsf(x);
    case SIGN: return (float)((x > 0) - (x < 0));
    case ROUND: return rintf(x);
    case CLIP: return x < c->low ? c->low : x > c->high ? c->high : x;
    case FLOOR: return floorf(x);
    case CAST_INT: return truncf(x);
    case CAST_LOGICAL: return x != 0;
    default: return x;
  }
}

static float slope(const struct config *c, float x, float y) {
  switch (c->kind) {
    case NEGATE: return -1;
    case SQUARE: return 2 * x;
    case SQRT: return x > 0 ? 0.5f / y : 0;
    case EXP: return y;
    case LOG: return 1 / x;
    case ABS: return (float)((x > 0) - (x < 0));
    case CLIP: return x >= c->low && x <= c->high;
    case IDENTITY: return 1;
    default: return 0;
  }
}

static enum tn_status unary_forward(struct tn_call *call, struct tn_error *err) {
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  for (int64_t i = 0; i < n; i++) {
    call->out[0]->data[i] = value(call->config, call->in[0]->data[i]);
  }
  return TN_OK;
}

static enum tn_status unary_backward(struct tn_call *call, struct tn_error *err) {
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  for (int64_t i = 0; call->din[0] != NULL && i < n; i++) {
    call->din[0][i] = call->dout[0][i] *
                      slope(call->config, call->in[0]->data[i], call->out[0]->data[i]);
  }
  return TN_OK;
}

const struct tn_op tn_op_unary = {.name = "unary", .config_size = sizeof(struct config),
                                  .configure = unary_configure, .infer = unary_infer,
                                  .forward = unary_forward, .backward = unary_backward};

struct normalize {
  int axis;
};

static enum tn_status normalize_configure(void *config, const struct tn_attrs *attrs,
                                          struct tn_error *err) {
  (void)err;
  ((struct normalize *)config)->axis = (int)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

static enum tn_status normalize_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  int axis = ((const struct normalize *)config)->axis, rank = io->in[0].rank;
  if (axis >= rank || axis < -rank) {
    return tn_fail(err, TN_STATUS_SHAPE, "there is no axis %d in a tensor of %d axes", axis, rank);
  }
  io->out[0] = io->in[0];
  return TN_OK;
}

/* Lines along one axis: element j of a line lies `inner` apart. */
static void lines(const struct tn_call *call, int64_t *outer, int64_t *n, int64_t *inner) {
  const struct tn_shape *s = &call->in[0]->shape;
  int axis = ((const struct normalize *)call->config)->axis;
  axis = axis < 0 ? axis + s->rank : axis;
  *outer = *n = *inner = 1;
  for (int k = 0; k < s->rank; k++) {
    *(k < axis ? outer : k == axis ? n : inner) *= s->dim[k];
  }
}

static double line_dot(const float *a, const float *b, int64_t n, int64_t inner) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    sum += (double)a[j * inner] * b[j * inner];
  }
  return sum;
}

static enum tn_status normalize_forward(struct tn_call *call, struct tn_error *err) {
  int64_t outer, n, inner;
  (void)err;
  lines(call, &outer, &n, &inner);
  for (int64_t l = 0; l < outer * inner; l++) {
    int64_t from = l / inner * n * inner + l % inner;
    const float *x = call->in[0]->data + from;
    double sumsq = line_dot(x, x, n, inner), scale = 1 / sqrt(sumsq > 1e-12 ? sumsq : 1e-12);
    for (int64_t j = 0; j < n; j++) {
      call->out[0]->data[from + j * inner] = (float)(x[j * inner] * scale);
    }
  }
  return TN_OK;
}

static enum tn_status normalize_backward(struct tn_call *call, struct tn_error *err) {
  int64_t outer, n, inner;
  (void)err;
  lines(call, &outer, &n, &inner);
  for (int64_t l = 0; call->din[0] != NULL && l < outer * inner; l++) {
    int64_t from = l / inner * n * inner + l % inner;
    const float *x = call->in[0]->data + from, *dy = call->dout[0] + from;
    double sumsq = line_dot(x, x, n, inner), length = sqrt(sumsq > 1e-12 ? sumsq : 1e-12);
    double along = sumsq > 1e-12 ? line_dot(x, dy, n, inner) / (length * length * length) : 0;
    for (int64_t j = 0; j < n; j++) {
      call->din[0][from + j * inner] = (float)(dy[j * inner] / length - x[j * inner] * along);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_l2_normalize = {
    .name = "l2_normalize", .config_size = sizeof(struct normalize),
    .configure = normalize_configure, .infer = normalize_infer, .forward = normalize_forward,
    .backward = normalize_backward};
