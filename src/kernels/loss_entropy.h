/* Crossentropies of one row, from probabilities (clipped) or from the pre-activation (stable). */
#ifndef TN_KERNELS_LOSS_ENTROPY_H
#define TN_KERNELS_LOSS_ENTROPY_H

#include "kernels/loss_rows.h"

double tn_entropy_binary(const struct tn_loss_options *o, int64_t n, const float *y,
                         const float *p);
void tn_entropy_binary_gradient(const struct tn_loss_options *o, int64_t n, const float *y,
                                const float *p, double up, float *dp);
void tn_entropy_binary_target_gradient(const struct tn_loss_options *o, int64_t n, const float *p,
                                       double up, float *dy);
double tn_entropy_categorical(const struct tn_loss_options *o, int64_t n, const float *y,
                              const float *p);
void tn_entropy_categorical_gradient(const struct tn_loss_options *o, int64_t n, const float *y,
                                     const float *p, double up, float *dp);
void tn_entropy_categorical_target_gradient(const struct tn_loss_options *o, int64_t n,
                                            const float *p, double up, float *dy);
double tn_entropy_sparse(const struct tn_loss_options *o, int64_t n, const float *y,
                         const float *p);
void tn_entropy_sparse_gradient(const struct tn_loss_options *o, int64_t n, const float *y,
                                const float *p, double up, float *dp);

#endif
