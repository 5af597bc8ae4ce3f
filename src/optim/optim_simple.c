/* SGD, RMSprop, Adagrad, Adadelta: rows that are not touched have closed forms, in which the rate is not:
 * what still moves, a momentum, has it in itself.
 * Sutskever et al. (ICML 2013); Hinton, lecture 6e (2012); Duchi et al. (JMLR 2011); Zeiler
 * (arXiv:1212.5701). */
#include "kernels/vector.h"
#include "optim/registry_optim.h"

static int sgd_slots(const struct tn_optimizer_config *c) { return c->momentum > 0; }

static void plain_rates(const struct tn_optimizer_config *c, double lr, int64_t t, double product,
                        struct tn_rates *out) {
  (void)t;
  (void)product;
  out->lr = (float)lr;
  out->momentum = (float)c->momentum;
  out->rho = (float)c->rho;
  out->gain_2 = (float)(1 - c->rho);
  out->epsilon = (float)c->epsilon;
}

static const struct tn_rule *sgd_rule(const struct tn_optimizer_config *c) {
  const struct tn_update_loops *l = tn_update_loops_now();
  return c->momentum == 0 ? &l->sgd : c->nesterov ? &l->sgd_nesterov : &l->sgd_momentum;
}

/* k steps of m = d m; w += sign * (sum of the m's), nesterov: each times d again. */
static void coast(double d, int64_t k, double sign, int64_t n, float *w, float *m) {
  double last = tn_power(d, k), sum = d == 1 ? (double)k : d * (1 - last) / (1 - d);
  tn_vec_axpy(n, (float)(sign * sum), m, w);
  tn_vec_scale(n, (float)last, m);
}

static void sgd_idle(const struct tn_optimizer *opt, int64_t from, int64_t to, float pace,
                     int64_t n, float *w, float *const *s) {
  (void)pace;
  const struct tn_optimizer_config *c = &opt->config;
  if (c->momentum > 0) {
    coast(c->momentum, to - from, c->nesterov ? c->momentum : 1, n, w, s[0]);
  }
}

const struct tn_optim_kind tn_optim_sgd = {
    .name = "sgd", .learning_rate = 0.01, .slots = sgd_slots, .rates = plain_rates,
    .rule = sgd_rule, .idle = sgd_idle};

static int rmsprop_slots(const struct tn_optimizer_config *c) {
  return 1 + (c->centered != 0) + (c->momentum > 0);
}

static const struct tn_rule *rmsprop_rule(const struct tn_optimizer_config *c) {
  const struct tn_update_loops *l = tn_update_loops_now();
  if (c->centered) {
    return c->momentum > 0      ? &l->rmsprop_centered_momentum
           : c->epsilon_outside ? &l->rmsprop_centered_outside : &l->rmsprop_centered;
  }
  return c->momentum > 0 ? &l->rmsprop_momentum : c->epsilon_outside ? &l->rmsprop_outside : &l->rmsprop;
}

static void rmsprop_idle(const struct tn_optimizer *opt, int64_t from, int64_t to, float pace,
                         int64_t n, float *w, float *const *s) {
  (void)pace;
  const struct tn_optimizer_config *c = &opt->config;
  float decay = (float)tn_power(c->rho, to - from);
  tn_vec_scale(n, decay, s[0]);
  if (c->centered) {
    tn_vec_scale(n, decay, s[1]);
  }
  if (c->momentum > 0) {
    coast(c->momentum, to - from, -1, n, w, s[c->centered ? 2 : 1]);
  }
}

const struct tn_optim_kind tn_optim_rmsprop = {
    .name = "rmsprop", .learning_rate = 0.001, .rho = 0.9, .slots = rmsprop_slots,
    .rates = plain_rates, .rule = rmsprop_rule, .idle = rmsprop_idle};

static int one_slot(const struct tn_optimizer_config *c) {
  (void)c;
  return 1;
}

static double adagrad_start(const struct tn_optimizer_config *c) { return c->initial_accumulator; }

static const struct tn_rule *adagrad_rule(const struct tn_optimizer_config *c) {
  const struct tn_update_loops *l = tn_update_loops_now();
  return c->epsilon_outside ? &l->adagrad_outside : &l->adagrad;
}

static void adagrad_idle(const struct tn_optimizer *opt, int64_t from, int64_t to, float pace,
                         int64_t n, float *w, float *const *s) {
  (void)pace;
  (void)opt;
  (void)from;
  (void)to;
  (void)n;
  (void)w;
  (void)s; /* nothing moves without a gradient */
}

const struct tn_optim_kind tn_optim_adagrad = {
    .name = "adagrad", .learning_rate = 0.001, .slots = one_slot, .start = adagrad_start,
    .rates = plain_rates, .rule = adagrad_rule, .idle = adagrad_idle};

static int two_slots(const struct tn_optimizer_config *c) {
  (void)c;
  return 2;
}

static const struct tn_rule *adadelta_rule(const struct tn_optimizer_config *c) {
  (void)c;
  return &tn_update_loops_now()->adadelta;
}

static void adadelta_idle(const struct tn_optimizer *opt, int64_t from, int64_t to, float pace,
                          int64_t n, float *w, float *const *s) {
  (void)pace;
  float decay = (float)tn_power(opt->config.rho, to - from);
  (void)w;
  tn_vec_scale(n, decay, s[0]);
  tn_vec_scale(n, decay, s[1]);
}

const struct tn_optim_kind tn_optim_adadelta = {
    .name = "adadelta", .learning_rate = 0.001, .rho = 0.95, .slots = two_slots,
    .rates = plain_rates, .rule = adadelta_rule, .idle = adadelta_idle};
