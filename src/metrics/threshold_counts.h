/* True and false positives and negatives at thresholds. A prediction is positive when it lies above
 * the threshold. Kept as two weights per gap between thresholds, so that a batch costs a search per
 * cell however many thresholds there are. */
#ifndef TN_METRICS_THRESHOLD_COUNTS_H
#define TN_METRICS_THRESHOLD_COUNTS_H

#include <stdint.h>

#include "metrics/metric.h"

struct tn_threshold_counts {
  int64_t n;        /* thresholds */
  float *threshold; /* (n) ascending, owned; as single as the predictions */
  int64_t *place;   /* (n) where each stood when given, owned */
  int64_t top_k;    /* above 0: only the k highest of a row can be positive */
  int64_t class_id; /* from 0: only this column counts; -1: all do */
  int64_t labels;   /* above 0: counts of each column by itself */
};

struct tn_confusion {
  double tp, fp, tn, fn;
};

/* Copies n thresholds, in any order. */
enum tn_status tn_counts_make(struct tn_threshold_counts *c, int64_t n, const double *threshold,
                              struct tn_error *err) TN_MUST_CHECK;
void tn_counts_free(struct tn_threshold_counts *c);
/* Doubles of state: (labels or 1) * (n + 1) * 2. */
int64_t tn_counts_state(const struct tn_threshold_counts *c);
enum tn_status tn_counts_update(const struct tn_threshold_counts *c, const char *what,
                                const struct tn_metric_batch *b, double *state,
                                struct tn_error *err) TN_MUST_CHECK;

/* Counts of one label at threshold number t of the ascending ones. */
struct tn_confusion tn_counts_at(const struct tn_threshold_counts *c, const double *state,
                                 int64_t t);

#endif
