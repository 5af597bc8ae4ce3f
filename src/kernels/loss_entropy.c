/* From logits the gradient is probability minus target, also where targets do not sum to 1. */
#include "kernels/loss_entropy.h"

#include <math.h>

typedef struct tn_loss_options options;

static double clip(double p) {
  return p < TN_LOSS_EPS ? TN_LOSS_EPS : p > 1 - TN_LOSS_EPS ? 1 - TN_LOSS_EPS : p;
}

static int inside(double p) { return p >= TN_LOSS_EPS && p <= 1 - TN_LOSS_EPS; }

static double smooth_binary(const options *o, float y) {
  return y * (1 - o->label_smoothing) + o->label_smoothing / 2;
}

double tn_entropy_binary(const options *o, int64_t n, const float *y, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    double t = smooth_binary(o, y[j]);
    if (o->from_logits) {
      sum += tn_softplus(p[j]) - t * p[j];
    } else {
      double q = clip(p[j]);
      sum -= t * log(q + TN_LOSS_EPS) + (1 - t) * log(1 - q + TN_LOSS_EPS);
    }
  }
  return sum / (double)n;
}

void tn_entropy_binary_gradient(const options *o, int64_t n, const float *y, const float *p,
                                double up, float *dp) {
  for (int64_t j = 0; j < n; j++) {
    double t = smooth_binary(o, y[j]), slope = 0;
    if (o->from_logits) {
      slope = 1 / (1 + exp(-(double)p[j])) - t;
    } else if (inside(p[j])) {
      slope = -t / (p[j] + TN_LOSS_EPS) + (1 - t) / (1 - p[j] + TN_LOSS_EPS);
    }
    dp[j] = (float)(up * slope / (double)n);
  }
}

static double sum_of(int64_t n, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    sum += p[j];
  }
  return sum;
}

static double log_sum_exp(int64_t n, const float *z) {
  double top = z[0], sum = 0;
  for (int64_t j = 1; j < n; j++) {
    top = z[j] > top ? z[j] : top;
  }
  for (int64_t j = 0; j < n; j++) {
    sum += exp(z[j] - top);
  }
  return top + log(sum);
}

static double smooth(const options *o, int64_t n, float y) {
  return y * (1 - o->label_smoothing) + o->label_smoothing / (double)n;
}

double tn_entropy_categorical(const options *o, int64_t n, const float *y, const float *p) {
  double sum = 0, norm = o->from_logits ? log_sum_exp(n, p) : sum_of(n, p);
  for (int64_t j = 0; j < n; j++) {
    double t = smooth(o, n, y[j]);
    if (t != 0) {
      sum -= t * (o->from_logits ? p[j] - norm : log(clip(p[j] / norm)));
    }
  }
  return sum;
}

/* d/dp_k of -sum t_j log(clip(p_j / s)), s the sum of p: -t_k / p_k + (sum of t inside) / s. */
void tn_entropy_categorical_gradient(const options *o, int64_t n, const float *y, const float *p,
                                     double up, float *dp) {
  double norm = o->from_logits ? log_sum_exp(n, p) : sum_of(n, p), mass = 0;
  for (int64_t j = 0; j < n; j++) {
    mass += o->from_logits || inside(p[j] / norm) ? smooth(o, n, y[j]) : 0;
  }
  for (int64_t j = 0; j < n; j++) {
    double t = smooth(o, n, y[j]);
    if (o->from_logits) {
      dp[j] = (float)(up * (exp(p[j] - norm) - t));
    } else {
      dp[j] = (float)(up * ((inside(p[j] / norm) ? -t / p[j] : 0) + mass / norm));
    }
  }
}

/* Stand-alone the probabilities are clipped and used as logarithms that are normalised again. */
static double clipped_sum(int64_t n, const float *p) {
  double sum = 0;
  for (int64_t j = 0; j < n; j++) {
    sum += clip(p[j]);
  }
  return sum;
}

double tn_entropy_sparse(const options *o, int64_t n, const float *y, const float *p) {
  int64_t k = (int64_t)y[0];
  if (o->from_logits) {
    return log_sum_exp(n, p) - p[k];
  }
  return log(clipped_sum(n, p)) - log(clip(p[k]));
}

void tn_entropy_sparse_gradient(const options *o, int64_t n, const float *y, const float *p,
                                double up, float *dp) {
  int64_t k = (int64_t)y[0];
  double norm = o->from_logits ? log_sum_exp(n, p) : clipped_sum(n, p);
  for (int64_t j = 0; j < n; j++) {
    double slope;
    if (o->from_logits) {
      slope = exp(p[j] - norm) - (j == k);
    } else {
      slope = inside(p[j]) ? 1 / norm - (j == k ? 1 / (double)p[j] : 0) : 0;
    }
    dp[j] = (float)(up * slope);
  }
}
