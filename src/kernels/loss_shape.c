/* The mean over the means m of a row of minus the log of the density of y, s the shape:
 *   negative binomial  log G(s) + log G(y + 1) - log G(y + s) - s log s - y log m + (y + s) log(m + s)
 *   beta               log G(m s) + log G((1 - m) s) - log G(s) - (m s - 1) log y - ((1 - m) s - 1) log(1 - y)
 * with G the gamma function. m and s are at least 1e-15; m and y of the beta 1e-7 away from 0 and 1. */
#include "kernels/loss_shape.h"

#include <math.h>

#include "kernels/gamma_function.h"
#include "kernels/loss_pieces.h"

typedef struct tn_loss_options options;

/* Value and slopes of one cell. */
struct cell {
  double value, mean, shape, target;
};

static struct cell negative_binomial(double y, double m, double s) {
  struct cell c;
  y = tn_loss_max(y, 0);
  m = tn_loss_max(m, TN_LOSS_LEAST);
  c.value = tn_log_gamma(s) + tn_log_gamma(y + 1) - tn_log_gamma(y + s) - s * log(s) - y * log(m) +
            (y + s) * log(m + s);
  c.mean = s * (m - y) / (m * (m + s));
  c.shape = tn_digamma(s) - tn_digamma(y + s) + log((m + s) / s) + (y - m) / (m + s);
  c.target = tn_digamma(y + 1) - tn_digamma(y + s) + log((m + s) / m);
  return c;
}

static struct cell beta(double y, double m, double s) {
  struct cell c;
  y = tn_loss_inside(y);
  m = tn_loss_inside(m);
  double a = m * s, b = (1 - m) * s, up = tn_digamma(a) - log(y), down = tn_digamma(b) - log1p(-y);
  c.value = tn_log_gamma(a) + tn_log_gamma(b) - tn_log_gamma(s) - (a - 1) * log(y) -
            (b - 1) * log1p(-y);
  c.mean = s * (up - down);
  c.shape = m * up + (1 - m) * down - tn_digamma(s);
  c.target = (b - 1) / (1 - y) - (a - 1) / y;
  return c;
}

static struct cell cell(enum tn_loss_kind kind, double y, double m, double s) {
  return kind == TN_LOSS_BETA ? beta(y, m, s) : negative_binomial(y, m, s);
}

static double shape_of(const options *o, int64_t n, const float *p) {
  return tn_loss_max(o->shape > 0 ? o->shape : p[n - 1], TN_LOSS_LEAST);
}

/* How many columns are means. */
static int64_t means_of(const options *o, int64_t n) { return o->shape > 0 ? n : n - 1; }

double tn_loss_shape(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                     const float *p) {
  int64_t means = means_of(o, n);
  double sum = 0;
  for (int64_t j = 0; j < means; j++) {
    sum += cell(kind, y[j], p[j], shape_of(o, n, p)).value;
  }
  return sum / (double)means;
}

void tn_loss_shape_gradient(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                            const float *p, double up, float *dp) {
  int64_t means = means_of(o, n);
  double of_shape = 0;
  for (int64_t j = 0; j < means; j++) {
    struct cell c = cell(kind, y[j], p[j], shape_of(o, n, p));
    dp[j] = (float)(up / (double)means * c.mean);
    of_shape += c.shape;
  }
  if (means < n) {
    dp[means] = (float)(up / (double)means * of_shape);
  }
}

void tn_loss_shape_target_gradient(enum tn_loss_kind kind, const options *o, int64_t n,
                                   const float *y, const float *p, double up, float *dy) {
  int64_t means = means_of(o, n);
  for (int64_t j = 0; j < n; j++) {
    dy[j] = j < means ? (float)(up / (double)means * cell(kind, y[j], p[j], shape_of(o, n, p)).target)
                      : 0;
  }
}
