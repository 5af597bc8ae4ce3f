/* Ops on images and sequences of steps: pooling, upsampling, padding, cropping. */
#ifndef TN_OPS_OPS_IMAGE_H
#define TN_OPS_OPS_IMAGE_H

#include "ops/op.h"

extern const struct tn_op tn_op_max_pool, tn_op_average_pool, tn_op_global_max_pool,
    tn_op_global_average_pool, tn_op_upsample, tn_op_zero_padding, tn_op_cropping;

#endif
