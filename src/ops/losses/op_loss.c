/* One op per loss: inputs predictions (or pre-activations) and targets, output a value per sample,
 * the shape of the predictions without `axis` (from 0, default the last; (B) counts as (B,1)).
 * Formulas and gradients stand in kernels/loss_*.c; sparse targets are class numbers, (B), (B,1),
 * (B,T) or (B,T,1). The gradient flows to the predictions and, but for class numbers, to targets.
 * With the attribute `members` predictions have an axis of members behind the batch and targets do not: each
 * member is compared with the same target, which lies there once.
 * Attributes: from_logits, label_smoothing (crossentropies), delta (huber), power (tweedie), theta (negative
 * binomial), precision (beta), quantiles, axis. */
#include <stdio.h>

#include "kernels/loss_rows.h"
#include "kernels/vector.h"
#include "ops/losses/loss_fit.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"
#include "platform/threads.h"

enum { GRAIN = 1 << 13 }; /* values of an item: some 20 microseconds */

struct config {
  enum tn_loss_kind kind;
  struct tn_loss_options options;
  int axis, members;
  char what[64];
};

static enum tn_status read_quantiles(struct tn_loss_options *options, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  const struct tn_attr *given = tn_attrs_find(attrs, "quantiles");
  int64_t n = given == NULL || given->number == NULL ? 0 : given->count;
  if (n > TN_LOSS_QUANTILES) {
    return tn_fail(err, TN_STATUS_ARG, "`quantiles` must be at most %d, not %lld",
                   TN_LOSS_QUANTILES, (long long)n);
  }
  options->n_quantiles = n;
  for (int64_t j = 0; j < n; j++) {
    options->quantiles[j] = given->number[j];
    if (!(given->number[j] > 0 && given->number[j] < 1)) {
      return tn_fail(err, TN_STATUS_ARG, "`quantiles` must lie between 0 and 1, not %g",
                     given->number[j]);
    }
  }
  return TN_OK;
}

static enum tn_status loss_configure(void *config, enum tn_loss_kind kind,
                                     const struct tn_attrs *attrs, struct tn_error *err) {
  struct config *c = config;
  c->kind = kind;
  c->options.from_logits = tn_attrs_flag(attrs, "from_logits", 0);
  c->options.label_smoothing = tn_attrs_number(attrs, "label_smoothing", 0);
  c->options.delta = tn_attrs_number(attrs, "delta", 1);
  c->options.power = tn_attrs_number(attrs, "power", 1.5);
  c->options.shape = tn_attrs_number(attrs, kind == TN_LOSS_BETA ? "precision" : "theta", 0);
  c->axis = (int)tn_attrs_number(attrs, "axis", -1);
  c->members = tn_attrs_flag(attrs, "members", 0);
  snprintf(c->what, sizeof c->what, "the loss \"%s\"", tn_loss_name(kind));
  if (!(c->options.label_smoothing >= 0 && c->options.label_smoothing <= 1)) {
    return tn_fail(err, TN_STATUS_ARG, "`label_smoothing` must lie between 0 and 1, not %g",
                   c->options.label_smoothing);
  }
  if (!(c->options.delta > 0)) {
    return tn_fail(err, TN_STATUS_ARG, "`delta` must be above 0, not %g", c->options.delta);
  }
  if (!(c->options.power > 1 && c->options.power < 2)) {
    return tn_fail(err, TN_STATUS_ARG, "`power` must lie between 1 and 2, not %g",
                   c->options.power);
  }
  return read_quantiles(&c->options, attrs, err);
}

/* Lines of predictions (B,M,n) against those of targets (B,n), or (B) class numbers. */
static enum tn_status fit_members(const struct config *c, const struct tn_shape *pred,
                                  const struct tn_shape *truth, struct tn_loss_lines *lines,
                                  int classes, struct tn_error *err) {
  if (pred->rank != 3 || pred->dim[1] < 1 || (c->axis != -1 && c->axis != 2)) {
    char text[80];
    return tn_fail(err, TN_STATUS_SHAPE,
                   "%s of members needs predictions of shape (samples, members, units) and runs over the "
                   "units, not over another axis of %s",
                   c->what, tn_shape_text(pred, text, sizeof text));
  }
  struct tn_shape one = tn_shape_2(pred->dim[0], pred->dim[2]);
  TN_TRY(tn_loss_fit(c->what, classes, -1, &one, truth, lines, err));
  lines->members = pred->dim[1];
  lines->lines *= pred->dim[1];
  return TN_OK;
}

static enum tn_status fit(const struct config *c, const struct tn_shape *pred,
                          const struct tn_shape *truth, struct tn_loss_lines *lines,
                          struct tn_error *err) {
  int classes = c->kind == TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY;
  int own_shape = c->kind == TN_LOSS_NEGATIVE_BINOMIAL || c->kind == TN_LOSS_BETA;
  TN_TRY(c->members ? fit_members(c, pred, truth, lines, classes, err)
                    : tn_loss_fit(c->what, classes, c->axis, pred, truth, lines, err));
  if (own_shape && !(c->options.shape > 0) && lines->n < 2) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "%s needs a mean and behind it %s in each row of predictions, or %s given", c->what,
                   c->kind == TN_LOSS_BETA ? "the precision" : "theta",
                   c->kind == TN_LOSS_BETA ? "`precision`" : "`theta`");
  }
  if (c->options.n_quantiles > 1 && lines->n != c->options.n_quantiles) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "%s needs %lld predictions in each row, one for each quantile, not %lld",
                   c->what, (long long)c->options.n_quantiles, (long long)lines->n);
  }
  return TN_OK;
}

static enum tn_status loss_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *p = &io->in[0];
  struct tn_loss_lines lines;
  TN_TRY(tn_inputs_float(io, c->what, err));
  TN_TRY(fit(c, p, &io->in[1], &lines, err));
  io->out[0].rank = 0;
  for (int k = 0; k < p->rank; k++) {
    if (p->rank == 1 || k != (c->axis < 0 ? c->axis + p->rank : c->axis)) {
      io->out[0].dim[io->out[0].rank++] = p->dim[k];
    }
  }
  /* p, y, gradient of a line in pieces; of a target that members share */
  io->work = lines.inner > 1 ? 3 * lines.n : c->members ? lines.n : 0;
  return TN_OK;
}

struct job {
  struct tn_call *call;
  struct tn_loss_options options;
  struct tn_loss_lines lines;
  int64_t items;
};

static enum tn_status job_make(struct tn_call *call, struct job *job, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *truth = call->in[1];
  job->call = call;
  job->options = c->options;
  TN_TRY(fit(c, &call->in[0]->shape, &truth->shape, &job->lines, err));
  if (job->lines.classes) {
    TN_TRY(tn_loss_check_classes(c->what, &job->lines, truth->data, err));
  }
  /* the rule of 0/1 targets looks at the whole batch */
  job->options.signs = (c->kind == TN_LOSS_HINGE || c->kind == TN_LOSS_SQUARED_HINGE) &&
                       tn_loss_binary_targets(tn_shape_size(&truth->shape), truth->data);
  int64_t per_item = GRAIN / (job->lines.n > 0 ? job->lines.n : 1);
  int one_by_one = job->lines.inner > 1 || (c->members && call->din[1] != NULL);
  job->items = one_by_one ? 1 : tn_items(job->lines.lines, per_item);
  return TN_OK;
}

static void load(const struct tn_loss_lines *l, const float *x, float *line) {
  for (int64_t j = 0; j < l->n; j++) {
    line[j] = x[j * l->inner];
  }
}

static void store(const struct tn_loss_lines *l, const float *line, float *x) {
  for (int64_t j = 0; j < l->n; j++) {
    x[j * l->inner] = line[j];
  }
}

static int64_t line_start(const struct tn_loss_lines *l, int64_t i) {
  return i / l->inner * l->n * l->inner + i % l->inner;
}

static int64_t target_at(const struct tn_loss_lines *l, int64_t i) {
  return l->classes ? i / l->members : line_start(l, i / l->members);
}

/* Predictions and targets of line i, in one piece; returns where its predictions begin. */
static int64_t line_at(const struct job *job, int64_t i, const float **p, const float **y) {
  const struct tn_loss_lines *l = &job->lines;
  int64_t from = line_start(l, i);
  *p = job->call->in[0]->data + from;
  *y = job->call->in[1]->data + target_at(l, i);
  if (l->inner > 1) {
    load(l, *p, job->call->work);
    *p = job->call->work;
    if (!l->classes) {
      load(l, *y, job->call->work + l->n);
      *y = job->call->work + l->n;
    }
  }
  return from;
}

static void forward_item(void *context, int64_t item) {
  const struct job *job = context;
  const struct config *c = job->call->config;
  int64_t from, to;
  tn_item_range(job->lines.lines, job->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    const float *p, *y;
    line_at(job, i, &p, &y);
    job->call->out[0]->data[i] = (float)tn_loss_row(c->kind, &job->options, job->lines.n, y, p);
  }
}

static enum tn_status loss_forward(struct tn_call *call, struct tn_error *err) {
  struct job job;
  TN_TRY(job_make(call, &job, err));
  tn_parallel_for(job.items, forward_item, &job);
  return TN_OK;
}

/* Members add to the gradient of a target that they share. */
static void target_gradient(const struct job *job, int64_t i, const float *y, const float *p, double up) {
  const struct config *c = job->call->config;
  const struct tn_loss_lines *l = &job->lines;
  float *dy = job->call->din[1] + target_at(l, i);
  if (i % l->members > 0) {
    tn_loss_row_target_gradient(c->kind, &job->options, l->n, y, p, up, job->call->work);
    tn_vec_add(l->classes ? 1 : l->n, job->call->work, dy);
  } else if (l->classes || l->inner == 1) {
    tn_loss_row_target_gradient(c->kind, &job->options, l->n, y, p, up, dy);
  } else {
    tn_loss_row_target_gradient(c->kind, &job->options, l->n, y, p, up, job->call->work + 2 * l->n);
    store(l, job->call->work + 2 * l->n, dy);
  }
}

static void backward_line(const struct job *job, int64_t i) {
  const struct config *c = job->call->config;
  const struct tn_loss_lines *l = &job->lines;
  float *dp = job->call->din[0];
  const float *p, *y;
  int64_t from = line_at(job, i, &p, &y);
  double up = job->call->dout[0][i];
  if (dp != NULL && l->inner == 1) {
    tn_loss_row_gradient(c->kind, &job->options, l->n, y, p, up, dp + from);
  } else if (dp != NULL) {
    tn_loss_row_gradient(c->kind, &job->options, l->n, y, p, up, job->call->work + 2 * l->n);
    store(l, job->call->work + 2 * l->n, dp + from);
  }
  if (job->call->din[1] != NULL) {
    target_gradient(job, i, y, p, up);
  }
}

static void backward_item(void *context, int64_t item) {
  const struct job *job = context;
  int64_t from, to;
  tn_item_range(job->lines.lines, job->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    backward_line(job, i);
  }
}

static enum tn_status loss_backward(struct tn_call *call, struct tn_error *err) {
  struct job job;
  TN_TRY(job_make(call, &job, err));
  tn_parallel_for(job.items, backward_item, &job);
  return TN_OK;
}

#define LOSS_OP(id, number)                                                                    \
  static enum tn_status configure_##id(void *config, const struct tn_attrs *attrs,             \
                                       struct tn_error *err) {                                 \
    return loss_configure(config, number, attrs, err);                                         \
  }                                                                                            \
  const struct tn_op tn_op_loss_##id = {.name = "loss_" #id,                                   \
                                        .config_size = sizeof(struct config),                  \
                                        .configure = configure_##id, .infer = loss_infer,      \
                                        .forward = loss_forward, .backward = loss_backward}

LOSS_OP(mean_squared_error, TN_LOSS_MSE);
LOSS_OP(mean_absolute_error, TN_LOSS_MAE);
LOSS_OP(mean_absolute_percentage_error, TN_LOSS_MAPE);
LOSS_OP(mean_squared_logarithmic_error, TN_LOSS_MSLE);
LOSS_OP(binary_crossentropy, TN_LOSS_BINARY_CROSSENTROPY);
LOSS_OP(categorical_crossentropy, TN_LOSS_CATEGORICAL_CROSSENTROPY);
LOSS_OP(sparse_categorical_crossentropy, TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY);
LOSS_OP(hinge, TN_LOSS_HINGE);
LOSS_OP(squared_hinge, TN_LOSS_SQUARED_HINGE);
LOSS_OP(categorical_hinge, TN_LOSS_CATEGORICAL_HINGE);
LOSS_OP(huber, TN_LOSS_HUBER);
LOSS_OP(logcosh, TN_LOSS_LOGCOSH);
LOSS_OP(poisson, TN_LOSS_POISSON);
LOSS_OP(kullback_leibler_divergence, TN_LOSS_KLD);
LOSS_OP(cosine_similarity, TN_LOSS_COSINE);
LOSS_OP(gamma, TN_LOSS_GAMMA);
LOSS_OP(tweedie, TN_LOSS_TWEEDIE);
LOSS_OP(negative_binomial, TN_LOSS_NEGATIVE_BINOMIAL);
LOSS_OP(beta, TN_LOSS_BETA);
LOSS_OP(quantile, TN_LOSS_QUANTILE);
LOSS_OP(discrete_time, TN_LOSS_DISCRETE_TIME);
