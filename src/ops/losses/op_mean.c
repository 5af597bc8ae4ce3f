/* weighted_mean: sum(w v) / number of values, a scalar. Weights (B), (B,1) or longer parts of the
 * shape of v count for all values of their sample; of a scalar v: mean(w) v. Without weights w = 1.
 *   dv_i = w_i / n, dw_i = sum of the v it weighs / n.
 * weighted_sum: sum of w_i x_i over scalar inputs, w the attribute `weights` (default 1). */
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

/* The weights' axes, closing ones of size 1 left out, must be the first of the values. */
static int weights_fit(const struct tn_shape *value, struct tn_shape weight) {
  while (weight.rank > 0 && weight.dim[weight.rank - 1] == 1) {
    weight.rank--;
  }
  for (int k = 0; k < weight.rank; k++) {
    if (k >= value->rank || weight.dim[k] != value->dim[k]) {
      return 0;
    }
  }
  return 1;
}

static enum tn_status mean_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  TN_TRY(tn_inputs_float(io, "the mean loss", err));
  if (io->n_in > 1 && io->in[0].rank > 0 && !weights_fit(&io->in[0], io->in[1])) {
    char have[80], want[80];
    return tn_fail(err, TN_STATUS_SHAPE,
                   "sample weights of shape %s do not fit losses of shape %s: one weight per "
                   "sample or per value is needed",
                   tn_shape_text(&io->in[1], have, sizeof have),
                   tn_shape_text(&io->in[0], want, sizeof want));
  }
  io->out[0].rank = 0;
  return TN_OK;
}

/* n values, weights of `each` values (0 when the value is a scalar). */
struct parts {
  int64_t n, weights, each;
  const float *value, *weight;
};

static struct parts parts_of(const struct tn_call *call) {
  struct parts p = {tn_shape_size(&call->in[0]->shape), 0, 0, call->in[0]->data, NULL};
  if (call->n_in > 1) {
    p.weight = call->in[1]->data;
    p.weights = tn_shape_size(&call->in[1]->shape);
    p.each = call->in[0]->shape.rank == 0 || p.weights == 0 ? 0 : p.n / p.weights;
  }
  return p;
}

static enum tn_status mean_forward(struct tn_call *call, struct tn_error *err) {
  struct parts p = parts_of(call);
  double sum = 0;
  (void)err;
  if (p.weight == NULL) {
    sum = tn_vec_sum(p.n, p.value);
  } else if (call->in[0]->shape.rank == 0) {
    sum = p.value[0] * tn_vec_sum(p.weights, p.weight) / (double)p.weights;
  } else if (p.each == 1) {
    sum = tn_vec_dot(p.n, p.weight, p.value);
  } else {
    for (int64_t i = 0; i < p.weights; i++) {
      sum += p.weight[i] * tn_vec_sum(p.each, p.value + i * p.each);
    }
  }
  call->out[0]->data[0] = p.n == 0 ? 0 : (float)(sum / (double)p.n);
  return TN_OK;
}

static void value_gradient(const struct tn_call *call, const struct parts *p, double up,
                           float *dv) {
  if (p->weight == NULL) {
    tn_vec_fill(p->n, (float)up, dv);
  } else if (call->in[0]->shape.rank == 0) {
    dv[0] = (float)(up * tn_vec_sum(p->weights, p->weight) / (double)p->weights);
  } else {
    for (int64_t i = 0; i < p->weights; i++) {
      tn_vec_fill(p->each, (float)(up * p->weight[i]), dv + i * p->each);
    }
  }
}

static enum tn_status mean_backward(struct tn_call *call, struct tn_error *err) {
  struct parts p = parts_of(call);
  double up = p.n == 0 ? 0 : call->dout[0][0] / (double)p.n;
  int scalar = call->in[0]->shape.rank == 0;
  (void)err;
  if (call->din[0] != NULL) {
    value_gradient(call, &p, up, call->din[0]);
  }
  for (int64_t i = 0; call->n_in > 1 && call->din[1] != NULL && i < p.weights; i++) {
    double v = scalar ? p.value[0] / (double)p.weights : tn_vec_sum(p.each, p.value + i * p.each);
    call->din[1][i] = (float)(up * v);
  }
  return TN_OK;
}

const struct tn_op tn_op_weighted_mean = {.name = "weighted_mean", .infer = mean_infer,
                                          .forward = mean_forward, .backward = mean_backward};

struct sum_config {
  double weight[TN_MAX_INPUTS];
};

static enum tn_status sum_configure(void *config, const struct tn_attrs *attrs,
                                    struct tn_error *err) {
  struct sum_config *c = config;
  const struct tn_attr *w = tn_attrs_find(attrs, "weights");
  (void)err;
  for (int k = 0; k < TN_MAX_INPUTS; k++) {
    c->weight[k] = w != NULL && w->number != NULL && k < w->count ? w->number[k] : 1;
  }
  return TN_OK;
}

static enum tn_status sum_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  TN_TRY(tn_inputs_float(io, "a total of losses", err));
  for (int k = 0; k < io->n_in; k++) {
    if (tn_shape_size(&io->in[k]) != 1) {
      char have[80];
      return tn_fail(err, TN_STATUS_SHAPE,
                     "a total of losses is made of single numbers, not of shape %s",
                     tn_shape_text(&io->in[k], have, sizeof have));
    }
  }
  io->out[0].rank = 0;
  return TN_OK;
}

static enum tn_status sum_forward(struct tn_call *call, struct tn_error *err) {
  const struct sum_config *c = call->config;
  double sum = 0;
  (void)err;
  for (int k = 0; k < call->n_in; k++) {
    sum += c->weight[k] * call->in[k]->data[0];
  }
  call->out[0]->data[0] = (float)sum;
  return TN_OK;
}

static enum tn_status sum_backward(struct tn_call *call, struct tn_error *err) {
  const struct sum_config *c = call->config;
  (void)err;
  for (int k = 0; k < call->n_in; k++) {
    if (call->din[k] != NULL) {
      call->din[k][0] = (float)(c->weight[k] * call->dout[0][0]);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_weighted_sum = {.name = "weighted_sum",
                                         .config_size = sizeof(struct sum_config),
                                         .configure = sum_configure, .infer = sum_infer,
                                         .forward = sum_forward, .backward = sum_backward};
