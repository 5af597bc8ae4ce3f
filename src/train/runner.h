/* A pass over rows in batches: training, testing or predicting, in slices. R draws progress, runs
 * callbacks and looks for interrupts between slices. An error leaves the last whole step. */
#ifndef TN_TRAIN_RUNNER_H
#define TN_TRAIN_RUNNER_H

#include <stdint.h>

#include "graph/graph.h"
#include "metrics/metric.h"
#include "optim/optimizer.h"
#include "train/source.h"

enum tn_mode { TN_MODE_TRAIN = 0, TN_MODE_TEST = 1, TN_MODE_PREDICT = 2 };
enum tn_shuffle { TN_SHUFFLE_NONE = 0, TN_SHUFFLE_ROWS = 1, TN_SHUFFLE_BATCHES = 2 };

enum tn_measure_kind {
  TN_MEASURE_METRIC = 0,     /* a metric of predictions and targets */
  TN_MEASURE_VALUE = 1,      /* mean of a traced value: per sample over samples, a scalar by batch */
  TN_MEASURE_VALUE_ROWS = 2  /* a scalar weighted by the rows of its batch */
};

struct tn_measure {
  enum tn_measure_kind kind;
  const struct tn_metric *metric;
  void *config;
  double *state;
  int64_t n_state, n_result;
  int pred, truth, weight, value; /* value ids; weight -1 = none */
};

struct tn_output {
  int value;
  struct tn_shape shape; /* dim[0] = all rows of the pass */
  float *data;
};

struct tn_runner {
  enum tn_mode mode;
  struct tn_graph *graph;         /* not owned */
  struct tn_optimizer *optimizer; /* not owned; NULL but in training */
  int n_sources;
  struct tn_source **source;      /* not owned, in graph input order */
  int n_measures;
  struct tn_measure *measure;
  int n_outputs;
  struct tn_output *output;
  int64_t batch_size;
  uint64_t seed;
  double (*clock)(void); /* seconds; NULL: no time budget */
  /* the pass */
  int64_t n, from, position, batches;
  int64_t before;    /* rows of this pass that lay in sources which are gone */
  int64_t *order;    /* NULL: rows from..from+n as they lie */
  int64_t order_capacity;
  double loss_sum, penalty;
  double last_loss;  /* of the last batch, without the penalties of rows that wait */
  int finite;
  /* several ranks train together, see tn_runner_join() */
  int rank, n_ranks;   /* n_ranks 0: alone */
  int64_t *own_rows;   /* rows of each rank; NULL: all ranks have the same rows */
  int64_t steps;       /* of a pass over own rows */
  int64_t all_rows;    /* of the batch whose gradients are out; 0: none is */
  double share;        /* of the batch that lies here */
};

enum tn_status tn_runner_new(enum tn_mode mode, struct tn_graph *g, int n_sources, int n_measures,
                             int n_outputs, int64_t batch_size, struct tn_runner **out,
                             struct tn_error *err) TN_MUST_CHECK;
void tn_runner_free(struct tn_runner *r);
enum tn_status tn_runner_set_metric(struct tn_runner *r, int i, const char *name,
                                    const struct tn_attrs *attrs, struct tn_error *err)
    TN_MUST_CHECK;
/* kind TN_MEASURE_VALUE or TN_MEASURE_VALUE_ROWS of a value of the graph. */
enum tn_status tn_runner_set_value(struct tn_runner *r, int i, enum tn_measure_kind kind, int value,
                                   struct tn_error *err) TN_MUST_CHECK;

/* The batch that was run goes into the measures. */
enum tn_status tn_runner_update_measures(struct tn_runner *r, int64_t rows, struct tn_error *err) TN_MUST_CHECK;

/* Rows [from, to) in given or shuffled order; measures and loss start at zero. `epoch` names the
 * shuffle's random stream. */
enum tn_status tn_runner_start(struct tn_runner *r, int64_t from, int64_t to,
                               enum tn_shuffle shuffle, uint64_t epoch, struct tn_error *err)
    TN_MUST_CHECK;
/* The sources were exchanged: all their rows follow, as one batch; measures, loss and counts go on. */
enum tn_status tn_runner_continue(struct tn_runner *r, struct tn_error *err) TN_MUST_CHECK;
/* Rows of this pass so far. */
int64_t tn_runner_rows(const struct tn_runner *r);
/* Runs until the pass ends, max_batches were run, `seconds` are over or a loss is not finite. */
enum tn_status tn_runner_run(struct tn_runner *r, int64_t max_batches, double seconds,
                             struct tn_error *err) TN_MUST_CHECK;
/* The runner trains as one of n_ranks, each of which has the same rows and takes its part of every batch, or
 * has rows of its own, own_rows[k] of them on rank k (copied), which all ranks go through in `steps` batches. */
enum tn_status tn_runner_join(struct tn_runner *r, int rank, int n_ranks, const int64_t *own_rows, int64_t steps,
                              struct tn_error *err) TN_MUST_CHECK;
/* First half of such a batch: gradients of the rows that lie here, weighted by their share of the batch;
 * *loss likewise. */
enum tn_status tn_runner_gradients(struct tn_runner *r, double *loss, struct tn_error *err) TN_MUST_CHECK;
/* Second half, when the gradients are those of all ranks, and so is the loss. */
enum tn_status tn_runner_update(struct tn_runner *r, double loss, struct tn_error *err) TN_MUST_CHECK;
/* Mean loss of the rows seen so far, penalties included. In training rows that have a penalty
 * are brought up to date. */
double tn_runner_loss(struct tn_runner *r);
/* Result of measure i: its n_result doubles. */
void tn_runner_measure(const struct tn_runner *r, int i, double *out);

#endif
