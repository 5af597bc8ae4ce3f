/* Losses of distributions with a mean and a second number, the shape: theta of the negative binomial, the
 * precision of the beta. It is an option or the last prediction of each row. */
#ifndef TN_KERNELS_LOSS_SHAPE_H
#define TN_KERNELS_LOSS_SHAPE_H

#include "kernels/loss_rows.h"

double tn_loss_shape(enum tn_loss_kind kind, const struct tn_loss_options *options, int64_t n,
                     const float *y, const float *p);
void tn_loss_shape_gradient(enum tn_loss_kind kind, const struct tn_loss_options *options,
                            int64_t n, const float *y, const float *p, double up, float *dp);
void tn_loss_shape_target_gradient(enum tn_loss_kind kind, const struct tn_loss_options *options,
                                   int64_t n, const float *y, const float *p, double up, float *dy);

#endif
