#include "optim/optimizer.h"

#include <math.h>
#include <string.h>

#include "kernels/vector.h"
#include "optim/lazy.h"
#include "optim/rates_kept.h"
#include "optim/registry_optim.h"
#include "platform/threads.h"

enum tn_status tn_optimizer_read(const struct tn_attrs *attrs, struct tn_optimizer_config *out,
                                 struct tn_error *err) {
  const char *name = tn_attrs_text(attrs, "optimizer", "");
  memset(out, 0, sizeof *out);
  out->kind = tn_optim_find(name);
  if (out->kind == NULL) {
    return tn_fail(err, TN_STATUS_ARG, "there is no optimizer \"%s\"", name);
  }
  out->learning_rate = tn_attrs_number(attrs, "learning_rate", out->kind->learning_rate);
  out->decay = tn_attrs_number(attrs, "decay", 0);
  out->clipnorm = tn_attrs_number(attrs, "clipnorm", 0);
  out->clipvalue = tn_attrs_number(attrs, "clipvalue", 0);
  out->global_clipnorm = tn_attrs_number(attrs, "global_clipnorm", 0);
  out->weight_decay = tn_attrs_number(attrs, "weight_decay", 0);
  out->momentum = tn_attrs_number(attrs, "momentum", out->kind->momentum);
  out->rho = tn_attrs_number(attrs, "rho", out->kind->rho);
  out->beta_1 = tn_attrs_number(attrs, "beta_1", out->kind->beta_1);
  out->beta_2 = tn_attrs_number(attrs, "beta_2", out->kind->beta_2);
  out->epsilon = tn_attrs_number(attrs, "epsilon", 1e-7);
  out->initial_accumulator = tn_attrs_number(attrs, "initial_accumulator_value", 0.1);
  out->nesterov = tn_attrs_flag(attrs, "nesterov", 0);
  out->centered = tn_attrs_flag(attrs, "centered", 0);
  out->amsgrad = tn_attrs_flag(attrs, "amsgrad", 0);
  out->epsilon_outside = tn_attrs_flag(attrs, "epsilon_outside", 0);
  out->schedule_decay = tn_attrs_number(attrs, "schedule_decay", 1);
  out->momentum_power = tn_attrs_number(attrs, "momentum_power", 1);
  return tn_schedule_read(attrs, &out->schedule, err);
}

static int clips(const struct tn_optimizer_config *c) {
  return c->clipnorm > 0 || c->global_clipnorm > 0 || c->clipvalue > 0;
}

/* Whether a weight decay reaches some of its weights. */
static int any_decays(const struct tn_segment *s) {
  int any = s->pace == NULL;
  for (int64_t k = 0; !any && k < s->n_paces; k++) {
    any = s->pace[k].decay != 0 && s->pace[k].rate != 0;
  }
  return any;
}

int tn_optimizer_may_wait(const struct tn_optimizer_config *c, const struct tn_segment *s) {
  int penalised = s->l1 != 0 || s->l2 != 0, decays = c->weight_decay != 0 && any_decays(s);
  return !decays && !(penalised && (clips(c) || s->param->cols < 8 /* weights in one step */));
}

size_t tn_optimizer_kept_size(void) { return sizeof(struct tn_rates_kept); }

int tn_optimizer_slots(const struct tn_optimizer_config *config) {
  return config->kind->slots(config);
}

/* The listed pairs of an embedding are clipped where they arise; see struct tn_param. */
static double pair_clip(const struct tn_optimizer_config *c) {
  return c->clipnorm > 0 || c->global_clipnorm > 0 ? 0 : c->clipvalue;
}

void tn_optimizer_begin(struct tn_optimizer *opt, int64_t step, int fresh) {
  opt->step = step;
  opt->decay_factor = 1;
  opt->momentum_product = tn_momentum_product(&opt->config, step);
  for (int i = 0; i < opt->n_segments; i++) {
    struct tn_segment *s = &opt->segment[i];
    s->param->pair_clip_value = (float)pair_clip(&opt->config);
    for (int64_t r = 0; s->row_step != NULL && r < s->param->rows; r++) {
      s->row_step[r] = step;
    }
  }
  const struct tn_optim_kind *kind = opt->config.kind;
  float start = kind->start == NULL ? 0 : (float)kind->start(&opt->config);
  for (int k = 0; fresh && k < opt->n_slots; k++) {
    tn_vec_fill(opt->size, start, opt->slot[k]);
  }
}

static double penalty_of(int64_t n, float l1, float l2, const float *w) {
  return (l1 == 0 ? 0 : l1 * tn_vec_sumabs(n, w)) + (l2 == 0 ? 0 : l2 * tn_vec_sumsq(n, w));
}

static double segment_penalty(const struct tn_segment *s) {
  return penalty_of(s->param->size, s->l1, s->l2, s->param->value);
}

double tn_optimizer_penalty(const struct tn_optimizer *opt) {
  double total = 0;
  for (int i = 0; i < opt->n_segments; i++) {
    total += segment_penalty(&opt->segment[i]);
  }
  return total;
}

static double squared_norm(const struct tn_segment *s) {
  const struct tn_param *p = s->param;
  double sum = 0;
  if (p->has_pairs && s->l1 == 0 && s->l2 == 0) {
    return p->pair_sumsq;
  }
  if (!p->row_sparse) {
    return tn_vec_sumsq(p->size, p->grad);
  }
  for (int64_t k = 0; k < p->n_touched; k++) {
    sum += tn_vec_sumsq(p->cols, p->grad + p->touched[k] * p->cols);
  }
  return sum;
}

enum { BLOCK = 2048, SHARE = 1 << 15 /* weights of an item: some 10 microseconds */, MOST_ITEMS = 64 };

/* What one update of one segment needs. */
struct update {
  struct tn_optimizer *opt;
  struct tn_segment *segment;
  struct tn_rates rates;
  tn_update_loop *loop;
  float scale, clip;         /* of the gradient; elementwise limit */
  double decay;              /* the part of the weights that is taken off */
  float l1, l2;              /* still to be added to the gradient */
  int64_t items;
  double penalty[MOST_ITEMS]; /* of the weights before the update, by item */
};

/* Returns the penalty of these weights, which lie in one slice of the first axis where these have
 * factors of their own. */
static double update_range(const struct update *u, int64_t slice, int64_t from, int64_t n) {
  struct tn_param *p = u->segment->param;
  const struct tn_pace *pace = tn_pace_of(u->segment, slice);
  const struct tn_rates *rates = &u->rates;
  struct tn_rates paced;
  float shrink = (float)(1 - u->decay);
  if (pace != NULL) {
    paced = u->rates;
    paced.lr *= pace->rate;
    rates = &paced;
    shrink = (float)(1 - u->decay * pace->decay * (double)pace->rate);
  }
  float *w = p->value + from, *g = p->grad + from, *slot[TN_MAX_SLOTS];
  double penalty = 0;
  for (int k = 0; k < u->opt->n_slots; k++) {
    slot[k] = u->opt->slot[k] + u->segment->offset + from;
  }
  if (u->l1 != 0 || u->l2 != 0) {
    penalty = penalty_of(n, u->l1, u->l2, w);
    tn_vec_penalty_slope(n, u->l1, 2 * u->l2, w, g);
  }
  if (u->scale != 1) {
    tn_vec_scale(n, u->scale, g);
  }
  for (int64_t i = 0; u->clip > 0 && i < n; i++) {
    g[i] = g[i] > u->clip ? u->clip : g[i] < -u->clip ? -u->clip : g[i];
  }
  if (shrink != 1) {
    tn_vec_scale(n, shrink, w);
  }
  u->loop(rates, n, w, g, slot);
  tn_vec_fill(n, 0, g);
  return penalty;
}

/* Blocks small enough that gradient, weight and slots stay in the first cache between the loops. */
static void update_item(void *context, int64_t item) {
  struct update *u = context;
  int64_t slices = u->segment->n_paces > 1 ? u->segment->n_paces : 1;
  int64_t from, to, size = u->segment->param->size / slices, blocks = (size + BLOCK - 1) / BLOCK;
  tn_item_range(slices * blocks, u->items, item, &from, &to);
  u->penalty[item] = 0;
  for (int64_t b = from; b < to; b++) {
    int64_t slice = b / blocks, at = b % blocks * BLOCK, n = size - at < BLOCK ? size - at : BLOCK;
    u->penalty[item] += update_range(u, slice, slice * size + at, n);
  }
}

static void rows_item(void *context, int64_t item) {
  struct update *u = context;
  const struct tn_param *p = u->segment->param;
  int64_t from, to;
  tn_item_range(p->n_touched, u->items, item, &from, &to);
  u->penalty[item] = 0;
  for (int64_t k = from; k < to; k++) {
    int64_t row = p->touched[k];
    u->penalty[item] += update_range(u, row, row * p->cols, p->cols);
    u->segment->row_step[row] = u->opt->step;
  }
}

/* n units of `weights` weights each. */
static void share(struct update *u, int64_t n, int64_t weights, void (*work)(void *, int64_t)) {
  int64_t items = tn_items(n, SHARE / (weights + 1) + 1);
  u->items = items > MOST_ITEMS ? MOST_ITEMS : items;
  tn_parallel_for(u->items, work, u);
}

static void update_all_rows(struct update *u) {
  struct tn_param *p = u->segment->param;
  share(u, p->size, 0, update_item);
  tn_constraint_apply(&u->segment->constraint, &p->shape, p->value);
  for (int64_t row = 0; p->row_sparse && row < p->rows; row++) {
    u->segment->row_step[row] = u->opt->step;
  }
}

/* Returns the penalty of the segment before the update. */
static double update_segment(struct update *u) {
  struct tn_param *p = u->segment->param;
  double penalty = 0;
  if (p->row_sparse && p->n_touched < p->rows) {
    share(u, p->n_touched, p->cols, rows_item);
  } else {
    update_all_rows(u);
  }
  for (int64_t item = 0; item < u->items; item++) {
    penalty += u->penalty[item];
  }
  if (p->row_sparse) {
    tn_param_forget_rows(p);
  }
  return penalty;
}

static int needs_norms(const struct tn_optimizer_config *c) {
  return c->clipnorm > 0 || c->global_clipnorm > 0;
}

/* Norms are those of the whole gradient: where they are wanted, penalties go in before the update and
 * not with it. Returns the norm of all gradients together. */
static double prepare_norms(struct tn_optimizer *opt) {
  double total = 0;
  for (int i = 0; needs_norms(&opt->config) && i < opt->n_segments; i++) {
    struct tn_segment *s = &opt->segment[i];
    if (!s->param->trainable) {
      continue;
    }
    if (s->l1 != 0 || s->l2 != 0) {
      tn_vec_penalty_slope(s->param->size, s->l1, 2 * s->l2, s->param->value, s->param->grad);
    }
    total += opt->config.global_clipnorm > 0 ? squared_norm(s) : 0;
  }
  return sqrt(total);
}

static void set_clipping(struct update *u, double global_norm) {
  const struct tn_optimizer_config *c = &u->opt->config;
  u->scale = 1;
  u->clip = 0;
  if (c->clipnorm > 0) {
    double norm = sqrt(squared_norm(u->segment));
    u->scale = norm > c->clipnorm ? (float)(c->clipnorm / norm) : 1;
  } else if (c->global_clipnorm > 0) {
    u->scale = global_norm > c->global_clipnorm ? (float)(c->global_clipnorm / global_norm) : 1;
  } else if (c->clipvalue > 0 && !u->segment->param->has_pairs) {
    u->clip = (float)c->clipvalue;
  }
}

static void keep_rates(struct tn_optimizer *opt, const struct tn_rates *rates, double weight) {
  int64_t at = tn_kept_at(opt->step);
  if (opt->kept != NULL) {
    opt->kept->step[at] = opt->step;
    opt->kept->rates[at] = *rates;
    opt->kept->weight[at] = weight;
  }
}

static enum tn_status check_rows(const struct tn_optimizer *opt, struct tn_error *err) {
  for (int i = 0; i < opt->n_segments; i++) {
    const struct tn_segment *s = &opt->segment[i];
    int lacks = s->row_step == NULL ||
                ((s->l1 != 0 || s->l2 != 0) && (s->owed == NULL || opt->kept == NULL));
    if (s->param->row_sparse && s->param->trainable &&
        (lacks || !tn_optimizer_may_wait(&opt->config, s))) {
      return tn_fail(err, TN_STATUS_STATE, "rows of a row-sparse parameter cannot wait");
    }
  }
  return TN_OK;
}

enum tn_status tn_optimizer_step(struct tn_optimizer *opt, double weight, double *penalty,
                                 struct tn_error *err) {
  const struct tn_optimizer_config *c = &opt->config;
  double lr = tn_optimizer_rate(c, opt->step + 1);
  struct update u;
  TN_TRY(check_rows(opt, err));
  memset(&u, 0, sizeof u);
  double global_norm = prepare_norms(opt);
  *penalty = 0;
  tn_lazy_sweep(opt);
  opt->step++;
  if (c->kind->momentum_at != NULL) {
    opt->momentum_product *= c->kind->momentum_at(c, opt->step);
  }
  u.opt = opt;
  u.loop = c->kind->rule(c)->update;
  u.decay = c->weight_decay * opt->decay_factor * lr;
  c->kind->rates(c, lr, opt->step, opt->momentum_product, &u.rates);
  keep_rates(opt, &u.rates, weight);
  for (int i = 0; i < opt->n_segments; i++) {
    u.segment = &opt->segment[i];
    if (needs_norms(c) || !u.segment->param->trainable) {
      *penalty += segment_penalty(u.segment);
    }
    if (!u.segment->param->trainable) {
      continue;
    }
    u.l1 = needs_norms(c) ? 0 : u.segment->l1;
    u.l2 = needs_norms(c) ? 0 : u.segment->l2;
    set_clipping(&u, global_norm);
    *penalty += update_segment(&u);
  }
  return TN_OK;
}
