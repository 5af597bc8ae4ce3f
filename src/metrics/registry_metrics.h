/* Metrics by their names. */
#ifndef TN_METRICS_REGISTRY_METRICS_H
#define TN_METRICS_REGISTRY_METRICS_H

#include "metrics/metric.h"

/* NULL when there is no metric of that name. */
const struct tn_metric *tn_metric_find(const char *name);
const struct tn_metric *const *tn_metric_list(void); /* ends with NULL */

#endif
