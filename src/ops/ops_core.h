/* The ops that layers add. */
#ifndef TN_OPS_OPS_CORE_H
#define TN_OPS_OPS_CORE_H

#include "ops/op.h"

extern const struct tn_op tn_op_dense, tn_op_activation, tn_op_prelu, tn_op_flatten, tn_op_reshape,
    tn_op_reshape_all, tn_op_permute, tn_op_repeat_vector, tn_op_dropout, tn_op_gaussian_noise,
    tn_op_gaussian_dropout, tn_op_alpha_dropout, tn_op_embedding, tn_op_masking, tn_op_rescale,
    tn_op_activity_penalty, tn_op_join_masks;
extern const struct tn_op tn_op_fold_steps, tn_op_unfold_steps, tn_op_reverse_steps;

#endif
