/* With e = p - y and eps = 1e-7, the mean over the cells of
 *   mse e^2, mae |e|, mape 100 |e| / max(|y|, eps), logcosh e + softplus(-2e) - log 2,
 *   msle (log(max(p, eps) + 1) - log(max(y, eps) + 1))^2, poisson p - y log(p + eps),
 *   hinge max(1 - y p, 0), squared_hinge its square (targets 0/1 read as -1/1),
 *   huber e^2 / 2 up to delta, then delta |e| - delta^2 / 2,
 *   and with a mean m = max(p, 1e-15) and a power s between 1 and 2
 *   gamma y / m + log m, tweedie m^(2 - s) / (2 - s) - y m^(1 - s) / (1 - s). */
#include "kernels/loss_cells.h"

#include <math.h>

#include "kernels/loss_pieces.h"

typedef struct tn_loss_options options;

static double sign_of(double x) { return (x > 0) - (x < 0); }

/* Means of gamma and Tweedie, which may be small but not 0. */
static double mean_of(float p) { return tn_loss_max(p, TN_LOSS_LEAST); }

static double sign_target(const options *o, float y) { return o->signs ? 2.0 * y - 1 : y; }

static double log_ratio(float y, float p) {
  return log(tn_loss_max(p, TN_LOSS_EPS) + 1) - log(tn_loss_max(y, TN_LOSS_EPS) + 1);
}

static double cell(enum tn_loss_kind kind, const options *o, float y, float p) {
  double e = (double)p - y, h;
  switch (kind) {
    case TN_LOSS_MAPE: return 100 * fabs(e / tn_loss_max(fabs((double)y), TN_LOSS_EPS));
    case TN_LOSS_MSLE:
      h = log_ratio(y, p);
      return h * h;
    case TN_LOSS_HINGE: return tn_loss_max(1 - sign_target(o, y) * p, 0);
    case TN_LOSS_SQUARED_HINGE:
      h = tn_loss_max(1 - sign_target(o, y) * p, 0);
      return h * h;
    case TN_LOSS_HUBER:
      return fabs(e) <= o->delta ? e * e / 2 : o->delta * (fabs(e) - o->delta / 2);
    case TN_LOSS_LOGCOSH: return e + tn_loss_softplus(-2 * e) - log(2.0);
    case TN_LOSS_POISSON: return p - y * log(p + TN_LOSS_EPS);
    case TN_LOSS_GAMMA: return y / mean_of(p) + log(mean_of(p));
    case TN_LOSS_TWEEDIE:
      return pow(mean_of(p), 2 - o->power) / (2 - o->power) -
             y * pow(mean_of(p), 1 - o->power) / (1 - o->power);
    default: return 0;
  }
}

/* Slope with respect to p. At the kink of the hinges it is that of 1 - y p. */
static double slope(enum tn_loss_kind kind, const options *o, float y, float p) {
  double e = (double)p - y, t;
  switch (kind) {
    case TN_LOSS_MSE: return 2 * e;
    case TN_LOSS_MAE: return sign_of(e);
    case TN_LOSS_MAPE: return 100 * sign_of(e) / tn_loss_max(fabs((double)y), TN_LOSS_EPS);
    case TN_LOSS_MSLE: return p < TN_LOSS_EPS ? 0 : 2 * log_ratio(y, p) / ((double)p + 1);
    case TN_LOSS_HINGE:
      t = sign_target(o, y);
      return 1 - t * p >= 0 ? -t : 0;
    case TN_LOSS_SQUARED_HINGE:
      t = sign_target(o, y);
      return -2 * tn_loss_max(1 - t * p, 0) * t;
    case TN_LOSS_HUBER: return fabs(e) <= o->delta ? e : o->delta * sign_of(e);
    case TN_LOSS_LOGCOSH: return tanh(e);
    case TN_LOSS_POISSON: return 1 - y / (p + TN_LOSS_EPS);
    case TN_LOSS_GAMMA: return (mean_of(p) - y) / (mean_of(p) * mean_of(p));
    case TN_LOSS_TWEEDIE: return (mean_of(p) - y) * pow(mean_of(p), -o->power);
    default: return 0;
  }
}

/* Slope with respect to y. */
static double target_slope(enum tn_loss_kind kind, const options *o, float y, float p) {
  double e = (double)p - y, t, size = fabs((double)y), chain = o->signs ? 2 : 1;
  switch (kind) {
    case TN_LOSS_MSE:
    case TN_LOSS_MAE:
    case TN_LOSS_HUBER:
    case TN_LOSS_LOGCOSH: return -slope(kind, o, y, p);
    case TN_LOSS_MAPE:
      t = tn_loss_max(size, TN_LOSS_EPS);
      return -100 * (sign_of(e) + (size < TN_LOSS_EPS ? 0 : sign_of(y) * fabs(e) / t)) / t;
    case TN_LOSS_MSLE: return y < TN_LOSS_EPS ? 0 : -2 * log_ratio(y, p) / ((double)y + 1);
    case TN_LOSS_HINGE: return 1 - sign_target(o, y) * p >= 0 ? -p * chain : 0;
    case TN_LOSS_SQUARED_HINGE: return -2 * tn_loss_max(1 - sign_target(o, y) * p, 0) * p * chain;
    case TN_LOSS_POISSON: return -log(p + TN_LOSS_EPS);
    case TN_LOSS_GAMMA: return 1 / mean_of(p);
    case TN_LOSS_TWEEDIE: return -pow(mean_of(p), 1 - o->power) / (1 - o->power);
    default: return 0;
  }
}

/* The two that are cheap enough for the switch to be felt; four sums in fixed places. */
static double sum_of_errors(int64_t n, const float *y, const float *p, int squares) {
  double sum[4] = {0, 0, 0, 0};
  int64_t j = 0;
  for (; squares && j + 4 <= n; j += 4) {
    for (int k = 0; k < 4; k++) {
      double e = (double)p[j + k] - y[j + k];
      sum[k] += e * e;
    }
  }
  for (; j < n; j++) {
    double e = (double)p[j] - y[j];
    sum[0] += squares ? e * e : fabs(e);
  }
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

double tn_loss_cells(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                     const float *p) {
  double sum = 0;
  if (kind == TN_LOSS_MSE || kind == TN_LOSS_MAE) {
    return sum_of_errors(n, y, p, kind == TN_LOSS_MSE) / (double)n;
  }
  for (int64_t j = 0; j < n; j++) {
    sum += cell(kind, o, y[j], p[j]);
  }
  return sum / (double)n;
}

void tn_loss_cells_gradient(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                            const float *p, double up, float *dp) {
  double share = up / (double)n;
  if (kind == TN_LOSS_MSE) {
    for (int64_t j = 0; j < n; j++) {
      dp[j] = (float)(2 * share * ((double)p[j] - y[j]));
    }
    return;
  }
  for (int64_t j = 0; j < n; j++) {
    dp[j] = (float)(share * slope(kind, o, y[j], p[j]));
  }
}

void tn_loss_cells_target_gradient(enum tn_loss_kind kind, const options *o, int64_t n,
                                   const float *y, const float *p, double up, float *dy) {
  for (int64_t j = 0; j < n; j++) {
    dy[j] = (float)(up / (double)n * target_slope(kind, o, y[j], p[j]));
  }
}
