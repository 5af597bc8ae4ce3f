/* Losses of a row whose columns stand for something: quantiles, intervals of time. */
#ifndef TN_KERNELS_LOSS_COLUMNS_H
#define TN_KERNELS_LOSS_COLUMNS_H

#include "kernels/loss_rows.h"

double tn_loss_quantile(const struct tn_loss_options *options, int64_t n, const float *y,
                        const float *p);
/* with respect to p; with -up that of y */
void tn_loss_quantile_gradient(const struct tn_loss_options *options, int64_t n, const float *y,
                               const float *p, double up, float *d);
double tn_loss_discrete_time(const struct tn_loss_options *options, int64_t n, const float *y,
                             const float *p);
void tn_loss_discrete_time_gradient(const struct tn_loss_options *options, int64_t n,
                                    const float *y, const float *p, double up, float *dp);
void tn_loss_discrete_time_target_gradient(const struct tn_loss_options *options, int64_t n,
                                           const float *y, const float *p, double up, float *dy);

#endif
