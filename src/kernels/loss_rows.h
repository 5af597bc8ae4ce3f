/* Losses of one row: n predictions p against n targets y. Shared by the loss ops and the metrics,
 * so that a loss and the metric of the same name cannot differ. */
#ifndef TN_KERNELS_LOSS_ROWS_H
#define TN_KERNELS_LOSS_ROWS_H

#include <stdint.h>

enum tn_loss_kind {
  TN_LOSS_MSE = 0, TN_LOSS_MAE, TN_LOSS_MAPE, TN_LOSS_MSLE, TN_LOSS_BINARY_CROSSENTROPY,
  TN_LOSS_CATEGORICAL_CROSSENTROPY, TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY, TN_LOSS_HINGE,
  TN_LOSS_SQUARED_HINGE, TN_LOSS_CATEGORICAL_HINGE, TN_LOSS_HUBER, TN_LOSS_LOGCOSH,
  TN_LOSS_POISSON, TN_LOSS_KLD, TN_LOSS_COSINE, TN_LOSS_GAMMA, TN_LOSS_TWEEDIE,
  TN_LOSS_NEGATIVE_BINOMIAL, TN_LOSS_BETA, TN_LOSS_QUANTILE, TN_LOSS_DISCRETE_TIME, TN_LOSS_KINDS
};

enum { TN_LOSS_QUANTILES = 128 }; /* columns of one quantile loss at most */

struct tn_loss_options {
  int from_logits;        /* crossentropies: p is the pre-activation */
  double label_smoothing; /* binary and categorical crossentropy */
  double delta;           /* huber */
  int signs;              /* hinge, squared_hinge: targets 0/1 stand for -1/1 */
  double power;           /* tweedie, between 1 and 2 */
  double shape;           /* theta, precision; 0: the last prediction of a row is it */
  int64_t n_quantiles;    /* quantile: 0 for one half; 1: of all columns, more: one for each */
  double quantiles[TN_LOSS_QUANTILES];
};

#define TN_LOSS_EPS 1e-7

/* Value of a row. sparse: y[0] is the class, which the caller has checked. */
double tn_loss_row(enum tn_loss_kind kind, const struct tn_loss_options *options, int64_t n,
                   const float *y, const float *p);
/* dp = upstream * gradient with respect to p. */
void tn_loss_row_gradient(enum tn_loss_kind kind, const struct tn_loss_options *options, int64_t n,
                          const float *y, const float *p, double upstream, float *dp);
/* dy = upstream * gradient with respect to y; sparse: 0, a class has no neighbours. */
void tn_loss_row_target_gradient(enum tn_loss_kind kind, const struct tn_loss_options *options,
                                 int64_t n, const float *y, const float *p, double upstream,
                                 float *dy);
/* Keras' name: "mean_squared_error". */
const char *tn_loss_name(enum tn_loss_kind kind);
/* Every value is 0 or 1. */
int tn_loss_binary_targets(int64_t n, const float *y);

#endif
