#include "ops/recurrent/pass_products.h"

#include "kernels/cells.h"
#include "kernels/gemm.h"
#include "kernels/packed.h"
#include "kernels/vector.h"

/* ---- dropout ----------------------------------------------------------------------------------- */

static void draw(const struct tn_stream *stream, int64_t row, int64_t at, int64_t n, float rate,
                 float *mask) {
  tn_vec_draw_kept(stream, (uint32_t)row, at, n, rate, 1 / (1 - rate), mask);
}

static int x_masks(const struct tn_pass *p) { return p->h_mask != NULL ? p->c->cell->gates : 1; }

static float *x_mask_of(const struct tn_pass *p, int gate, int64_t row) {
  return p->x_mask + (gate * p->batch + row) * p->features;
}

static float *h_mask_of(const struct tn_pass *p, int gate, int64_t row) {
  return p->h_mask + (gate * p->batch + row) * p->units;
}

/* One stream per row: the masks of the inputs, then those of the state, each from a multiple of 4. */
void tn_pass_draw(const struct tn_pass *p) {
  struct tn_stream stream = tn_call_stream(p->call, TN_PURPOSE_DROPOUT);
  for (int64_t row = 0; row < p->batch; row++) {
    int64_t at = 0;
    for (int g = 0; p->x_mask != NULL && g < x_masks(p); g++, at += (p->features + 3) / 4 * 4) {
      draw(&stream, row, at, p->features, p->c->dropout, x_mask_of(p, g, row));
    }
    for (int g = 0; p->h_mask != NULL && g < p->c->cell->gates; g++, at += (p->units + 3) / 4 * 4) {
      draw(&stream, row, at, p->units, p->c->recurrent_dropout, h_mask_of(p, g, row));
    }
  }
}

/* y (T,B,n) = x times a mask (B,n) at every step. */
static void mask_steps(const struct tn_pass *p, int64_t n, const float *x, const float *mask,
                       float *y) {
  for (int64_t s = 0; s < p->steps; s++) {
    int64_t at = s * p->batch * n;
    tn_cell_product(p->batch * n, x + at, mask, y + at);
  }
}

/* ---- inputs ------------------------------------------------------------------------------------ */

/* Each gate sees other inputs. */
static int inputs_differ(const struct tn_pass *p) { return p->x_mask != NULL && x_masks(p) > 1; }

static float *x_at(const struct tn_pass *p, float *x, int64_t s, int64_t row) {
  int64_t t = p->c->go_backwards ? p->steps - 1 - s : s;
  return x + (row * p->steps + t) * p->features;
}

static void order_steps(const struct tn_pass *p) {
  for (int64_t s = 0; s < p->steps; s++) {
    for (int64_t row = 0; row < p->batch; row++) {
      tn_vec_copy(p->features, x_at(p, p->call->in[0]->data, s, row),
                  tn_pass_row(p, p->x, p->features, s, row));
    }
  }
  if (p->x_mask != NULL && !inputs_differ(p)) {
    mask_steps(p, p->features, p->x, p->x_mask, p->x);
  }
}

/* What gate `g` sees. */
static const float *inputs_of(const struct tn_pass *p, int g) {
  if (!inputs_differ(p)) {
    return p->x;
  }
  mask_steps(p, p->features, p->x, x_mask_of(p, g, 0), p->spare);
  return p->spare;
}

void tn_pass_inputs(const struct tn_pass *p) {
  int64_t rows = p->steps * p->batch, columns = inputs_differ(p) ? p->units : p->width;
  const float *bias = p->c->use_bias ? p->call->param[2]->value : NULL;
  order_steps(p);
  for (int64_t i = 0; bias != NULL && i < rows; i++) {
    tn_vec_copy(p->width, bias, p->z + i * p->width);
  }
  for (int64_t j = 0; j < p->width; j += columns) {
    tn_gemm(TN_NO_TRANS, TN_NO_TRANS, rows, columns, p->features,
            inputs_of(p, (int)(j / p->units)), p->features, p->call->param[0]->value + j, p->width,
            bias != NULL, p->z + j, p->width);
  }
}

/* dx (B,T,F) from spare (T,B,F). */
static void give_input_gradient(const struct tn_pass *p, int g, int add) {
  float *din = p->call->din[0];
  for (int64_t s = 0; s < p->steps; s++) {
    for (int64_t row = 0; row < p->batch; row++) {
      float *from = tn_pass_row(p, p->spare, p->features, s, row), *to = x_at(p, din, s, row);
      if (p->x_mask != NULL) {
        tn_vec_mul(p->features, x_mask_of(p, g, row), from);
      }
      if (add) {
        tn_vec_add(p->features, from, to);
      } else {
        tn_vec_copy(p->features, from, to);
      }
    }
  }
}

void tn_pass_input_gradients(const struct tn_pass *p) {
  int64_t rows = p->steps * p->batch, columns = inputs_differ(p) ? p->units : p->width;
  struct tn_param *kernel = p->call->param[0];
  for (int64_t j = 0; j < p->width; j += columns) {
    int g = (int)(j / p->units);
    if (kernel->grad != NULL) {
      tn_gemm_gradient(TN_TRANS, TN_NO_TRANS, p->features, columns, rows, inputs_of(p, g),
                       p->features, p->z + j, p->width, 1, kernel->grad + j, p->width);
    }
    if (p->call->din[0] != NULL) {
      tn_gemm_gradient(TN_NO_TRANS, TN_TRANS, rows, p->features, columns, p->z + j, p->width,
                       kernel->value + j, p->width, 0, p->spare, p->features);
      give_input_gradient(p, g, j > 0);
    }
  }
  if (p->c->use_bias && p->call->param[2]->grad != NULL) {
    tn_pass_bias(p, p->width, p->z, p->width, p->call->param[2]->grad);
  }
}

/* Step by step first: sums stay short. */
void tn_pass_bias(const struct tn_pass *p, int64_t n, const float *y, int64_t ld, float *g) {
  float *sum = p->room;
  for (int64_t s = 0; s < p->steps && p->batch > 0; s++) {
    tn_vec_fill(n, 0, sum);
    for (int64_t row = 0; row < p->batch; row++) {
      tn_vec_add(n, y + (s * p->batch + row) * ld, sum);
    }
    tn_vec_add(n, sum, g);
  }
}

/* ---- states ------------------------------------------------------------------------------------ */

/* Gates that are multiplied with the state in one product from `gate` on. */
static int together(const struct tn_pass *p, int gate) {
  const struct tn_cell *cell = p->c->cell;
  int joint = p->backward ? cell->joint_backward : cell->joint_forward;
  return p->h_mask != NULL ? 1 : gate < joint ? joint : cell->gates - joint;
}

static float *packed_at(const struct tn_pass *p, int gate) {
  return p->packed + gate * tn_packed_size(p->units, p->units);
}

/* The recurrent kernel, or its transpose, in the groups in which gates are multiplied. */
void tn_pass_pack(const struct tn_pass *p) {
  const float *kernel = p->call->param[1]->value;
  for (int g = 0; g < p->c->cell->gates; g += together(p, g)) {
    int64_t columns = together(p, g) * p->units;
    if (p->backward) {
      tn_packed_fill(TN_TRANS, columns, p->units, kernel + g * p->units, p->width, packed_at(p, g));
    } else {
      tn_packed_fill(TN_NO_TRANS, p->units, columns, kernel + g * p->units, p->width,
                     packed_at(p, g));
    }
  }
}

static float *masked_room(const struct tn_pass *p, int64_t from, int64_t n) {
  return tn_pass_room(p, from) + n * (p->width + p->units);
}

void tn_pass_state_product(const struct tn_pass *p, int gate, int count, const float *a,
                           int64_t from, int64_t n, int masked, int add, float *out, int64_t ld) {
  if (p->h_mask == NULL) {
    tn_packed_product(n, count * p->units, p->units, a, p->units, packed_at(p, gate), add, out, ld);
    return;
  }
  for (int g = gate; g < gate + count; g++) {
    const float *seen = a;
    if (masked) {
      tn_cell_product(n * p->units, a, h_mask_of(p, g, from), masked_room(p, from, n));
      seen = masked_room(p, from, n);
    }
    tn_packed_product(n, p->units, p->units, seen, p->units, packed_at(p, g), add,
                      out + (g - gate) * p->units, ld);
  }
}

void tn_pass_state_slopes(const struct tn_pass *p, int gate, int count, const float *dz,
                          int64_t ld, int64_t from, int64_t n, int masked, int add, float *out) {
  if (p->h_mask == NULL) {
    tn_packed_product(n, p->units, count * p->units, dz, ld, packed_at(p, gate), add, out,
                      p->units);
    return;
  }
  for (int g = gate; g < gate + count; g++, add = 1) {
    float *to = masked ? masked_room(p, from, n) : out;
    tn_packed_product(n, p->units, p->units, dz + (g - gate) * p->units, ld, packed_at(p, g),
                      masked ? 0 : add, to, p->units);
    if (masked) {
      tn_vec_mul(n * p->units, h_mask_of(p, g, from), to);
      if (add) {
        tn_vec_add(n * p->units, to, out);
      } else {
        tn_vec_copy(n * p->units, to, out);
      }
    }
  }
}

void tn_pass_state_kernel(const struct tn_pass *p, int gate, int count, const float *a,
                          const float *dz, int64_t ld, int masked) {
  struct tn_param *kernel = p->call->param[1];
  int step = masked && p->h_mask != NULL ? 1 : count;
  for (int g = 0; kernel->grad != NULL && g < count; g += step) {
    const float *seen = a;
    if (masked && p->h_mask != NULL) {
      mask_steps(p, p->units, a, h_mask_of(p, gate + g, 0), p->spare);
      seen = p->spare;
    }
    tn_gemm_gradient(TN_TRANS, TN_NO_TRANS, p->units, step * p->units, p->steps * p->batch, seen,
                     p->units, dz + g * p->units, ld, 1, kernel->grad + (gate + g) * p->units,
                     p->width);
  }
}

/* The dropout of the state that a gate sees: out (n,U) *= mask. */
void tn_pass_drop_state(const struct tn_pass *p, int gate, int64_t from, int64_t n, float *out) {
  if (p->h_mask != NULL) {
    tn_vec_mul(n * p->units, h_mask_of(p, gate, from), out);
  }
}
