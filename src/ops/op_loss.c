/* One op per loss: predictions (..,n) and targets -> one value per sample (..). The row formulas
 * live in kernels/loss_rows.c. Sparse targets name the class: (..) or (..,1). */
#include <math.h>
#include <string.h>

#include "kernels/loss_rows.h"
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/ops_loss.h"

struct config {
  enum tn_loss_kind kind;
  struct tn_loss_options options;
};

static enum tn_status loss_configure(void *config, enum tn_loss_kind kind,
                                     const struct tn_attrs *attrs, struct tn_error *err) {
  struct config *c = config;
  c->kind = kind;
  c->options.from_logits = tn_attrs_flag(attrs, "from_logits", 0);
  c->options.label_smoothing = tn_attrs_number(attrs, "label_smoothing", 0);
  c->options.delta = tn_attrs_number(attrs, "delta", 1);
  if (c->options.label_smoothing < 0 || c->options.label_smoothing > 1) {
    return tn_fail(err, TN_STATUS_ARG, "`label_smoothing` must lie between 0 and 1, not %g",
                   c->options.label_smoothing);
  }
  return TN_OK;
}

static int is_sparse(const struct config *c) {
  return c->kind == TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY;
}

/* Predictions of one axis (B) count as (B,1). */
static void split(const struct tn_shape *p, int64_t *rows, int64_t *n) {
  *n = p->rank < 2 ? 1 : tn_shape_last(p);
  *rows = p->rank < 2 ? tn_shape_size(p) : tn_shape_rows(p);
}

static enum tn_status loss_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *p = &io->in[0], *y = &io->in[1];
  char have[80], want[80];
  int64_t rows, n;
  split(p, &rows, &n);
  io->out[0] = *p;
  io->out[0].rank = p->rank < 2 ? p->rank : p->rank - 1;
  int fits = is_sparse(c) ? tn_shape_size(y) == rows : tn_shape_size(y) == rows * n;
  if (p->rank < 1 || !fits) {
    return tn_fail(err, TN_STATUS_SHAPE, "the loss \"%s\" compares predictions of shape %s with targets of shape %s",
                   tn_loss_name(c->kind), tn_shape_text(p, want, sizeof want),
                   tn_shape_text(y, have, sizeof have));
  }
  return TN_OK;
}

static enum tn_status check_classes(int64_t rows, int64_t n, const float *y, struct tn_error *err) {
  for (int64_t i = 0; i < rows; i++) {
    if (!(y[i] >= 0 && y[i] < (float)n)) {
      return tn_fail(err, TN_STATUS_ARG,
                     "with %lld classes the targets of a sparse crossentropy are 0 to %lld, not %g",
                     (long long)n, (long long)n - 1, (double)y[i]);
    }
  }
  return TN_OK;
}

static struct tn_loss_options options_of(const struct tn_call *call) {
  const struct config *c = call->config;
  struct tn_loss_options o = c->options;
  o.signs = (c->kind == TN_LOSS_HINGE || c->kind == TN_LOSS_SQUARED_HINGE) &&
            tn_loss_binary_targets(tn_shape_size(&call->in[1]->shape), call->in[1]->data);
  return o;
}

static enum tn_status loss_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_loss_options o = options_of(call);
  const float *p = call->in[0]->data, *y = call->in[1]->data;
  int64_t rows, n, step;
  split(&call->in[0]->shape, &rows, &n);
  step = is_sparse(c) ? 1 : n;
  if (is_sparse(c)) {
    TN_TRY(check_classes(rows, n, y, err));
  }
  for (int64_t i = 0; i < rows; i++) {
    call->out[0]->data[i] = (float)tn_loss_row(c->kind, &o, n, y + i * step, p + i * n);
  }
  return TN_OK;
}

static enum tn_status loss_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_loss_options o = options_of(call);
  const float *p = call->in[0]->data, *y = call->in[1]->data;
  int64_t rows, n, step;
  (void)err;
  split(&call->in[0]->shape, &rows, &n);
  step = is_sparse(c) ? 1 : n;
  for (int64_t i = 0; i < rows; i++) {
    double up = call->dout[0][i];
    if (call->din[0] != NULL) {
      tn_loss_row_gradient(c->kind, &o, n, y + i * step, p + i * n, up, call->din[0] + i * n);
    }
    if (call->din[1] != NULL) {
      tn_loss_row_target_gradient(c->kind, step, y + i * step, p + i * n, up,
                                  call->din[1] + i * step);
    }
  }
  return TN_OK;
}

#define LOSS_OP(id, number)                                                                    \
  static enum tn_status configure_##id(void *config, const struct tn_attrs *attrs,             \
                                       struct tn_error *err) {                                 \
    return loss_configure(config, number, attrs, err);                                         \
  }                                                                                            \
  const struct tn_op tn_op_loss_##id = {.name = "loss_" #id,                                   \
                                        .config_size = sizeof(struct config),                  \
                                        .configure = configure_##id, .infer = loss_infer,      \
                                        .forward = loss_forward, .backward = loss_backward}

LOSS_OP(mean_squared_error, TN_LOSS_MSE);
LOSS_OP(mean_absolute_error, TN_LOSS_MAE);
LOSS_OP(mean_absolute_percentage_error, TN_LOSS_MAPE);
LOSS_OP(mean_squared_logarithmic_error, TN_LOSS_MSLE);
LOSS_OP(binary_crossentropy, TN_LOSS_BINARY_CROSSENTROPY);
LOSS_OP(categorical_crossentropy, TN_LOSS_CATEGORICAL_CROSSENTROPY);
LOSS_OP(sparse_categorical_crossentropy, TN_LOSS_SPARSE_CATEGORICAL_CROSSENTROPY);
LOSS_OP(hinge, TN_LOSS_HINGE);
LOSS_OP(squared_hinge, TN_LOSS_SQUARED_HINGE);
LOSS_OP(categorical_hinge, TN_LOSS_CATEGORICAL_HINGE);
LOSS_OP(huber, TN_LOSS_HUBER);
LOSS_OP(logcosh, TN_LOSS_LOGCOSH);
LOSS_OP(poisson, TN_LOSS_POISSON);
LOSS_OP(kullback_leibler_divergence, TN_LOSS_KLD);
LOSS_OP(cosine_similarity, TN_LOSS_COSINE);
