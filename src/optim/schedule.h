/* Learning rates that change with the updates, by the formulas of Keras. */
#ifndef TN_OPTIM_SCHEDULE_H
#define TN_OPTIM_SCHEDULE_H

#include <stdint.h>

#include "platform/status.h"
#include "tensor/attrs.h"

struct tn_schedule {
  /* The rate after `done` updates; NULL: there is no schedule. */
  double (*rate)(const struct tn_schedule *s, double done);
  double initial, steps;     /* the rate at the start, the updates that the whole change takes */
  double decay_rate, end, power, alpha, cycles;
  int staircase, cycle, warms;
  double warmup_target, warmup_steps;
  int64_t n_boundaries;
  const double *boundaries;  /* (n_boundaries), not owned: those of the attributes that were read */
  const double *values;      /* (n_boundaries + 1), likewise */
};

/* Attributes: schedule (its kind; none without it), initial_learning_rate, decay_steps, ... as the
 * arguments of R's learning_rate_schedule_<kind>(). */
enum tn_status tn_schedule_read(const struct tn_attrs *attrs, struct tn_schedule *out,
                                struct tn_error *err) TN_MUST_CHECK;

#endif
