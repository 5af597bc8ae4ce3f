/* reduce: attribute fn (sum, mean, prod, max, min, var, std) over the axes of `axis` (from 0,
 * negative from the end; absent: all), which stay as 1 with keepdims. With m values per cell,
 *   sum 1, mean 1/m, max and min: ties share evenly, var 2 (x - mean) / m,
 *   std (x - mean) / (m std), 0 where std is 0, prod: product of the others.
 * All sums run in double in the order of the values. A NaN makes its cell NaN. */
#include <math.h>
#include <string.h>

#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

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
  char what[40] = "k_";
  int axis;
  strncat(what, names[c->kind], sizeof what - 3);
  TN_TRY(tn_inputs_float(io, what, err));
  for (int k = 0; k < c->n_axes; k++) {
    TN_TRY(tn_axis_find(c->axis[k], in, &axis, err));
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

/* The input as runs along its innermost axes of one sort. step 0: a run belongs to one cell; step
 * 1: its values belong to neighbouring cells. */
struct walk {
  int rank; /* merged axes besides the innermost */
  int64_t dim[TN_MAX_RANK], at[TN_MAX_RANK], cell_step[TN_MAX_RANK];
  int64_t runs, length, step;
  int64_t in, cell; /* where the present run begins */
};

static struct walk walk_begin(const struct config *c, const struct tn_shape *in) {
  struct walk w;
  int64_t next = 1; /* cells so far */
  int merged = 0, before = -1;
  memset(&w, 0, sizeof w);
  for (int k = in->rank - 1; k >= 0; k--) {
    int reduced = is_reduced(c, in->rank, k);
    if (in->dim[k] == 1) {
      continue;
    }
    if (reduced == before) {
      w.dim[merged - 1] *= in->dim[k];
    } else {
      w.dim[merged] = in->dim[k];
      w.cell_step[merged++] = reduced ? 0 : next;
    }
    before = reduced;
    next *= reduced ? 1 : in->dim[k];
  }
  w.length = merged > 0 ? w.dim[0] : 1;
  w.step = merged > 0 ? w.cell_step[0] : 0;
  w.rank = merged > 0 ? merged - 1 : 0;
  w.runs = 1;
  for (int k = 0; k < w.rank; k++) {
    w.dim[k] = w.dim[k + 1];
    w.cell_step[k] = w.cell_step[k + 1];
    w.runs *= w.dim[k];
  }
  w.runs = w.length == 0 ? 0 : w.runs;
  return w;
}

static void walk_next(struct walk *w) {
  w->in += w->length;
  for (int k = 0; k < w->rank; k++) {
    w->cell += w->cell_step[k];
    if (++w->at[k] < w->dim[k]) {
      return;
    }
    w->cell -= w->cell_step[k] * w->dim[k];
    w->at[k] = 0;
  }
}

/* What a cell collects: first the sum, product of the non-zero factors or extreme; second the mean
 * (var, std) or the number of zeros (prod) or, going back, of ties (max, min). */
struct cells {
  double *first, *second;
  double count; /* values per cell */
  int64_t n;
};

static struct cells cells_of(const struct tn_call *call) {
  struct cells s;
  s.n = tn_shape_size(&call->out[0]->shape);
  s.first = (double *)(void *)call->work;
  s.second = s.first + s.n;
  s.count = s.n == 0 ? 1 : (double)tn_shape_size(&call->in[0]->shape) / (double)s.n;
  return s;
}

/* sign 1: the largest, -1: the smallest of a run and what came before. */
static double extreme(int64_t n, const float *x, double before, int sign) {
  float top = (float)before * (float)sign;
  for (int64_t i = 0; i < n; i++) {
    float u = x[i] * (float)sign;
    top = u > top || u != u ? u : top;
  }
  return (double)top * sign;
}

static void collect(enum kind kind, const struct walk *w, const float *x, double *first,
                    double *second) {
  if (w->step == 0 && kind != PROD) {
    first[0] = kind == MAX   ? extreme(w->length, x, first[0], 1)
               : kind == MIN ? extreme(w->length, x, first[0], -1)
                             : first[0] + tn_vec_sum(w->length, x);
    return;
  }
  for (int64_t i = 0; i < w->length; i++) {
    double u = x[i], *to = first + i * w->step;
    switch (kind) {
      case PROD:
        second[i * w->step] += u == 0;
        *to *= u == 0 ? 1 : u;
        break;
      case MAX: *to = u > *to || u != u ? u : *to; break;
      case MIN: *to = u < *to || u != u ? u : *to; break;
      default: *to += u;
    }
  }
}

static void collect_squares(const struct walk *w, const float *x, const double *mean,
                            double *first) {
  for (int64_t i = 0; i < w->length; i++) {
    double d = x[i] - mean[i * w->step];
    first[i * w->step] += d * d;
  }
}

static void collect_all(const struct tn_call *call, const struct cells *s) {
  const struct config *c = call->config;
  struct walk w = walk_begin(c, &call->in[0]->shape), again = w;
  const float *x = call->in[0]->data;
  double start = c->kind == PROD ? 1 : c->kind == MAX ? -INFINITY : c->kind == MIN ? INFINITY : 0;
  for (int64_t j = 0; j < s->n; j++) {
    s->first[j] = start;
    s->second[j] = 0;
  }
  for (int64_t r = 0; r < w.runs; r++, walk_next(&w)) {
    collect(c->kind, &w, x + w.in, s->first + w.cell, s->second + w.cell);
  }
  if (c->kind == VAR || c->kind == STD) {
    for (int64_t j = 0; j < s->n; j++) {
      s->second[j] = s->first[j] / s->count;
      s->first[j] = 0;
    }
    for (int64_t r = 0; r < again.runs; r++, walk_next(&again)) {
      collect_squares(&again, x + again.in, s->second + again.cell, s->first + again.cell);
    }
  }
}

static enum tn_status reduce_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct cells s = cells_of(call);
  (void)err;
  collect_all(call, &s);
  for (int64_t j = 0; j < s.n; j++) {
    double v = s.first[j];
    switch (c->kind) {
      case MEAN:
      case VAR: v /= s.count; break;
      case STD: v = sqrt(v / s.count); break;
      case PROD: v = s.second[j] > 0 && v == v ? 0 : v; break;
      default: break;
    }
    call->out[0]->data[j] = (float)v;
  }
  return TN_OK;
}

/* Sums and means go back without a look at the values. */
static void spread(const struct tn_call *call, struct walk w, float share) {
  for (int64_t r = 0; r < w.runs; r++, walk_next(&w)) {
    const float *dy = call->dout[0] + w.cell;
    float *dx = call->din[0] + w.in;
    if (w.step == 0) {
      tn_vec_fill(w.length, share * *dy, dx);
      continue;
    }
    for (int64_t i = 0; i < w.length; i++) {
      dx[i] = share * dy[i * w.step];
    }
  }
}

static double slope(enum kind kind, double x, double y, double first, double second, double count) {
  switch (kind) {
    case PROD: return second == 0 ? first / x : second == 1 && x == 0 ? first : 0;
    case MAX:
    case MIN: return x == y ? 1 / second : 0;
    case VAR: return 2 * (x - second) / count;
    case STD: return y > 0 ? (x - second) / (count * y) : 0;
    default: return 1;
  }
}

static void count_ties(const struct tn_call *call, const struct cells *s) {
  struct walk w = walk_begin(call->config, &call->in[0]->shape);
  memset(s->second, 0, (size_t)s->n * sizeof *s->second);
  for (int64_t r = 0; r < w.runs; r++, walk_next(&w)) {
    for (int64_t i = 0; i < w.length; i++) {
      int64_t j = w.cell + i * w.step;
      s->second[j] += call->in[0]->data[w.in + i] == call->out[0]->data[j];
    }
  }
}

static enum tn_status reduce_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct cells s = cells_of(call);
  struct walk w = walk_begin(c, &call->in[0]->shape);
  (void)err;
  if (call->din[0] == NULL) {
    return TN_OK;
  }
  if (c->kind == SUM || c->kind == MEAN) {
    spread(call, w, c->kind == SUM ? 1 : (float)(1 / s.count));
    return TN_OK;
  }
  if (c->kind == MAX || c->kind == MIN) {
    count_ties(call, &s);
  } else {
    collect_all(call, &s);
  }
  for (int64_t r = 0; r < w.runs; r++, walk_next(&w)) {
    for (int64_t i = 0; i < w.length; i++) {
      int64_t j = w.cell + i * w.step;
      double d = slope(c->kind, call->in[0]->data[w.in + i], call->out[0]->data[j], s.first[j],
                       s.second[j], s.count);
      call->din[0][w.in + i] = (float)(call->dout[0][j] * d);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_reduce = {.name = "reduce", .config_size = sizeof(struct config),
                                   .configure = reduce_configure, .infer = reduce_infer,
                                   .forward = reduce_forward, .backward = reduce_backward};
