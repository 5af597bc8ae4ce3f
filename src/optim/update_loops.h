/* The loops that change weights and slots, for each kind and its options. */
#ifndef TN_OPTIM_UPDATE_LOOPS_H
#define TN_OPTIM_UPDATE_LOOPS_H

#include <stdint.h>

#define TN_ROW_PART 64 /* weights of a row whose penalties are summed on their own */

/* Numbers of one update, computed once per step in double. */
struct tn_rates {
  float lr;          /* as used by this step, bias corrections included */
  float momentum;    /* or beta_1 */
  float gain_1;      /* 1 - beta_1 */
  float rho;         /* or beta_2 */
  float gain_2;      /* 1 - rho */
  float epsilon;
  float a, b;        /* Nadam: factors of m and g */
  float correction;  /* Nadam: 1 / (1 - beta_2^t) */
};

/* Elementwise update of n weights; s: slots. */
typedef void tn_update_loop(const struct tn_rates *r, int64_t n, float *w, const float *g,
                            float *const *s);

/* One step of n weights without a gradient; returns whether any weight changed. */
typedef int tn_idle_loop(const struct tn_rates *r, int64_t n, float *w, float *const *s);

/* Several steps without a gradient as one; see jumps.c. */
struct tn_jump {
  float rate, epsilon, spread; /* sum of the rates, mean of epsilon, its variance */
  float fade_1, fade_2;        /* of the moments */
};
typedef void tn_jump_loop(const struct tn_jump *jump, int64_t n, float *w, float *const *s);

/* Steps one after the other that part of a row missed while it had a penalty. */
struct tn_missed {
  const struct tn_rates *rates;
  const double *weight; /* of the step's penalty in the sum */
  int64_t steps;
  float pace; /* factor of the rates */
  float l1, l2;
};

/* n <= TN_ROW_PART weights through the missed steps, the slope of their penalty being the gradient.
 * *owed grows step by step, so that several calls give the sum of one. */
typedef void tn_missed_loop(const struct tn_missed *missed, int64_t n, float *w, float *const *s,
                            double *owed);

struct tn_rule {
  tn_update_loop *update;
  tn_missed_loop *missed;
};

/* The loops of the present processor. */
struct tn_update_loops {
  struct tn_rule sgd, sgd_momentum, sgd_nesterov, rmsprop, rmsprop_outside, rmsprop_momentum,
      rmsprop_centered, rmsprop_centered_outside, rmsprop_centered_momentum, adam, adam_amsgrad,
      adamax, nadam, adagrad, adagrad_outside, adadelta;
  tn_idle_loop *idle_adam, *idle_amsgrad, *idle_adamax, *idle_nadam;
  tn_jump_loop *jump_adam;
};
const struct tn_update_loops *tn_update_loops_now(void);

#endif
