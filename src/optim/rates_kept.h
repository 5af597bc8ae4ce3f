/* The numbers of the last updates, for rows that did not see them. */
#ifndef TN_OPTIM_RATES_KEPT_H
#define TN_OPTIM_RATES_KEPT_H

#include "optim/update_loops.h"

/* Numbers of the last updates; number t is at tn_kept_at(t). Rows that catch up need many of them, and
 * a power of beta costs more than a row's update. */
enum { TN_RATES_KEPT = 1024, TN_JUMP_STEPS = 512, TN_JUMPS_KEPT = 1 << 14 };

/* Jumps to the present step, by the number of steps missed, and those so long that the row does not
 * move any more, by the step after which they begin. */
struct tn_jumps {
  int64_t step;                               /* the present one */
  int longest, n;                             /* missed[1 .. n] are there; longest 0: not known yet */
  struct tn_jump missed[TN_JUMP_STEPS + 1];
  int64_t from[TN_JUMPS_KEPT];                /* 1 + the step, at the step modulo the size */
  struct tn_jump whole[TN_JUMPS_KEPT];        /* without fade_1, fade_2 */
};

struct tn_rates_kept {
  int64_t step[TN_RATES_KEPT];
  struct tn_rates rates[TN_RATES_KEPT];
  double weight[TN_RATES_KEPT];
  struct tn_jumps jumps;
};
static inline int64_t tn_kept_at(int64_t t) { return (t - 1) % TN_RATES_KEPT; }

#endif
