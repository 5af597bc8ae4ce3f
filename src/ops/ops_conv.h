/* Convolutions of steps and images. */
#ifndef TN_OPS_OPS_CONV_H
#define TN_OPS_OPS_CONV_H

#include "ops/op.h"

extern const struct tn_op tn_op_conv, tn_op_conv_transpose, tn_op_depthwise_conv;

#endif
