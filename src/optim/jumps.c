/* Adam's steps without a gradient, taken at once. After step t a row moves by
 *   m sum_k a_k / (s + e q_k),  a_k = rate_{t+k} (beta_1 / sqrt(beta_2))^k,  q_k = beta_2^(-k/2),
 * s being the root of its second moment and e epsilon. With A the sum of the a_k, q the mean and V the
 * variance of the q_k under these weights, and D = s + e q, this is
 *   A m / D (1 + V (e / D)^2)
 * but for the third power of a deviation that is 0.005 at the usual betas: below the rounding of the
 * steps. The sums are the same for all rows that have seen the same last step. */
#include "optim/jumps.h"

#include <math.h>

#include "optim/optim_kind.h"
#include "optim/rates_kept.h"

/* Variance of q_k from which the third power counts. */
static const double too_wide = 1e-4;

/* Steps after which a row does not move any more; -1: no jumps with these betas. */
static int longest_jump(const struct tn_optimizer_config *c) {
  double ratio = c->beta_1 / sqrt(c->beta_2);
  if (!(c->beta_1 > 0 && ratio < 1)) {
    return -1;
  }
  double steps = tn_steps_to_nothing(ratio);
  double slope = log(c->beta_2) / 2, variance = slope * slope * ratio / ((1 - ratio) * (1 - ratio));
  return variance < too_wide && steps <= TN_JUMP_STEPS ? (int)steps : -1;
}

/* sum[j]: of a_k q_k^j; all 0 where the rate was. */
static struct tn_jump jump_of(const struct tn_optimizer_config *c, const double sum[3], double fade_1,
                              double fade_2) {
  double mean = sum[0] > 0 ? sum[1] / sum[0] : 1;
  double variance = sum[0] > 0 ? sum[2] / sum[0] - mean * mean : 0;
  return (struct tn_jump){(float)sum[0], (float)(c->epsilon * mean),
                          (float)(variance * c->epsilon * c->epsilon), (float)fade_1, (float)fade_2};
}

void tn_jumps_prepare(struct tn_optimizer *opt) {
  const struct tn_optimizer_config *c = &opt->config;
  struct tn_rates_kept *kept = opt->kept;
  if (kept == NULL || kept->jumps.step == opt->step || kept->jumps.longest < 0) {
    return;
  }
  struct tn_jumps *jumps = &kept->jumps;
  jumps->longest = jumps->longest == 0 ? longest_jump(c) : jumps->longest;
  jumps->step = opt->step;
  double root = sqrt(c->beta_2), ratio[3] = {c->beta_1 / root, c->beta_1 / c->beta_2,
                                            c->beta_1 / (c->beta_2 * root)};
  double sum[3] = {0}, fade_1 = 1, fade_2 = 1;
  int n = 0;
  /* One step more, the earliest, stands before all others. */
  for (int64_t t = opt->step; t > 0 && n < jumps->longest && kept->step[tn_kept_at(t)] == t; t--) {
    double rate = (double)kept->rates[tn_kept_at(t)].lr;
    for (int j = 0; j < 3; j++) {
      sum[j] = ratio[j] * (rate + sum[j]);
    }
    fade_1 *= c->beta_1;
    fade_2 *= c->beta_2;
    jumps->missed[++n] = jump_of(c, sum, fade_1, fade_2);
  }
  jumps->n = n;
  if (n == jumps->longest) {
    int64_t from = opt->step - n;
    jumps->from[from % TN_JUMPS_KEPT] = from + 1;
    jumps->whole[from % TN_JUMPS_KEPT] = jumps->missed[n];
  }
}

int tn_jump_find(const struct tn_optimizer *opt, int64_t from, int64_t to, struct tn_jump *out) {
  if (opt->kept == NULL || opt->kept->jumps.step != to) {
    return 0;
  }
  const struct tn_jumps *jumps = &opt->kept->jumps;
  if (to - from <= jumps->n) {
    *out = jumps->missed[to - from];
    return 1;
  }
  if (jumps->from[from % TN_JUMPS_KEPT] != from + 1) {
    return 0;
  }
  *out = jumps->whole[from % TN_JUMPS_KEPT];
  out->fade_1 = (float)tn_power(opt->config.beta_1, to - from);
  out->fade_2 = (float)tn_power(opt->config.beta_2, to - from);
  return 1;
}
