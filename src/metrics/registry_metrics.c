#include "metrics/registry_metrics.h"

#include <string.h>

#include "metrics/metric_list.h"

#define TABLE(name) &tn_metric_##name,
static const struct tn_metric *const list[] = {TN_METRICS(TABLE) NULL};

const struct tn_metric *const *tn_metric_list(void) { return list; }

const struct tn_metric *tn_metric_find(const char *name) {
  for (int i = 0; list[i] != NULL; i++) {
    if (strcmp(list[i]->name, name) == 0) {
      return list[i];
    }
  }
  return NULL;
}
