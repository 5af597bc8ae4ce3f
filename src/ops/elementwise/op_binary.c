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
#include "platform/threads.h"

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

/* Bands of the innermost axis, each walked through all runs. A cell, or the sum of a cell that repeats,
 * belongs to one band, so that threads change nothing. */
struct bands {
  const struct tn_call *call;
  struct tn_broadcast walk;
  int64_t items;
  int side;    /* backward: whose gradient */
  double *sum; /* backward: of an input that repeats, else NULL */
};

static struct bands bands_of(const struct tn_call *call) {
  struct bands b = {.call = call};
  tn_broadcast_begin(&b.walk, &call->in[0]->shape, &call->in[1]->shape, &call->out[0]->shape);
  int64_t most = b.walk.length / 512;
  b.items = tn_items(b.walk.runs * b.walk.length, 1 << 15);
  b.items = b.items > most ? (most > 1 ? most : 1) : b.items;
  return b;
}

static void forward_band(void *context, int64_t item) {
  const struct bands *j = context;
  const struct config *c = j->call->config;
  struct tn_broadcast w = j->walk;
  int64_t from, to;
  tn_item_range(w.length, j->items, item, &from, &to);
  for (int64_t r = 0; r < w.runs; r++, tn_broadcast_next(&w)) {
    value_run(c->kind, to - from, j->call->in[0]->data + w.a + from * w.inner_a, w.inner_a,
              j->call->in[1]->data + w.b + from * w.inner_b, w.inner_b,
              j->call->out[0]->data + w.out + from);
  }
}

static enum tn_status binary_forward(struct tn_call *call, struct tn_error *err) {
  struct bands j = bands_of(call);
  (void)err;
  tn_parallel_for(j.items, forward_band, &j);
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

/* A piece of a run: n cells of both inputs, sa and sb 1 or 0 where one repeats along it. */
struct piece {
  int64_t n, sa, sb;
  const float *a, *b, *dy;
};

/* Gradient of a side that repeats nowhere. */
static void plain_gradient(enum kind kind, int side, const struct piece *p, float *grad) {
  const float minus = -1;
  if (kind == ADD || (kind == SUBTRACT && side == 0)) {
    tn_vec_copy(p->n, p->dy, grad);
  } else if (kind == SUBTRACT) {
    value_run(MULTIPLY, p->n, p->dy, 1, &minus, 0, grad);
  } else if (kind == MULTIPLY) {
    value_run(MULTIPLY, p->n, p->dy, 1, side == 0 ? p->b : p->a, side == 0 ? p->sb : p->sa, grad);
  } else {
    for (int64_t i = 0; i < p->n; i++) {
      double u = p->a[i * p->sa], v = p->b[i * p->sb];
      grad[i] = (float)(p->dy[i] * (side == 0 ? slope_a(kind, u, v) : slope_b(kind, u, v)));
    }
  }
}

/* The same of a side that repeats, added up: along the piece, too, where it has one cell there. */
static void summed_gradient(enum kind kind, int side, const struct piece *p, double *sum) {
  int64_t step = side == 0 ? p->sa : p->sb, other = side == 0 ? p->sb : p->sa;
  if (step != 0 && (kind == ADD || (kind == SUBTRACT && side == 0))) {
    tn_vec_sum_up(p->n, p->dy, sum);
  } else if (step != 0 && other != 0 && kind == MULTIPLY) {
    tn_vec_sum_products(p->n, p->dy, side == 0 ? p->b : p->a, sum);
  } else {
    double total = 0;
    for (int64_t i = 0; i < p->n; i++) {
      double u = p->a[i * p->sa], v = p->b[i * p->sb];
      double slope = p->dy[i] * (side == 0 ? slope_a(kind, u, v) : slope_b(kind, u, v));
      *(step != 0 ? &sum[i] : &total) += slope;
    }
    sum[0] += step == 0 ? total : 0;
  }
}

static void gradient_band(void *context, int64_t item) {
  const struct bands *j = context;
  const struct config *c = j->call->config;
  struct tn_broadcast w = j->walk;
  int64_t from, to, step = j->side == 0 ? w.inner_a : w.inner_b;
  tn_item_range(w.length, j->items, item, &from, &to);
  for (int64_t r = 0; r < w.runs; r++, tn_broadcast_next(&w)) {
    struct piece p = {to - from, w.inner_a, w.inner_b, j->call->in[0]->data + w.a + from * w.inner_a,
                      j->call->in[1]->data + w.b + from * w.inner_b, j->call->dout[0] + w.out + from};
    int64_t at = (j->side == 0 ? w.a : w.b) + from * step;
    if (j->sum == NULL) {
      plain_gradient(c->kind, j->side, &p, j->call->din[j->side] + at);
    } else {
      summed_gradient(c->kind, j->side, &p, j->sum + at);
    }
  }
}

static void side_gradient(struct tn_call *call, int side) {
  struct bands j = bands_of(call);
  int64_t size = tn_shape_size(&call->in[side]->shape);
  j.side = side;
  if (size != tn_shape_size(&call->out[0]->shape)) {
    j.sum = (double *)(void *)call->work;
    memset(j.sum, 0, (size_t)size * sizeof *j.sum);
    j.items = (side == 0 ? j.walk.inner_a : j.walk.inner_b) == 0 ? 1 : j.items;
  }
  tn_parallel_for(j.items, gradient_band, &j);
  for (int64_t i = 0; j.sum != NULL && i < size; i++) {
    call->din[side][i] = (float)j.sum[i];
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
