/* Kullback-Leibler divergence: sum of y log(y / p), both clipped to [eps, 1].
 * Categorical hinge: max(max_j (1 - y_j) p_j - sum y_j p_j + 1, 0).
 * Cosine: -sum y p / (|y| |p|), lengths sqrt(max(sum of squares, 1e-12)). */
#include "kernels/loss_whole.h"

#include <math.h>

#include "kernels/loss_rows.h"
#include "kernels/vector.h"

static double max_of(double a, double b) { return a > b ? a : b; }

static double clip_unit(double x) { return x < TN_LOSS_EPS ? TN_LOSS_EPS : x > 1 ? 1 : x; }

static int inside(double x) { return x >= TN_LOSS_EPS && x <= 1; }

double tn_loss_kld(int64_t n, const float *y, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    double t = clip_unit(y[j]);
    sum += t * log(t / clip_unit(p[j]));
  }
  return sum;
}

void tn_loss_kld_gradient(int64_t n, const float *y, const float *p, double up, float *dp) {
  for (int64_t j = 0; j < n; j++) {
    dp[j] = inside(p[j]) ? (float)(-up * clip_unit(y[j]) / p[j]) : 0;
  }
}

void tn_loss_kld_target_gradient(int64_t n, const float *y, const float *p, double up, float *dy) {
  for (int64_t j = 0; j < n; j++) {
    dy[j] = inside(y[j]) ? (float)(up * (log(y[j] / clip_unit(p[j])) + 1)) : 0;
  }
}

static double wrong_score(float y, float p) { return (1.0 - y) * p; }

/* Returns the value, *wrong the largest score of a wrong class. */
static double hinge_value(int64_t n, const float *y, const float *p, double *wrong) {
  *wrong = -INFINITY;
  for (int64_t j = 0; j < n; j++) {
    *wrong = max_of(wrong_score(y[j], p[j]), *wrong);
  }
  return max_of(*wrong - tn_vec_dot(n, y, p) + 1, 0);
}

double tn_loss_categorical_hinge(int64_t n, const float *y, const float *p) {
  double wrong;
  return hinge_value(n, y, p, &wrong);
}

/* Classes that tie for the largest wrong score share its gradient. */
void tn_loss_categorical_hinge_gradient(int64_t n, const float *y, const float *p, double up,
                                        int of_target, float *d) {
  double wrong, value = hinge_value(n, y, p, &wrong);
  int64_t ties = 0;
  for (int64_t j = 0; j < n; j++) {
    ties += wrong_score(y[j], p[j]) == wrong;
  }
  for (int64_t j = 0; j < n; j++) {
    double own = of_target ? -p[j] : -y[j], other = of_target ? -p[j] : 1.0 - y[j];
    double share = wrong_score(y[j], p[j]) == wrong ? other / (double)ties : 0;
    d[j] = value > 0 ? (float)(up * (share + own)) : 0;
  }
}

double tn_loss_cosine(int64_t n, const float *y, const float *p) {
  double yy = tn_vec_sumsq(n, y), pp = tn_vec_sumsq(n, p);
  return -tn_vec_dot(n, y, p) / sqrt(max_of(yy, 1e-12) * max_of(pp, 1e-12));
}

void tn_loss_cosine_gradient(int64_t n, const float *y, const float *p, double up, float *dp) {
  double yy = tn_vec_sumsq(n, y), pp = tn_vec_sumsq(n, p), yp = tn_vec_dot(n, y, p);
  double ny = sqrt(max_of(yy, 1e-12)), np = sqrt(max_of(pp, 1e-12));
  for (int64_t j = 0; j < n; j++) {
    double along = pp > 1e-12 ? p[j] * yp / (np * np * np * ny) : 0;
    dp[j] = (float)(-up * (y[j] / (ny * np) - along));
  }
}
