/* Which inputs an op can read. */
#ifndef TN_OPS_OP_INPUTS_H
#define TN_OPS_OP_INPUTS_H

#include "ops/op.h"

/* All inputs must be arrays of floats: sparse rows are for the first layer, ids for embeddings.
 * what: "the loss \"huber\"", begins the message. */
enum tn_status tn_inputs_float(const struct tn_infer *io, const char *what, struct tn_error *err)
    TN_MUST_CHECK;
/* The same for input k alone; ids (TN_I32) pass when allowed. */
enum tn_status tn_input_check(const struct tn_infer *io, int k, int ids_allowed, const char *what,
                              struct tn_error *err) TN_MUST_CHECK;

#endif
