/* The ops behind the operators and functions of tensors. */
#ifndef TN_OPS_OPS_TENSOR_H
#define TN_OPS_OPS_TENSOR_H

#include "ops/op.h"

extern const struct tn_op tn_op_add, tn_op_subtract, tn_op_multiply, tn_op_divide, tn_op_power,
    tn_op_maximum, tn_op_minimum, tn_op_floormod, tn_op_equal, tn_op_not_equal, tn_op_greater,
    tn_op_greater_equal, tn_op_less, tn_op_less_equal, tn_op_unary, tn_op_reduce, tn_op_argmax,
    tn_op_constant, tn_op_parameter, tn_op_concatenate, tn_op_gather, tn_op_matmul,
    tn_op_l2_normalize, tn_op_batch_dot, tn_op_expand_dims, tn_op_squeeze,
    tn_op_permute_all, tn_op_take, tn_op_sizes, tn_op_random_normal, tn_op_random_uniform;

#endif
