/* dropout, gaussian_noise, gaussian_dropout, alpha_dropout: identity outside training. What they draw
 * is kept in scratch for backward. Streams are named by seed, node, step and row of the batch, so
 * neither threads nor slices change a draw.
 * dropout takes a rate for each member of an input (B,M,U) as well.
 * Dropout: Srivastava et al. (JMLR 2014); alpha dropout: Klambauer et al. (NIPS 2017). */
#include <math.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_list.h"
#include "platform/alloc.h"
#include "platform/threads.h"

enum kind { DROPOUT, GAUSSIAN_NOISE, GAUSSIAN_DROPOUT, ALPHA_DROPOUT };

struct config {
  enum kind kind;
  float rate;   /* or standard deviation; the largest where members have rates */
  float factor; /* of all rates */
  int64_t n_rates;
  float *rates; /* owned, of the members; NULL when there is one rate */
  int n_shape;
  int64_t noise_shape[TN_MAX_RANK]; /* -1: as the input */
  int has_seed;
  uint64_t seed;
};

static enum tn_status read_rates(struct config *c, const struct tn_attr *rate, struct tn_error *err) {
  TN_TRY(tn_alloc_into(&c->rates, rate->count, sizeof *c->rates, err));
  c->n_rates = rate->count;
  c->rate = 0;
  for (int64_t m = 0; m < c->n_rates; m++) {
    c->rates[m] = (float)rate->number[m];
    c->rate = fmaxf(c->rate, c->rates[m]);
    if (!(c->rates[m] >= 0 && c->rates[m] < 1)) {
      return tn_fail(err, TN_STATUS_ARG, "`rate` must be at least 0 and below 1, not %g",
                     (double)c->rates[m]);
    }
  }
  return TN_OK;
}

static void scale_rate(void *config, float factor) { ((struct config *)config)->factor = factor; }

static float rate_now(const struct config *c) { return c->rate * c->factor; }

static void noise_free(void *config) {
  struct config *c = config;
  tn_free(c->rates);
  c->rates = NULL;
}

static enum tn_status configure(struct config *c, enum kind kind, const char *number,
                                const struct tn_attrs *attrs, struct tn_error *err) {
  c->kind = kind;
  c->rate = (float)tn_attrs_number(attrs, number, 0);
  c->factor = 1;
  c->n_shape = tn_attrs_integers(attrs, "noise_shape", TN_MAX_RANK, c->noise_shape);
  c->has_seed = tn_attrs_find(attrs, "seed") != NULL;
  c->seed = (uint64_t)tn_attrs_number(attrs, "seed", 0);
  if (c->rate < 0 || (kind != GAUSSIAN_NOISE && c->rate >= 1)) {
    return tn_fail(err, TN_STATUS_ARG, "`%s` must be at least 0%s, not %g", number,
                   kind == GAUSSIAN_NOISE ? "" : " and below 1", (double)c->rate);
  }
  return TN_OK;
}

static enum tn_status dropout_configure(void *c, const struct tn_attrs *a, struct tn_error *err) {
  const struct tn_attr *rate = tn_attrs_find(a, "rate");
  TN_TRY(configure(c, DROPOUT, "rate", a, err));
  return rate != NULL && rate->count > 1 ? read_rates(c, rate, err) : TN_OK;
}
static enum tn_status noise_configure(void *c, const struct tn_attrs *a, struct tn_error *err) {
  return configure(c, GAUSSIAN_NOISE, "stddev", a, err);
}
static enum tn_status gaussian_configure(void *c, const struct tn_attrs *a, struct tn_error *err) {
  return configure(c, GAUSSIAN_DROPOUT, "rate", a, err);
}
static enum tn_status alpha_configure(void *c, const struct tn_attrs *a, struct tn_error *err) {
  return configure(c, ALPHA_DROPOUT, "rate", a, err);
}

static enum tn_status noise_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *in = &io->in[0];
  if (in->rank < 1 || (c->n_shape > 0 && c->n_shape != in->rank)) {
    return tn_fail(err, TN_STATUS_SHAPE, "`noise_shape` must have %d axes as the input, not %d",
                   in->rank, c->n_shape);
  }
  if (c->n_rates > 0 && (in->rank != 3 || in->dim[1] != c->n_rates || c->n_shape > 0)) {
    char text[80];
    return tn_fail(err, TN_STATUS_SHAPE,
                   "%lld rates are for as many members, of an input of shape (samples, %lld, units), not %s",
                   (long long)c->n_rates, (long long)c->n_rates, tn_shape_text(in, text, sizeof text));
  }
  for (int k = 0; k < c->n_shape; k++) {
    if (c->noise_shape[k] >= 0 && c->noise_shape[k] != 1 && c->noise_shape[k] != in->dim[k] &&
        k > 0) {
      return tn_fail(err, TN_STATUS_SHAPE, "`noise_shape` must be 1 or %lld at axis %d, not %lld",
                     (long long)in->dim[k], k + 1, (long long)c->noise_shape[k]);
    }
  }
  io->out[0] = *in;
  io->out_mask[0] = TN_MASK_PASS;
  io->scratch = tn_shape_size(in);
  return TN_OK;
}

/* The factor (or what is added) that one row of noise consists of. */
static void draw(const struct config *c, const struct tn_stream *s, uint32_t item, int64_t n,
                 float *out) {
  float rate = rate_now(c);
  if (c->kind == GAUSSIAN_NOISE || c->kind == GAUSSIAN_DROPOUT) {
    float sd = c->kind == GAUSSIAN_NOISE ? rate : sqrtf(rate / (1 - rate));
    tn_stream_normal(s, item, 0, n, out);
    for (int64_t i = 0; i < n; i++) {
      out[i] = out[i] * sd + (c->kind == GAUSSIAN_NOISE ? 0 : 1);
    }
    return;
  }
  if (c->n_rates > 0) {
    int64_t units = n / c->n_rates, step = (units + 3) / 4 * 4; /* streams are read by fours */
    for (int64_t m = 0; m < c->n_rates; m++) {
      rate = c->rates[m] * c->factor;
      tn_vec_draw_kept(s, item, m * step, units, rate, 1 / (1 - rate), out + m * units);
    }
    return;
  }
  tn_vec_draw_kept(s, item, 0, n, rate, c->kind == DROPOUT ? 1 / (1 - rate) : 1, out);
}

struct job {
  struct tn_call *call;
  struct tn_stream stream;
  int64_t row, items, noise_row;
  int shared_batch; /* one draw for all rows */
};

/* Spreads the noise of one row (its size-1 axes repeated) from its front to the whole row. */
static void spread(const struct config *c, const struct tn_shape *in, int64_t row, float *noise) {
  for (int64_t i = row - 1; i >= 0; i--) {
    int64_t rest = i, index = 0, step = 1;
    for (int k = in->rank - 1; k >= 1; k--) {
      int64_t at = rest % in->dim[k];
      rest /= in->dim[k];
      if (c->noise_shape[k] != 1) {
        index += at * step;
        step *= in->dim[k];
      }
    }
    noise[i] = noise[index]; /* index <= i: what is still needed is not overwritten */
  }
}

/* -alpha * scale of selu */
#define SELU_FLOOR (-1.7580993408473766f)

/* Brings mean and variance back to those before alpha dropout. */
static float alpha_gain(float rate) {
  return 1 / sqrtf((1 - rate) * (1 + rate * SELU_FLOOR * SELU_FLOOR));
}

static void apply(const struct config *c, int64_t n, const float *x, const float *noise, float *y) {
  tn_vec_copy(n, x, y);
  if (c->kind == GAUSSIAN_NOISE) {
    tn_vec_add(n, noise, y);
    return;
  }
  if (c->kind != ALPHA_DROPOUT) {
    tn_vec_mul(n, noise, y);
    return;
  }
  float rate = rate_now(c), a = alpha_gain(rate), b = -a * SELU_FLOOR * rate;
  for (int64_t i = 0; i < n; i++) {
    y[i] = a * (noise[i] != 0 ? x[i] : SELU_FLOOR) + b;
  }
}

static void forward_rows(void *context, int64_t item) {
  struct job *j = context;
  const struct config *c = j->call->config;
  const struct tn_shape *in = &j->call->in[0]->shape;
  int64_t from, to;
  tn_item_range(in->dim[0], j->items, item, &from, &to);
  for (int64_t r = from; r < to; r++) {
    float *noise = j->call->scratch + r * j->row;
    draw(c, &j->stream, j->shared_batch ? 0 : (uint32_t)r, j->noise_row, noise);
    if (j->noise_row != j->row) {
      spread(c, in, j->row, noise);
    }
    apply(c, j->row, j->call->in[0]->data + r * j->row, noise,
          j->call->out[0]->data + r * j->row);
  }
}

static enum tn_status noise_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_shape *in = &call->in[0]->shape;
  int64_t size = tn_shape_size(in);
  (void)err;
  if (!call->training || rate_now(c) == 0 || in->dim[0] == 0) {
    tn_vec_copy(size, call->in[0]->data, call->out[0]->data);
    return TN_OK;
  }
  struct job j = {call, tn_call_stream(call, c->kind == DROPOUT ? TN_PURPOSE_DROPOUT
                                                                : TN_PURPOSE_NOISE),
                  size / in->dim[0], tn_items(size, 1 << 14), size / in->dim[0], 0};
  if (c->has_seed) {
    j.stream = tn_stream_make(c->seed, TN_PURPOSE_DROPOUT, 0, call->step);
  }
  j.items = j.items > in->dim[0] ? in->dim[0] : j.items;
  if (c->n_shape > 0) {
    j.noise_row = 1;
    for (int k = 1; k < in->rank; k++) {
      j.noise_row *= c->noise_shape[k] == 1 ? 1 : in->dim[k];
    }
    j.shared_batch = c->noise_shape[0] == 1;
  }
  tn_parallel_for(j.items, forward_rows, &j);
  return TN_OK;
}

static enum tn_status noise_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  int64_t n = tn_shape_size(&call->in[0]->shape);
  (void)err;
  if (call->din[0] == NULL) {
    return TN_OK;
  }
  tn_vec_copy(n, call->dout[0], call->din[0]);
  if (!call->training || rate_now(c) == 0 || c->kind == GAUSSIAN_NOISE) {
    return TN_OK;
  }
  tn_vec_mul(n, call->scratch, call->din[0]);
  if (c->kind == ALPHA_DROPOUT) {
    tn_vec_scale(n, alpha_gain(rate_now(c)), call->din[0]);
  }
  return TN_OK;
}

#define NOISE_OP(id, text, reader, scale)                                                \
  const struct tn_op id = {.name = text, .config_size = sizeof(struct config),           \
                           .configure = reader, .infer = noise_infer,                    \
                           .forward = noise_forward, .backward = noise_backward,         \
                           .free_config = noise_free, .scale_rate = scale, .uses_rng = 1}

NOISE_OP(tn_op_dropout, "dropout", dropout_configure, scale_rate);
NOISE_OP(tn_op_gaussian_noise, "gaussian_noise", noise_configure, NULL);
NOISE_OP(tn_op_gaussian_dropout, "gaussian_dropout", gaussian_configure, scale_rate);
NOISE_OP(tn_op_alpha_dropout, "alpha_dropout", alpha_configure, scale_rate);
