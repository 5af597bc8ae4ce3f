/* reduce: attr fn (sum, mean, prod, max, min, var, std) over the axes of `axis` (from 0, negative
 * from the end; absent: all), keepdims or not. argmax along one axis: first maximum, from 0.
 * Ties of max and min share the gradient evenly. */
#include <math.h>
#include <string.h>

#include "ops/op.h"
#include "ops/ops_tensor.h"

enum kind { SUM, MEAN, PROD, MAX, MIN, VAR, STD, KINDS };

static const char *const names[KINDS] = {"sum", "mean", "prod", "max", "min", "var", "std"};

struct config {
  enum kind kind;
  int n_axes, keepdims;
  int64_t axis[TN_MAX_RANK];
};

static enum tn_status reduce_configure(void *config, const struct tn_attrs *attrs,
                                       struct tn_error *err) {
  struct config *c = config;
  const char *fn = tn_attrs_text(attrs, "fn", "sum");
  c->n_axes = tn_attrs_integers(attrs, "axis", TN_MAX_RANK, c->axis);
  c->keepdims = tn_attrs_flag(attrs, "keepdims", 0);
  for (int k = 0; k < KINDS; k++) {
    if (strcmp(names[k], fn) == 0) {
      c->kind = (enum kind)k;
      return TN_OK;
    }
  }
  return tn_fail(err, TN_STATUS_ARG, "there is no reduction \"%s\"", fn);
}

static int is_reduced(const struct config *c, int rank, int axis) {
  for (int k = 0; k < c->n_axes; k++) {
    if ((c->axis[k] < 0 ? c->axis[k] + rank : c->axis[k]) == axis) {
      return 1;
    }
  }
  return c->n_axes == 0;
}

static enum tn_status reduce_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *in = &io->in[0];
  struct tn_shape *out = &io->out[0];
  for (int k = 0; k < c->n_axes; k++) {
    if (c->axis[k] >= in->rank || c->axis[k] < -in->rank) {
      return tn_fail(err, TN_STATUS_SHAPE, "there is no axis %lld in a tensor of %d axes",
                     (long long)c->axis[k], in->rank);
    }
  }
  out->rank = 0;
  for (int k = 0; k < in->rank; k++) {
    if (!is_reduced(c, in->rank, k)) {
      out->dim[out->rank++] = in->dim[k];
    } else if (c->keepdims) {
      out->dim[out->rank++] = 1;
    }
  }
  io->work = 6 * tn_shape_size(out) + 8; /* three doubles a cell */
  return TN_OK;
}

/* Cell of the output that element i of the input belongs to. */
static int64_t cell_of(const struct config *c, const struct tn_shape *in, int64_t i) {
  int64_t cell = 0, step = 1;
  for (int k = in->rank - 1; k >= 0; k--) {
    int64_t at = i % in->dim[k];
    i /= in->dim[k];
    if (!is_reduced(c, in->rank, k)) {
      cell += at * step;
      step *= in->dim[k];
    }
  }
  return cell;
}

static double start_value(enum kind kind) {
  return kind == PROD ? 1 : kind == MAX ? -INFINITY : kind == MIN ? INFINITY : 0;
}

/* main[cell]: sum, product, extreme or sum of squared deviations; mean[cell] for var and std. */
static void accumulate(const struct tn_call *call, double *main, double *mean) {
  const struct config *c = call->config;
  const struct tn_shape *in = &call->in[0]->shape;
  const float *x = call->in[0]->data;
  int64_t n = tn_shape_size(in), cells = tn_shape_size(&call->out[0]->shape);
  double count = cells == 0 ? 1 : (double)n / (double)cells;
  for (int64_t j = 0; j < cells; j++) {
    main[j] = start_value(c->kind);
    mean[j] = 0;
  }
  for (int64_t i = 0; i < n; i++) {
    int64_t j = cell_of(c, in, i);
    switch (c->kind) {
      case PROD: main[j] *= x[i]; break;
      case MAX: main[j] = x[i] > main[j] ? x[i] : main[j]; break;
      case MIN: main[j] = x[i] < main[j] ? x[i] : main[j]; break;
      case VAR:
      case STD: mean[j] += x[i] / count; break;
      default: main[j] += x[i];
    }
  }
  for (int64_t i = 0; (c->kind == VAR || c->kind == STD) && i < n; i++) {
    int64_t j = cell_of(c, in, i);
    main[j] += (x[i] - mean[j]) * (x[i] - mean[j]) / count;
  }
}

static enum tn_status reduce_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  int64_t n = tn_shape_size(&call->in[0]->shape), cells = tn_shape_size(&call->out[0]->shape);
  double *main = (double *)(void *)call->work, *mean = main + cells;
  (void)err;
  accumulate(call, main, mean);
  for (int64_t j = 0; j < cells; j++) {
    double v = c->kind == MEAN ? main[j] * (double)cells / (double)n
               : c->kind == STD ? sqrt(main[j]) : main[j];
    call->out[0]->data[j] = (float)v;
  }
  return TN_OK;
}

static double slope(enum kind kind, float x, float y, double main, double mean, double count,
                    double ties) {
  switch (kind) {
    case MEAN: return 1 / count;
    case PROD: return x != 0 ? main / x : 0;
    case MAX:
    case MIN: return x == y ? 1 / ties : 0;
    case VAR: return 2 * (x - mean) / count;
    case STD: return y > 0 ? (x - mean) / (count * y) : 0;
    default: return 1;
  }
}

/* A product with one zero: the others' product is that factor's slope. */
static double product_without(const struct tn_call *call, int64_t cell, int64_t skip) {
  const struct tn_shape *in = &call->in[0]->shape;
  double product = 1;
  for (int64_t i = 0; i < tn_shape_size(in); i++) {
    if (i != skip && cell_of(call->config, in, i) == cell) {
      product *= call->in[0]->data[i];
    }
  }
  return product;
}

static enum tn_status reduce_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_shape *in = &call->in[0]->shape;
  const float *x = call->in[0]->data, *y = call->out[0]->data;
  int64_t n = tn_shape_size(in), cells = tn_shape_size(&call->out[0]->shape);
  double *main = (double *)(void *)call->work, *mean = main + cells, *ties = mean + cells;
  double count = (double)n / (double)(cells == 0 ? 1 : cells);
  (void)err;
  if (call->din[0] == NULL) {
    return TN_OK;
  }
  accumulate(call, main, mean);
  memset(ties, 0, (size_t)cells * sizeof *ties);
  for (int64_t i = 0; (c->kind == MAX || c->kind == MIN) && i < n; i++) {
    int64_t j = cell_of(c, in, i);
    ties[j] += x[i] == y[j];
  }
  for (int64_t i = 0; i < n; i++) {
    int64_t j = cell_of(c, in, i);
    double s = c->kind == PROD && x[i] == 0
                   ? product_without(call, j, i)
                   : slope(c->kind, x[i], y[j], main[j], mean[j], count, ties[j]);
    call->din[0][i] = (float)(call->dout[0][j] * s);
  }
  return TN_OK;
}

const struct tn_op tn_op_reduce = {.name = "reduce", .config_size = sizeof(struct config),
                                   .configure = reduce_configure, .infer = reduce_infer,
                                   .forward = reduce_forward, .backward = reduce_backward};

static enum tn_status argmax_configure(void *config, const struct tn_attrs *attrs,
                                       struct tn_error *err) {
  struct config *c = config;
  (void)err;
  c->kind = MAX;
  c->n_axes = 1;
  c->axis[0] = (int64_t)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

/* Position of element i along the reduced axis. */
static int64_t position(const struct config *c, const struct tn_shape *in, int64_t i) {
  for (int k = in->rank - 1; k >= 0; k--) {
    if (is_reduced(c, in->rank, k)) {
      return i % in->dim[k];
    }
    i /= in->dim[k];
  }
  return 0;
}

static enum tn_status argmax_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_shape *in = &call->in[0]->shape;
  int64_t n = tn_shape_size(in), cells = tn_shape_size(&call->out[0]->shape);
  double *best = (double *)(void *)call->work;
  (void)err;
  for (int64_t j = 0; j < cells; j++) {
    best[j] = -INFINITY;
    call->out[0]->data[j] = 0;
  }
  for (int64_t i = 0; i < n; i++) {
    int64_t j = cell_of(c, in, i);
    if (call->in[0]->data[i] > best[j]) {
      best[j] = call->in[0]->data[i];
      call->out[0]->data[j] = (float)position(c, in, i);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_argmax = {.name = "argmax", .config_size = sizeof(struct config),
                                   .configure = argmax_configure, .infer = reduce_infer,
                                   .forward = argmax_forward};
