/* The metrics, by family; private to metrics/. */
#ifndef TN_METRICS_METRIC_FAMILIES_H
#define TN_METRICS_METRIC_FAMILIES_H

#include "metrics/metric.h"

/* How many lines of predictions in a row a weight stands for. */
static inline enum tn_status tn_metric_weights(const char *what, const struct tn_metric_batch *b,
                                               int64_t lines, int64_t *each, struct tn_error *err) {
  *each = b->n_weights == 0 ? 1 : lines / b->n_weights;
  if (b->weight != NULL && *each * b->n_weights != lines) {
    return tn_fail(err, TN_STATUS_SHAPE, "%s cannot weight %lld values with %lld weights", what,
                   (long long)lines, (long long)b->n_weights);
  }
  return TN_OK;
}

/* metric_mean.c: running means of a value per row. */
extern const struct tn_metric tn_metric_mean_squared_error, tn_metric_root_mean_squared_error,
    tn_metric_mean_absolute_error, tn_metric_mean_absolute_percentage_error,
    tn_metric_mean_squared_logarithmic_error, tn_metric_hinge, tn_metric_squared_hinge,
    tn_metric_categorical_hinge, tn_metric_huber, tn_metric_logcosh, tn_metric_poisson,
    tn_metric_kullback_leibler_divergence, tn_metric_cosine_similarity,
    tn_metric_binary_crossentropy, tn_metric_categorical_crossentropy,
    tn_metric_sparse_categorical_crossentropy, tn_metric_binary_accuracy,
    tn_metric_categorical_accuracy, tn_metric_sparse_categorical_accuracy,
    tn_metric_top_k_categorical_accuracy, tn_metric_sparse_top_k_categorical_accuracy;

/* metric_counts.c and metric_auc.c: from counts of hits and misses at thresholds. */
extern const struct tn_metric tn_metric_precision, tn_metric_recall, tn_metric_true_positives,
    tn_metric_true_negatives, tn_metric_false_positives, tn_metric_false_negatives, tn_metric_auc;

#endif
