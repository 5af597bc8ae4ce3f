/* What one optimizer kind answers; private to optim/. */
#ifndef TN_OPTIM_OPTIM_KIND_H
#define TN_OPTIM_OPTIM_KIND_H

#include <math.h>

#include "optim/optimizer_state.h"
#include "optim/update_loops.h"

struct tn_optim_kind {
  const char *name;
  double learning_rate, momentum, rho, beta_1, beta_2; /* defaults */
  int (*slots)(const struct tn_optimizer_config *c);
  /* Optional: what the slots begin with, else 0. */
  double (*start)(const struct tn_optimizer_config *c);
  /* Optional: factor of update number t in the product of momenta, where these change. */
  double (*momentum_at)(const struct tn_optimizer_config *c, int64_t t);
  /* Numbers for update number t (from 1); lr is the rate of that update, product that of the momenta
   * of updates 1 .. t. */
  void (*rates)(const struct tn_optimizer_config *c, double lr, int64_t t, double product,
                struct tn_rates *out);
  const struct tn_rule *(*rule)(const struct tn_optimizer_config *c);
  /* Optional: before rows are brought up to date. */
  void (*prepare)(struct tn_optimizer *opt);
  /* n weights through updates from + 1 .. to without a gradient; pace: factor of the rates. */
  void (*idle)(const struct tn_optimizer *opt, int64_t from, int64_t to, float pace, int64_t n,
               float *w, float *const *s);
};

/* Product of the momenta of updates 1 .. t, 1 where they do not change. It falls below any float after
 * some hundred updates. */
static inline double tn_momentum_product(const struct tn_optimizer_config *c, int64_t t) {
  double product = 1;
  for (int64_t i = 1; c->kind->momentum_at != NULL && i <= t && product > 1e-30; i++) {
    product *= c->kind->momentum_at(c, i);
  }
  return product;
}

/* x to the k-th power, k >= 0. */
static inline double tn_power(double x, int64_t k) {
  double result = 1;
  for (; k > 0; k >>= 1, x *= x) {
    result *= k & 1 ? x : 1;
  }
  return result;
}

/* Steps after which what falls by `ratio` with each is lost in rounding; infinite where it does not fall. */
static inline double tn_steps_to_nothing(double ratio) {
  return ratio < 1 ? ceil(log(1e-9) / log(ratio)) : INFINITY;
}

#endif
