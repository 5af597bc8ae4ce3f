/* Crossentropies of a row. From the pre-activation z with targets t:
 *   binary       mean of max(z, 0) - t z + log(1 + e^-|z|), gradient (sigmoid(z) - t) / n
 *   categorical  sum of -t_j (z_j - L), L = log sum e^z_j, gradient softmax(z) - t: that of Keras,
 *                also where targets do not sum to 1
 * From probabilities p, clipped to [eps, 1 - eps] in single precision as Keras does (1 counts as
 * 0.99999988):
 *   binary       mean of -(t log(p + eps) + (1 - t) log(1 - p + eps))
 *   categorical  -sum t_j log clip(p_j / s), s the sum of p
 *   sparse       log(sum of clip(p)) - log clip(p_k): clipped first, then normalised */
#include "kernels/loss_entropy.h"

#include <math.h>

#include "kernels/vector.h"

typedef struct tn_loss_options options;

enum { CHUNK = 256 };

static const float lowest = 1e-7f, highest = 1.0f - 1e-7f;

static double clip(double p) { return p < lowest ? lowest : p > highest ? highest : p; }

static int inside(double p) { return p >= lowest && p <= highest; }

static double smooth_binary(const options *o, float y) {
  return y * (1 - o->label_smoothing) + o->label_smoothing / 2;
}

/* Sum of log(1 + e^-|z|). The factors 1 + e^-|z| lie between 1 and 2, so the product of a chunk
 * stays finite and one logarithm serves all of it. */
static double sum_of_tails(int64_t n, const float *z) {
  float tail[CHUNK];
  double sum = 0;
  for (int64_t from = 0; from < n; from += CHUNK) {
    int64_t m = n - from < CHUNK ? n - from : CHUNK;
    double product = 1;
    for (int64_t j = 0; j < m; j++) {
      tail[j] = -fabsf(z[from + j]);
    }
    tn_vec_exp(m, tail, tail);
    for (int64_t j = 0; j < m; j++) {
      product *= 1 + (double)tail[j];
    }
    sum += log(product);
  }
  return sum;
}

double tn_entropy_binary(const options *o, int64_t n, const float *y, const float *p) {
  double sum = 0;
  if (o->from_logits) {
    sum = sum_of_tails(n, p);
    for (int64_t j = 0; j < n; j++) {
      sum += (p[j] > 0 ? p[j] : 0) - smooth_binary(o, y[j]) * p[j];
    }
    return sum / (double)n;
  }
  for (int64_t j = 0; j < n; j++) {
    double t = smooth_binary(o, y[j]), q = clip(p[j]);
    sum -= t * log(q + TN_LOSS_EPS) + (1 - t) * log(1 - q + TN_LOSS_EPS);
  }
  return sum / (double)n;
}

/* (1 - t) - e / (1 + e) for z > 0 keeps the digits that sigmoid(z) - t would lose near 1. */
static void binary_logit_gradient(const options *o, int64_t n, const float *y, const float *z,
                                  double share, float *dz) {
  for (int64_t j = 0; j < n; j++) {
    dz[j] = -fabsf(z[j]);
  }
  tn_vec_exp(n, dz, dz);
  for (int64_t j = 0; j < n; j++) {
    double t = smooth_binary(o, y[j]), tail = dz[j] / (1 + (double)dz[j]);
    dz[j] = (float)(share * (z[j] > 0 ? 1 - t - tail : tail - t));
  }
}

void tn_entropy_binary_gradient(const options *o, int64_t n, const float *y, const float *p,
                                double up, float *dp) {
  if (o->from_logits) {
    binary_logit_gradient(o, n, y, p, up / (double)n, dp);
    return;
  }
  for (int64_t j = 0; j < n; j++) {
    double t = smooth_binary(o, y[j]), slope = 0;
    if (inside(p[j])) {
      slope = -t / (p[j] + TN_LOSS_EPS) + (1 - t) / (1 - p[j] + TN_LOSS_EPS);
    }
    dp[j] = (float)(up * slope / (double)n);
  }
}

void tn_entropy_binary_target_gradient(const options *o, int64_t n, const float *p, double up,
                                       float *dy) {
  double share = up * (1 - o->label_smoothing) / (double)n;
  for (int64_t j = 0; j < n; j++) {
    double q = clip(p[j]);
    dy[j] = (float)(share * (o->from_logits ? -(double)p[j] : log(1 - q + TN_LOSS_EPS) -
                                                                  log(q + TN_LOSS_EPS)));
  }
}

static double largest(int64_t n, const float *z) {
  float top = z[0];
  for (int64_t j = 1; j < n; j++) {
    top = z[j] > top ? z[j] : top;
  }
  return top;
}

static double log_sum_exp(int64_t n, const float *z) {
  float part[CHUNK];
  double top = largest(n, z), sum = 0;
  for (int64_t from = 0; from < n; from += CHUNK) {
    int64_t m = n - from < CHUNK ? n - from : CHUNK;
    for (int64_t j = 0; j < m; j++) {
      part[j] = (float)(z[from + j] - top);
    }
    tn_vec_exp(m, part, part);
    sum += tn_vec_sum(m, part);
  }
  return top + log(sum);
}

/* e^(z - largest) into dz; returns the sum. */
static double exponentials(int64_t n, const float *z, float *dz) {
  double top = largest(n, z);
  for (int64_t j = 0; j < n; j++) {
    dz[j] = (float)(z[j] - top);
  }
  tn_vec_exp(n, dz, dz);
  return tn_vec_sum(n, dz);
}

static double smooth(const options *o, int64_t n, float y) {
  return y * (1 - o->label_smoothing) + o->label_smoothing / (double)n;
}

double tn_entropy_categorical(const options *o, int64_t n, const float *y, const float *p) {
  double sum = 0, norm = o->from_logits ? log_sum_exp(n, p) : tn_vec_sum(n, p);
  for (int64_t j = 0; j < n; j++) {
    double t = smooth(o, n, y[j]);
    if (t != 0) {
      sum -= t * (o->from_logits ? p[j] - norm : log(clip(p[j] / norm)));
    }
  }
  return sum;
}

/* d/dp_k of -sum t_j log(clip(p_j / s)) is -t_k / p_k + (sum of t inside) / s. */
void tn_entropy_categorical_gradient(const options *o, int64_t n, const float *y, const float *p,
                                     double up, float *dp) {
  double norm, mass = 0;
  if (o->from_logits) {
    norm = exponentials(n, p, dp);
    for (int64_t j = 0; j < n; j++) {
      dp[j] = (float)(up * (dp[j] / norm - smooth(o, n, y[j])));
    }
    return;
  }
  norm = tn_vec_sum(n, p);
  for (int64_t j = 0; j < n; j++) {
    mass += inside(p[j] / norm) ? smooth(o, n, y[j]) : 0;
  }
  for (int64_t j = 0; j < n; j++) {
    double own = inside(p[j] / norm) ? smooth(o, n, y[j]) / p[j] : 0;
    dp[j] = (float)(up * (mass / norm - own));
  }
}

void tn_entropy_categorical_target_gradient(const options *o, int64_t n, const float *p, double up,
                                            float *dy) {
  double norm = o->from_logits ? log_sum_exp(n, p) : tn_vec_sum(n, p);
  double share = up * (1 - o->label_smoothing);
  for (int64_t j = 0; j < n; j++) {
    dy[j] = (float)(-share * (o->from_logits ? p[j] - norm : log(clip(p[j] / norm))));
  }
}

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
  if (o->from_logits) {
    double share = up / exponentials(n, p, dp), own = share * dp[k] - up;
    for (int64_t j = 0; j < n; j++) {
      dp[j] = (float)(share * dp[j]);
    }
    dp[k] = (float)own;
    return;
  }
  double norm = clipped_sum(n, p);
  for (int64_t j = 0; j < n; j++) {
    dp[j] = inside(p[j]) ? (float)(up * (1 / norm - (j == k ? 1 / (double)p[j] : 0))) : 0;
  }
}
