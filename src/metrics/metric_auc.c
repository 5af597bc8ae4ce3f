/* auc: area under the ROC curve (true over false positive rate) or, curve "PR", precision over
 * recall, from counts at `num_thresholds` even thresholds -eps, 1/(n-1) ... 1+eps, or at given ones
 * with these ends. ROC sums trapezoids; PR interpolates the true positives between thresholds, not
 * the precision (Davis and Goadrich, ICML 2006). summation_method "minoring" and "majoring" take
 * the lower or higher side instead. `labels` above 0: the mean area over that many columns. */
#include <math.h>
#include <string.h>

#include "metrics/metric_list.h"
#include "metrics/threshold_counts.h"
#include "platform/alloc.h"

#define EPS 1e-7

struct config {
  struct tn_threshold_counts counts;
  int pr_curve;
  enum { INTERPOLATE, MINORING, MAJORING } summation;
};

static const char what[] = "the metric \"auc\"";

/* Ends outside of 0 and 1 make the curve reach both of its corners. */
static enum tn_status make_thresholds(struct config *c, const struct tn_attr *given, int64_t n,
                                      struct tn_error *err) {
  double *t;
  TN_TRY(tn_alloc_into(&t, n, sizeof *t, err));
  for (int64_t i = 1; i + 1 < n; i++) {
    t[i] = given != NULL ? given->number[i - 1] : (double)i / (double)(n - 1);
  }
  t[0] = -EPS;
  t[n - 1] = 1 + EPS;
  enum tn_status status = tn_counts_make(&c->counts, n, t, err);
  tn_free(t);
  return status;
}

static enum tn_status configure(void *config, const struct tn_attrs *attrs, struct tn_error *err) {
  struct config *c = config;
  const struct tn_attr *t = tn_attrs_find(attrs, "thresholds");
  const char *curve = tn_attrs_text(attrs, "curve", "ROC");
  const char *summation = tn_attrs_text(attrs, "summation_method", "interpolation");
  double n = tn_attrs_number(attrs, "num_thresholds", 200);
  t = t != NULL && t->number != NULL && t->count > 0 ? t : NULL;
  c->counts.class_id = -1;
  c->counts.labels = (int64_t)tn_attrs_number(attrs, "labels", 0);
  c->pr_curve = strcmp(curve, "PR") == 0;
  c->summation = strcmp(summation, "minoring") == 0   ? MINORING
                 : strcmp(summation, "majoring") == 0 ? MAJORING
                                                      : INTERPOLATE;
  if (!c->pr_curve && strcmp(curve, "ROC") != 0) {
    return tn_fail(err, TN_STATUS_ARG, "`curve` must be \"ROC\" or \"PR\", not \"%s\"", curve);
  }
  if (c->summation == INTERPOLATE && strcmp(summation, "interpolation") != 0) {
    return tn_fail(err, TN_STATUS_ARG,
                   "`summation_method` must be \"interpolation\", \"minoring\" or \"majoring\", "
                   "not \"%s\"", summation);
  }
  if (t == NULL && !(n >= 2 && n <= 1e6)) {
    return tn_fail(err, TN_STATUS_ARG, "`num_thresholds` must lie between 2 and 1000000, not %g",
                   n);
  }
  return make_thresholds(c, t, t != NULL ? t->count + 2 : (int64_t)n, err);
}

static void free_config(void *config) { tn_counts_free(&((struct config *)config)->counts); }

static int64_t state_size(const void *config) {
  return tn_counts_state(&((const struct config *)config)->counts);
}

static int64_t result_size(const void *config) {
  (void)config;
  return 1;
}

static enum tn_status update(const void *config, const struct tn_metric_batch *b, double *state,
                             struct tn_error *err) {
  return tn_counts_update(&((const struct config *)config)->counts, what, b, state, err);
}

static double share(double part, double rest) {
  return part + rest == 0 ? 0 : part / (part + rest);
}

/* Area between two thresholds, b the higher one: true positives interpolated. */
static double pr_strip(const struct tn_confusion *a, const struct tn_confusion *b) {
  double dtp = a->tp - b->tp, positive_a = a->tp + a->fp, positive_b = b->tp + b->fp;
  double dp = positive_a - positive_b, slope = dp > 0 ? dtp / dp : 0;
  double intercept = b->tp - slope * positive_b, total = b->tp + b->fn;
  double ratio = positive_a > 0 && positive_b > 0 ? positive_a / positive_b : 1;
  return total > 0 ? slope * (dtp + intercept * log(ratio)) / total : 0;
}

static double plain_strip(const struct config *c, const struct tn_confusion *a,
                          const struct tn_confusion *b) {
  double recall_a = share(a->tp, a->fn), recall_b = share(b->tp, b->fn), width, left, right;
  if (c->pr_curve) {
    width = recall_a - recall_b;
    left = share(a->tp, a->fp);
    right = share(b->tp, b->fp);
  } else {
    width = share(a->fp, a->tn) - share(b->fp, b->tn);
    left = recall_a;
    right = recall_b;
  }
  switch (c->summation) {
    case MINORING: return width * (left < right ? left : right);
    case MAJORING: return width * (left > right ? left : right);
    default: return width * (left + right) / 2;
  }
}

static double area(const struct config *c, const double *state) {
  struct tn_confusion a = tn_counts_at(&c->counts, state, 0);
  double sum = 0;
  for (int64_t t = 1; t < c->counts.n; t++) {
    struct tn_confusion b = tn_counts_at(&c->counts, state, t);
    sum += c->pr_curve && c->summation == INTERPOLATE ? pr_strip(&a, &b) : plain_strip(c, &a, &b);
    a = b;
  }
  return sum;
}

static void result(const void *config, const double *state, double *out) {
  const struct config *c = config;
  int64_t labels = c->counts.labels > 0 ? c->counts.labels : 1;
  out[0] = 0;
  for (int64_t j = 0; j < labels; j++) {
    out[0] += area(c, state + j * (c->counts.n + 1) * 2) / (double)labels;
  }
}

const struct tn_metric tn_metric_auc = {
    .name = "auc", .config_size = sizeof(struct config), .configure = configure,
    .state_size = state_size, .result_size = result_size, .update = update, .result = result,
    .free_config = free_config};
