/* Adam's steps without a gradient, several as one. */
#ifndef TN_OPTIM_JUMPS_H
#define TN_OPTIM_JUMPS_H

#include "optim/optimizer_state.h"

/* Makes the jumps to the present step ready, before rows are brought up to date. */
void tn_jumps_prepare(struct tn_optimizer *opt);
/* The jump over updates from + 1 .. to, to being the present step; 0 where there is none. */
int tn_jump_find(const struct tn_optimizer *opt, int64_t from, int64_t to, struct tn_jump *out);

#endif
