/* Losses of a row that are a mean over its cells. */
#ifndef TN_KERNELS_LOSS_CELLS_H
#define TN_KERNELS_LOSS_CELLS_H

#include "kernels/loss_rows.h"

double tn_loss_cells(enum tn_loss_kind kind, const struct tn_loss_options *options, int64_t n,
                     const float *y, const float *p);
void tn_loss_cells_gradient(enum tn_loss_kind kind, const struct tn_loss_options *options,
                            int64_t n, const float *y, const float *p, double up, float *dp);
void tn_loss_cells_target_gradient(enum tn_loss_kind kind, const struct tn_loss_options *options,
                                   int64_t n, const float *y, const float *p, double up, float *dy);

#endif
