/* Optimizers over segments (one per trainable parameter). One pass per step and segment: gradient,
 * penalty, clip, update, zeroing of the gradient. Rows without gradient are left alone and brought
 * up to date when next touched ("lazy"), to the numbers of the dense rule. */
#ifndef TN_OPTIM_OPTIMIZER_H
#define TN_OPTIM_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "ops/op.h"
#include "platform/status.h"
#include "tensor/attrs.h"

#define TN_MAX_SLOTS 4
#define TN_ROW_PART 64 /* weights of a row whose penalties are summed on their own */

enum tn_constraint_kind {
  TN_CONSTRAINT_NONE = 0, TN_CONSTRAINT_MAXNORM, TN_CONSTRAINT_NONNEG, TN_CONSTRAINT_UNITNORM,
  TN_CONSTRAINT_MINMAXNORM
};

struct tn_constraint {
  enum tn_constraint_kind kind;
  int n_axes;
  int axis[TN_MAX_RANK]; /* from 0, over which norms run */
  float min_value, max_value, rate;
};

/* One parameter as the optimizer sees it. */
struct tn_segment {
  struct tn_param *param;
  float l1, l2;
  struct tn_constraint constraint;
  int64_t offset;     /* into each state slot */
  int64_t *row_step;  /* row_sparse only: last update each row has seen */
  double *owed;       /* row_sparse with a penalty only: (rows, tn_row_parts(cols)), weighted penalties
                       * of the updates that were made up for in this pass */
};

static inline int64_t tn_row_parts(int64_t cols) { return (cols + TN_ROW_PART - 1) / TN_ROW_PART; }

struct tn_optim_kind;
struct tn_rates_kept;

struct tn_optimizer_config {
  const struct tn_optim_kind *kind;
  double learning_rate;
  double decay;                       /* lr / (1 + decay * updates done) */
  double schedule_steps, schedule_rate; /* exponential decay; schedule_steps 0 = none */
  int schedule_staircase;
  double clipnorm, clipvalue, global_clipnorm; /* 0 = off; first of norm, global, value counts */
  double weight_decay;
  /* kind's own numbers, unused ones 0 */
  double momentum, rho, beta_1, beta_2, epsilon, initial_accumulator;
  int nesterov, centered, amsgrad;
};

struct tn_optimizer {
  struct tn_optimizer_config config;
  int n_segments;
  struct tn_segment *segment;
  int64_t size;                 /* floats per slot: sum of segment sizes */
  int n_slots;
  float *slot[TN_MAX_SLOTS];    /* not owned: n_slots arrays of `size` floats */
  int64_t step;                 /* updates done */
  double momentum_product;      /* Nadam's product of u_1..u_step, 1 at the start */
  struct tn_rates_kept *kept;   /* not owned, zeroed; may be NULL where no rows have a penalty: they
                                 * then catch up more slowly */
};

/* Whether the rows of a parameter without gradient may wait: not if every row changes in a way that
 * depends on all others or on the step it is made in, nor if they have a penalty and are so short that
 * passing over all of them costs less. */
int tn_optimizer_may_wait(const struct tn_optimizer_config *config, float l1, float l2, int64_t cols);
/* Bytes behind `kept`. */
size_t tn_optimizer_kept_size(void);

/* Number of state slots of a configuration. */
int tn_optimizer_slots(const struct tn_optimizer_config *config);
/* Attributes: optimizer (name), learning_rate, decay, ... as named in the struct. */
enum tn_status tn_optimizer_read(const struct tn_attrs *attrs, struct tn_optimizer_config *out,
                                 struct tn_error *err) TN_MUST_CHECK;
/* Ready to go on after `step` updates: counts, Nadam's product, row counts and pair clipping of the
 * parameters. fresh: fills the slots with their start values (zeros but for adagrad's). */
void tn_optimizer_begin(struct tn_optimizer *opt, int64_t step, int fresh);
/* Rate used by update number step (from 1). */
double tn_optimizer_rate(const struct tn_optimizer_config *config, int64_t step);

/* Before forward: brings the rows in every row_sparse param's touched list to step opt->step. */
void tn_optimizer_catch_up(struct tn_optimizer *opt);
/* Brings all rows of all segments to opt->step (before anyone else reads weights or state, and
 * before the learning rate is changed). */
void tn_optimizer_flush(struct tn_optimizer *opt);

/* One update from the gradients in the params, which are zeroed. Returns through *penalty the sum
 * of l1*|w| + l2*w^2 as it was before the update, but for rows that wait: theirs counts `weight` times
 * in what tn_optimizer_owed() returns later. */
enum tn_status tn_optimizer_step(struct tn_optimizer *opt, double weight, double *penalty,
                                 struct tn_error *err) TN_MUST_CHECK;
/* A pass over the data begins: flushes, nothing is owed. */
void tn_optimizer_begin_pass(struct tn_optimizer *opt);
/* Brings rows with a penalty to opt->step; the sum over the updates of this pass of weight * penalty of
 * the rows that waited. The same bits however often it is asked. */
double tn_optimizer_owed(struct tn_optimizer *opt);
/* Sum of l1*|w| + l2*w^2 over all segments. */
double tn_optimizer_penalty(const struct tn_optimizer *opt);

/* w in place, as after an update. scratch-free. */
void tn_constraint_apply(const struct tn_constraint *constraint, const struct tn_shape *shape,
                         float *w);

#endif
