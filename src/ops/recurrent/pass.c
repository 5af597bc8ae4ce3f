#include "ops/recurrent/pass.h"

#include "kernels/packed.h"

static int keeps_inputs(const struct tn_recurrent *c) {
  return tn_activation_needs_input(&c->act) ||
         (c->cell->gates > 1 && tn_activation_needs_input(&c->gate_act));
}

/* Gates have their own masks when the state has any. */
static int64_t x_masks(const struct tn_recurrent *c) {
  return c->dropout == 0 ? 0 : c->recurrent_dropout > 0 ? c->cell->gates : 1;
}

static void set_sizes(struct tn_pass *p, const struct tn_recurrent *c, const struct tn_shape *x) {
  p->c = c;
  p->batch = x->dim[0];
  p->steps = x->dim[1];
  p->features = x->dim[2];
  p->units = c->units;
  p->width = c->cell->gates * c->units;
}

/* Hands out pieces of an arena, or only counts when there is none. */
static float *piece(float *base, int64_t *used, int64_t size) {
  float *at = base == NULL ? NULL : base + *used;
  *used += (size + 15) / 16 * 16; /* whole cache lines */
  return at;
}

static int64_t place_scratch(struct tn_pass *p, float *base) {
  const struct tn_recurrent *c = p->c;
  int64_t rows = p->steps * p->batch, used = 0, states = (p->steps + 1) * p->batch * p->units;
  p->x = piece(base, &used, rows * p->features);
  p->z = piece(base, &used, rows * p->width);
  p->pre = keeps_inputs(c) ? piece(base, &used, rows * p->width) : NULL;
  p->h = piece(base, &used, states);
  p->carry = c->cell->states > 1 ? piece(base, &used, states) : NULL;
  p->kept = piece(base, &used, c->cell->kept * rows * p->units);
  p->x_mask = c->dropout > 0 ? piece(base, &used, x_masks(c) * p->batch * p->features) : NULL;
  p->h_mask = c->recurrent_dropout > 0 ? piece(base, &used, p->batch * p->width) : NULL;
  return used;
}

static int64_t place_work(struct tn_pass *p, float *base) {
  int64_t used = 0, widest = p->features > p->units ? p->features : p->units;
  p->packed = piece(base, &used, p->c->cell->gates * tn_packed_size(p->units, p->units));
  p->room = piece(base, &used, p->batch * (p->width + 2 * p->units));
  p->dh = piece(base, &used, p->batch * p->units);
  p->dc = piece(base, &used, p->batch * p->units);
  p->first = piece(base, &used, p->batch);
  p->spare = piece(base, &used, p->steps * p->batch * widest);
  return used;
}

void tn_pass_plan(struct tn_pass *p, const struct tn_recurrent *c, const struct tn_shape *x,
                  int64_t *scratch, int64_t *work) {
  set_sizes(p, c, x);
  *scratch = place_scratch(p, NULL);
  *work = place_work(p, NULL);
}

void tn_pass_begin(struct tn_pass *p, struct tn_call *call, int backward) {
  set_sizes(p, call->config, &call->in[0]->shape);
  p->call = call;
  p->backward = backward;
  place_scratch(p, call->scratch);
  place_work(p, call->work);
  if (!call->training) {
    p->x_mask = p->h_mask = NULL;
  }
}
