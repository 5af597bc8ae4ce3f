/* Adam (Kingma and Ba, ICLR 2015), amsgrad (Reddi et al., ICLR 2018), Adamax, Nadam (Dozat 2016).
 * A row without gradient goes on moving on its decaying moments: a recurrence over the missed steps,
 * which ends as soon as no later step can change a weight; the moments then have a closed form. */
#include <math.h>

#include "kernels/vector.h"
#include "optim/optim_kind.h"

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

double tn_nadam_u(double beta_1, int64_t t) { return beta_1 * (1 - 0.5 * pow(0.96, (double)t)); }

/* The product falls below any float after some hundred steps. */
double tn_nadam_product(double beta_1, int64_t t) {
  double product = 1;
  for (int64_t i = 1; i <= t && product > 1e-30; i++) {
    product *= tn_nadam_u(beta_1, i);
  }
  return product;
}

/* product: u_1 .. u_t, this step's included. */
static void nadam_rates(const struct tn_optimizer_config *c, double lr, int64_t t, double product,
                        struct tn_rates *out) {
  double u = tn_nadam_u(c->beta_1, t), next = tn_nadam_u(c->beta_1, t + 1);
  moment_rates(c, out);
  out->lr = (float)lr;
  out->a = (float)(next / (1 - product * next));
  out->b = (float)((1 - u) / (1 - product));
  out->correction = (float)(1 / (1 - pow(c->beta_2, (double)t)));
}

static tn_update_loop *adam_loop(const struct tn_optimizer_config *c) {
  const struct tn_update_loops *l = tn_update_loops_now();
  return c->amsgrad ? l->adam_amsgrad : l->adam;
}

static tn_update_loop *adamax_loop(const struct tn_optimizer_config *c) {
  (void)c;
  return tn_update_loops_now()->adamax;
}

static tn_update_loop *nadam_loop(const struct tn_optimizer_config *c) {
  (void)c;
  return tn_update_loops_now()->nadam;
}

/* Largest move that all later steps together can still make, in units of the present one: moments
 * shrink by beta_1 a step while the divisor shrinks at most by its own root (beta_2 for adamax). */
static double reach(const struct tn_optimizer_config *c, int squared) {
  double ratio = c->beta_1 / (squared ? sqrt(c->beta_2) : c->beta_2);
  return ratio < 1 ? 1 / (1 - ratio) : INFINITY;
}

/* One idle step of n weights with factor f: w -= f m / (root of the divisor + epsilon). Returns 1
 * while some weight can still change. */
static int idle_step(const struct tn_optimizer_config *c, const struct tn_rates *r, double left,
                     int max_norm, int64_t n, float *w, float *m, float *v, const float *top) {
  int moving = 0;
  for (int64_t i = 0; i < n; i++) {
    m[i] *= (float)c->beta_1;
    v[i] *= (float)c->beta_2;
    float divisor = top != NULL ? top[i] : v[i];
    divisor = max_norm ? divisor : sqrtf(divisor * (r->correction > 0 ? r->correction : 1));
    float step = r->lr * (r->a > 0 ? r->a : 1) * m[i] / (divisor + r->epsilon);
    w[i] -= step;
    moving |= fabs((double)step) * left > 0x1p-26 * fabs((double)w[i]);
  }
  return moving;
}

static void idle(const struct tn_optim_kind *kind, const struct tn_optimizer_config *c,
                 int64_t from, int64_t to, int64_t n, float *w, float *const *s) {
  int max_norm = kind == &tn_optim_adamax, nadam = kind == &tn_optim_nadam;
  double product = nadam ? tn_nadam_product(c->beta_1, from) : 0;
  double left = reach(c, !max_norm);
  int64_t t = from;
  int moving = 1;
  while (t < to && moving) {
    struct tn_rates r = {0};
    t++;
    product *= nadam ? tn_nadam_u(c->beta_1, t) : 0;
    kind->rates(c, tn_optimizer_rate(c, t), t, product, &r);
    moving = idle_step(c, &r, left, max_norm, n, w, s[0], s[1], c->amsgrad ? s[2] : NULL);
  }
  if (t < to) {
    tn_vec_scale(n, (float)pow(c->beta_1, (double)(to - t)), s[0]);
    tn_vec_scale(n, (float)pow(c->beta_2, (double)(to - t)), s[1]);
  }
}

static void adam_idle(const struct tn_optimizer_config *c, int64_t from, int64_t to, int64_t n,
                      float *w, float *const *s) {
  idle(&tn_optim_adam, c, from, to, n, w, s);
}
static void adamax_idle(const struct tn_optimizer_config *c, int64_t from, int64_t to, int64_t n,
                        float *w, float *const *s) {
  idle(&tn_optim_adamax, c, from, to, n, w, s);
}
static void nadam_idle(const struct tn_optimizer_config *c, int64_t from, int64_t to, int64_t n,
                       float *w, float *const *s) {
  idle(&tn_optim_nadam, c, from, to, n, w, s);
}

const struct tn_optim_kind tn_optim_adam = {
    .name = "adam", .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .slots = adam_slots,
    .rates = adam_rates, .loop = adam_loop, .idle = adam_idle};
const struct tn_optim_kind tn_optim_adamax = {
    .name = "adamax", .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .slots = two_slots,
    .rates = adamax_rates, .loop = adamax_loop, .idle = adamax_idle};
const struct tn_optim_kind tn_optim_nadam = {
    .name = "nadam", .learning_rate = 0.001, .beta_1 = 0.9, .beta_2 = 0.999, .slots = two_slots,
    .rates = nadam_rates, .loop = nadam_loop, .idle = nadam_idle};
