/* layer_norm: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, mean and biased variance over the
 * places of `axis` (one or several) for all else (Ba et al., 2016). A line is what one mean is taken of;
 * gamma and beta have the sizes of the axes, in the order in which these are named.
 *   xhat = (x - mean) r,  r = 1 / sqrt(variance + epsilon),  g = dy gamma
 *   dgamma += sum over lines of dy xhat, dbeta += sum over lines of dy
 *   dx = r (g - mean(g) - xhat mean(g xhat)), means over the line */
#include <math.h>

#include "kernels/norm.h"
#include "ops/normalisation/norm_axis.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"
#include "platform/threads.h"

enum { GRAIN = 1 << 17, TILE = 4096 }; /* cells worth a thread; cells that stay in the cache */

struct config {
  int n_axes, center, scale;
  int64_t axis[TN_MAX_RANK];
  double epsilon;
};

static enum tn_status norm_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  struct config *c = config;
  c->n_axes = tn_attrs_integers(attrs, "axis", TN_MAX_RANK, c->axis);
  if (c->n_axes == 0) {
    c->axis[c->n_axes++] = -1;
  }
  c->center = tn_attrs_flag(attrs, "center", 1);
  c->scale = tn_attrs_flag(attrs, "scale", 1);
  c->epsilon = tn_attrs_number(attrs, "epsilon", 1e-3);
  if (!(c->epsilon >= 0)) {
    return tn_fail(err, TN_STATUS_ARG, "`epsilon` must be at least 0, not %g", c->epsilon);
  }
  return TN_OK;
}

/* ---- lines --------------------------------------------------------------------------------------- */

/* Axes with their steps in memory, the fastest first. */
struct walk {
  int rank;
  int64_t dim[TN_MAX_RANK], step[TN_MAX_RANK];
};

struct layout {
  int64_t lines, n; /* n: cells of a line */
  int on_end;       /* the cells of a line lie side by side, and so do the lines */
  struct walk between, along;
};

static int is_chosen(const struct config *c, const struct tn_shape *shape, int k) {
  for (int i = 0; i < c->n_axes; i++) {
    if (c->axis[i] == k || c->axis[i] + shape->rank == k) {
      return 1;
    }
  }
  return 0;
}

static struct layout layout_of(const struct config *c, const struct tn_shape *shape) {
  struct layout l = {.lines = 1, .n = 1, .on_end = 1};
  int64_t step = 1;
  for (int k = shape->rank - 1; k >= 0; k--) {
    int along = is_chosen(c, shape, k);
    struct walk *w = along ? &l.along : &l.between;
    l.on_end = l.on_end && (!along || l.between.rank == 0);
    w->dim[w->rank] = shape->dim[k];
    w->step[w->rank++] = step;
    *(along ? &l.n : &l.lines) *= shape->dim[k];
    step *= shape->dim[k];
  }
  return l;
}

/* Place in memory of step number i of a walk. */
static int64_t place(const struct walk *w, int64_t i) {
  int64_t at = 0;
  for (int k = 0; k < w->rank; k++) {
    at += i % w->dim[k] * w->step[k];
    i /= w->dim[k];
  }
  return at;
}

static void gather(const struct layout *l, int64_t line, const float *x, float *out) {
  const float *from = x + place(&l->between, line);
  for (int64_t i = 0; i < l->n; i++) {
    out[i] = from[place(&l->along, i)];
  }
}

static void scatter(const struct layout *l, int64_t line, const float *x, float *out) {
  float *to = out + place(&l->between, line);
  for (int64_t i = 0; i < l->n; i++) {
    to[place(&l->along, i)] = x[i];
  }
}

/* Pieces that threads may share, at least 16 lines each: a piece has room of its own in work. */
static int64_t pieces_of(const struct layout *l) {
  int64_t items = tn_items(l->lines * l->n, GRAIN), most = l->lines / 16;
  return items < most ? items : most < 1 ? 1 : most;
}

/* Floats of a piece: sums of dy and dy xhat in double, and three lines that are gathered. */
static int64_t room_of(const struct layout *l) { return (4 + (l->on_end ? 0 : 4)) * l->n; }

enum { HI, LO, RSTD, N_SCRATCH }; /* (lines) each */

static enum tn_status norm_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *in = &io->in[0];
  struct tn_shape weight = {.rank = c->n_axes};
  int seen[TN_MAX_RANK] = {0};
  TN_TRY(tn_inputs_float(io, "a layer normalization", err));
  for (int i = 0; i < c->n_axes; i++) {
    int axis;
    TN_TRY(tn_norm_axis(c->axis[i], in, &axis, err));
    if (seen[axis]++) {
      return tn_fail(err, TN_STATUS_SHAPE, "`axis` names axis %d twice", axis);
    }
    weight.dim[i] = in->dim[axis];
  }
  struct layout l = layout_of(c, in);
  io->out[0] = *in;
  io->out_mask[0] = TN_MASK_PASS;
  if (c->scale) {
    io->param[io->n_params++] = (struct tn_param_spec){"gamma", weight, TN_ROLE_TRAINED};
  }
  if (c->center) {
    io->param[io->n_params++] = (struct tn_param_spec){"beta", weight, TN_ROLE_TRAINED};
  }
  io->scratch = N_SCRATCH * l.lines;
  io->work = pieces_of(&l) * room_of(&l) + 2 * l.n;
  return TN_OK;
}

/* ---- one call ------------------------------------------------------------------------------------ */

struct job {
  const struct config *config;
  struct layout layout;
  int64_t pieces;
  struct tn_param *gamma, *beta;         /* NULL: left out */
  const float *gamma_value, *beta_value; /* ones and zeros then */
  const float *x, *dy;
  float *y, *dx; /* dx NULL: not wanted */
  float *hi, *lo, *rstd, *work;
};

static struct job job_of(const struct tn_call *call) {
  const struct config *c = call->config;
  struct job j = {.config = c, .layout = layout_of(c, &call->in[0]->shape)};
  int64_t n = j.layout.n;
  j.pieces = pieces_of(&j.layout);
  j.gamma = c->scale ? call->param[0] : NULL;
  j.beta = c->center ? call->param[c->scale] : NULL;
  j.x = call->in[0]->data;
  j.y = call->out[0]->data;
  j.dy = call->dout[0];
  j.dx = call->din[0];
  j.hi = call->scratch + HI * j.layout.lines;
  j.lo = call->scratch + LO * j.layout.lines;
  j.rstd = call->scratch + RSTD * j.layout.lines;
  j.work = call->work;
  float *ones = call->work + j.pieces * room_of(&j.layout), *zeros = ones + n;
  for (int64_t i = 0; i < n; i++) {
    ones[i] = 1;
    zeros[i] = 0;
  }
  j.gamma_value = c->scale ? j.gamma->value : ones;
  j.beta_value = c->center ? j.beta->value : zeros;
  return j;
}

static double *sums_of(const struct job *j, int64_t piece) {
  return (double *)(void *)(j->work + piece * room_of(&j->layout));
}

static float *spare_line(const struct job *j, int64_t piece, int which) {
  return j->work + piece * room_of(&j->layout) + (4 + which) * j->layout.n;
}

/* ---- forward ------------------------------------------------------------------------------------- */

/* The first cell is taken off before squares are added: no digits are lost where the mean is large. */
static void forward_line(const struct job *j, int64_t line, const float *x, float *y) {
  double moments[2], n = (double)j->layout.n;
  tn_line_moments(j->layout.n, x, x[0], moments);
  double off = moments[0] / n, variance = moments[1] / n - off * off, mean = x[0] + off;
  j->hi[line] = (float)mean;
  j->lo[line] = (float)(mean - j->hi[line]);
  j->rstd[line] = (float)(1 / sqrt((variance < 0 ? 0 : variance) + j->config->epsilon));
  tn_line_normalize(j->layout.n, x, j->hi[line], j->lo[line], j->rstd[line], j->gamma_value,
                    j->beta_value, y);
}

static void forward_piece(void *context, int64_t item) {
  const struct job *j = context;
  const struct layout *l = &j->layout;
  int64_t from, to;
  tn_item_range(l->lines, j->pieces, item, &from, &to);
  for (int64_t line = from; line < to; line++) {
    if (l->on_end) {
      forward_line(j, line, j->x + line * l->n, j->y + line * l->n);
      continue;
    }
    float *x = spare_line(j, item, 0), *y = spare_line(j, item, 1);
    gather(l, line, j->x, x);
    forward_line(j, line, x, y);
    scatter(l, line, y, j->y);
  }
}

static enum tn_status norm_forward(struct tn_call *call, struct tn_error *err) {
  struct job j = job_of(call);
  (void)err;
  if (j.layout.lines * j.layout.n > 0) {
    tn_parallel_for(j.pieces, forward_piece, &j);
  }
  return TN_OK;
}

/* ---- backward ------------------------------------------------------------------------------------ */

static int is_trained(const struct tn_param *p) { return p != NULL && p->grad != NULL; }

/* Lines [line, line + count), which lie on end in x, dy and dx (NULL: not wanted). */
static void backward_lines(const struct job *j, int64_t line, int64_t count, const float *x,
                           const float *dy, float *dx, double *sum) {
  int64_t n = j->layout.n;
  for (int64_t i = 0; i < count && dx != NULL; i++) {
    double slopes[2], r = j->rstd[line + i];
    float hi = j->hi[line + i], lo = j->lo[line + i];
    tn_line_slopes(n, x + i * n, hi, lo, j->gamma_value, dy + i * n, slopes);
    tn_line_unnormalize(n, x + i * n, hi, lo, j->gamma_value, (float)r,
                        (float)(slopes[0] / (double)n),
                        (float)(r * r * slopes[1] / (double)n), dy + i * n, dx + i * n);
  }
  if (is_trained(j->gamma) || is_trained(j->beta)) {
    tn_lines_slopes(count, n, x, j->hi + line, j->lo + line, j->rstd + line, dy, sum, sum + n);
  }
}

static void backward_piece(void *context, int64_t item) {
  const struct job *j = context;
  const struct layout *l = &j->layout;
  double *sum = sums_of(j, item);
  int64_t from, to, step = l->on_end && l->n < TILE ? TILE / l->n : 1;
  tn_item_range(l->lines, j->pieces, item, &from, &to);
  for (int64_t i = 0; i < 2 * l->n; i++) {
    sum[i] = 0;
  }
  for (int64_t line = from; line < to; line += step) {
    int64_t count = to - line < step ? to - line : step, at = line * l->n;
    if (l->on_end) {
      backward_lines(j, line, count, j->x + at, j->dy + at, j->dx == NULL ? NULL : j->dx + at, sum);
      continue;
    }
    float *x = spare_line(j, item, 0), *dy = spare_line(j, item, 1), *dx = spare_line(j, item, 2);
    gather(l, line, j->x, x);
    gather(l, line, j->dy, dy);
    backward_lines(j, line, 1, x, dy, j->dx == NULL ? NULL : dx, sum);
    if (j->dx != NULL) {
      scatter(l, line, dx, j->dx);
    }
  }
}

/* Sums of all pieces, in order, onto the gradients. */
static void add_gradients(const struct job *j) {
  int64_t n = j->layout.n;
  for (int64_t i = 0; i < n; i++) {
    double sum = 0, product = 0;
    for (int64_t p = 0; p < j->pieces; p++) {
      sum += sums_of(j, p)[i];
      product += sums_of(j, p)[n + i];
    }
    if (is_trained(j->beta)) {
      j->beta->grad[i] += (float)sum;
    }
    if (is_trained(j->gamma)) {
      j->gamma->grad[i] += (float)product;
    }
  }
}

static enum tn_status norm_backward(struct tn_call *call, struct tn_error *err) {
  struct job j = job_of(call);
  (void)err;
  if (j.layout.lines * j.layout.n > 0) {
    tn_parallel_for(j.pieces, backward_piece, &j);
    add_gradients(&j);
  }
  return TN_OK;
}

const struct tn_op tn_op_layer_norm = {
    .name = "layer_norm",
    .config_size = sizeof(struct config),
    .configure = norm_configure,
    .infer = norm_infer,
    .forward = norm_forward,
    .backward = norm_backward,
};
