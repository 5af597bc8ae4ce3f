#include "optim/optimizer_config.h"

#include <math.h>

double tn_optimizer_rate(const struct tn_optimizer_config *c, int64_t step) {
  double done = (double)(step - 1), rate = c->learning_rate;
  if (c->schedule_steps > 0) {
    double power = done / c->schedule_steps;
    rate *= pow(c->schedule_rate, c->schedule_staircase ? floor(power) : power);
  }
  return rate / (1 + c->decay * done);
}
