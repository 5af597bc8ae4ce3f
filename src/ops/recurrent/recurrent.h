/* What the ops simple_rnn, lstm and gru share: options, sizes, order of steps, masks, dropout, states
 * in and out, rows of the batch spread over threads.
 *
 * Inputs: x (B,T,F) and, when given, a first state (B,U) for each state. Outputs: all steps (B,T,U) or
 * the last (B,U), then with return_state the states. Parameters: kernel (F,G*U), recurrent_kernel
 * (U,G*U), bias, then for stateful layers the states. */
#ifndef TN_OPS_RECURRENT_RECURRENT_H
#define TN_OPS_RECURRENT_RECURRENT_H

#include "ops/recurrent/pass.h"

enum tn_status tn_recurrent_configure(struct tn_recurrent *c, const struct tn_cell *cell,
                                      const struct tn_attrs *attrs, struct tn_error *err);
enum tn_status tn_recurrent_infer(const void *config, struct tn_infer *io, struct tn_error *err);
enum tn_status tn_recurrent_forward(struct tn_call *call, struct tn_error *err);
enum tn_status tn_recurrent_backward(struct tn_call *call, struct tn_error *err);
void tn_recurrent_after_step(const struct tn_call *call);

/* The table of a recurrent op. */
#define TN_RECURRENT_OP(text, reader)                                                       \
  {.name = text, .config_size = sizeof(struct tn_recurrent), .configure = reader,           \
   .infer = tn_recurrent_infer, .forward = tn_recurrent_forward,                            \
   .backward = tn_recurrent_backward, .after_step = tn_recurrent_after_step, .uses_rng = 1}

#endif
