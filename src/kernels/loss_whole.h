/* Losses that compare a row as a whole: divergence, categorical hinge, cosine. */
#ifndef TN_KERNELS_LOSS_WHOLE_H
#define TN_KERNELS_LOSS_WHOLE_H

#include <stdint.h>

double tn_loss_kld(int64_t n, const float *y, const float *p);
void tn_loss_kld_gradient(int64_t n, const float *y, const float *p, double up, float *dp);
void tn_loss_kld_target_gradient(int64_t n, const float *y, const float *p, double up, float *dy);
double tn_loss_categorical_hinge(int64_t n, const float *y, const float *p);
/* with respect to p, or with of_target to y */
void tn_loss_categorical_hinge_gradient(int64_t n, const float *y, const float *p, double up,
                                        int of_target, float *d);
/* -cosine; symmetric: for the gradient of y change the two */
double tn_loss_cosine(int64_t n, const float *y, const float *p);
void tn_loss_cosine_gradient(int64_t n, const float *y, const float *p, double up, float *dp);

#endif
