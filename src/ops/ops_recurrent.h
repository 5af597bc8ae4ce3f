/* The ops of recurrent layers. */
#ifndef TN_OPS_OPS_RECURRENT_H
#define TN_OPS_OPS_RECURRENT_H

#include "ops/op.h"

extern const struct tn_op tn_op_simple_rnn, tn_op_lstm, tn_op_gru;

#define TN_RECURRENT_OP(text, reader)                                                       \
  {.name = text, .config_size = sizeof(struct tn_recurrent), .configure = reader,           \
   .infer = tn_recurrent_infer, .forward = tn_recurrent_forward,                            \
   .backward = tn_recurrent_backward, .after_step = tn_recurrent_after_step, .uses_rng = 1}

#endif
