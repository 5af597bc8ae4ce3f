/* Arithmetic and comparisons of two tensors; shapes are aligned at their last axes, axes of size 1
 * repeat (numpy's rule). A repeated axis sums its gradient, in double. Comparisons give 0 or 1 and
 * have no gradient; ties of maximum and minimum belong to the first input; x^y has no gradient to y
 * where x <= 0; floormod has the sign of the divisor: a - floor(a / b) b. */
#include <math.h>
#include <string.h>

#include "kernels/v8.h"
#include "kernels/vector.h"
#include "ops/elementwise/broadcast.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

enum kind { ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, MAXIMUM, MINIMUM, FLOORMOD, EQUAL, NOT_EQUAL,
            GREATER, GREATER_EQUAL, LESS, LESS_EQUAL };

static const char *const names[] = {"`+`", "`-`", "`*`", "`/`", "`^`", "k_maximum()", "k_minimum()",
                                    "`%%`", "`==`", "`!=`", "`>`", "`>=`", "`<`", "`<=`"};

struct config {
  enum kind kind;
};

static enum tn_status binary_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *a = &io->in[0], *b = &io->in[1];
  TN_TRY(tn_inputs_float(io, names[c->kind], err));
  if (!tn_broadcast_shape(a, b, &io->out[0])) {
    char one[80], two[80];
    return tn_fail(err, TN_STATUS_SHAPE, "%s cannot join tensors of shapes %s and %s",
                   names[c->kind], tn_shape_text(a, one, sizeof one),
                   tn_shape_text(b, two, sizeof two));
  }
  io->work = 2 * (tn_shape_size(a) + tn_shape_size(b)); /* sums in double */
  return TN_OK;
}

static float floormod(float a, float b) {
  float rest = fmodf(a, b);
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/* Runs of the four plain operations in vectors of 4; sa, sb 1 or 0 (the input repeats). */
typedef int32_t v4i __attribute__((vector_size(16)));

static inline v4f load4(const float *x, int64_t s) {
  v4f v = {x[0], x[0], x[0], x[0]};
  if (s != 0) {
    memcpy(&v, x, sizeof v);
  }
  return v;
}

#define VECTOR_RUN(operation)                                      \
  for (; i + 4 <= n; i += 4) {                                     \
    v4f va = load4(a + i * sa, sa), vb = load4(b + i * sb, sb);    \
    va = va operation vb;                                          \
    memcpy(y + i, &va, sizeof va);                                 \
  }                                                                \
  for (; i < n; i++) {                                             \
    y[i] = a[i * sa] operation b[i * sb];                          \
  }                                                                \
  break

/* The first where `a relation b` holds or a is NaN, else the second: without branches, as which of
 * the two is larger cannot be guessed. */
#define CHOICE_RUN(relation)                                       \
  for (; i + 4 <= n; i += 4) {                                     \
    v4f va = load4(a + i * sa, sa), vb = load4(b + i * sb, sb);    \
    v4i first = (va relation vb) | (va != va);                     \
    va = (v4f)(((v4i)va & first) | ((v4i)vb & ~first));            \
    memcpy(y + i, &va, sizeof va);                                 \
  }                                                                \
  for (; i < n; i++) {                                             \
    float u = a[i * sa], v = b[i * sb];                            \
    y[i] = u relation v || u != u ? u : v;                         \
  }                                                                \
  break

#define RUN(expression)                        \
  for (; i < n; i++) {                         \
    float u = a[i * sa], v = b[i * sb];        \
    y[i] = (expression);                       \
  }                                            \
  break

static void value_run(enum kind kind, int64_t n, const float *a, int64_t sa, const float *b,
                      int64_t sb, float *y) {
  int64_t i = 0;
  switch (kind) {
    case ADD: VECTOR_RUN(+);
    case SUBTRACT: VECTOR_RUN(-);
    case MULTIPLY: VECTOR_RUN(*);
    case DIVIDE: VECTOR_RUN(/);
    case POWER: RUN(v == 2 ? u * u : (float)pow(u, v));
    case MAXIMUM: CHOICE_RUN(>=);
    case MINIMUM: CHOICE_RUN(<=);
    case FLOORMOD: RUN(floormod(u, v));
    case EQUAL: RUN(u == v);
    case NOT_EQUAL: RUN(u != v);
    case GREATER: RUN(u > v);
    case GREATER_EQUAL: RUN(u >= v);
    case LESS: RUN(u < v);
    case LESS_EQUAL: RUN(u <= v);
  }
}

static enum tn_status binary_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_broadcast w;
  (void)err;
  tn_broadcast_begin(&w, &call->in[0]->shape, &call->in[1]->shape, &call->out[0]->shape);
  for (int64_t r = 0; r < w.runs; r++, tn_broadcast_next(&w)) {
    value_run(c->kind, w.length, call->in[0]->data + w.a, w.inner_a, call->in[1]->data + w.b,
              w.inner_b, call->out[0]->data + w.out);
  }
  return TN_OK;
}

static double slope_a(enum kind kind, double a, double b) {
  switch (kind) {
    case ADD:
    case SUBTRACT:
    case FLOORMOD: return 1;
    case MULTIPLY: return b;
    case DIVIDE: return 1 / b;
    case POWER: return b == 0 ? 0 : b == 2 ? 2 * a : b * pow(a, b - 1);
    case MAXIMUM: return a >= b;
    case MINIMUM: return a <= b;
    default: return 0;
  }
}

static double slope_b(enum kind kind, double a, double b) {
  switch (kind) {
    case ADD: return 1;
    case SUBTRACT: return -1;
    case MULTIPLY: return a;
    case DIVIDE: return -a / (b * b);
    case POWER: return a > 0 ? pow(a, b) * log(a) : 0;
    case MAXIMUM: return a < b;
    case MINIMUM: return a > b;
    case FLOORMOD: return -floor(a / b);
    default: return 0;
  }
}

/* Gradient of one input (side 0 or 1) along one run: dy times slope, into grad as it is, or added
 * up in sum where the input repeats somewhere. */
static void gradient_run(enum kind kind, int side, const struct tn_broadcast *w, const float *a,
                         const float *b, const float *dy, float *grad, double *sum) {
  int64_t step = side == 0 ? w->inner_a : w->inner_b, n = w->length;
  double total = 0;
  if (sum == NULL && (kind == ADD || (kind == SUBTRACT && side == 0))) {
    tn_vec_copy(n, dy, grad);
    return;
  }
  if (sum == NULL && kind == MULTIPLY) {
    value_run(MULTIPLY, n, dy, 1, side == 0 ? b : a, side == 0 ? w->inner_b : w->inner_a, grad);
    return;
  }
  if (kind == MULTIPLY && step != 0) {
    const float *other = side == 0 ? b : a;
    int64_t inner = side == 0 ? w->inner_b : w->inner_a;
    for (int64_t i = 0; i < n; i++) {
      sum[i] += (double)dy[i] * other[i * inner];
    }
    return;
  }
  for (int64_t i = 0; i < n; i++) {
    double u = a[i * w->inner_a], v = b[i * w->inner_b];
    double slope = dy[i] * (side == 0 ? slope_a(kind, u, v) : slope_b(kind, u, v));
    if (sum == NULL) {
      grad[i] = (float)slope;
    } else if (step != 0) {
      sum[i] += slope;
    } else {
      total += slope;
    }
  }
  if (sum != NULL && step == 0) {
    sum[0] += total;
  }
}

static void side_gradient(struct tn_call *call, int side) {
  const struct config *c = call->config;
  const struct tn_tensor *a = call->in[0], *b = call->in[1];
  int64_t size = tn_shape_size(&call->in[side]->shape);
  int repeats = size != tn_shape_size(&call->out[0]->shape);
  double *sum = repeats ? (double *)(void *)call->work : NULL;
  float *grad = call->din[side];
  struct tn_broadcast w;
  if (repeats) {
    memset(sum, 0, (size_t)size * sizeof *sum);
  }
  tn_broadcast_begin(&w, &a->shape, &b->shape, &call->out[0]->shape);
  for (int64_t r = 0; r < w.runs; r++, tn_broadcast_next(&w)) {
    int64_t at = side == 0 ? w.a : w.b;
    gradient_run(c->kind, side, &w, a->data + w.a, b->data + w.b, call->dout[0] + w.out,
                 repeats ? NULL : grad + at, repeats ? sum + at : NULL);
  }
  for (int64_t i = 0; repeats && i < size; i++) {
    grad[i] = (float)sum[i];
  }
}

static enum tn_status binary_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  for (int side = 0; side < 2; side++) {
    if (call->din[side] != NULL) {
      side_gradient(call, side);
    }
  }
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
