/* The graph of ops: values, nodes in order, parameters. Built once, then sized for a batch: shapes
 * are inferred anew, arenas grow only when the batch is larger than any before. The plan decides
 * where every value, gradient, mask and scratch lies; running allocates nothing. */
#ifndef TN_GRAPH_GRAPH_H
#define TN_GRAPH_GRAPH_H

#include <stdint.h>

#include "ops/op.h"
#include "platform/status.h"
#include "tensor/tensor.h"

struct tn_value {
  struct tn_tensor tensor;
  struct tn_shape base;   /* inputs: shape with any batch size in dim[0] */
  int is_input;
  int producer;           /* node, -1 for inputs */
  int keep;               /* outputs, loss, measured values: never share their buffer */
  int last_use;           /* node that reads it last */
  int consumers;          /* how many inputs of nodes it is */
  int needs_grad;
  int grad_written;       /* in this backward pass */
  float *grad;
  float *own;             /* buffer in the arena (tensor.data may point into a source instead) */
  uint8_t *own_mask;
  int buffer;             /* plan: which buffer */
  int64_t grad_offset, mask_offset;
};

struct tn_node {
  const struct tn_op *op;
  void *config;
  int n_in, in[TN_MAX_INPUTS];
  int n_out, out[TN_MAX_OUTPUTS];
  int n_params, param[TN_MAX_PARAMS];
  int mask_from[TN_MAX_OUTPUTS]; /* TN_MASK_* */
  int needs_grad;                /* a parameter or an input wants a gradient */
  int64_t scratch_offset;
};

struct tn_penalty {
  float l1, l2;
  int allow_rows; /* no constraint: gradients may stay row-sparse */
};

struct tn_graph {
  int n_values, n_nodes, n_params, n_inputs;
  struct tn_value *value;
  struct tn_node *node;
  struct tn_param *param;
  struct tn_penalty *penalty; /* one per parameter */
  int *input;                 /* value ids in input order */
  int loss;                   /* value id or -1 */
  int with_grad, input_grad;
  int64_t batch, capacity;    /* rows now, rows the arenas were made for */
  float *values, *grads, *scratch, *work, *spare, *param_grads;
  uint8_t *masks, *marks;
  int32_t *touched;
  int64_t *buffer_size;       /* plan of inference */
};

/* Room for that many values, nodes, parameters and inputs. */
enum tn_status tn_graph_new(int n_values, int n_nodes, int n_params, int n_inputs,
                            struct tn_graph **out, struct tn_error *err) TN_MUST_CHECK;
void tn_graph_free(struct tn_graph *g);

/* value: the caller's memory, float32 row-major, outlives the graph. */
void tn_graph_set_param(struct tn_graph *g, int i, const struct tn_shape *shape, float *value,
                        int trainable, struct tn_penalty penalty);
/* Its layer is frozen: see struct tn_param. */
void tn_graph_freeze_param(struct tn_graph *g, int i);
/* shape: any number in dim[0]. */
enum tn_status tn_graph_set_input(struct tn_graph *g, int i, int value, enum tn_dtype dtype,
                                  const struct tn_shape *shape, struct tn_error *err) TN_MUST_CHECK;
/* The axes behind the batch axis become those of `shape`: what data bring for axes of unknown size.
 * The next tn_graph_size() plans anew when any of them changed. */
void tn_graph_fit_input(struct tn_graph *g, int i, const struct tn_shape *shape);
/* Nodes in order: inputs must be graph inputs or outputs of earlier nodes. */
enum tn_status tn_graph_set_node(struct tn_graph *g, int i, const char *op,
                                 const struct tn_attrs *attrs, int n_in, const int *in,
                                 int n_params, const int *params, int n_out, const int *out,
                                 struct tn_error *err) TN_MUST_CHECK;
/* What node i drops in training: factor times its rate; nothing for nodes that do not drop. */
void tn_graph_scale_rate(struct tn_graph *g, int i, float factor);
/* The value stays readable after a run. */
void tn_graph_keep(struct tn_graph *g, int value);
/* Gradients of the loss are wanted (and of the inputs, for checks). Before the first size. */
void tn_graph_want_gradients(struct tn_graph *g, int inputs_too);

/* Sizes everything for a batch of `rows`. */
enum tn_status tn_graph_size(struct tn_graph *g, int64_t rows, struct tn_error *err) TN_MUST_CHECK;

struct tn_run {
  int training;
  uint64_t seed;
  uint64_t step;
};

/* Lists the rows that this batch reads in row-sparse parameters. After the inputs are set. */
enum tn_status tn_graph_touch(struct tn_graph *g, struct tn_error *err) TN_MUST_CHECK;
void tn_graph_clear_touched(struct tn_graph *g);
enum tn_status tn_graph_forward(struct tn_graph *g, const struct tn_run *run,
                                struct tn_error *err) TN_MUST_CHECK;
/* Starts a backward pass: forgets gradients of values (those of parameters stay and add up). */
void tn_graph_backward_begin(struct tn_graph *g);
/* Gradient arriving from outside at a value (upstream NULL: 1). Adds when called twice. */
void tn_graph_seed_gradient(struct tn_graph *g, int value, const float *upstream);
enum tn_status tn_graph_backward(struct tn_graph *g, const struct tn_run *run,
                                 struct tn_error *err) TN_MUST_CHECK;
/* The batch counts: moving statistics and states of layers go on. */
void tn_graph_after_step(struct tn_graph *g, const struct tn_run *run);
void tn_graph_zero_gradients(struct tn_graph *g);

/* Sum of l1 |w| + l2 w^2 over all parameters. */
double tn_graph_penalty(const struct tn_graph *g);

#endif
