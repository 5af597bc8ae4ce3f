/* How a graph by chance ends: every value that nobody reads becomes a term of the loss, by a loss op
 * with targets and sample weights, an activity penalty or as it is; the terms are added up with weights. */
#ifndef TN_TESTS_RANDOM_LOSSES_H
#define TN_TESTS_RANDOM_LOSSES_H

#include "random_conv_ops.h"
#include "random_pool_ops.h"
#include "random_recurrent_ops.h"
#include "random_step_ops.h"
#include "random_tensor_ops.h"

/* Where predictions and targets of a loss lie: anywhere, above 0 or between 0 and 1; classes;
 * times, which are negative where censored and have no gradient. */
enum rg_domain { RG_ANY, RG_POSITIVE, RG_UNIT, RG_CLASS, RG_TIMES };

struct rg_loss {
  const char *name;
  enum rg_domain pred, truth;
};

static const struct rg_loss rg_losses[] = {
    {"loss_mean_squared_error", RG_ANY, RG_ANY},
    {"loss_mean_absolute_error", RG_ANY, RG_ANY},
    {"loss_mean_absolute_percentage_error", RG_ANY, RG_POSITIVE},
    {"loss_mean_squared_logarithmic_error", RG_POSITIVE, RG_POSITIVE},
    {"loss_binary_crossentropy", RG_UNIT, RG_UNIT},
    {"loss_categorical_crossentropy", RG_POSITIVE, RG_UNIT},
    {"loss_sparse_categorical_crossentropy", RG_UNIT, RG_CLASS},
    {"loss_hinge", RG_ANY, RG_ANY},
    {"loss_squared_hinge", RG_ANY, RG_ANY},
    {"loss_categorical_hinge", RG_ANY, RG_UNIT},
    {"loss_huber", RG_ANY, RG_ANY},
    {"loss_logcosh", RG_ANY, RG_ANY},
    {"loss_poisson", RG_POSITIVE, RG_POSITIVE},
    {"loss_kullback_leibler_divergence", RG_UNIT, RG_UNIT},
    {"loss_cosine_similarity", RG_ANY, RG_ANY},
    {"loss_gamma", RG_POSITIVE, RG_POSITIVE},
    {"loss_tweedie", RG_POSITIVE, RG_POSITIVE},
    {"loss_negative_binomial", RG_POSITIVE, RG_POSITIVE},
    {"loss_beta", RG_UNIT, RG_UNIT},
    {"loss_quantile", RG_ANY, RG_ANY},
    {"loss_discrete_time", RG_UNIT, RG_UNIT},
    {"loss_cox", RG_ANY, RG_TIMES}};

/* Targets of each line sum to 1, which the gradient of the crossentropy of logits supposes. */
static inline int rg_distributions(struct random_graph *r, struct tn_shape shape) {
  int64_t n = tn_shape_last(&shape);
  int v = rg_dense_input(r, shape, 0, 0);
  r->value[v].hidden = 1; /* hinge losses read targets that are all 0 or 1 in another way */
  for (int64_t l = 0; l < tn_shape_rows(&shape); l++) {
    for (int k = 0; k < 8; k++) {
      r->value[v].data[l * n + rg_below(r, n)] += 0.125f;
    }
  }
  return v;
}

static inline int rg_classes(struct random_graph *r, struct tn_shape pred, int axis) {
  int64_t n = pred.dim[axis];
  struct tn_shape shape = pred;
  for (int k = axis; k + 1 < pred.rank; k++) {
    shape.dim[k] = pred.dim[k + 1];
  }
  shape.rank--;
  return rg_ids_input(r, shape, n, TN_F32);
}

static inline int rg_times(struct random_graph *r, struct tn_shape shape) {
  int v = rg_dense_input(r, shape, -1, 1);
  r->value[v].hidden = 1;
  return v;
}

/* members: (B,n) or (B) for predictions (B,M,n). */
static inline int rg_targets(struct random_graph *r, const struct rg_loss *loss, int distributions,
                             int members, int pred, int axis) {
  struct tn_shape shape = r->value[pred].shape;
  if (members) {
    shape = tn_shape_2(shape.dim[0], shape.dim[2]);
    axis = 1;
  }
  if (loss->truth == RG_CLASS) {
    return rg_classes(r, shape, axis);
  }
  if (loss->truth == RG_TIMES) {
    return rg_times(r, shape);
  }
  if (distributions) {
    return rg_distributions(r, shape);
  }
  for (int tries = 0; tries < 6 && loss->truth == RG_ANY; tries++) {
    int y = rg_pick(r, shape.rank); /* targets may be computed, too */
    if (y >= 0 && y != pred && tn_shape_equal(&shape, &r->value[y].shape)) {
      return y;
    }
  }
  return loss->truth == RG_ANY ? rg_fresh(r, shape, -1.5, 1.5) : rg_fresh(r, shape, 0.25, 0.75);
}

/* One number per sample for predictions x, or -1. */
static inline int rg_loss_of(struct random_graph *r, int x) {
  const struct rg_loss *loss = &RG_CHOOSE(r, rg_losses);
  int logits = strstr(loss->name, "crossentropy") != NULL && rg_below(r, 2);
  int distributions = logits && rg_is(loss->name, "loss_categorical_crossentropy");
  int rank = r->value[x].shape.rank, axis = rank < 2 ? 0 : rg_between(r, 1, rank - 1);
  axis = distributions ? rank - 1 : axis;
  if ((loss->truth == RG_CLASS || distributions) &&
      (rank < 2 || r->value[x].shape.dim[0] != r->batch)) {
    return -1;
  }
  if (loss->truth == RG_TIMES && (rank > 2 || (rank == 2 && r->value[x].shape.dim[1] != 1))) {
    return -1;
  }
  int members = rank == 3 && axis == 2 && rg_below(r, 2);
  x = logits || loss->pred == RG_ANY ? x
      : loss->pred == RG_POSITIVE    ? rg_positive(r, x)
                                     : rg_confine(r, x, 0.125, 0.75);
  int y = x < 0 ? -1 : rg_targets(r, loss, distributions, members, x, axis);
  if (y < 0) {
    return -1;
  }
  struct rg_node *n = rg_begin(r, loss->name);
  rg_scalar(n, "from_logits", logits);
  rg_scalar(n, "label_smoothing", rg_below(r, 2) ? 0.125 : 0);
  rg_scalar(n, "delta", 0.75);
  rg_scalar(n, "theta", 2);
  rg_scalar(n, "precision", 4);
  rg_scalar(n, "axis", rank < 2 ? -1 : rg_below(r, 2) ? axis : axis - rank);
  rg_scalar(n, "members", members);
  snprintf(n->kind, sizeof n->kind, "%s%s%s", loss->name, logits ? " logits" : "", members ? " members" : "");
  rg_input(n, x);
  if (!rg_is(loss->name, "loss_mean_absolute_percentage_error")) {
    return rg_apply(r, n, y);
  }
  n->limit = 800; /* percents */
  return rg_scaled(r, rg_apply(r, n, y), 1.0 / 128, 0);
}

static inline int rg_mean_of(struct random_graph *r, int x) {
  struct tn_shape shape = r->value[x].shape;
  int weighted = rg_below(r, 3), w = -1;
  if (weighted > 0 && shape.rank > 0) {
    int given = rg_between(r, 1, shape.rank);
    shape = tn_shape_make(given, shape.dim);
    if (weighted == 2 && given < TN_MAX_RANK) {
      shape.dim[shape.rank++] = 1;
    }
    w = rg_fresh(r, shape, 0, 2);
  }
  struct rg_node *n = rg_begin(r, "weighted_mean");
  snprintf(n->kind, sizeof n->kind, "weighted_mean%s", w >= 0 ? " weights" : "");
  rg_input(n, x);
  return w >= 0 ? rg_apply(r, n, w) : rg_end(r);
}

/* A number that x contributes; -1: none could be made. */
static inline int rg_term(struct random_graph *r, int x) {
  int rank = r->value[x].shape.rank;
  if (rank == 0) {
    return x;
  }
  if (rg_below(r, 8) == 0) {
    struct rg_node *n = rg_begin(r, "activity_penalty");
    rg_scalar(n, "l1", 0.25 * rg_below(r, 2));
    rg_scalar(n, "l2", 0.125);
    return rg_apply(r, n, x);
  }
  int l = rg_below(r, 8) == 0 ? x : rg_loss_of(r, x);
  return l < 0 ? -1 : rg_mean_of(r, l);
}

/* Adds up to 12 numbers with weights. */
static inline int rg_sum(struct random_graph *r, const int *term, int n_terms) {
  struct rg_node *n = rg_begin(r, "weighted_sum");
  double *weight = rg_vector(n, "weights", n_terms);
  n->limit = 40;
  for (int k = 0; k < n_terms; k++) {
    weight[k] = rg_number(r, 0.25, 1.25);
    rg_input(n, term[k]);
  }
  return rg_end(r);
}

/* Terms of all values without a consumer, also of those that making the terms leaves behind. */
static inline void rg_finish(struct random_graph *r) {
  int term[12], n_terms = 0;
  for (int v = 0; v < r->n_values && r->n_values + 30 < RG_VALUES; v++) {
    struct rg_value *x = &r->value[v];
    if (x->consumers > 0 || x->hidden || x->dtype != TN_F32) {
      continue;
    }
    for (int tries = 0, t = -1; tries < 5 && t < 0; tries++) {
      t = rg_term(r, v);
      if (t >= 0) {
        r->value[t].hidden = 1;
        term[n_terms++] = t;
      }
    }
    if (n_terms == 12) {
      term[0] = rg_sum(r, term, n_terms);
      n_terms = term[0] >= 0;
    }
  }
  r->loss = n_terms > 0 ? rg_sum(r, term, n_terms) : -1;
}

/* ---- the whole of it ----------------------------------------------------------------------------- */

static void (*const rg_adders[])(struct random_graph *) = {
    rg_add_dense, rg_add_dense_packed, rg_add_activation, rg_add_activation, rg_add_prelu,
    rg_add_norm, rg_add_noise, rg_add_embedding, rg_add_masking, rg_add_joined_masks,
    rg_add_rescale, rg_add_shape, rg_add_permute, rg_add_repeat, rg_add_take, rg_add_gather,
    rg_add_concatenate, rg_add_operator, rg_add_operator, rg_add_function, rg_add_function,
    rg_add_reduction, rg_add_matmul, rg_add_batch_dot, rg_add_unit_length, rg_add_pool,
    rg_add_global_pool, rg_add_upsample, rg_add_sides, rg_add_conv, rg_add_conv_transpose,
    rg_add_depthwise_conv, rg_add_recurrent, rg_add_recurrent, rg_add_steps, rg_add_mask_weights};

static void (*const rg_heavy_adders[])(struct random_graph *) = {
    rg_add_dense, rg_add_dense_packed, rg_add_norm, rg_add_noise, rg_add_matmul, rg_add_long_recurrent};

/* r is of the caller's memory and free of content, with its sizes set; batch 0: by chance. The same
 * seed and sizes give the same graph. */
static inline void rg_make(struct random_graph *r, uint64_t seed, int ops) {
  r->seed = seed;
  r->state = (seed + 1) * 0x9E3779B97F4A7C15u | 1;
  r->loss = -1;
  for (int k = 0; k < 8; k++) { /* seeds next to each other begin alike */
    chance(&r->state, 2);
  }
  r->batch = r->batch > 0 ? r->batch : rg_between(r, 2, 5);
  for (int k = r->heavy ? 1 : rg_between(r, 1, 3); k > 0; k--) {
    rg_dense_input(r, rg_batch_shape(r, r->heavy ? 2 : rg_between(r, 2, 4)), -1.5, 1.5);
  }
  for (int k = rg_between(r, ops / 3, ops); k > 0; k--) {
    (r->heavy ? RG_CHOOSE(r, rg_heavy_adders) : RG_CHOOSE(r, rg_adders))(r);
  }
  rg_finish(r);
}

#endif
