/* Counts of true and false positives and negatives at thresholds, and what is made of them:
 * precision, recall, the four counts, and the area under the ROC or precision-recall curve
 * (Davis and Goadrich, ICML 2006, for the interpolation of precision). */
#include <math.h>
#include <stddef.h>

#include "metrics/metric_families.h"
#include "platform/alloc.h"

enum kind { PRECISION, RECALL, TRUE_POSITIVES, TRUE_NEGATIVES, FALSE_POSITIVES, FALSE_NEGATIVES,
            AUC };
enum { TP, FP, TN, FN, COUNTS };

#define EPS 1e-7

struct config {
  enum kind kind;
  int64_t n;         /* thresholds */
  double *threshold; /* ascending, owned */
  int64_t top_k, class_id;
  int64_t labels;    /* auc of each column by itself, then their mean; 0: all cells together */
  int pr_curve;
  enum { INTERPOLATE, MINORING, MAJORING } summation;
};

static enum tn_status one_threshold(struct config *c, double value, struct tn_error *err) {
  c->n = 1;
  TN_TRY(tn_alloc_into(&c->threshold, 1, sizeof *c->threshold, err));
  c->threshold[0] = value;
  return TN_OK;
}

static enum tn_status given_thresholds(struct config *c, const struct tn_attr *t,
                                       struct tn_error *err) {
  int64_t extra = c->kind == AUC ? 2 : 0;
  c->n = t->count + extra;
  TN_TRY(tn_alloc_into(&c->threshold, (size_t)c->n, sizeof *c->threshold, err));
  for (int64_t i = 0; i < t->count; i++) {
    c->threshold[i + extra / 2] = t->number[i];
  }
  if (extra > 0) {
    c->threshold[0] = -EPS;
    c->threshold[c->n - 1] = 1 + EPS;
  }
  return TN_OK;
}

static enum tn_status even_thresholds(struct config *c, int64_t n, struct tn_error *err) {
  if (n < 2) {
    return tn_fail(err, TN_STATUS_ARG, "`num_thresholds` must be at least 2, not %lld",
                   (long long)n);
  }
  c->n = n;
  TN_TRY(tn_alloc_into(&c->threshold, (size_t)n, sizeof *c->threshold, err));
  for (int64_t i = 0; i < n; i++) {
    c->threshold[i] = (double)i / (double)(n - 1);
  }
  c->threshold[0] = -EPS;
  c->threshold[n - 1] = 1 + EPS;
  return TN_OK;
}

static enum tn_status read(void *config, enum kind kind, const struct tn_attrs *attrs,
                           struct tn_error *err) {
  struct config *c = config;
  const struct tn_attr *t = tn_attrs_find(attrs, "thresholds");
  const char *summation = tn_attrs_text(attrs, "summation_method", "interpolation");
  c->kind = kind;
  c->top_k = (int64_t)tn_attrs_number(attrs, "top_k", 0);
  c->class_id = (int64_t)tn_attrs_number(attrs, "class_id", -1);
  c->labels = (int64_t)tn_attrs_number(attrs, "labels", 0);
  c->pr_curve = tn_attrs_text(attrs, "curve", "ROC")[0] == 'P';
  c->summation = summation[0] == 'i' ? INTERPOLATE : summation[1] == 'i' ? MINORING : MAJORING;
  if (t != NULL && t->number != NULL && t->count > 0) {
    return given_thresholds(c, t, err);
  }
  if (kind == AUC) {
    return even_thresholds(c, (int64_t)tn_attrs_number(attrs, "num_thresholds", 200), err);
  }
  /* the k highest count whatever their value */
  return one_threshold(c, c->top_k > 0 ? -INFINITY : 0.5, err);
}

static void free_config(void *config) {
  struct config *c = config;
  tn_free(c->threshold);
  c->threshold = NULL;
}

static int64_t state_size(const void *config) {
  const struct config *c = config;
  return COUNTS * c->n * (c->labels > 0 ? c->labels : 1);
}

static int64_t result_size(const void *config) {
  const struct config *c = config;
  return c->kind == AUC ? 1 : c->n;
}

/* Among the k highest of its row; ties belong to the lower class. */
static int in_top(int64_t n, const float *p, int64_t j, int64_t k) {
  int64_t before = 0;
  for (int64_t i = 0; i < n; i++) {
    before += p[i] > p[j] || (p[i] == p[j] && i < j);
  }
  return before < k;
}

static void count_cell(const struct config *c, float p, int truth, double w, double *state) {
  for (int64_t t = 0; t < c->n; t++) {
    int positive = p > c->threshold[t];
    state[t * COUNTS + (truth ? (positive ? TP : FN) : (positive ? FP : TN))] += w;
  }
}

static enum tn_status update(const void *config, const struct tn_metric_batch *b, double *state,
                             struct tn_error *err) {
  const struct config *c = config;
  int64_t n = b->pred_shape.rank < 2 ? 1 : tn_shape_last(&b->pred_shape);
  int64_t rows = n == 0 ? 0 : tn_shape_size(&b->pred_shape) / n;
  int64_t batch = b->pred_shape.rank == 0 ? 1 : b->pred_shape.dim[0];
  if (tn_shape_size(&b->true_shape) != rows * n) {
    char p[80], y[80];
    return tn_fail(err, TN_STATUS_SHAPE, "a metric compares predictions of shape %s with targets of shape %s",
                   tn_shape_text(&b->pred_shape, p, sizeof p),
                   tn_shape_text(&b->true_shape, y, sizeof y));
  }
  if (c->labels > 0 && c->labels != n) {
    return tn_fail(err, TN_STATUS_SHAPE, "the metric was made for %lld labels, there are %lld",
                   (long long)c->labels, (long long)n);
  }
  if (c->class_id >= n) {
    return tn_fail(err, TN_STATUS_ARG, "`class_id` must be below %lld, not %lld", (long long)n,
                   (long long)c->class_id);
  }
  for (int64_t i = 0; i < rows * n; i++) {
    const float *row = b->pred + i / n * n;
    double w = b->weight == NULL ? 1 : b->weight[i / n / (rows / batch)];
    if (c->class_id >= 0 && i % n != c->class_id) {
      continue;
    }
    float p = c->top_k > 0 && !in_top(n, row, i % n, c->top_k) ? -INFINITY : row[i % n];
    count_cell(c, p, b->truth[i] != 0, w, state + (c->labels > 0 ? i % n * COUNTS * c->n : 0));
  }
  return TN_OK;
}

static double share(double part, double rest) { return part + rest == 0 ? 0 : part / (part + rest); }

/* Height of the curve between two thresholds by the way of summing. */
static double height(const struct config *c, double left, double right) {
  switch (c->summation) {
    case MINORING: return left < right ? left : right;
    case MAJORING: return left > right ? left : right;
    default: return (left + right) / 2;
  }
}

static double interpolated_pr(const struct config *c, const double *state) {
  double area = 0;
  for (int64_t t = 0; t + 1 < c->n; t++) {
    const double *a = state + t * COUNTS, *b = a + COUNTS; /* b: the higher threshold */
    double dtp = a[TP] - b[TP], positive_a = a[TP] + a[FP], positive_b = b[TP] + b[FP];
    double dp = positive_a - positive_b, slope = dp > 0 ? dtp / dp : 0;
    double intercept = b[TP] - slope * positive_b;
    double ratio = positive_a > 0 && positive_b > 0 ? positive_a / positive_b : 1;
    double total = b[TP] + b[FN];
    area += total > 0 ? slope * (dtp + intercept * log(ratio)) / total : 0;
  }
  return area;
}

static double area(const struct config *c, const double *state) {
  double sum = 0;
  if (c->pr_curve && c->summation == INTERPOLATE) {
    return interpolated_pr(c, state);
  }
  for (int64_t t = 0; t + 1 < c->n; t++) {
    const double *a = state + t * COUNTS, *b = a + COUNTS;
    double ya, yb, xa, xb;
    if (c->pr_curve) {
      ya = share(a[TP], a[FP]);
      yb = share(b[TP], b[FP]);
      xa = share(a[TP], a[FN]);
      xb = share(b[TP], b[FN]);
    } else {
      ya = share(a[TP], a[FN]);
      yb = share(b[TP], b[FN]);
      xa = share(a[FP], a[TN]);
      xb = share(b[FP], b[TN]);
    }
    sum += (xa - xb) * height(c, ya, yb);
  }
  return sum;
}

static void result(const void *config, const double *state, double *out) {
  const struct config *c = config;
  if (c->kind == AUC) {
    int64_t labels = c->labels > 0 ? c->labels : 1;
    out[0] = 0;
    for (int64_t j = 0; j < labels; j++) {
      out[0] += area(c, state + j * COUNTS * c->n) / (double)labels;
    }
    return;
  }
  for (int64_t t = 0; t < c->n; t++) {
    const double *s = state + t * COUNTS;
    switch (c->kind) {
      case PRECISION: out[t] = share(s[TP], s[FP]); break;
      case RECALL: out[t] = share(s[TP], s[FN]); break;
      case TRUE_POSITIVES: out[t] = s[TP]; break;
      case TRUE_NEGATIVES: out[t] = s[TN]; break;
      case FALSE_POSITIVES: out[t] = s[FP]; break;
      default: out[t] = s[FN];
    }
  }
}

#define COUNT_METRIC(id, number)                                                              \
  static enum tn_status configure_##id(void *config, const struct tn_attrs *attrs,            \
                                       struct tn_error *err) {                                \
    return read(config, number, attrs, err);                                                  \
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
COUNT_METRIC(auc, AUC);
