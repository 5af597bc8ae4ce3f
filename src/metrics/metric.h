/* Running measures over an epoch, in double. One static const instance per kind. */
#ifndef TN_METRICS_METRIC_H
#define TN_METRICS_METRIC_H

#include <stddef.h>
#include <stdint.h>

#include "platform/status.h"
#include "tensor/attrs.h"
#include "tensor/shape.h"

struct tn_metric_batch {
  struct tn_shape pred_shape; /* (B,...) */
  struct tn_shape true_shape;
  const float *pred;
  const float *truth;
  const float *weight; /* (B), one for each step (B,T), or NULL */
  int64_t n_weights;
};

struct tn_metric {
  const char *name;
  size_t config_size;
  enum tn_status (*configure)(void *config, const struct tn_attrs *attrs, struct tn_error *err);
  int64_t (*state_size)(const void *config);  /* doubles, zeroed at the start of an epoch */
  int64_t (*result_size)(const void *config); /* 1 but for vectors of thresholds */
  enum tn_status (*update)(const void *config, const struct tn_metric_batch *batch, double *state,
                           struct tn_error *err);
  void (*result)(const void *config, const double *state, double *out);
  /* Optional: value per sample (mean over the last axis): out has tn_shape_rows(pred) floats. */
  enum tn_status (*per_sample)(const void *config, const struct tn_metric_batch *batch, float *out,
                               struct tn_error *err);
  void (*free_config)(void *config); /* optional */
};

#endif
