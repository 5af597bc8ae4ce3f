/* Every metric. The list is written once: a new metric is one word here. */
#ifndef TN_METRICS_METRIC_LIST_H
#define TN_METRICS_METRIC_LIST_H

#include "metrics/metric.h"

#define TN_METRICS(X)                                                                   \
  /* metric_mean.c: running means of a value per row */                                 \
  X(mean_squared_error) X(root_mean_squared_error) X(mean_absolute_error)               \
  X(mean_absolute_percentage_error) X(mean_squared_logarithmic_error) X(hinge)          \
  X(squared_hinge) X(categorical_hinge) X(huber) X(logcosh) X(poisson)                  \
  X(kullback_leibler_divergence) X(cosine_similarity) X(binary_crossentropy)            \
  X(categorical_crossentropy) X(sparse_categorical_crossentropy) X(binary_accuracy)     \
  X(categorical_accuracy) X(sparse_categorical_accuracy) X(top_k_categorical_accuracy)  \
  X(sparse_top_k_categorical_accuracy)                                                  \
  /* metric_counts.c and metric_auc.c: from counts of hits and misses at thresholds */  \
  X(precision) X(recall) X(true_positives) X(true_negatives) X(false_positives)         \
  X(false_negatives) X(auc)

#define TN_DECLARE_METRIC(name) extern const struct tn_metric tn_metric_##name;
TN_METRICS(TN_DECLARE_METRIC)
#undef TN_DECLARE_METRIC

#endif
