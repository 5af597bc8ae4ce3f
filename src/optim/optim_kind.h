/* What one optimizer kind answers; private to optim/. */
#ifndef TN_OPTIM_OPTIM_KIND_H
#define TN_OPTIM_OPTIM_KIND_H

#include "optim/optimizer.h"

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

struct tn_optim_kind {
  const char *name;
  double learning_rate, momentum, rho, beta_1, beta_2; /* defaults */
  int (*slots)(const struct tn_optimizer_config *c);
  /* Numbers for update number t (from 1); lr is the rate of that update. */
  void (*rates)(const struct tn_optimizer_config *c, double lr, int64_t t, double product,
                struct tn_rates *out);
  const struct tn_rule *(*rule)(const struct tn_optimizer_config *c);
  /* Optional: before rows are brought up to date. */
  void (*prepare)(struct tn_optimizer *opt);
  /* n weights through updates from + 1 .. to without a gradient. */
  void (*idle)(const struct tn_optimizer *opt, int64_t from, int64_t to, int64_t n, float *w,
               float *const *s);
};

extern const struct tn_optim_kind tn_optim_sgd, tn_optim_rmsprop, tn_optim_adam, tn_optim_adamax,
    tn_optim_nadam, tn_optim_adagrad, tn_optim_adadelta;

/* Nadam's u_t and the product u_1 .. u_t. */
double tn_nadam_u(double beta_1, int64_t t);
double tn_nadam_product(double beta_1, int64_t t);

/* x to the k-th power, k >= 0. */
double tn_power(double x, int64_t k);

/* jumps.c: makes the jumps to the present step ready, before rows are brought up to date. */
void tn_jumps_prepare(struct tn_optimizer *opt);
/* The jump over updates from + 1 .. to, to being the present step; 0 where there is none. */
int tn_jump_find(const struct tn_optimizer *opt, int64_t from, int64_t to, struct tn_jump *out);

/* The loops of the present processor. */
struct tn_update_loops {
  struct tn_rule sgd, sgd_momentum, sgd_nesterov, rmsprop, rmsprop_momentum, rmsprop_centered,
      rmsprop_centered_momentum, adam, adam_amsgrad, adamax, nadam, adagrad, adadelta;
  tn_idle_loop *idle_adam, *idle_amsgrad, *idle_adamax, *idle_nadam;
  tn_jump_loop *jump_adam;
};
const struct tn_update_loops *tn_update_loops_now(void);

/* lazy.c: before a step. Now and then all rows with a penalty go through the updates they missed, at the
 * latest when the numbers of these updates make room for others. */
void tn_lazy_sweep(struct tn_optimizer *opt);

#endif
