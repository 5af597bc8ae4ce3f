#include <string.h>

#include "metrics/metric_families.h"

static const struct tn_metric *const list[] = {
    &tn_metric_mean_squared_error, &tn_metric_root_mean_squared_error,
    &tn_metric_mean_absolute_error, &tn_metric_mean_absolute_percentage_error,
    &tn_metric_mean_squared_logarithmic_error, &tn_metric_hinge, &tn_metric_squared_hinge,
    &tn_metric_categorical_hinge, &tn_metric_huber, &tn_metric_logcosh, &tn_metric_poisson,
    &tn_metric_kullback_leibler_divergence, &tn_metric_cosine_similarity,
    &tn_metric_binary_crossentropy, &tn_metric_categorical_crossentropy,
    &tn_metric_sparse_categorical_crossentropy, &tn_metric_binary_accuracy,
    &tn_metric_categorical_accuracy, &tn_metric_sparse_categorical_accuracy,
    &tn_metric_top_k_categorical_accuracy, &tn_metric_sparse_top_k_categorical_accuracy,
    &tn_metric_precision, &tn_metric_recall, &tn_metric_true_positives,
    &tn_metric_true_negatives, &tn_metric_false_positives, &tn_metric_false_negatives,
    &tn_metric_auc, NULL};

const struct tn_metric *const *tn_metric_list(void) { return list; }

const struct tn_metric *tn_metric_find(const char *name) {
  for (int i = 0; list[i] != NULL; i++) {
    if (strcmp(list[i]->name, name) == 0) {
      return list[i];
    }
  }
  return NULL;
}
