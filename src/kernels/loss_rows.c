/* Formulas of API section 7; eps = 1e-7. Sums in double. */
#include "kernels/loss_rows.h"

#include <math.h>
#include <string.h>

#include "kernels/loss_entropy.h"

typedef struct tn_loss_options options;

static double max_of(double a, double b) { return a > b ? a : b; }

double tn_softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

static double sign_target(const options *o, float y) { return o->signs ? 2.0 * y - 1 : y; }

/* One cell of the losses that are a mean over cells. */
static double cell(enum tn_loss_kind kind, const options *o, float y, float p) {
  double e = (double)p - y, d, h;
  switch (kind) {
    case TN_LOSS_MSE: return e * e;
    case TN_LOSS_MAE: return fabs(e);
    case TN_LOSS_MAPE: return 100 * fabs(e / max_of(fabs((double)y), TN_LOSS_EPS));
    case TN_LOSS_MSLE:
      d = log(max_of(p, TN_LOSS_EPS) + 1) - log(max_of(y, TN_LOSS_EPS) + 1);
      return d * d;
    case TN_LOSS_HINGE: return max_of(1 - sign_target(o, y) * p, 0);
    case TN_LOSS_SQUARED_HINGE:
      h = max_of(1 - sign_target(o, y) * p, 0);
      return h * h;
    case TN_LOSS_HUBER:
      return fabs(e) <= o->delta ? e * e / 2 : o->delta * fabs(e) - o->delta * o->delta / 2;
    case TN_LOSS_LOGCOSH: return e + tn_softplus(-2 * e) - log(2.0);
    case TN_LOSS_POISSON: return p - y * log(p + TN_LOSS_EPS);
    default: return 0;
  }
}

static double cell_slope(enum tn_loss_kind kind, const options *o, float y, float p) {
  double e = (double)p - y, h;
  double sign = e > 0 ? 1 : e < 0 ? -1 : 0;
  switch (kind) {
    case TN_LOSS_MSE: return 2 * e;
    case TN_LOSS_MAE: return sign;
    case TN_LOSS_MAPE: return 100 * sign / max_of(fabs((double)y), TN_LOSS_EPS);
    case TN_LOSS_MSLE:
      if (p < TN_LOSS_EPS) {
        return 0;
      }
      return 2 * (log((double)p + 1) - log(max_of(y, TN_LOSS_EPS) + 1)) / ((double)p + 1);
    case TN_LOSS_HINGE: /* at the kink the slope is that of 1 - y p */
      return 1 - sign_target(o, y) * p >= 0 ? -sign_target(o, y) : 0;
    case TN_LOSS_SQUARED_HINGE:
      h = max_of(1 - sign_target(o, y) * p, 0);
      return -2 * h * sign_target(o, y);
    case TN_LOSS_HUBER: return fabs(e) <= o->delta ? e : o->delta * sign;
    case TN_LOSS_LOGCOSH: return tanh(e);
    case TN_LOSS_POISSON: return 1 - y / (p + TN_LOSS_EPS);
    default: return 0;
  }
}

static double clip_unit(double x) { return x < TN_LOSS_EPS ? TN_LOSS_EPS : x > 1 ? 1 : x; }

static double kld(int64_t n, const float *y, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    double t = clip_unit(y[j]);
    sum += t * log(t / clip_unit(p[j]));
  }
  return sum;
}

static void kld_gradient(int64_t n, const float *y, const float *p, double up, float *dp) {
  for (int64_t j = 0; j < n; j++) {
    int inside = p[j] >= TN_LOSS_EPS && p[j] <= 1;
    dp[j] = inside ? (float)(-up * clip_unit(y[j]) / p[j]) : 0;
  }
}

/* Largest wrong and the right score; the wrong one is the largest of (1 - y) p. */
static double categorical_hinge(int64_t n, const float *y, const float *p, int64_t *top) {
  double right = 0, wrong = -INFINITY;
  for (int64_t j = 0; j < n; j++) {
    double w = (1.0 - y[j]) * p[j];
    right += (double)y[j] * p[j];
    if (w > wrong) {
      wrong = w;
      *top = j;
    }
  }
  return max_of(wrong - right + 1, 0);
}

static void categorical_hinge_gradient(int64_t n, const float *y, const float *p, double up,
                                       float *dp) {
  int64_t top = 0, ties = 0;
  double value = categorical_hinge(n, y, p, &top);
  double wrong = (1.0 - y[top]) * p[top];
  for (int64_t j = 0; j < n; j++) {
    ties += (1.0 - y[j]) * p[j] == wrong;
  }
  for (int64_t j = 0; j < n; j++) { /* ties share the gradient of the maximum */
    double share = (1.0 - y[j]) * p[j] == wrong ? (1.0 - y[j]) / (double)ties : 0;
    dp[j] = value > 0 ? (float)(up * (share - y[j])) : 0;
  }
}

static void lengths(int64_t n, const float *y, const float *p, double *yy, double *pp,
                    double *yp) {
  *yy = *pp = *yp = 0;
  for (int64_t j = 0; j < n; j++) {
    *yy += (double)y[j] * y[j];
    *pp += (double)p[j] * p[j];
    *yp += (double)y[j] * p[j];
  }
}

/* l2_normalize divides by sqrt(max(sum of squares, 1e-12)). */
static double cosine(int64_t n, const float *y, const float *p) {
  double yy, pp, yp;
  lengths(n, y, p, &yy, &pp, &yp);
  return -yp / sqrt(max_of(yy, 1e-12) * max_of(pp, 1e-12));
}

static void cosine_gradient(int64_t n, const float *y, const float *p, double up, float *dp) {
  double yy, pp, yp;
  lengths(n, y, p, &yy, &pp, &yp);
  double ny = sqrt(max_of(yy, 1e-12)), np = sqrt(max_of(pp, 1e-12));
  for (int64_t j = 0; j < n; j++) {
    double along = pp > 1e-12 ? p[j] * yp / (np * np * np * ny) : 0;
    dp[j] = (float)(-up * (y[j] / (ny * np) - along));
  }
}

double tn_loss_row(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                   const float *p) {
  double sum = 0;
  int64_t top = 0;
  switch (kind) {
    case TN_LOSS_BINARY_CROSSENTROPY: return tn_entropy_binary(o, n, y, p);
    case TN_LOSS_CATEGORICAL_CROSSENTROPY: return tn_entropy_categorical(o, n, y, p);
    case TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY: return tn_entropy_sparse(o, n, y, p);
    case TN_LOSS_CATEGORICAL_HINGE: return categorical_hinge(n, y, p, &top);
    case TN_LOSS_KLD: return kld(n, y, p);
    case TN_LOSS_COSINE: return cosine(n, y, p);
    default: break;
  }
  for (int64_t j = 0; j < n; j++) {
    sum += cell(kind, o, y[j], p[j]);
  }
  return sum / (double)n;
}

void tn_loss_row_gradient(enum tn_loss_kind kind, const options *o, int64_t n, const float *y,
                          const float *p, double up, float *dp) {
  switch (kind) {
    case TN_LOSS_BINARY_CROSSENTROPY: tn_entropy_binary_gradient(o, n, y, p, up, dp); return;
    case TN_LOSS_CATEGORICAL_CROSSENTROPY:
      tn_entropy_categorical_gradient(o, n, y, p, up, dp);
      return;
    case TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY:
      tn_entropy_sparse_gradient(o, n, y, p, up, dp);
      return;
    case TN_LOSS_CATEGORICAL_HINGE: categorical_hinge_gradient(n, y, p, up, dp); return;
    case TN_LOSS_KLD: kld_gradient(n, y, p, up, dp); return;
    case TN_LOSS_COSINE: cosine_gradient(n, y, p, up, dp); return;
    default: break;
  }
  for (int64_t j = 0; j < n; j++) {
    dp[j] = (float)(up * cell_slope(kind, o, y[j], p[j]) / (double)n);
  }
}

int tn_loss_row_target_gradient(enum tn_loss_kind kind, int64_t n, const float *y, const float *p,
                                double up, float *dy) {
  switch (kind) {
    case TN_LOSS_MSE:
    case TN_LOSS_MAE: { /* symmetric in y and p */
      struct tn_loss_options none = {0, 0, 1, 0};
      tn_loss_row_gradient(kind, &none, n, p, y, up, dy);
      return 1;
    }
    case TN_LOSS_COSINE: cosine_gradient(n, p, y, up, dy); return 1;
    default: memset(dy, 0, (size_t)n * sizeof *dy); return 0;
  }
}

static const char *const names[TN_LOSS_KINDS] = {
    "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
    "mean_squared_logarithmic_error", "binary_crossentropy", "categorical_crossentropy",
    "sparse_categorical_crossentropy", "hinge", "squared_hinge", "categorical_hinge", "huber",
    "logcosh", "poisson", "kullback_leibler_divergence", "cosine_similarity"};

const char *tn_loss_name(enum tn_loss_kind kind) { return names[kind]; }

int tn_loss_find(const char *name) {
  for (int k = 0; k < TN_LOSS_KINDS; k++) {
    if (strcmp(names[k], name) == 0) {
      return k;
    }
  }
  return -1;
}

int tn_loss_binary_targets(int64_t n, const float *y) {
  for (int64_t i = 0; i < n; i++) {
    if (y[i] != 0 && y[i] != 1) {
      return 0;
    }
  }
  return 1;
}
