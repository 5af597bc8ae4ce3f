/* Adam (Kingma and Ba, ICLR 2015), amsgrad (Reddi et al., ICLR 2018), Adamax, Nadam (Dozat 2016).
 * A row without gradient goes on moving on its decaying moments: for Adam there is a short way
 * (jumps.c), else a recurrence over the missed steps, which ends as soon as no later step can change a
 * weight: each is smaller than the one before but where a schedule lets the rate rise. The moments then
 * have a closed form. */
#include <math.h>
#include <string.h>

#include "kernels/vector.h"
#include "optim/jumps.h"
#include "optim/rates_kept.h"
#include "optim/registry_optim.h"

static int adam_slots(const struct tn_optimizer_config *c) { return 2 + (c->amsgrad != 0); }

static int two_slots(const struct tn_optimizer_config *c) {
  (void)c;
  return 2;
}

static void moment_rates(const struct tn_optimizer_config *c, struct tn_rates *out) {
  out->momentum = (float)c->beta_1;
  out->gain_1 = (float)(1 - c->beta_1);
  out->rho = (float)c->beta_2;
  out->gain_2 = (float)(1 - c->beta_2);
  out->epsilon = (float)c->epsilon;
}

static void adam_rates(const struct tn_optimizer_config *c, double lr, int64_t t, double product,
                       struct tn_rates *out) {
  (void)product;
  moment_rates(c, out);
  out->lr = (float)(lr * sqrt(1 - pow(c->beta_2, (double)t)) / (1 - pow(c->beta_1, (double)t)));
}

static void adamax_rates(const struct tn_optimizer_config *c, double lr, int64_t t, double product,
                         struct tn_rates *out) {
  (void)product;
  moment_rates(c, out);
  out->lr = (float)(lr / (1 - pow(c->beta_1, (double)t)));
}

static double nadam_momentum(const struct tn_optimizer_config *c, int64_t t) {
  return c->beta_1 * (1 - 0.5 * pow(0.96, c->schedule_decay * (double)t));
}

static double nadam_factor(const struct tn_optimizer_config *c, int64_t t) {
  double u = nadam_momentum(c, t);
  return c->momentum_power == 1 ? u : pow(u, c->momentum_power);
}

static void nadam_rates(const struct tn_optimizer_config *c, double lr, int64_t t, double product,
                        struct tn_rates *out) {
  double u = nadam_momentum(c, t), next = nadam_momentum(c, t + 1);
  moment_rates(c, out);
  out->lr = (float)lr;
  out->a = (float)(next / (1 - product * next));
  out->b = (float)((1 - u) / (1 - product));
  out->correction = (float)(1 / (1 - pow(c->beta_2, (double)t)));
}

static const struct tn_rule *adam_rule(const struct tn_optimizer_config *c) {
  const struct tn_update_loops *l = tn_update_loops_now();
  return c->amsgrad ? &l->adam_amsgrad : &l->adam;
}

static const struct tn_rule *adamax_rule(const struct tn_optimizer_config *c) {
  (void)c;
  return &tn_update_loops_now()->adamax;
}

static const struct tn_rule *nadam_rule(const struct tn_optimizer_config *c) {
  (void)c;
  return &tn_update_loops_now()->nadam;
}

static struct tn_rates rates_of(const struct tn_optimizer *opt, int64_t t, double product) {
  const struct tn_rates_kept *kept = opt->kept;
  struct tn_rates r;
  if (kept != NULL && kept->step[tn_kept_at(t)] == t) {
    return kept->rates[tn_kept_at(t)];
  }
  memset(&r, 0, sizeof r);
  opt->config.kind->rates(&opt->config, tn_optimizer_rate(&opt->config, t), t, product, &r);
  return r;
}

static tn_idle_loop *idle_loop(const struct tn_optimizer_config *c) {
  const struct tn_update_loops *l = tn_update_loops_now();
  return c->kind == &tn_optim_adamax ? l->idle_adamax
         : c->kind == &tn_optim_nadam ? l->idle_nadam
         : c->amsgrad                 ? l->idle_amsgrad : l->idle_adam;
}

static void idle(const struct tn_optimizer *opt, int64_t from, int64_t to, float pace, int64_t n,
                 float *w, float *const *s) {
  const struct tn_optimizer_config *c = &opt->config;
  double product = tn_momentum_product(c, from);
  double least = c->schedule.rate == NULL ? 0 : tn_steps_to_nothing(c->beta_1 / c->beta_2);
  tn_idle_loop *loop = idle_loop(c);
  int64_t t = from;
  int moving = 1;
  while (t < to && (moving || (double)(t - from) < least)) {
    t++;
    product *= c->kind->momentum_at != NULL ? c->kind->momentum_at(c, t) : 1;
    struct tn_rates r = rates_of(opt, t, product);
    r.lr *= pace;
    moving = loop(&r, n, w, s);
  }
  if (t < to) {
    tn_vec_scale(n, (float)tn_power(c->beta_1, to - t), s[0]);
    tn_vec_scale(n, (float)tn_power(c->beta_2, to - t), s[1]);
  }
}

static void adam_prepare(struct tn_optimizer *opt) {
  if (!opt->config.amsgrad) {
    tn_jumps_prepare(opt);
  }
}

static void adam_idle(const struct tn_optimizer *opt, int64_t from, int64_t to, float pace,
                      int64_t n, float *w, float *const *s) {
  struct tn_jump jump;
  if (!opt->config.amsgrad && tn_jump_find(opt, from, to, &jump)) {
    jump.rate *= pace;
    tn_update_loops_now()->jump_adam(&jump, n, w, s);
  } else {
    idle(opt, from, to, pace, n, w, s);
  }
}

#define ADAM(id, text)                                                                            \
  const struct tn_optim_kind id = {.name = text, .learning_rate = 0.001, .beta_1 = 0.9,           \
                                   .beta_2 = 0.999, .slots = adam_slots, .rates = adam_rates,     \
                                   .rule = adam_rule, .prepare = adam_prepare, .idle = adam_idle}

ADAM(tn_optim_adam, "adam");
/* Loshchilov and Hutter (ICLR 2019): adam with weight_decay, which every kind has, from the start. */
ADAM(tn_optim_adamw, "adamw");

const struct tn_optim_kind tn_optim_adamax = {
    .name = "adamax", .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .slots = two_slots,
    .rates = adamax_rates, .rule = adamax_rule, .idle = idle};
const struct tn_optim_kind tn_optim_nadam = {
    .name = "nadam", .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .slots = two_slots,
    .momentum_at = nadam_factor, .rates = nadam_rates, .rule = nadam_rule, .idle = idle};
