#include "optim/optimizer_config.h"

#include <stddef.h>

double tn_optimizer_rate(const struct tn_optimizer_config *c, int64_t step) {
  double done = (double)(step - 1);
  double rate = c->schedule.rate == NULL ? c->learning_rate : c->schedule.rate(&c->schedule, done);
  return rate / (1 + c->decay * done);
}
