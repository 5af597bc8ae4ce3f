/* Optimizers over segments (one per trainable parameter). One pass per step and segment: gradient,
 * penalty, clip, update, zeroing of the gradient. Rows without gradient are left alone and brought
 * up to date when next touched (lazy.h), to the numbers of the dense rule. */
#ifndef TN_OPTIM_OPTIMIZER_H
#define TN_OPTIM_OPTIMIZER_H

#include <stddef.h>

#include "optim/optimizer_state.h"
#include "platform/status.h"
#include "tensor/attrs.h"

/* Whether the rows of a parameter without gradient may wait: not if every row changes in a way that
 * depends on all others or on the step it is made in, nor if they have a penalty and are so short that
 * passing over all of them costs less. */
int tn_optimizer_may_wait(const struct tn_optimizer_config *config, const struct tn_segment *segment);
/* Bytes behind `kept`. */
size_t tn_optimizer_kept_size(void);

/* Number of state slots of a configuration. */
int tn_optimizer_slots(const struct tn_optimizer_config *config);
/* Attributes: optimizer (name), learning_rate, decay, ... as named in the struct. */
enum tn_status tn_optimizer_read(const struct tn_attrs *attrs, struct tn_optimizer_config *out,
                                 struct tn_error *err) TN_MUST_CHECK;
/* Ready to go on after `step` updates: counts, product of momenta, row counts and pair clipping of the
 * parameters. fresh: fills the slots with their start values (zeros but for adagrad's). */
void tn_optimizer_begin(struct tn_optimizer *opt, int64_t step, int fresh);
/* One update from the gradients in the params, which are zeroed. Returns through *penalty the sum
 * of l1*|w| + l2*w^2 as it was before the update, but for rows that wait: theirs counts `weight` times
 * in what tn_lazy_owed() returns later. */
enum tn_status tn_optimizer_step(struct tn_optimizer *opt, double weight, double *penalty,
                                 struct tn_error *err) TN_MUST_CHECK;
/* Sum of l1*|w| + l2*w^2 over all segments. */
double tn_optimizer_penalty(const struct tn_optimizer *opt);

#endif
