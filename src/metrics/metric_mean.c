/* Running means of a value per row (last axis) of the predictions, weighted by sample: the losses,
 * and the accuracies
 *   binary       share of cells with (p > threshold) == y; a target besides 0 and 1 is never met
 *   categorical  largest p and largest y at the same class; the first counts of equal ones
 *   top k        fewer than k classes score strictly above the true one
 * sparse: targets are class numbers. root_mean_squared_error is the root of the running mean. */
#include <math.h>
#include <stdio.h>

#include "kernels/loss_rows.h"
#include "metrics/metric_list.h"
#include "metrics/metric_weights.h"
#include "ops/losses/loss_fit.h"

enum kind { LOSS, BINARY_ACCURACY, CATEGORICAL, SPARSE, TOP_K, SPARSE_TOP_K };

struct config {
  enum kind kind;
  enum tn_loss_kind loss;
  struct tn_loss_options options;
  float threshold; /* as single as the predictions, or 0.1 would lie above itself */
  double sign;     /* cosine similarity is reported with its positive sign */
  int64_t k;
  int root;
  char what[64];
};

static enum tn_status read(void *config, const char *name, enum kind kind, enum tn_loss_kind loss,
                           const struct tn_attrs *attrs, struct tn_error *err) {
  struct config *c = config;
  double k = tn_attrs_number(attrs, "k", 5);
  snprintf(c->what, sizeof c->what, "the metric \"%s\"", name);
  c->kind = kind;
  c->loss = loss;
  c->options.from_logits = tn_attrs_flag(attrs, "from_logits", 0);
  c->options.label_smoothing = tn_attrs_number(attrs, "label_smoothing", 0);
  c->options.delta = tn_attrs_number(attrs, "delta", 1);
  c->threshold = (float)tn_attrs_number(attrs, "threshold", 0.5);
  c->sign = kind == LOSS && loss == TN_LOSS_COSINE ? -1 : 1;
  if (!(k >= 1 && k < 1e9)) {
    return tn_fail(err, TN_STATUS_ARG, "`k` must be a whole number from 1 on, not %g", k);
  }
  c->k = (int64_t)k;
  return TN_OK;
}

static int sparse_targets(const struct config *c) {
  return c->kind == SPARSE || c->kind == SPARSE_TOP_K ||
         (c->kind == LOSS && c->loss == TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY);
}

static int64_t argmax(int64_t n, const float *x) {
  int64_t best = 0;
  for (int64_t j = 1; j < n; j++) {
    best = x[j] > x[best] ? j : best;
  }
  return best;
}

/* truth is a class number or, where targets are wrong, anything: then 0. */
static double in_top(int64_t n, const float *p, double truth, int64_t k) {
  int64_t above = 0;
  if (!(truth >= 0 && truth < (double)n) || !isfinite(p[(int64_t)truth])) {
    return 0;
  }
  for (int64_t j = 0; j < n; j++) {
    above += p[j] > p[(int64_t)truth];
  }
  return above < k;
}

static double row_value(const struct config *c, const struct tn_loss_options *o, int64_t n,
                        const float *y, const float *p) {
  int64_t hits = 0;
  switch (c->kind) {
    case LOSS: return c->sign * tn_loss_row(c->loss, o, n, y, p);
    case CATEGORICAL: return argmax(n, y) == argmax(n, p);
    case SPARSE: return floorf(y[0]) == (float)argmax(n, p);
    case TOP_K: return in_top(n, p, (double)argmax(n, y), c->k);
    case SPARSE_TOP_K: return in_top(n, p, y[0], c->k);
    default: break;
  }
  for (int64_t j = 0; j < n; j++) {
    hits += (float)(p[j] > c->threshold) == y[j];
  }
  return (double)hits / (double)n;
}

static enum tn_status rows_of(const struct config *c, const struct tn_metric_batch *b,
                              struct tn_loss_lines *rows, struct tn_loss_options *options,
                              struct tn_error *err) {
  TN_TRY(tn_loss_fit(c->what, sparse_targets(c), -1, &b->pred_shape, &b->true_shape, rows, err));
  *options = c->options;
  options->signs = (c->loss == TN_LOSS_HINGE || c->loss == TN_LOSS_SQUARED_HINGE) &&
                   tn_loss_binary_targets(tn_shape_size(&b->true_shape), b->truth);
  if (c->kind == LOSS && rows->classes) {
    TN_TRY(tn_loss_check_classes(c->what, rows, b->truth, err));
  }
  return TN_OK;
}

static int64_t state_size(const void *config) {
  (void)config;
  return 2; /* weighted sum, sum of weights */
}

static int64_t result_size(const void *config) {
  (void)config;
  return 1;
}

static enum tn_status update(const void *config, const struct tn_metric_batch *b, double *state,
                             struct tn_error *err) {
  const struct config *c = config;
  struct tn_loss_lines rows;
  struct tn_loss_options options;
  TN_TRY(rows_of(c, b, &rows, &options, err));
  int64_t step = rows.classes ? 1 : rows.n, each;
  TN_TRY(tn_metric_weights(c->what, b, rows.lines, &each, err));
  for (int64_t i = 0; i < rows.lines; i++) {
    double w = b->weight == NULL ? 1 : b->weight[i / each];
    state[0] += w * row_value(c, &options, rows.n, b->truth + i * step, b->pred + i * rows.n);
    state[1] += w;
  }
  return TN_OK;
}

static void result(const void *config, const double *state, double *out) {
  double mean = state[1] == 0 ? 0 : state[0] / state[1];
  out[0] = ((const struct config *)config)->root ? sqrt(mean) : mean;
}

static enum tn_status per_sample(const void *config, const struct tn_metric_batch *b, float *out,
                                 struct tn_error *err) {
  const struct config *c = config;
  struct tn_loss_lines rows;
  struct tn_loss_options options;
  TN_TRY(rows_of(c, b, &rows, &options, err));
  int64_t step = rows.classes ? 1 : rows.n;
  for (int64_t i = 0; i < rows.lines; i++) {
    out[i] = (float)row_value(c, &options, rows.n, b->truth + i * step, b->pred + i * rows.n);
  }
  return TN_OK;
}

#define MEAN_METRIC(id, kind_number, loss_number, is_root)                                    \
  static enum tn_status configure_##id(void *config, const struct tn_attrs *attrs,            \
                                       struct tn_error *err) {                                \
    ((struct config *)config)->root = is_root;                                                \
    return read(config, #id, kind_number, loss_number, attrs, err);                           \
  }                                                                                           \
  const struct tn_metric tn_metric_##id = {                                                   \
      .name = #id, .config_size = sizeof(struct config), .configure = configure_##id,         \
      .state_size = state_size, .result_size = result_size, .update = update,                 \
      .result = result, .per_sample = per_sample}

MEAN_METRIC(mean_squared_error, LOSS, TN_LOSS_MSE, 0);
MEAN_METRIC(root_mean_squared_error, LOSS, TN_LOSS_MSE, 1);
MEAN_METRIC(mean_absolute_error, LOSS, TN_LOSS_MAE, 0);
MEAN_METRIC(mean_absolute_percentage_error, LOSS, TN_LOSS_MAPE, 0);
MEAN_METRIC(mean_squared_logarithmic_error, LOSS, TN_LOSS_MSLE, 0);
MEAN_METRIC(hinge, LOSS, TN_LOSS_HINGE, 0);
MEAN_METRIC(squared_hinge, LOSS, TN_LOSS_SQUARED_HINGE, 0);
MEAN_METRIC(categorical_hinge, LOSS, TN_LOSS_CATEGORICAL_HINGE, 0);
MEAN_METRIC(huber, LOSS, TN_LOSS_HUBER, 0);
MEAN_METRIC(logcosh, LOSS, TN_LOSS_LOGCOSH, 0);
MEAN_METRIC(poisson, LOSS, TN_LOSS_POISSON, 0);
MEAN_METRIC(kullback_leibler_divergence, LOSS, TN_LOSS_KLD, 0);
MEAN_METRIC(cosine_similarity, LOSS, TN_LOSS_COSINE, 0);
MEAN_METRIC(binary_crossentropy, LOSS, TN_LOSS_BINARY_CROSSENTROPY, 0);
MEAN_METRIC(categorical_crossentropy, LOSS, TN_LOSS_CATEGORICAL_CROSSENTROPY, 0);
MEAN_METRIC(sparse_categorical_crossentropy, LOSS, TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY, 0);
MEAN_METRIC(binary_accuracy, BINARY_ACCURACY, TN_LOSS_MSE, 0);
MEAN_METRIC(categorical_accuracy, CATEGORICAL, TN_LOSS_MSE, 0);
MEAN_METRIC(sparse_categorical_accuracy, SPARSE, TN_LOSS_MSE, 0);
MEAN_METRIC(top_k_categorical_accuracy, TOP_K, TN_LOSS_MSE, 0);
MEAN_METRIC(sparse_top_k_categorical_accuracy, SPARSE_TOP_K, TN_LOSS_MSE, 0);
