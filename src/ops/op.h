/* One vtable for everything that computes: what layers add, what k_* functions and R losses trace,
 * losses, activity penalties. One static const instance per kind, listed in ops/registry.c.
 *
 * An op owns its configuration only. Values, gradients, scratch and masks live in arenas that
 * graph/ plans with the sizes that infer() reports; nothing is allocated inside the batch loop.
 *
 * backward() ADDS into parameter gradients and WRITES (overwrites) the input gradients it is asked
 * for; the graph adds up when a value has several consumers. */
#ifndef TN_OPS_OP_H
#define TN_OPS_OP_H

#include <stddef.h>
#include <stdint.h>

#include "platform/rng.h"
#include "platform/status.h"
#include "tensor/attrs.h"
#include "tensor/shape.h"
#include "tensor/tensor.h"

#define TN_MAX_INPUTS 16  /* merge layers with more are chained by the R layer */
#define TN_MAX_OUTPUTS 4
#define TN_MAX_PARAMS 8

/* A trainable (or moving) array and the gradient it collects. */
struct tn_param {
  struct tn_shape shape;
  int64_t size;
  int64_t rows;        /* shape.dim[0]; 1 for rank 0 */
  int64_t cols;        /* size / rows */
  float *value;        /* not owned */
  float *grad;         /* arena; NULL while no gradient is wanted */
  int trainable;
  int frozen;          /* its layer is: nothing of it may change, moving values neither */
  /* Row-sparse gradients: only the listed rows of grad can be non-zero. Set by the graph when every
   * consumer implements touch() on a graph input. */
  int row_sparse;
  int32_t *touched;
  int64_t n_touched;
  uint8_t *mark;       /* (rows) */
  /* Clipping of listed (row, value) pairs before repeated rows are summed (embeddings). */
  float pair_clip_value; /* 0 = off: backward clips every pair elementwise to +-this */
  double pair_sumsq;     /* backward adds the squares of all pairs */
  int has_pairs;         /* set to 1 by an op that fills pair_sumsq */
};

/* The listed rows are dealt with. */
static inline void tn_param_forget_rows(struct tn_param *p) {
  for (int64_t k = 0; k < p->n_touched; k++) {
    p->mark[p->touched[k]] = 0;
  }
  p->n_touched = 0;
}

/* What an array is to its layer: a weight that moves without gradients (moving means), one that is
 * trained, or a state carried from batch to batch, which is no weight. States come last. */
enum tn_param_role { TN_ROLE_MOVING = 0, TN_ROLE_TRAINED = 1, TN_ROLE_STATE = 2 };

struct tn_param_spec {
  const char *name;    /* "kernel" */
  struct tn_shape shape;
  enum tn_param_role role;
};

/* Question and answer of infer(). */
struct tn_infer {
  int n_in;
  struct tn_shape in[TN_MAX_INPUTS];
  enum tn_dtype in_dtype[TN_MAX_INPUTS];
  int in_mask[TN_MAX_INPUTS]; /* axes of its mask, 2 for (B,T); 0: none */
  /* answer */
  int n_out;                  /* preset to 1 */
  struct tn_shape out[TN_MAX_OUTPUTS];
  enum tn_dtype out_dtype[TN_MAX_OUTPUTS]; /* preset to TN_F32 */
  int out_mask[TN_MAX_OUTPUTS]; /* TN_MASK_*; preset to TN_MASK_NONE */
  int own_axes[TN_MAX_OUTPUTS]; /* of an own mask: infer says how many */
  int n_params;
  struct tn_param_spec param[TN_MAX_PARAMS];
  int64_t scratch; /* floats kept from forward to backward */
  int64_t work;    /* floats needed during one call only */
};

enum { TN_MASK_NONE = 0, TN_MASK_PASS = 1 /* that of input 0 */, TN_MASK_OWN = 2 /* forward fills */ };

/* Axes of the mask of output k, the first ones of the output; 0: it has none. */
static inline int tn_infer_mask_axes(const struct tn_infer *io, int k) {
  if (io->out_mask[k] == TN_MASK_PASS) {
    return io->n_in > 0 ? io->in_mask[0] : 0;
  }
  return io->out_mask[k] == TN_MASK_NONE ? 0 : io->own_axes[k];
}

/* One call of forward() or backward(). */
struct tn_call {
  const void *config;
  int n_in, n_out, n_params;
  const struct tn_tensor *in[TN_MAX_INPUTS];
  struct tn_tensor *out[TN_MAX_OUTPUTS];
  struct tn_param *param[TN_MAX_PARAMS];
  float *scratch;
  float *work;
  int training;
  uint64_t seed;  /* of the training; with node and step names the random stream */
  uint64_t step;
  uint32_t node;
  /* backward only */
  const float *dout[TN_MAX_OUTPUTS]; /* NULL: no gradient arrives at that output */
  float *din[TN_MAX_INPUTS];         /* NULL: not wanted */
};

struct tn_op {
  const char *name;
  size_t config_size;
  /* Reads attrs into the zeroed config; NULL: the op has no attributes. */
  enum tn_status (*configure)(void *config, const struct tn_attrs *attrs, struct tn_error *err);
  /* Shapes, masks, parameters, scratch for concrete input shapes (batch size included). Must give an
   * error of kind TN_STATUS_SHAPE for inputs that do not fit, worded for the user. */
  enum tn_status (*infer)(const void *config, struct tn_infer *io, struct tn_error *err);
  enum tn_status (*forward)(struct tn_call *call, struct tn_error *err);
  enum tn_status (*backward)(struct tn_call *call, struct tn_error *err); /* NULL: no gradient */
  /* optional */
  void (*free_config)(void *config); /* when configure allocated */
  /* Appends the rows of parameter p that this call will read and change to param->touched, using
   * param->mark; called before forward. Only for ops that can touch few rows. wants_rows says for
   * given input dtypes whether the op will do so for parameter p. */
  int (*wants_rows)(const void *config, const enum tn_dtype *in_dtype, int p);
  enum tn_status (*touch)(const struct tn_call *call, int p, struct tn_error *err);
  /* The batch is done (in training: the optimizer's step too): what outlives it, moving statistics
   * and states, goes into the parameters. Reads parameters and its scratch only: in inference the
   * buffers of values have been given on. */
  void (*after_step)(const struct tn_call *call);
  /* What is dropped in training from now on: `factor` times the rate that configure() read. For ops that
   * drop. */
  void (*scale_rate)(void *config, float factor);
  int uses_rng;      /* forward in training draws from the stream */
};

/* The stream of a random op: purpose, node and step. item = row of the batch. */
static inline struct tn_stream tn_call_stream(const struct tn_call *call, enum tn_purpose purpose) {
  return tn_stream_make(call->seed, purpose, call->node, call->step);
}

#endif
