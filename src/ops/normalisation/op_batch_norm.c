/* batch_norm: y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel, a place on
 * `axis` (Ioffe and Szegedy, ICML 2015). In training mean and variance (over n, biased) are those of the batch,
 * n values for each channel; else, and in a frozen layer, the moving ones.
 *   xhat = (x - mean) r,  r = 1 / sqrt(variance + epsilon)
 *   dgamma += sum(dy xhat), dbeta += sum(dy)
 *   dx = gamma r (dy - mean(dy) - xhat mean(dy xhat)) in training, else gamma r dy
 * Once the batch counts: moving = momentum moving + (1 - momentum) batch, where images (4 axes) bring
 * the variance over n - 1. */
#include <math.h>

#include "kernels/norm.h"
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/normalisation/norm_axis.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"
#include "platform/threads.h"

enum { GRAIN = 1 << 18 }; /* cells worth a thread */

struct config {
  int axis, center, scale, unbiased;
  double momentum, epsilon;
};

static enum tn_status norm_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  struct config *c = config;
  c->axis = (int)tn_attrs_number(attrs, "axis", -1);
  c->center = tn_attrs_flag(attrs, "center", 1);
  c->scale = tn_attrs_flag(attrs, "scale", 1);
  c->unbiased = tn_attrs_flag(attrs, "unbiased", 1);
  c->momentum = tn_attrs_number(attrs, "momentum", 0.99);
  c->epsilon = tn_attrs_number(attrs, "epsilon", 1e-3);
  if (!(c->epsilon >= 0)) {
    return tn_fail(err, TN_STATUS_ARG, "`epsilon` must be at least 0, not %g", c->epsilon);
  }
  return TN_OK;
}

/* outer blocks of n channels, each with `inner` cells on end. */
static struct tn_lines sizes_of(const struct config *c, const struct tn_shape *shape) {
  return tn_lines_along(shape, c->axis);
}

static int64_t values_of(const struct tn_lines *s) { return s->outer * s->inner; }

/* Pieces that threads may share: rows when the channels come last, else channels. Each piece of rows has
 * its own sums, 2 for each channel, and at least 16 rows. */
static int64_t pieces_of(const struct tn_lines *s) {
  int64_t items = tn_items(s->outer * s->n * s->inner, GRAIN);
  int64_t most = s->inner == 1 ? s->outer / 16 : s->n;
  return items < most ? items : most < 1 ? 1 : most;
}

static int64_t sums_of(const struct tn_lines *s) {
  return 2 * s->n * (s->inner == 1 ? pieces_of(s) : 1);
}

/* Floats in scratch, each (channels): what forward used, and the variance for the moving one. */
enum { HI, LO, RSTD, VARIANCE, N_SCRATCH };
/* Floats in work behind the sums. */
enum { FACTOR, MEAN_SLOPE, SLOPE_ALONG, NONE, N_WORK };

static enum tn_status norm_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *in = &io->in[0];
  TN_TRY(tn_inputs_float(io, "a batch normalization", err));
  int axis;
  TN_TRY(tn_norm_axis(c->axis, in, &axis, err));
  struct tn_lines s = sizes_of(c, in);
  struct tn_shape channels = tn_shape_1(s.n);
  io->out[0] = *in;
  io->out_mask[0] = TN_MASK_PASS;
  if (c->scale) {
    io->param[io->n_params++] = (struct tn_param_spec){"gamma", channels, TN_ROLE_TRAINED};
  }
  if (c->center) {
    io->param[io->n_params++] = (struct tn_param_spec){"beta", channels, TN_ROLE_TRAINED};
  }
  io->param[io->n_params++] = (struct tn_param_spec){"moving_mean", channels, TN_ROLE_MOVING};
  io->param[io->n_params++] = (struct tn_param_spec){"moving_variance", channels, TN_ROLE_MOVING};
  io->scratch = N_SCRATCH * s.n;
  io->work = 2 * sums_of(&s) + N_WORK * s.n;
  return TN_OK;
}

/* ---- one call ------------------------------------------------------------------------------------ */

struct job {
  const struct config *config;
  struct tn_lines size;
  int64_t pieces;
  int of_batch; /* statistics of the batch, not the moving ones */
  struct tn_param *gamma, *beta, *mean, *variance; /* gamma, beta: NULL when left out */
  const float *x, *dy;
  float *y, *dx; /* dx NULL: not wanted */
  const float *hi, *lo;
  double *sum; /* (pieces, 2, channels), or (2, channels) */
  float *work;
};

static struct job job_of(const struct tn_call *call) {
  const struct config *c = call->config;
  struct job j = {.config = c, .size = sizes_of(c, &call->in[0]->shape)};
  j.pieces = pieces_of(&j.size);
  j.gamma = c->scale ? call->param[0] : NULL;
  j.beta = c->center ? call->param[c->scale] : NULL;
  j.mean = call->param[c->scale + c->center];
  j.variance = call->param[c->scale + c->center + 1];
  j.of_batch = call->training && !j.mean->frozen;
  j.x = call->in[0]->data;
  j.y = call->out[0]->data;
  j.dy = call->dout[0];
  j.dx = call->din[0];
  j.hi = call->scratch + HI * j.size.n;
  j.lo = call->scratch + LO * j.size.n;
  j.sum = (double *)(void *)call->work;
  j.work = call->work + 2 * sums_of(&j.size);
  return j;
}

/* Fills the sums of a piece with rows [from, to) of the input, or of channels [from, to). */
typedef void piece_fn(struct job *j, int64_t from, int64_t to, double *sum);

static void each_piece(struct job *j, int64_t item, piece_fn *rows, piece_fn *channels) {
  const struct tn_lines *s = &j->size;
  int by_rows = s->inner == 1;
  int64_t from, to;
  tn_item_range(by_rows ? s->outer : s->n, j->pieces, item, &from, &to);
  (by_rows ? rows : channels)(j, from, to, j->sum + (by_rows ? item * 2 * s->n : 0));
}

/* First cell of block b of a channel; the block has `behind` cells. */
static int64_t block(const struct tn_lines *s, int64_t b, int64_t channel) {
  return (b * s->n + channel) * s->inner;
}

/* The sums of all pieces, in order, into those of the first: (2, channels). */
static void add_up(struct job *j) {
  int64_t n = 2 * j->size.n;
  for (int64_t p = 1; p < j->pieces && j->size.inner == 1; p++) {
    for (int64_t k = 0; k < n; k++) {
      j->sum[k] += j->sum[p * n + k];
    }
  }
}

static void clear_sums(struct job *j) {
  for (int64_t k = 0; k < sums_of(&j->size); k++) {
    j->sum[k] = 0;
  }
}

/* ---- moments ------------------------------------------------------------------------------------- */

/* A channel's first cell is taken off before squares are added: no digits are lost where the mean is
 * large, and a constant channel has variance 0. */
static void moments_rows(struct job *j, int64_t from, int64_t to, double *sum) {
  int64_t n = j->size.n;
  tn_columns_moments(to - from, n, j->x + from * n, j->x, sum, sum + n);
}

static void moments_channels(struct job *j, int64_t from, int64_t to, double *sum) {
  const struct tn_lines *s = &j->size;
  for (int64_t c = from; c < to; c++) {
    for (int64_t b = 0; b < s->outer; b++) {
      double moments[2];
      tn_line_moments(s->inner, j->x + block(s, b, c), j->x[block(s, 0, c)], moments);
      sum[c] += moments[0];
      sum[s->n + c] += moments[1];
    }
  }
}

static void moments_piece(void *context, int64_t item) {
  each_piece(context, item, moments_rows, moments_channels);
}

static void set_statistics(struct job *j, int64_t c, double mean, double variance,
                           float *scratch) {
  int64_t n = j->size.n;
  float hi = (float)mean;
  scratch[HI * n + c] = hi;
  scratch[LO * n + c] = (float)(mean - hi);
  scratch[RSTD * n + c] = (float)(1 / sqrt(variance + j->config->epsilon));
  scratch[VARIANCE * n + c] = (float)variance;
}

static void find_statistics(struct job *j, float *scratch) {
  const struct tn_lines *s = &j->size;
  double count = (double)values_of(s);
  if (j->of_batch && count > 0) {
    clear_sums(j);
    tn_parallel_for(j->pieces, moments_piece, j);
    add_up(j);
  }
  for (int64_t c = 0; c < s->n; c++) {
    if (!j->of_batch || count == 0) {
      set_statistics(j, c, j->mean->value[c], j->variance->value[c], scratch);
      continue;
    }
    double off = j->sum[c] / count;
    double variance = j->sum[s->n + c] / count - off * off;
    set_statistics(j, c, j->x[block(s, 0, c)] + off, variance < 0 ? 0 : variance, scratch);
  }
}

/* ---- forward ------------------------------------------------------------------------------------- */

static void forward_rows(struct job *j, int64_t from, int64_t to, double *sum) {
  int64_t n = j->size.n;
  const float *beta = j->beta == NULL ? j->work + NONE * n : j->beta->value;
  (void)sum;
  tn_columns_normalize(to - from, n, j->x + from * n, j->hi, j->lo, j->work + FACTOR * n, beta,
                       j->y + from * n);
}

static void forward_channels(struct job *j, int64_t from, int64_t to, double *sum) {
  const struct tn_lines *s = &j->size;
  (void)sum;
  for (int64_t c = from; c < to; c++) {
    float hi = j->hi[c], lo = j->lo[c], factor = j->work[FACTOR * s->n + c];
    float beta = j->beta == NULL ? 0 : j->beta->value[c];
    for (int64_t b = 0; b < s->outer; b++) {
      const float *x = j->x + block(s, b, c);
      float *y = j->y + block(s, b, c);
      for (int64_t i = 0; i < s->inner; i++) {
        y[i] = (x[i] - hi - lo) * factor + beta;
      }
    }
  }
}

static void forward_piece(void *context, int64_t item) {
  each_piece(context, item, forward_rows, forward_channels);
}

/* gamma r, and zeros for what is left out. */
static void set_factors(struct job *j, const float *scratch) {
  int64_t n = j->size.n;
  for (int64_t c = 0; c < n; c++) {
    float gamma = j->gamma == NULL ? 1 : j->gamma->value[c];
    j->work[FACTOR * n + c] = gamma * scratch[RSTD * n + c];
    j->work[NONE * n + c] = 0;
  }
}

static enum tn_status norm_forward(struct tn_call *call, struct tn_error *err) {
  struct job j = job_of(call);
  (void)err;
  find_statistics(&j, call->scratch);
  set_factors(&j, call->scratch);
  tn_parallel_for(j.pieces, forward_piece, &j);
  return TN_OK;
}

/* ---- backward ------------------------------------------------------------------------------------ */

static void slopes_rows(struct job *j, int64_t from, int64_t to, double *sum) {
  int64_t n = j->size.n;
  tn_columns_slopes(to - from, n, j->x + from * n, j->hi, j->lo, j->dy + from * n, sum, sum + n);
}

static void slopes_channels(struct job *j, int64_t from, int64_t to, double *sum) {
  const struct tn_lines *s = &j->size;
  for (int64_t c = from; c < to; c++) {
    for (int64_t b = 0; b < s->outer; b++) {
      const float *x = j->x + block(s, b, c), *dy = j->dy + block(s, b, c);
      for (int64_t i = 0; i < s->inner; i++) {
        sum[c] += dy[i];
        sum[s->n + c] += (double)dy[i] * (x[i] - j->hi[c] - j->lo[c]);
      }
    }
  }
}

static void slopes_piece(void *context, int64_t item) {
  each_piece(context, item, slopes_rows, slopes_channels);
}

static void backward_rows(struct job *j, int64_t from, int64_t to, double *sum) {
  int64_t n = j->size.n, at = from * n;
  const float *factor = j->work + FACTOR * n, *none = j->work + NONE * n;
  (void)sum;
  if (j->of_batch) {
    tn_columns_unnormalize(to - from, n, j->x + at, j->hi, j->lo, factor, j->work + MEAN_SLOPE * n,
                           j->work + SLOPE_ALONG * n, j->dy + at, j->dx + at);
  } else {
    tn_columns_normalize(to - from, n, j->dy + at, none, none, factor, none, j->dx + at);
  }
}

static void backward_channels(struct job *j, int64_t from, int64_t to, double *sum) {
  const struct tn_lines *s = &j->size;
  (void)sum;
  for (int64_t c = from; c < to; c++) {
    const float *work = j->work + c;
    float factor = work[FACTOR * s->n], mean = work[MEAN_SLOPE * s->n];
    float along = work[SLOPE_ALONG * s->n], hi = j->hi[c], lo = j->lo[c];
    for (int64_t b = 0; b < s->outer; b++) {
      int64_t at = block(s, b, c);
      for (int64_t i = at; i < at + s->inner; i++) {
        j->dx[i] = factor * (j->of_batch ? j->dy[i] - mean - along * (j->x[i] - hi - lo)
                                         : j->dy[i]);
      }
    }
  }
}

static void backward_piece(void *context, int64_t item) {
  each_piece(context, item, backward_rows, backward_channels);
}

/* From the sums of dy and dy (x - mean): gradients of gamma and beta, and what dx lacks. */
static void use_slopes(struct job *j, const float *scratch) {
  int64_t n = j->size.n;
  double count = (double)values_of(&j->size);
  for (int64_t c = 0; c < n; c++) {
    double r = scratch[RSTD * n + c], slope = j->sum[c], along = j->sum[n + c];
    if (j->gamma != NULL && j->gamma->grad != NULL) {
      j->gamma->grad[c] += (float)(along * r);
    }
    if (j->beta != NULL && j->beta->grad != NULL) {
      j->beta->grad[c] += (float)slope;
    }
    j->work[MEAN_SLOPE * n + c] = (float)(slope / count);
    j->work[SLOPE_ALONG * n + c] = (float)(r * r * along / count);
  }
}

static enum tn_status norm_backward(struct tn_call *call, struct tn_error *err) {
  struct job j = job_of(call);
  int trained = (j.gamma != NULL && j.gamma->grad != NULL) ||
                (j.beta != NULL && j.beta->grad != NULL);
  (void)err;
  if (values_of(&j.size) == 0) {
    return TN_OK;
  }
  set_factors(&j, call->scratch);
  if (j.of_batch || trained) {
    clear_sums(&j);
    tn_parallel_for(j.pieces, slopes_piece, &j);
    add_up(&j);
    use_slopes(&j, call->scratch);
  }
  if (j.dx != NULL) {
    tn_parallel_for(j.pieces, backward_piece, &j);
  }
  return TN_OK;
}

static void norm_after_step(const struct tn_call *call) {
  struct job j = job_of(call);
  const float *hi = j.hi, *lo = j.lo, *variance = call->scratch + VARIANCE * j.size.n;
  double keep = j.config->momentum, n = (double)values_of(&j.size);
  int images = call->in[0]->shape.rank == 4 && j.config->unbiased;
  double whole = images && n > 1 ? n / (n - 1) : 1;
  for (int64_t c = 0; j.of_batch && n > 0 && c < j.size.n; c++) {
    double mean = (double)hi[c] + lo[c];
    j.mean->value[c] = (float)(keep * j.mean->value[c] + (1 - keep) * mean);
    j.variance->value[c] = (float)(keep * j.variance->value[c] + (1 - keep) * whole * variance[c]);
  }
}

const struct tn_op tn_op_batch_norm = {
    .name = "batch_norm",
    .config_size = sizeof(struct config),
    .configure = norm_configure,
    .infer = norm_infer,
    .forward = norm_forward,
    .backward = norm_backward,
    .after_step = norm_after_step,
};
