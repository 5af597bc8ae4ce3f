/* quantile: the mean over the columns of max(q e, (q - 1) e) with e = y - p and q the quantile of the column.
 * discrete_time: p is the probability of the event in each interval among those who reached it, y is 1 for
 * the event, 0 for an interval lived through, below 0 for one that was not reached or not seen to its
 * end; the sum over the intervals with y >= 0 of -(y log p + (1 - y) log(1 - p)). */
#include "kernels/loss_columns.h"

#include <math.h>

#include "kernels/loss_pieces.h"

typedef struct tn_loss_options options;

static double quantile_of(const options *o, int64_t j) {
  return o->n_quantiles == 0 ? 0.5 : o->quantiles[o->n_quantiles == 1 ? 0 : j];
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

double tn_loss_discrete_time(const options *o, int64_t n, const float *y, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    if (y[j] >= 0) {
      double h = tn_loss_inside(p[j]);
      sum += o->from_logits ? tn_loss_softplus(p[j]) - (double)y[j] * p[j]
                            : -(y[j] * log(h) + (1 - y[j]) * log1p(-h));
    }
  }
  return sum;
}

void tn_loss_discrete_time_gradient(const options *o, int64_t n, const float *y, const float *p,
                                    double up, float *dp) {
  for (int64_t j = 0; j < n; j++) {
    double h = o->from_logits ? 1 / (1 + exp(-(double)p[j])) : tn_loss_inside(p[j]);
    int moves = o->from_logits || h == p[j];
    double slope = !moves ? 0 : o->from_logits ? h - y[j] : (h - y[j]) / (h * (1 - h));
    dp[j] = y[j] >= 0 ? (float)(up * slope) : 0;
  }
}

void tn_loss_discrete_time_target_gradient(const options *o, int64_t n, const float *y,
                                           const float *p, double up, float *dy) {
  for (int64_t j = 0; j < n; j++) {
    double h = tn_loss_inside(p[j]), logit = o->from_logits ? p[j] : log(h) - log1p(-h);
    dy[j] = y[j] >= 0 ? (float)(-up * logit) : 0;
  }
}
