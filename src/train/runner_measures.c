/* What a runner measures of its batches. */
#include <math.h>

#include "metrics/registry_metrics.h"
#include "platform/alloc.h"
#include "train/runner.h"

enum tn_status tn_runner_set_metric(struct tn_runner *r, int i, const char *name,
                                    const struct tn_attrs *attrs, struct tn_error *err) {
  struct tn_measure *m = &r->measure[i];
  m->metric = tn_metric_find(name);
  if (m->metric == NULL) {
    return tn_fail(err, TN_STATUS_ARG, "there is no metric \"%s\"", name);
  }
  TN_TRY(tn_alloc_into(&m->config, 1, m->metric->config_size + 1, err));
  TN_TRY(m->metric->configure(m->config, attrs, err));
  m->n_state = m->metric->state_size(m->config);
  m->n_result = m->metric->result_size(m->config);
  return tn_alloc_into(&m->state, m->n_state, sizeof *m->state, err);
}

enum tn_status tn_runner_set_value(struct tn_runner *r, int i, enum tn_measure_kind kind, int value,
                                   struct tn_error *err) {
  struct tn_measure *m = &r->measure[i];
  m->kind = kind;
  m->value = value;
  m->n_state = 2; /* weighted sum, sum of weights */
  m->n_result = 1;
  return tn_alloc_into(&m->state, 2, sizeof *m->state, err);
}

static enum tn_status update_value(struct tn_measure *m, const struct tn_tensor *t, int64_t rows, double share) {
  int scalar = t->shape.rank == 0;
  double weight = !scalar ? 1 : m->kind == TN_MEASURE_VALUE_ROWS ? (double)rows : share;
  int64_t n = tn_shape_size(&t->shape);
  for (int64_t i = 0; i < n; i++) {
    m->state[0] += weight * t->data[i];
  }
  m->state[1] += weight * (double)n;
  return TN_OK;
}

enum tn_status tn_runner_update_measures(struct tn_runner *r, int64_t rows, struct tn_error *err) {
  for (int i = 0; i < r->n_measures; i++) {
    struct tn_measure *m = &r->measure[i];
    if (m->kind != TN_MEASURE_METRIC) {
      TN_TRY(update_value(m, &r->graph->value[m->value].tensor, rows, r->share));
      continue;
    }
    const struct tn_tensor *pred = &r->graph->value[m->pred].tensor;
    const struct tn_tensor *truth = &r->graph->value[m->truth].tensor;
    struct tn_metric_batch batch = {pred->shape, truth->shape, pred->data, truth->data, NULL, 0};
    if (m->weight >= 0) {
      const struct tn_tensor *weight = &r->graph->value[m->weight].tensor;
      batch.weight = weight->data;
      batch.n_weights = tn_shape_size(&weight->shape);
    }
    TN_TRY(m->metric->update(m->config, &batch, m->state, err));
  }
  return TN_OK;
}

void tn_runner_measure(const struct tn_runner *r, int i, double *out) {
  const struct tn_measure *m = &r->measure[i];
  if (m->kind == TN_MEASURE_METRIC) {
    m->metric->result(m->config, m->state, out);
  } else {
    out[0] = m->state[1] == 0 ? NAN : m->state[0] / m->state[1];
  }
}
