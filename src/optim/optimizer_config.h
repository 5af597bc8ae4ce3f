/* The settings of an optimizer, and what they alone say. */
#ifndef TN_OPTIM_OPTIMIZER_CONFIG_H
#define TN_OPTIM_OPTIMIZER_CONFIG_H

#include <stdint.h>

#include "optim/schedule.h"

struct tn_optim_kind;

struct tn_optimizer_config {
  const struct tn_optim_kind *kind;
  double learning_rate;               /* where there is no schedule */
  struct tn_schedule schedule;
  double decay;                       /* lr / (1 + decay * updates done) */
  double clipnorm, clipvalue, global_clipnorm; /* 0 = off; first of norm, global, value counts */
  double weight_decay;
  /* kind's own numbers, unused ones 0 */
  double momentum, rho, beta_1, beta_2, epsilon, initial_accumulator;
  int nesterov, centered, amsgrad;
  /* Formulas of Keras before 2.11: epsilon added after the root (RMSprop without momentum, Adagrad);
   * Nadam's momentum of update t goes by 0.96^(schedule_decay t), 1 in later ones. Keras 2.11 to 2.15
   * multiplies the product of Nadam's momenta once for each weight: momentum_power, else 1. */
  int epsilon_outside;
  double schedule_decay, momentum_power;
};

/* Rate used by update number step (from 1). */
double tn_optimizer_rate(const struct tn_optimizer_config *config, int64_t step);

#endif
