/* Losses: one value per sample, and what makes a scalar of them. */
#ifndef TN_OPS_OPS_LOSS_H
#define TN_OPS_OPS_LOSS_H

#include "ops/op.h"

extern const struct tn_op tn_op_loss_mean_squared_error, tn_op_loss_mean_absolute_error,
    tn_op_loss_mean_absolute_percentage_error, tn_op_loss_mean_squared_logarithmic_error,
    tn_op_loss_binary_crossentropy, tn_op_loss_categorical_crossentropy,
    tn_op_loss_sparse_categorical_crossentropy, tn_op_loss_hinge, tn_op_loss_squared_hinge,
    tn_op_loss_categorical_hinge, tn_op_loss_huber, tn_op_loss_logcosh, tn_op_loss_poisson,
    tn_op_loss_kullback_leibler_divergence, tn_op_loss_cosine_similarity, tn_op_weighted_mean,
    tn_op_weighted_sum, tn_op_mask_weights;

#endif
