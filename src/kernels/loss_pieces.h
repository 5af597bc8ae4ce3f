/* What the formulas of several losses are made of. */
#ifndef TN_KERNELS_LOSS_PIECES_H
#define TN_KERNELS_LOSS_PIECES_H

#include <math.h>

#include "kernels/loss_rows.h"

#define TN_LOSS_LEAST 1e-15 /* of what is above 0: means, shapes */

static inline double tn_loss_max(double a, double b) { return a > b ? a : b; }

/* A probability, away from 0 and 1. */
static inline double tn_loss_inside(double p) {
  return p < TN_LOSS_EPS ? TN_LOSS_EPS : p > 1 - TN_LOSS_EPS ? 1 - TN_LOSS_EPS : p;
}

/* log(1 + e^x) without overflow. */
static inline double tn_loss_softplus(double x) {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

#endif
