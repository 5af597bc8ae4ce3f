/* random_normal, random_uniform: draws of the sizes `shape`, in training and out of it, where -k stands
 * for the size of axis k (from 1) of the input, if there is one. Streams are named by `seed` when the
 * caller chose one, else by the training's seed and `salt`; always by node and step. No gradient. */
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  int normal, has_seed, rank;
  int64_t dim[TN_MAX_RANK];
  uint64_t seed;
  float from, width; /* mean and standard deviation, or lower end and length */
};

static enum tn_status read_draws(struct config *c, const struct tn_attrs *attrs,
                                 struct tn_error *err) {
  c->has_seed = tn_attrs_find(attrs, "seed") != NULL;
  c->seed = (uint64_t)tn_attrs_number(attrs, c->has_seed ? "seed" : "salt", 0);
  c->rank = tn_attrs_integers(attrs, "shape", TN_MAX_RANK, c->dim);
  const struct tn_attr *shape = tn_attrs_find(attrs, "shape");
  if (shape != NULL && shape->count > TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE, "tensors have at most %d axes, not %lld", TN_MAX_RANK,
                   (long long)shape->count);
  }
  return TN_OK;
}

static enum tn_status normal_configure(void *config, const struct tn_attrs *attrs,
                                       struct tn_error *err) {
  struct config *c = config;
  c->normal = 1;
  c->from = (float)tn_attrs_number(attrs, "mean", 0);
  c->width = (float)tn_attrs_number(attrs, "stddev", 1);
  return read_draws(c, attrs, err);
}

static enum tn_status uniform_configure(void *config, const struct tn_attrs *attrs,
                                        struct tn_error *err) {
  struct config *c = config;
  c->from = (float)tn_attrs_number(attrs, "minval", 0);
  c->width = (float)tn_attrs_number(attrs, "maxval", 1) - c->from;
  return read_draws(c, attrs, err);
}

static enum tn_status random_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  io->out[0] = tn_shape_make(c->rank, c->dim);
  for (int k = 0; k < c->rank; k++) {
    if (c->dim[k] < 0 && (io->n_in == 0 || -c->dim[k] > io->in[0].rank)) {
      return tn_fail(err, TN_STATUS_SHAPE, "the size of an axis cannot be %lld",
                     (long long)c->dim[k]);
    }
    io->out[0].dim[k] = c->dim[k] < 0 ? io->in[0].dim[-c->dim[k] - 1] : c->dim[k];
  }
  return TN_OK;
}

static enum tn_status random_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  int64_t n = tn_shape_size(&call->out[0]->shape);
  float *y = call->out[0]->data;
  struct tn_stream s = tn_stream_make(c->has_seed ? c->seed : c->seed ^ call->seed,
                                      TN_PURPOSE_NOISE, call->node, call->step);
  (void)err;
  if (c->normal) {
    tn_stream_normal(&s, 0, 0, n, y);
  } else {
    tn_stream_uniform(&s, 0, 0, n, y);
  }
  for (int64_t i = 0; i < n; i++) {
    y[i] = c->from + c->width * y[i];
  }
  return TN_OK;
}

#define RANDOM_OP(id)                                                                   \
  const struct tn_op tn_op_random_##id = {                                              \
      .name = "random_" #id, .config_size = sizeof(struct config),                      \
      .configure = id##_configure, .infer = random_infer, .forward = random_forward, .uses_rng = 1}

RANDOM_OP(normal);
RANDOM_OP(uniform);
