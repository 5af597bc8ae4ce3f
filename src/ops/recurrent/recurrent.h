/* What the ops simple_rnn, lstm and gru share: options, sizes, order of steps, masks, dropout, states
 * in and out, products over all steps, rows of the batch spread over threads. A cell does one step of
 * some rows.
 *
 * Inputs: x (B,T,F) and, when given, a first state (B,U) for each state. Outputs: all steps (B,T,U) or
 * the last (B,U), then with return_state the states. Parameters: kernel (F,G*U), recurrent_kernel
 * (U,G*U), bias, then for stateful layers the states.
 *
 * Inside, everything lies step by step, (T,B,..) in the order in which steps are taken, so that a step
 * of neighbouring rows is one piece of memory. */
#ifndef TN_OPS_RECURRENT_RECURRENT_H
#define TN_OPS_RECURRENT_RECURRENT_H

#include "ops/elementwise/activation.h"
#include "ops/op.h"

struct tn_pass;

struct tn_cell {
  int gates;
  int states;        /* 1: h; 2: h and c */
  int64_t kept;      /* further arrays (T,B,U) that the cell keeps for backward */
  int64_t bias_rows; /* 1, or 2 when the product with the state has a bias of its own */
  /* Gates that are multiplied with the state together; the rest follows in a second product. */
  int joint_forward, joint_backward;
  /* Step s of rows [from, from + n): states s to states s + 1. */
  void (*forward)(const struct tn_pass *p, int64_t s, int64_t from, int64_t n);
  /* The gradients of states s + 1 in p->dh, p->dc become those of states s, z the gradient of what
   * goes into the activations. A masked row leaves dh and dc as they are and has a gradient of 0. */
  void (*backward)(const struct tn_pass *p, int64_t s, int64_t from, int64_t n);
  /* When all steps are done: adds the gradients of the recurrent kernel and its bias. */
  void (*weights)(const struct tn_pass *p);
};

struct tn_recurrent {
  const struct tn_cell *cell;
  struct tn_activation act, gate_act;
  int64_t units;
  int use_bias, return_sequences, return_state, go_backwards, stateful;
  int zero_masked; /* masked steps of returned sequences are zeros, not repeated */
  float dropout, recurrent_dropout;
};

/* One call: sizes and places. */
struct tn_pass {
  const struct tn_recurrent *c;
  struct tn_call *call;
  int64_t batch, steps, features, units, width; /* width: of all gates */
  int backward;
  /* scratch */
  float *x;          /* (T,B,F), dropout of the inputs done when all gates share it */
  float *z;          /* (T,B,G*U) values of the gates, in backward gradients */
  float *pre;        /* (T,B,G*U) what went into the activations; NULL when nobody asks */
  float *h, *carry;  /* (T+1,B,U) states, the first ones in front; carry (c) NULL with one state */
  float *kept;
  float *x_mask;     /* (1 or G,B,F), NULL outside training and without dropout */
  float *h_mask;     /* (G,B,U) */
  /* work */
  float *packed;     /* the recurrent kernel */
  float *room;       /* (B, width + 2 U), see tn_pass_room() */
  float *dh, *dc;    /* (B,U) */
  float *first;      /* (B) first step that counts, T when none does */
  float *spare;      /* (T,B,max(F,U)) */
};

enum tn_status tn_recurrent_configure(struct tn_recurrent *c, const struct tn_cell *cell,
                                      const struct tn_attrs *attrs, struct tn_error *err);
enum tn_status tn_recurrent_infer(const void *config, struct tn_infer *io, struct tn_error *err);
enum tn_status tn_recurrent_forward(struct tn_call *call, struct tn_error *err);
enum tn_status tn_recurrent_backward(struct tn_call *call, struct tn_error *err);
void tn_recurrent_after_step(const struct tn_call *call);

/* Draws the masks of dropout; p->x_mask and p->h_mask say which there are. */
void tn_pass_draw(const struct tn_pass *p);
/* x in the order of steps, z = x kernel + bias. */
void tn_pass_inputs(const struct tn_pass *p);
/* Gradients of kernel, its bias and x from z. */
void tn_pass_input_gradients(const struct tn_pass *p);

static inline int tn_pass_counts(const struct tn_pass *p, int64_t s, int64_t row) {
  const uint8_t *mask = p->call->in[0]->mask;
  return mask == NULL || mask[row * p->steps + (p->c->go_backwards ? p->steps - 1 - s : s)];
}

static inline float *tn_pass_row(const struct tn_pass *p, float *base, int64_t size, int64_t s,
                                 int64_t row) {
  return base + (s * p->batch + row) * size;
}

/* What went into the activations of a row; NULL when it is not kept. */
static inline float *tn_pass_pre(const struct tn_pass *p, int64_t s, int64_t row) {
  return p->pre == NULL ? NULL : tn_pass_row(p, p->pre, p->width, s, row);
}

/* For what a cell needs within a step of n rows from `from`: n * (width + U) floats. */
static inline float *tn_pass_room(const struct tn_pass *p, int64_t from) {
  return p->room + from * (p->width + 2 * p->units);
}

/* Packs the recurrent kernel for the products below. */
void tn_pass_pack(const struct tn_pass *p);
/* out (n,count*U), rows `ld` apart: (+)= a (n,U) U_g for `count` gates from `gate`, with the dropout
 * of the state when `masked`. */
void tn_pass_state_product(const struct tn_pass *p, int gate, int count, const float *a,
                           int64_t from, int64_t n, int masked, int add, float *out, int64_t ld);
/* out (n,U) (+)= dz t(U_g) */
void tn_pass_state_slopes(const struct tn_pass *p, int gate, int count, const float *dz,
                          int64_t ld, int64_t from, int64_t n, int masked, int add, float *out);
/* recurrent kernel gradient += t(a) dz over all steps, a (T,B,U). */
void tn_pass_state_kernel(const struct tn_pass *p, int gate, int count, const float *a,
                          const float *dz, int64_t ld, int masked);
/* The dropout of the state that a gate sees: out (n,U) *= mask. */
void tn_pass_drop_state(const struct tn_pass *p, int gate, int64_t from, int64_t n, float *out);
/* g (n) += column sums of y (T,B,n), rows `ld` apart. */
void tn_pass_bias(const struct tn_pass *p, int64_t n, const float *y, int64_t ld, float *g);

/* The table of a recurrent op. */
#define TN_RECURRENT_OP(text, reader)                                                       \
  {.name = text, .config_size = sizeof(struct tn_recurrent), .configure = reader,           \
   .infer = tn_recurrent_infer, .forward = tn_recurrent_forward,                            \
   .backward = tn_recurrent_backward, .after_step = tn_recurrent_after_step, .uses_rng = 1}

#endif
