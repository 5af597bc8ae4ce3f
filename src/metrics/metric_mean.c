/* Running means: a value per row of the predictions (all axes but the last), weighted by sample. */
#include <math.h>

#include "kernels/loss_rows.h"
#include "metrics/metric_families.h"

enum kind { LOSS, BINARY_ACCURACY, CATEGORICAL, SPARSE, TOP_K, SPARSE_TOP_K };

struct config {
  enum kind kind;
  enum tn_loss_kind loss;
  struct tn_loss_options options;
  double threshold, sign; /* cosine similarity is reported with its positive sign */
  int64_t k;
  int root;
};

static enum tn_status read(void *config, enum kind kind, enum tn_loss_kind loss,
                           const struct tn_attrs *attrs) {
  struct config *c = config;
  c->kind = kind;
  c->loss = loss;
  c->options.from_logits = tn_attrs_flag(attrs, "from_logits", 0);
  c->options.label_smoothing = tn_attrs_number(attrs, "label_smoothing", 0);
  c->options.delta = tn_attrs_number(attrs, "delta", 1);
  c->threshold = tn_attrs_number(attrs, "threshold", 0.5);
  c->k = (int64_t)tn_attrs_number(attrs, "k", 5);
  c->sign = kind == LOSS && loss == TN_LOSS_COSINE ? -1 : 1;
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

/* Fewer than k classes score strictly above the true one. */
static double in_top(int64_t n, const float *p, int64_t truth, int64_t k) {
  int64_t above = 0;
  if (truth < 0 || truth >= n || !isfinite(p[truth])) {
    return 0;
  }
  for (int64_t j = 0; j < n; j++) {
    above += p[j] > p[truth];
  }
  return above < k;
}

static double row_value(const struct config *c, const struct tn_loss_options *o, int64_t n,
                        const float *y, const float *p) {
  double hits = 0;
  switch (c->kind) {
    case LOSS: return c->sign * tn_loss_row(c->loss, o, n, y, p);
    case CATEGORICAL: return argmax(n, y) == argmax(n, p);
    case SPARSE: return (int64_t)y[0] == argmax(n, p);
    case TOP_K: return in_top(n, p, argmax(n, y), c->k);
    case SPARSE_TOP_K: return in_top(n, p, (int64_t)y[0], c->k);
    default: break;
  }
  for (int64_t j = 0; j < n; j++) {
    hits += (p[j] > c->threshold) == (y[j] != 0) && (y[j] == 0 || y[j] == 1);
  }
  return hits / (double)n;
}

struct rows {
  int64_t rows, n, step;
  struct tn_loss_options options;
};

static enum tn_status rows_of(const struct config *c, const struct tn_metric_batch *b,
                              struct rows *out, struct tn_error *err) {
  out->n = b->pred_shape.rank < 2 ? 1 : tn_shape_last(&b->pred_shape);
  out->rows = out->n == 0 ? 0 : tn_shape_size(&b->pred_shape) / out->n;
  out->step = sparse_targets(c) ? 1 : out->n;
  out->options = c->options;
  int64_t targets = tn_shape_size(&b->true_shape);
  if (targets != out->rows * out->step) {
    char p[80], y[80];
    return tn_fail(err, TN_STATUS_SHAPE, "a metric compares predictions of shape %s with targets of shape %s",
                   tn_shape_text(&b->pred_shape, p, sizeof p),
                   tn_shape_text(&b->true_shape, y, sizeof y));
  }
  out->options.signs = (c->loss == TN_LOSS_HINGE || c->loss == TN_LOSS_SQUARED_HINGE) &&
                       tn_loss_binary_targets(targets, b->truth);
  for (int64_t i = 0; c->kind == LOSS && sparse_targets(c) && i < out->rows; i++) {
    if (!(b->truth[i] >= 0 && b->truth[i] < (float)out->n)) {
      return tn_fail(err, TN_STATUS_ARG, "with %lld classes targets are 0 to %lld, not %g",
                     (long long)out->n, (long long)out->n - 1, (double)b->truth[i]);
    }
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
  struct rows r;
  TN_TRY(rows_of(c, b, &r, err));
  int64_t batch = b->pred_shape.rank == 0 ? 1 : b->pred_shape.dim[0];
  int64_t per_sample = batch == 0 ? 1 : r.rows / batch;
  for (int64_t i = 0; i < r.rows; i++) {
    double w = b->weight == NULL ? 1 : b->weight[i / per_sample];
    state[0] += w * row_value(c, &r.options, r.n, b->truth + i * r.step, b->pred + i * r.n);
    state[1] += w;
  }
  return TN_OK;
}

static void result(const void *config, const double *state, double *out) {
  double mean = state[1] == 0 ? 0 : state[0] / state[1];
  out[0] = ((const struct config *)config)->root ? sqrt(mean) : mean;
}

/* root_mean_squared_error: the mean runs over cells, which is that of rows as all are as long. */
static enum tn_status per_sample(const void *config, const struct tn_metric_batch *b, float *out,
                                 struct tn_error *err) {
  const struct config *c = config;
  struct rows r;
  TN_TRY(rows_of(c, b, &r, err));
  for (int64_t i = 0; i < r.rows; i++) {
    out[i] = (float)row_value(c, &r.options, r.n, b->truth + i * r.step, b->pred + i * r.n);
  }
  return TN_OK;
}

#define MEAN_METRIC(id, kind_number, loss_number, is_root)                                    \
  static enum tn_status configure_##id(void *config, const struct tn_attrs *attrs,            \
                                       struct tn_error *err) {                                \
    (void)err;                                                                                \
    ((struct config *)config)->root = is_root;                                                \
    return read(config, kind_number, loss_number, attrs);                                     \
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
