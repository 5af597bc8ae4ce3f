/* Arithmetic and comparisons of two tensors. Shapes are aligned at their last axes and size-1 axes
 * repeat (numpy's rule); a repeated axis sums its gradient, in double. */
#include <math.h>
#include <string.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/ops_tensor.h"

enum kind { ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MAXIMUM, MINIMUM, FLOORMOD, EQUAL, NOT_EQUAL,
            GREATER, GREATER_EQUAL, LESS, LESS_EQUAL };

struct config {
  enum kind kind;
};

static enum tn_status binary_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *a = &io->in[0], *b = &io->in[1];
  struct tn_shape *out = &io->out[0];
  (void)config;
  out->rank = a->rank > b->rank ? a->rank : b->rank;
  for (int k = 1; k <= out->rank; k++) {
    int64_t da = k <= a->rank ? a->dim[a->rank - k] : 1, db = k <= b->rank ? b->dim[b->rank - k] : 1;
    if (da != db && da != 1 && db != 1) {
      char one[80], two[80];
      return tn_fail(err, TN_STATUS_SHAPE, "tensors of shapes %s and %s do not fit each other",
                     tn_shape_text(a, one, sizeof one), tn_shape_text(b, two, sizeof two));
    }
    out->dim[out->rank - k] = da == 1 ? db : da;
  }
  if (io->n_in > 0 && tn_shape_equal(a, out)) {
    io->out_mask[0] = TN_MASK_PASS;
  }
  io->work = 2 * (tn_shape_size(a) + tn_shape_size(b)); /* sums in double */
  return TN_OK;
}

static float value(enum kind kind, float a, float b) {
  switch (kind) {
    case ADD: return a + b;
    case SUBTRACT: return a - b;
    case MULTIPLY: return a * b;
    case DIVIDE: return a / b;
    case POWER: return powf(a, b);
    case MAXIMUM: return a >= b ? a : b;
    case MINIMUM: return a <= b ? a : b;
    case FLOORMOD: return a - floorf(a / b) * b;
    case EQUAL: return a == b;
    case NOT_EQUAL: return a != b;
    case GREATER: return a > b;
    case GREATER_EQUAL: return a >= b;
    case LESS: return a < b;
    default: return a <= b;
  }
}

/* Slopes with respect to a and b; ties of maximum and minimum belong to a. */
static void slopes(enum kind kind, float a, float b, float *da, float *db) {
  *da = *db = 0;
  switch (kind) {
    case ADD: *da = *db = 1; break;
    case SUBTRACT: *da = 1; *db = -1; break;
    case MULTIPLY: *da = b; *db = a; break;
    case DIVIDE: *da = 1 / b; *db = -a / (b * b); break;
    case POWER:
      *da = b == 0 ? 0 : b * powf(a, b - 1);
      *db = a > 0 ? powf(a, b) * logf(a) : 0;
      break;
    case MAXIMUM: *da = a >= b; *db = a < b; break;
    case MINIMUM: *da = a <= b; *db = a > b; break;
    case FLOORMOD: *da = 1; *db = -floorf(a / b); break;
    default: break;
  }
}

/* Walks the output; pa and pb are the places in the two inputs. */
struct walk {
  int rank;
  int64_t dim[TN_MAX_RANK], at[TN_MAX_RANK], sa[TN_MAX_RANK], sb[TN_MAX_RANK], pa, pb;
};

static void strides(const struct tn_shape *in, const struct tn_shape *out, int64_t *s) {
  int64_t step = 1;
  for (int k = 1; k <= out->rank; k++) {
    int64_t d = k <= in->rank ? in->dim[in->rank - k] : 1;
    s[out->rank - k] = d == 1 ? 0 : step;
    step *= d;
  }
}

static struct walk walk_start(const struct tn_call *call) {
  struct walk w;
  const struct tn_shape *out = &call->out[0]->shape;
  memset(&w, 0, sizeof w);
  w.rank = out->rank;
  memcpy(w.dim, out->dim, sizeof w.dim);
  strides(&call->in[0]->shape, out, w.sa);
  strides(&call->in[1]->shape, out, w.sb);
  return w;
}

static void walk_next(struct walk *w) {
  for (int k = w->rank - 1; k >= 0; k--) {
    w->pa += w->sa[k];
    w->pb += w->sb[k];
    if (++w->at[k] < w->dim[k]) {
      return;
    }
    w->pa -= w->sa[k] * w->dim[k];
    w->pb -= w->sb[k] * w->dim[k];
    w->at[k] = 0;
  }
}

static enum tn_status binary_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const float *a = call->in[0]->data, *b = call->in[1]->data;
  float *y = call->out[0]->data;
  int64_t n = tn_shape_size(&call->out[0]->shape);
  (void)err;
  if (tn_shape_equal(&call->in[0]->shape, &call->in[1]->shape)) {
    for (int64_t i = 0; i < n; i++) {
      y[i] = value(c->kind, a[i], b[i]);
    }
    return TN_OK;
  }
  struct walk w = walk_start(call);
  for (int64_t i = 0; i < n; i++, walk_next(&w)) {
    y[i] = value(c->kind, a[w.pa], b[w.pb]);
  }
  return TN_OK;
}

static void round_sums(int64_t n, const double *sum, float *out) {
  for (int64_t i = 0; out != NULL && i < n; i++) {
    out[i] = (float)sum[i];
  }
}

static enum tn_status binary_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const float *a = call->in[0]->data, *b = call->in[1]->data, *dy = call->dout[0];
  int64_t n = tn_shape_size(&call->out[0]->shape);
  int64_t na = tn_shape_size(&call->in[0]->shape), nb = tn_shape_size(&call->in[1]->shape);
  double *da = (double *)(void *)call->work, *db = da + na;
  float sa, sb;
  (void)err;
  memset(da, 0, (size_t)(na + nb) * sizeof *da);
  struct walk w = walk_start(call);
  for (int64_t i = 0; i < n; i++, walk_next(&w)) {
    slopes(c->kind, a[w.pa], b[w.pb], &sa, &sb);
    da[w.pa] += (double)dy[i] * sa;
    db[w.pb] += (double)dy[i] * sb;
  }
  round_sums(na, da, call->din[0]);
  round_sums(nb, db, call->din[1]);
  return TN_OK;
}

#define BINARY_OP(id, number, gradient)                                                        \
  static enum tn_status configure_##id(void *config, const struct tn_attrs *attrs,             \
                                       struct tn_error *err) {                                 \
    (void)attrs;                                                                               \
    (void)err;                                                                                 \
    ((struct config *)config)->kind = number;                                                  \
    return TN_OK;                                                                              \
  }                                                                                            \
  const struct tn_op tn_op_##id = {.name = #id, .config_size = sizeof(struct config),          \
                                   .configure = configure_##id, .infer = binary_infer,         \
                                   .forward = binary_forward, .backward = gradient}

BINARY_OP(add, ADD, binary_backward);
BINARY_OP(subtract, SUBTRACT, binary_backward);
BINARY_OP(multiply, MULTIPLY, binary_backward);
BINARY_OP(divide, DIVIDE, binary_backward);
BINARY_OP(power, POWER, binary_backward);
BINARY_OP(maximum, MAXIMUM, binary_backward);
BINARY_OP(minimum, MINIMUM, binary_backward);
BINARY_OP(floormod, FLOORMOD, binary_backward);
BINARY_OP(equal, EQUAL, NULL);
BINARY_OP(not_equal, NOT_EQUAL, NULL);
BINARY_OP(greater, GREATER, NULL);
BINARY_OP(greater_equal, GREATER_EQUAL, NULL);
BINARY_OP(less, LESS, NULL);
BINARY_OP(less_equal, LESS_EQUAL, NULL);
