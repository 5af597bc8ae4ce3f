#include "metrics/threshold_counts.h"

#include "metrics/metric_weights.h"
#include "ops/losses/loss_fit.h"
#include "platform/alloc.h"

enum tn_status tn_counts_make(struct tn_threshold_counts *c, int64_t n, const double *threshold,
                              struct tn_error *err) {
  c->n = n;
  enum tn_status status = tn_alloc_into(&c->threshold, n, sizeof *c->threshold, err);
  if (status == TN_OK) {
    status = tn_alloc_into(&c->place, n, sizeof *c->place, err);
  }
  if (status != TN_OK) {
    tn_counts_free(c);
    return status;
  }
  for (int64_t i = 0; i < n; i++) { /* insertion: few and mostly in order */
    float t = (float)threshold[i];
    int64_t at = i;
    for (; at > 0 && c->threshold[at - 1] > t; at--) {
      c->threshold[at] = c->threshold[at - 1];
      c->place[at] = c->place[at - 1];
    }
    c->threshold[at] = t;
    c->place[at] = i;
  }
  return TN_OK;
}

void tn_counts_free(struct tn_threshold_counts *c) {
  tn_free(c->threshold);
  tn_free(c->place);
  c->threshold = NULL;
  c->place = NULL;
}

int64_t tn_counts_state(const struct tn_threshold_counts *c) {
  return (c->labels > 0 ? c->labels : 1) * (c->n + 1) * 2;
}

/* Among the k highest of its row; ties belong to the lower class. */
static int in_top(int64_t n, const float *p, int64_t j, int64_t k) {
  int64_t before = 0;
  for (int64_t i = 0; i < n && before < k; i++) {
    before += p[i] > p[j] || (p[i] == p[j] && i < j);
  }
  return before < k;
}

/* Number of thresholds below p; 0 for NaN. */
static int64_t gap_of(const struct tn_threshold_counts *c, float p) {
  int64_t low = 0, high = c->n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (p > c->threshold[middle]) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static enum tn_status check(const struct tn_threshold_counts *c, const char *what, int64_t n,
                            struct tn_error *err) {
  if (c->labels > 0 && c->labels != n) {
    return tn_fail(err, TN_STATUS_SHAPE, "%s was made for %lld labels, there are %lld outputs",
                   what, (long long)c->labels, (long long)n);
  }
  if (c->class_id >= n) {
    return tn_fail(err, TN_STATUS_ARG, "`class_id` of %s must be below %lld, not %lld", what,
                   (long long)n, (long long)c->class_id);
  }
  return TN_OK;
}

enum tn_status tn_counts_update(const struct tn_threshold_counts *c, const char *what,
                                const struct tn_metric_batch *b, double *state,
                                struct tn_error *err) {
  struct tn_loss_lines rows;
  TN_TRY(tn_loss_fit(what, 0, -1, &b->pred_shape, &b->true_shape, &rows, err));
  TN_TRY(check(c, what, rows.n, err));
  int64_t each;
  TN_TRY(tn_metric_weights(what, b, rows.lines, &each, err));
  for (int64_t i = 0; i < rows.lines; i++) {
    const float *p = b->pred + i * rows.n, *y = b->truth + i * rows.n;
    double w = b->weight == NULL ? 1 : b->weight[i / each];
    int64_t from = c->class_id < 0 ? 0 : c->class_id, to = c->class_id < 0 ? rows.n : from + 1;
    for (int64_t j = from; j < to; j++) {
      int low = c->top_k > 0 && !in_top(rows.n, p, j, c->top_k);
      int64_t gap = low ? 0 : gap_of(c, p[j]);
      double *of_label = state + (c->labels > 0 ? j * (c->n + 1) * 2 : 0);
      of_label[2 * gap + (y[j] != 0)] += w;
    }
  }
  return TN_OK;
}

struct tn_confusion tn_counts_at(const struct tn_threshold_counts *c, const double *state,
                                 int64_t t) {
  struct tn_confusion at = {0, 0, 0, 0};
  for (int64_t gap = 0; gap <= c->n; gap++) {
    *(gap > t ? &at.fp : &at.tn) += state[2 * gap];
    *(gap > t ? &at.tp : &at.fn) += state[2 * gap + 1];
  }
  return at;
}
