/* One pass of a recurrent layer over a batch: its sizes, and where everything lies. A cell does one step
 * of some rows.
 *
 * Everything lies step by step, (T,B,..) in the order in which steps are taken, so that a step of
 * neighbouring rows is one piece of memory. */
#ifndef TN_OPS_RECURRENT_PASS_H
#define TN_OPS_RECURRENT_PASS_H

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

/* Sizes for an input of shape (B,T,F), and the floats of scratch and work that a call needs. */
void tn_pass_plan(struct tn_pass *p, const struct tn_recurrent *c, const struct tn_shape *x,
                  int64_t *scratch, int64_t *work);
/* Sizes and places of a call. */
void tn_pass_begin(struct tn_pass *p, struct tn_call *call, int backward);

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

#endif
