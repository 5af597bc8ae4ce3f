/* quantile: the mean over the columns of max(q e, (q - 1) e) with e = y - p and q the quantile of the column.
 * discrete_time: p is the probability of the event in each interval among those who reached it, y is 1 for
 * the event, 0 for an interval lived through, below 0 for one that was not reached or not seen to its
 * end; the sum over the intervals with y >= 0 of -(y log p + (1 - y) log(1 - p)). */
#include "kernels/loss_columns.h"

#include <math.h>

typedef struct tn_loss_options options;

static double quantile_of(const options *o, int64_t j) {
  double q = j < TN_LOSS_QUANTILES ? o->quantiles[j] : 0;
  return q > 0 ? q : 0.5;
}

double tn_loss_quantile(const options *o, int64_t n, const float *y, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    double e = (double)y[j] - p[j], q = quantile_of(o, j);
    sum += e > 0 ? q * e : (q - 1) * e;
  }
  return sum / (double)n;
}

/* 0 at the kink, which is a minimum of the cell. */
void tn_loss_quantile_gradient(const options *o, int64_t n, const float *y, const float *p,
                               double up, float *d) {
  for (int64_t j = 0; j < n; j++) {
    double q = quantile_of(o, j), slope = y[j] > p[j] ? -q : y[j] < p[j] ? 1 - q : 0;
    d[j] = (float)(up / (double)n * slope);
  }
}

static double softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

static double clipped(float p) {
  return p < TN_LOSS_EPS ? TN_LOSS_EPS : p > 1 - TN_LOSS_EPS ? 1 - TN_LOSS_EPS : p;
}

double tn_loss_discrete_time(const options *o, int64_t n, const float *y, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    if (y[j] >= 0) {
      double h = clipped(p[j]);
      sum += o->from_logits ? softplus(p[j]) - (double)y[j] * p[j]
                            : -(y[j] * log(h) + (1 - y[j]) * log1p(-h));
    }
  }
  return sum;
}

void tn_loss_discrete_time_gradient(const options *o, int64_t n, const float *y, const float *p,
                                    double up, float *dp) {
  for (int64_t j = 0; j < n; j++) {
    double h = o->from_logits ? 1 / (1 + exp(-(double)p[j])) : clipped(p[j]);
    int moves = o->from_logits || h == p[j];
    double slope = !moves ? 0 : o->from_logits ? h - y[j] : (h - y[j]) / (h * (1 - h));
    dp[j] = y[j] >= 0 ? (float)(up * slope) : 0;
  }
}

void tn_loss_discrete_time_target_gradient(const options *o, int64_t n, const float *y,
                                           const float *p, double up, float *dy) {
  for (int64_t j = 0; j < n; j++) {
    double h = clipped(p[j]), logit = o->from_logits ? p[j] : log(h) - log1p(-h);
    dy[j] = y[j] >= 0 ? (float)(-up * logit) : 0;
  }
}
