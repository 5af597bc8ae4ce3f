/* weighted_mean: sum(w v) / number of values; w (B), or as v; a scalar v counts mean(w) v.
 * weighted_sum: sum of w_i x_i over scalar inputs. */
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/ops_loss.h"

static enum tn_status mean_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  (void)config;
  (void)attrs;
  (void)err;
  return TN_OK;
}

static enum tn_status mean_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  io->out[0].rank = 0;
  if (io->n_in > 1) {
    int64_t values = tn_shape_size(&io->in[0]), weights = tn_shape_size(&io->in[1]);
    if (values != 1 && weights > 0 && values % weights != 0) {
      char have[80], want[80];
      return tn_fail(err, TN_STATUS_SHAPE, "weights of shape %s do not fit values of shape %s",
                     tn_shape_text(&io->in[1], have, sizeof have),
                     tn_shape_text(&io->in[0], want, sizeof want));
    }
  }
  return TN_OK;
}

/* Factor of value i: its weight over the number of values; 1 weight for `repeat` values. */
static float factor(const struct tn_call *call, int64_t i) {
  int64_t n = tn_shape_size(&call->in[0]->shape);
  if (call->n_in < 2) {
    return (float)(1.0 / (double)n);
  }
  int64_t weights = tn_shape_size(&call->in[1]->shape);
  if (call->in[0]->shape.rank == 0) {
    return (float)(tn_vec_sum(weights, call->in[1]->data) / (double)weights);
  }
  return (float)(call->in[1]->data[i / (n / weights)] / (double)n);
}

static enum tn_status mean_forward(struct tn_call *call, struct tn_error *err) {
  int64_t n = tn_shape_size(&call->in[0]->shape);
  double sum = 0;
  (void)err;
  for (int64_t i = 0; i < n; i++) {
    double w = 1;
    if (call->n_in > 1) {
      w = (double)factor(call, i) * (double)n;
    }
    sum += w * call->in[0]->data[i];
  }
  call->out[0]->data[0] = n == 0 ? 0 : (float)(sum / (double)n);
  return TN_OK;
}

static enum tn_status mean_backward(struct tn_call *call, struct tn_error *err) {
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  for (int64_t i = 0; call->din[0] != NULL && i < n; i++) {
    call->din[0][i] = call->dout[0][0] * factor(call, i);
  }
  if (call->n_in > 1 && call->din[1] != NULL) {
    int64_t weights = tn_shape_size(&call->in[1]->shape), repeat = n / weights;
    for (int64_t i = 0; i < weights; i++) {
      double v = repeat == 0 ? call->in[0]->data[0] * (double)n / (double)weights
                             : tn_vec_sum(repeat, call->in[0]->data + i * repeat);
      call->din[1][i] = (float)(call->dout[0][0] * v / (double)n);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_weighted_mean = {.name = "weighted_mean", .config_size = 1,
                                          .configure = mean_configure, .infer = mean_infer,
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
  for (int k = 0; k < io->n_in; k++) {
    if (tn_shape_size(&io->in[k]) != 1) {
      char have[80];
      return tn_fail(err, TN_STATUS_SHAPE, "a total is made of single numbers, not of shape %s",
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
