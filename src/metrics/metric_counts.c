/* precision tp / (tp + fp), recall tp / (tp + fn), 0 where undefined, and the four counts, at the
 * attribute `thresholds` (default 0.5; several give several results). With top_k and no thresholds
 * the k highest cells of a row are positive whatever their value; class_id looks at one column. */
#include <math.h>

#include "metrics/metric_list.h"
#include "metrics/threshold_counts.h"

enum kind { PRECISION, RECALL, TRUE_POSITIVES, TRUE_NEGATIVES, FALSE_POSITIVES, FALSE_NEGATIVES };

struct config {
  struct tn_threshold_counts counts;
  enum kind kind;
  const char *what;
};

static enum tn_status read(void *config, enum kind kind, const char *what,
                           const struct tn_attrs *attrs, struct tn_error *err) {
  struct config *c = config;
  const struct tn_attr *t = tn_attrs_find(attrs, "thresholds");
  c->kind = kind;
  c->what = what;
  c->counts.top_k = (int64_t)tn_attrs_number(attrs, "top_k", 0);
  c->counts.class_id = (int64_t)tn_attrs_number(attrs, "class_id", -1);
  if (t != NULL && t->number != NULL && t->count > 0) {
    return tn_counts_make(&c->counts, t->count, t->number, err);
  }
  double single = c->counts.top_k > 0 ? -INFINITY : 0.5;
  return tn_counts_make(&c->counts, 1, &single, err);
}

static void free_config(void *config) { tn_counts_free(&((struct config *)config)->counts); }

static int64_t state_size(const void *config) {
  return tn_counts_state(&((const struct config *)config)->counts);
}

static int64_t result_size(const void *config) { return ((const struct config *)config)->counts.n; }

static enum tn_status update(const void *config, const struct tn_metric_batch *b, double *state,
                             struct tn_error *err) {
  const struct config *c = config;
  return tn_counts_update(&c->counts, c->what, b, state, err);
}

static double share(double part, double rest) {
  return part + rest == 0 ? 0 : part / (part + rest);
}

static void result(const void *config, const double *state, double *out) {
  const struct config *c = config;
  for (int64_t t = 0; t < c->counts.n; t++) {
    struct tn_confusion s = tn_counts_at(&c->counts, state, t);
    double *to = &out[c->counts.place[t]];
    switch (c->kind) {
      case PRECISION: *to = share(s.tp, s.fp); break;
      case RECALL: *to = share(s.tp, s.fn); break;
      case TRUE_POSITIVES: *to = s.tp; break;
      case TRUE_NEGATIVES: *to = s.tn; break;
      case FALSE_POSITIVES: *to = s.fp; break;
      case FALSE_NEGATIVES: *to = s.fn; break;
    }
  }
}

#define COUNT_METRIC(id, number)                                                              \
  static enum tn_status configure_##id(void *config, const struct tn_attrs *attrs,            \
                                       struct tn_error *err) {                                \
    return read(config, number, "the metric \"" #id "\"", attrs, err);                        \
  }                                                                                           \
  const struct tn_metric tn_metric_##id = {                                                   \
      .name = #id, .config_size = sizeof(struct config), .configure = configure_##id,         \
      .state_size = state_size, .result_size = result_size, .update = update,                 \
      .result = result, .free_config = free_config}

COUNT_METRIC(precision, PRECISION);
COUNT_METRIC(recall, RECALL);
COUNT_METRIC(true_positives, TRUE_POSITIVES);
COUNT_METRIC(true_negatives, TRUE_NEGATIVES);
COUNT_METRIC(false_positives, FALSE_POSITIVES);
COUNT_METRIC(false_negatives, FALSE_NEGATIVES);
