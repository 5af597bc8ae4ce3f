#include "ops/recurrent/recurrent.h"

#include "kernels/vector.h"
#include "ops/recurrent/pass_products.h"
#include "platform/threads.h"

static enum tn_status read_rate(const struct tn_attrs *attrs, const char *name, float *out,
                                struct tn_error *err) {
  *out = (float)tn_attrs_number(attrs, name, 0);
  if (!(*out >= 0 && *out < 1)) {
    return tn_fail(err, TN_STATUS_ARG, "`%s` must be at least 0 and below 1, not %g", name,
                   (double)*out);
  }
  return TN_OK;
}

enum tn_status tn_recurrent_configure(struct tn_recurrent *c, const struct tn_cell *cell,
                                      const struct tn_attrs *attrs, struct tn_error *err) {
  c->cell = cell;
  c->units = (int64_t)tn_attrs_number(attrs, "units", 0);
  c->use_bias = tn_attrs_flag(attrs, "use_bias", 1);
  c->return_sequences = tn_attrs_flag(attrs, "return_sequences", 0);
  c->return_state = tn_attrs_flag(attrs, "return_state", 0);
  c->go_backwards = tn_attrs_flag(attrs, "go_backwards", 0);
  c->stateful = tn_attrs_flag(attrs, "stateful", 0);
  c->zero_masked = tn_attrs_flag(attrs, "zero_masked", 0);
  if (c->units < 1 || c->units > 1 << 24) {
    return tn_fail(err, TN_STATUS_ARG, "`units` must be from 1 to 2^24, not %lld",
                   (long long)c->units);
  }
  TN_TRY(read_rate(attrs, "dropout", &c->dropout, err));
  TN_TRY(read_rate(attrs, "recurrent_dropout", &c->recurrent_dropout, err));
  TN_TRY(tn_activation_read(attrs, &c->act, err));
  return tn_activation_read_from(attrs, "recurrent_activation", &c->gate_act, err);
}

/* ---- shapes ----------------------------------------------------------------------------------- */

static enum tn_status check_shapes(const struct tn_recurrent *c, const struct tn_infer *io,
                                   struct tn_error *err) {
  const struct tn_shape *x = &io->in[0];
  struct tn_shape state = tn_shape_2(x->dim[0], c->units);
  char want[80], have[80];
  if (x->rank != 3) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "a recurrent layer needs an input of 3 axes (samples, steps, features), not of "
                   "shape %s", tn_shape_text(x, have, sizeof have));
  }
  if (x->dim[1] < 1) {
    return tn_fail(err, TN_STATUS_SHAPE, "a recurrent layer needs at least one step");
  }
  if (io->n_in != 1 && io->n_in != 1 + c->cell->states) {
    return tn_fail(err, TN_STATUS_SHAPE, "it takes %d initial state%s, not %d", c->cell->states,
                   c->cell->states == 1 ? "" : "s", io->n_in - 1);
  }
  for (int k = 1; k < io->n_in; k++) {
    if (!tn_shape_equal(&io->in[k], &state)) {
      return tn_fail(err, TN_STATUS_SHAPE, "an initial state must have shape %s, not %s",
                     tn_shape_text(&state, want, sizeof want),
                     tn_shape_text(&io->in[k], have, sizeof have));
    }
  }
  double floats = (double)(x->dim[1] + 1) * ((double)x->dim[0] + 1) *
                  ((double)x->dim[2] + 8.0 * (double)c->units);
  if (floats > 1e15) {
    return tn_fail(err, TN_STATUS_SHAPE, "%lld units over shape %s are too many",
                   (long long)c->units, tn_shape_text(x, have, sizeof have));
  }
  return TN_OK;
}

static void describe_outputs(const struct tn_recurrent *c, struct tn_infer *io) {
  struct tn_shape state = tn_shape_2(io->in[0].dim[0], c->units);
  io->out[0] = state;
  if (c->return_sequences) {
    io->out[0] = io->in[0];
    io->out[0].dim[2] = c->units;
    io->out_mask[0] = TN_MASK_PASS;
  }
  io->n_out = 1 + (c->return_state ? c->cell->states : 0);
  for (int k = 1; k < io->n_out; k++) {
    io->out[k] = state;
    io->out_dtype[k] = TN_F32;
    io->out_mask[k] = TN_MASK_NONE;
  }
}

enum tn_status tn_recurrent_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  static const char *const names[] = {"h", "c"};
  const struct tn_recurrent *c = config;
  struct tn_pass p;
  TN_TRY(check_shapes(c, io, err));
  tn_pass_plan(&p, c, &io->in[0], &io->scratch, &io->work);
  describe_outputs(c, io);
  io->n_params = 0;
  io->param[io->n_params++] = (struct tn_param_spec){
      "kernel", tn_shape_2(p.features, p.width), TN_ROLE_TRAINED};
  io->param[io->n_params++] = (struct tn_param_spec){
      "recurrent_kernel", tn_shape_2(p.units, p.width), TN_ROLE_TRAINED};
  if (c->use_bias) {
    struct tn_shape bias = c->cell->bias_rows > 1 ? tn_shape_2(c->cell->bias_rows, p.width)
                                                  : tn_shape_1(p.width);
    io->param[io->n_params++] = (struct tn_param_spec){"bias", bias, TN_ROLE_TRAINED};
  }
  for (int k = 0; c->stateful && k < c->cell->states; k++) {
    io->param[io->n_params++] = (struct tn_param_spec){
        names[k], tn_shape_2(p.batch, p.units), TN_ROLE_STATE};
  }
  return TN_OK;
}

/* ---- rows of the batch over threads ------------------------------------------------------------ */

/* Rows are independent: each item takes its rows through all steps on one thread, so that threads
 * meet only at the end. A power of two, of at least 12 rows each (two blocks of the product). */
static int64_t items_for(const struct tn_pass *p) {
  double cost = (double)(p->steps * p->batch) * (double)p->width * (2.0 * (double)p->units + 40);
  int64_t items = 1;
  while (items < 8 && cost / (double)(2 * items) >= 2e7 && p->batch / (2 * items) >= 12) {
    items *= 2;
  }
  return items;
}

static void work_rows(struct tn_pass *p, void (*work)(void *context, int64_t item)) {
  tn_parallel_for(p->batch == 0 ? 0 : items_for(p), work, p);
}

/* The range of an item; first counted steps of its rows. */
static int64_t begin_rows(const struct tn_pass *p, int64_t item, int64_t *from) {
  int64_t to;
  tn_item_range(p->batch, items_for(p), item, from, &to);
  for (int64_t row = *from; row < to; row++) {
    int64_t s = 0;
    while (s < p->steps && !tn_pass_counts(p, s, row)) {
      s++;
    }
    p->first[row] = (float)s;
  }
  return to - *from;
}

/* ---- forward ----------------------------------------------------------------------------------- */

static int first_state(const struct tn_recurrent *c) { return 2 + (c->use_bias ? 1 : 0); }

static void start_state(const struct tn_pass *p, int k, float *state, int64_t from, int64_t n) {
  const struct tn_call *call = p->call;
  int64_t at = from * p->units, size = n * p->units;
  if (call->n_in > 1) {
    tn_vec_copy(size, call->in[1 + k]->data + at, state + at);
  } else if (p->c->stateful) {
    tn_vec_copy(size, call->param[first_state(p->c) + k]->value + at, state + at);
  } else {
    tn_vec_fill(size, 0, state + at);
  }
}

/* Masked rows keep their states. */
static void hold_states(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  for (int64_t row = from; row < from + n; row++) {
    if (!tn_pass_counts(p, s, row)) {
      tn_vec_copy(p->units, tn_pass_row(p, p->h, p->units, s, row),
                  tn_pass_row(p, p->h, p->units, s + 1, row));
      if (p->carry != NULL) {
        tn_vec_copy(p->units, tn_pass_row(p, p->carry, p->units, s, row),
                    tn_pass_row(p, p->carry, p->units, s + 1, row));
      }
    }
  }
}

/* The output of a step is the state, before any step that counted 0. */
static int gives_state(const struct tn_pass *p, int64_t s, int64_t row) {
  return (float)s >= p->first[row] &&
         !(p->c->return_sequences && p->c->zero_masked && !tn_pass_counts(p, s, row));
}

static void give_step(const struct tn_pass *p, int64_t s, int64_t row, float *out) {
  if (gives_state(p, s, row)) {
    tn_vec_copy(p->units, tn_pass_row(p, p->h, p->units, s + 1, row), out);
  } else {
    tn_vec_fill(p->units, 0, out);
  }
}

static void give_outputs(const struct tn_pass *p, int64_t from, int64_t n) {
  struct tn_tensor *const *out = p->call->out;
  for (int64_t row = from; row < from + n; row++) {
    for (int64_t s = 0; p->c->return_sequences && s < p->steps; s++) {
      give_step(p, s, row, out[0]->data + (row * p->steps + s) * p->units);
    }
    if (!p->c->return_sequences) {
      give_step(p, p->steps - 1, row, out[0]->data + row * p->units);
    }
  }
  for (int k = 1; k < p->call->n_out; k++) {
    tn_vec_copy(n * p->units,
                tn_pass_row(p, k == 1 ? p->h : p->carry, p->units, p->steps, from),
                out[k]->data + from * p->units);
  }
}

static void forward_rows(void *context, int64_t item) {
  const struct tn_pass *p = context;
  int64_t from, n = begin_rows(p, item, &from);
  start_state(p, 0, p->h, from, n);
  if (p->carry != NULL) {
    start_state(p, 1, p->carry, from, n);
  }
  for (int64_t s = 0; s < p->steps; s++) {
    p->c->cell->forward(p, s, from, n);
    if (p->call->in[0]->mask != NULL) {
      hold_states(p, s, from, n);
    }
  }
  give_outputs(p, from, n);
}

enum tn_status tn_recurrent_forward(struct tn_call *call, struct tn_error *err) {
  struct tn_pass p;
  (void)err;
  tn_pass_begin(&p, call, 0);
  tn_pass_draw(&p);
  tn_pass_inputs(&p);
  tn_pass_pack(&p);
  work_rows(&p, forward_rows);
  return TN_OK;
}

void tn_recurrent_after_step(const struct tn_call *call) {
  struct tn_pass p;
  struct tn_call copy = *call;
  tn_pass_begin(&p, &copy, 0);
  for (int k = 0; p.c->stateful && k < p.c->cell->states; k++) {
    tn_vec_copy(p.batch * p.units, tn_pass_row(&p, k == 0 ? p.h : p.carry, p.units, p.steps, 0),
                call->param[first_state(p.c) + k]->value);
  }
}

/* ---- backward ---------------------------------------------------------------------------------- */

static void start_slopes(const struct tn_pass *p, int k, float *d, int64_t from, int64_t n) {
  int64_t at = from * p->units;
  if (k < p->call->n_out && p->call->dout[k] != NULL) {
    tn_vec_copy(n * p->units, p->call->dout[k] + at, d + at);
  } else {
    tn_vec_fill(n * p->units, 0, d + at);
  }
}

/* What arrives at the output of step s. */
static void take_slopes(const struct tn_pass *p, int64_t s, int64_t from, int64_t n) {
  const float *dout = p->call->dout[0];
  for (int64_t row = from; dout != NULL && row < from + n; row++) {
    int64_t at = p->c->return_sequences ? row * p->steps + s : row;
    if (gives_state(p, s, row)) {
      tn_vec_add(p->units, dout + at * p->units, p->dh + row * p->units);
    }
  }
}

static void backward_rows(void *context, int64_t item) {
  const struct tn_pass *p = context;
  int64_t from, n = begin_rows(p, item, &from), size = n * p->units;
  start_slopes(p, 1, p->dh, from, n);
  start_slopes(p, 2, p->dc, from, n);
  for (int64_t s = p->steps - 1; s >= 0; s--) {
    if (p->c->return_sequences || s == p->steps - 1) {
      take_slopes(p, s, from, n);
    }
    p->c->cell->backward(p, s, from, n);
  }
  for (int k = 1; k < p->call->n_in; k++) {
    if (p->call->din[k] != NULL) {
      tn_vec_copy(size, (k == 1 ? p->dh : p->dc) + from * p->units,
                  p->call->din[k] + from * p->units);
    }
  }
}

enum tn_status tn_recurrent_backward(struct tn_call *call, struct tn_error *err) {
  struct tn_pass p;
  (void)err;
  tn_pass_begin(&p, call, 1);
  tn_pass_pack(&p);
  work_rows(&p, backward_rows);
  p.c->cell->weights(&p);
  tn_pass_input_gradients(&p);
  return TN_OK;
}
