#ifndef TN_METRICS_METRIC_WEIGHTS_H
#define TN_METRICS_METRIC_WEIGHTS_H

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

#endif
