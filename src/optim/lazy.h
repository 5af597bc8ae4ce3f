/* Rows that steps did not touch. A row-sparse parameter remembers for each row the last update it
 * has seen; before a batch reads a row, the updates it missed are made up for: at once where there is a
 * short way, step by step under a penalty, which moves every row at every step. Even that takes half
 * the time of passing over the table in every step, as a row is fetched from memory once. */
#ifndef TN_OPTIM_LAZY_H
#define TN_OPTIM_LAZY_H

#include "optim/optimizer_state.h"

/* Before forward: brings the rows in every row_sparse param's touched list to step opt->step. */
void tn_lazy_catch_up(struct tn_optimizer *opt);
/* Brings all rows of all segments to opt->step (before anyone else reads weights or state, and
 * before the learning rate is changed). */
void tn_lazy_flush(struct tn_optimizer *opt);
/* Before a step. Now and then all rows with a penalty go through the updates they missed, at the
 * latest when the numbers of these updates make room for others. */
void tn_lazy_sweep(struct tn_optimizer *opt);

/* A pass over the data begins: flushes, nothing is owed. */
void tn_lazy_begin_pass(struct tn_optimizer *opt);
/* Brings rows with a penalty to opt->step; the sum over the updates of this pass of weight * penalty of
 * the rows that waited. The same bits however often it is asked. */
double tn_lazy_owed(struct tn_optimizer *opt);

#endif
