/* What an optimizer works on: the parameters, its slots, the updates done. */
#ifndef TN_OPTIM_OPTIMIZER_STATE_H
#define TN_OPTIM_OPTIMIZER_STATE_H

#include "ops/op.h"
#include "optim/constraint.h"
#include "optim/optimizer_config.h"
#include "optim/update_loops.h"

#define TN_MAX_SLOTS 4

/* Factors of the learning rate and of the weight decay. */
struct tn_pace {
  float rate;
  double decay;
};

/* One parameter as the optimizer sees it. */
struct tn_segment {
  struct tn_param *param;
  int64_t n_paces;             /* more than 1: one for each slice of the first axis */
  const struct tn_pace *pace;  /* not owned; NULL: all factors are 1 */
  float l1, l2;
  struct tn_constraint constraint;
  int64_t offset;     /* into each state slot */
  int64_t *row_step;  /* row_sparse only: last update each row has seen */
  double *owed;       /* row_sparse with a penalty only: (rows, tn_row_parts(cols)), weighted penalties
                       * of the updates that were made up for in this pass */
};

static inline int64_t tn_row_parts(int64_t cols) { return (cols + TN_ROW_PART - 1) / TN_ROW_PART; }

/* NULL, or the factors of a row. */
static inline const struct tn_pace *tn_pace_of(const struct tn_segment *s, int64_t row) {
  return s->n_paces > 1 ? s->pace + row : s->pace;
}

struct tn_rates_kept;

/* Factors that change with the updates: of the weight decay, or of the rate of a node that drops. */
struct tn_course {
  int node;             /* -1: the weight decay */
  int64_t first, n;     /* updates done when it begins, number of factors; the last one goes on */
  const double *factor; /* not owned */
};

/* Between the updates that a course is made for it stands still. */
static inline double tn_course_at(const struct tn_course *c, int64_t done) {
  int64_t at = done - c->first;
  return c->factor[at < 0 ? 0 : at < c->n ? at : c->n - 1];
}

struct tn_optimizer {
  struct tn_optimizer_config config;
  int n_segments;
  struct tn_segment *segment;
  int64_t size;                 /* floats per slot: sum of segment sizes */
  int n_slots;
  float *slot[TN_MAX_SLOTS];    /* not owned: n_slots arrays of `size` floats */
  int64_t step;                 /* updates done */
  double decay_factor;          /* of the weight decay in the next updates */
  int n_courses;
  const struct tn_course *course; /* not owned */
  double momentum_product;      /* tn_momentum_product(), 1 at the start */
  struct tn_rates_kept *kept;   /* not owned, zeroed; may be NULL where no rows have a penalty: they
                                 * then catch up more slowly */
};

#endif
