#include "train/runner.h"

#include <math.h>
#include <string.h>

#include "kernels/gemm.h"
#include "optim/lazy.h"
#include "platform/alloc.h"
#include "platform/fpenv.h"
#include "platform/rng.h"

enum tn_status tn_runner_new(enum tn_mode mode, struct tn_graph *g, int n_sources, int n_measures,
                             int n_outputs, int64_t batch_size, struct tn_runner **out,
                             struct tn_error *err) {
  struct tn_runner *r;
  *out = NULL;
  TN_TRY(tn_alloc_into(&r, 1, sizeof *r, err));
  *out = r; /* the caller frees it on failure too */
  r->mode = mode;
  r->graph = g;
  r->n_sources = n_sources;
  r->n_measures = n_measures;
  r->n_outputs = n_outputs;
  r->batch_size = batch_size;
  r->finite = 1;
  r->share = 1;
  TN_TRY(tn_alloc_into(&r->source, n_sources, sizeof *r->source, err));
  TN_TRY(tn_alloc_into(&r->measure, n_measures, sizeof *r->measure, err));
  TN_TRY(tn_alloc_into(&r->output, n_outputs, sizeof *r->output, err));
  return TN_OK;
}

void tn_runner_free(struct tn_runner *r) {
  if (r == NULL) {
    return;
  }
  for (int i = 0; r->measure != NULL && i < r->n_measures; i++) {
    struct tn_measure *m = &r->measure[i];
    if (m->config != NULL && m->metric->free_config != NULL) {
      m->metric->free_config(m->config);
    }
    tn_free(m->config);
    tn_free(m->state);
  }
  for (int i = 0; r->output != NULL && i < r->n_outputs; i++) {
    tn_free(r->output[i].data);
  }
  tn_free(r->source);
  tn_free(r->measure);
  tn_free(r->output);
  tn_free(r->order);
  tn_free(r->own_rows);
  tn_free(r);
}

/* "batches": whole batches change places, the short last one stays last. */
static void shuffle_batches(struct tn_runner *r, const struct tn_stream *stream, uint32_t epoch,
                            int64_t *place) {
  int64_t whole = r->n / r->batch_size;
  for (int64_t b = 0; b < whole; b++) {
    place[b] = b;
  }
  tn_stream_shuffle(stream, epoch, whole, place);
  for (int64_t b = 0; b < whole; b++) {
    for (int64_t i = 0; i < r->batch_size; i++) {
      r->order[b * r->batch_size + i] = r->from + place[b] * r->batch_size + i;
    }
  }
}

static enum tn_status make_order(struct tn_runner *r, enum tn_shuffle shuffle, uint64_t epoch,
                                 struct tn_error *err) {
  int needed = shuffle != TN_SHUFFLE_NONE;
  for (int i = 0; i < r->n_sources; i++) { /* sparse rows are named, never moved */
    needed |= r->source[i]->dtype == TN_CSR;
  }
  if (!needed) {
    tn_free(r->order);
    r->order = NULL;
    r->order_capacity = 0;
    return TN_OK;
  }
  if (r->order == NULL || r->order_capacity < r->n) {
    tn_free(r->order);
    r->order = NULL;
    TN_TRY(tn_alloc_into(&r->order, r->n, sizeof *r->order, err));
    r->order_capacity = r->n;
  }
  for (int64_t i = 0; i < r->n; i++) {
    r->order[i] = r->from + i;
  }
  struct tn_stream stream = tn_stream_make(r->seed, TN_PURPOSE_SHUFFLE, 0, epoch);
  if (shuffle == TN_SHUFFLE_ROWS) {
    tn_stream_shuffle(&stream, 0, r->n, r->order);
  } else if (shuffle == TN_SHUFFLE_BATCHES) {
    int64_t *place;
    TN_TRY(tn_alloc_into(&place, r->n / r->batch_size + 1, sizeof *place, err));
    shuffle_batches(r, &stream, 0, place);
    tn_free(place);
  }
  return TN_OK;
}

static enum tn_status begin_sources(struct tn_runner *r, struct tn_error *err) {
  int64_t most = r->batch_size < r->n ? r->batch_size : r->n;
  for (int i = 0; i < r->n_sources; i++) {
    TN_TRY(tn_source_begin(r->source[i], most, err));
  }
  return TN_OK;
}

static enum tn_status set_rows(struct tn_runner *r, int64_t from, int64_t to,
                               struct tn_error *err) {
  for (int i = 0; i < r->n_sources; i++) {
    if (to > r->source[i]->shape.dim[0] || from < 0 || from > to) {
      return tn_fail(err, TN_STATUS_STATE, "rows %lld to %lld of an input with %lld",
                     (long long)from, (long long)to, (long long)r->source[i]->shape.dim[0]);
    }
  }
  r->from = from;
  r->n = to - from;
  r->position = 0;
  return TN_OK;
}

enum tn_status tn_runner_start(struct tn_runner *r, int64_t from, int64_t to,
                               enum tn_shuffle shuffle, uint64_t epoch, struct tn_error *err) {
  TN_TRY(set_rows(r, from, to, err));
  r->before = 0;
  r->batches = 0;
  r->loss_sum = 0;
  r->last_loss = 0;
  r->all_rows = 0;
  r->finite = 1;
  for (int i = 0; i < r->n_measures; i++) {
    memset(r->measure[i].state, 0, (size_t)r->measure[i].n_state * sizeof(double));
  }
  if (r->mode == TN_MODE_TRAIN) {
    tn_lazy_begin_pass(r->optimizer);
  }
  if (r->mode == TN_MODE_TEST) {
    r->penalty = tn_graph_penalty(r->graph);
  }
  TN_TRY(begin_sources(r, err));
  return make_order(r, shuffle, epoch, err);
}

enum tn_status tn_runner_continue(struct tn_runner *r, struct tn_error *err) {
  int64_t rows = r->n_sources == 0 ? 0 : r->source[0]->shape.dim[0];
  r->before += r->position;
  r->position = 0;
  TN_TRY(set_rows(r, 0, rows, err));
  r->batch_size = rows;
  TN_TRY(begin_sources(r, err));
  return make_order(r, TN_SHUFFLE_NONE, 0, err);
}

int64_t tn_runner_rows(const struct tn_runner *r) { return r->before + r->position; }

/* n rows from the place `first` of the batch. */
static void load_inputs(struct tn_runner *r, int64_t first, int64_t n) {
  int64_t at = r->position + first;
  struct tn_batch batch = {r->order == NULL ? NULL : r->order + at, r->from + at, n, r->n - at};
  for (int i = 0; i < r->n_sources; i++) {
    tn_source_load(r->source[i], &batch, &r->graph->value[r->graph->input[i]].tensor);
  }
}

/* Room for all rows of an output, made when its shape is first known. */
static enum tn_status store_outputs(struct tn_runner *r, int64_t n, struct tn_error *err) {
  for (int i = 0; i < r->n_outputs; i++) {
    struct tn_output *o = &r->output[i];
    const struct tn_tensor *t = &r->graph->value[o->value].tensor;
    if (t->shape.rank == 0 || t->shape.dim[0] != n) {
      char text[80];
      return tn_fail(err, TN_STATUS_SHAPE,
                     "an output of shape %s has no row for each of the %lld samples of the batch",
                     tn_shape_text(&t->shape, text, sizeof text), (long long)n);
    }
    int64_t row = tn_shape_size(&t->shape) / n;
    if (o->data == NULL) {
      o->shape = t->shape;
      o->shape.dim[0] = r->n;
      TN_TRY(tn_alloc_into(&o->data, row * r->n, sizeof(float), err));
    }
    memcpy(o->data + r->position * row, t->data, (size_t)(row * n) * sizeof(float));
  }
  return TN_OK;
}

/* Where the courses are before the next update. */
static void follow_courses(struct tn_graph *g, struct tn_optimizer *opt) {
  for (int i = 0; i < opt->n_courses; i++) {
    double factor = tn_course_at(&opt->course[i], opt->step);
    if (opt->course[i].node < 0) {
      opt->decay_factor = factor;
    } else {
      tn_graph_scale_rate(g, opt->course[i].node, (float)factor);
    }
  }
}

/* Gradients of `share` times the loss. */
static enum tn_status gradients(struct tn_runner *r, struct tn_run *run, float share, struct tn_error *err) {
  struct tn_graph *g = r->graph;
  run->step = (uint64_t)r->optimizer->step;
  follow_courses(g, r->optimizer);
  TN_TRY(tn_graph_touch(g, err));
  tn_lazy_catch_up(r->optimizer);
  TN_TRY(tn_graph_forward(g, run, err));
  tn_graph_backward_begin(g);
  tn_graph_seed_gradient(g, g->loss, &share);
  return tn_graph_backward(g, run, err);
}

/* *loss lacks the penalties of rows that wait for their updates. */
static enum tn_status train_batch(struct tn_runner *r, struct tn_run *run, int64_t n, double *loss,
                                  struct tn_error *err) {
  struct tn_graph *g = r->graph;
  double penalty = 0;
  TN_TRY(gradients(r, run, 1, err));
  TN_TRY(tn_optimizer_step(r->optimizer, (double)n, &penalty, err));
  tn_graph_after_step(g, run);
  *loss = g->value[g->loss].tensor.data[0] + penalty;
  return TN_OK;
}

static void fit_inputs(struct tn_runner *r) {
  for (int i = 0; i < r->n_sources; i++) {
    tn_graph_fit_input(r->graph, i, &r->source[i]->shape);
  }
}

static void count_batch(struct tn_runner *r, double loss, int64_t n) {
  r->last_loss = loss;
  r->finite = isfinite(loss) != 0;
  r->loss_sum += loss * (double)n;
  r->batches++;
}

static enum tn_status one_batch(struct tn_runner *r, struct tn_error *err) {
  struct tn_graph *g = r->graph;
  int64_t n = r->n - r->position < r->batch_size ? r->n - r->position : r->batch_size;
  struct tn_run run = {r->mode == TN_MODE_TRAIN, r->seed, (uint64_t)r->batches};
  double loss = 0;
  fit_inputs(r);
  TN_TRY(tn_graph_size(g, n, err));
  load_inputs(r, 0, n);
  if (r->mode == TN_MODE_TRAIN) {
    TN_TRY(train_batch(r, &run, n, &loss, err));
  } else {
    TN_TRY(tn_graph_forward(g, &run, err));
    tn_graph_after_step(g, &run);
    loss = r->mode == TN_MODE_TEST ? g->value[g->loss].tensor.data[0] + r->penalty : 0;
  }
  TN_TRY(tn_runner_update_measures(r, n, err));
  if (r->mode == TN_MODE_PREDICT) {
    TN_TRY(store_outputs(r, n, err));
  }
  count_batch(r, loss, n);
  r->position += n;
  return TN_OK;
}

enum tn_status tn_runner_run(struct tn_runner *r, int64_t max_batches, double seconds,
                             struct tn_error *err) {
  uint32_t fpenv = tn_fpenv_enter();
  int blas_threads = tn_gemm_enter();
  double begin = r->clock == NULL ? 0 : r->clock();
  enum tn_status status = TN_OK;
  for (int64_t b = 0; b < max_batches && r->position < r->n; b++) {
    status = one_batch(r, err);
    if (status != TN_OK || !r->finite || (r->clock != NULL && r->clock() - begin > seconds)) {
      break;
    }
  }
  if (status != TN_OK && r->mode == TN_MODE_TRAIN) { /* a half-made gradient must not be used */
    tn_graph_zero_gradients(r->graph);
  }
  tn_gemm_leave(blas_threads);
  tn_fpenv_leave(fpenv);
  return status;
}

enum tn_status tn_runner_join(struct tn_runner *r, int rank, int n_ranks, const int64_t *own_rows, int64_t steps,
                              struct tn_error *err) {
  r->rank = rank;
  r->n_ranks = n_ranks;
  r->steps = steps;
  tn_free(r->own_rows);
  r->own_rows = NULL;
  if (own_rows != NULL) {
    TN_TRY(tn_alloc_into(&r->own_rows, n_ranks, sizeof *r->own_rows, err));
    memcpy(r->own_rows, own_rows, (size_t)n_ranks * sizeof *own_rows);
  }
  return TN_OK;
}

/* Where the part k of n begins that are as long as can be. */
static int64_t part_from(int64_t rows, int64_t k, int64_t n) { return rows / n * k + rows % n * k / n; }

static int64_t rows_in_step(const struct tn_runner *r, int rank) {
  return part_from(r->own_rows[rank], r->batches + 1, r->steps) - part_from(r->own_rows[rank], r->batches, r->steps);
}

/* Rows of the next batch in all; *first, *n: those that lie here. */
static int64_t share_batch(const struct tn_runner *r, int64_t *first, int64_t *n) {
  int64_t all = 0;
  if (r->own_rows == NULL) {
    all = r->n - r->position < r->batch_size ? r->n - r->position : r->batch_size;
    *first = part_from(all, r->rank, r->n_ranks);
    *n = part_from(all, r->rank + 1, r->n_ranks) - *first;
    return all;
  }
  for (int k = 0; k < r->n_ranks; k++) {
    all += rows_in_step(r, k);
  }
  *first = 0;
  *n = rows_in_step(r, r->rank);
  return all;
}

/* What is random within a batch (dropout) is drawn on each rank from a stream of its own. */
static uint64_t rank_seed(const struct tn_runner *r) {
  return r->seed + (uint64_t)r->rank * 0x9E3779B97F4A7C15u;
}

static enum tn_status part_gradients(struct tn_runner *r, int64_t first, int64_t n, double *loss, struct tn_error *err) {
  struct tn_graph *g = r->graph;
  struct tn_run run = {1, rank_seed(r), 0};
  *loss = 0;
  if (n == 0) { /* a batch of fewer rows than ranks */
    follow_courses(g, r->optimizer);
    tn_graph_clear_touched(g);
    tn_graph_backward_begin(g);
    return TN_OK;
  }
  fit_inputs(r);
  TN_TRY(tn_graph_size(g, n, err));
  load_inputs(r, first, n);
  TN_TRY(gradients(r, &run, (float)r->share, err));
  *loss = r->share * g->value[g->loss].tensor.data[0];
  return tn_runner_update_measures(r, n, err);
}

enum tn_status tn_runner_gradients(struct tn_runner *r, double *loss, struct tn_error *err) {
  uint32_t fpenv = tn_fpenv_enter();
  int blas_threads = tn_gemm_enter();
  int64_t first, n, all = share_batch(r, &first, &n);
  r->share = all == 0 ? 0 : (double)n / (double)all;
  enum tn_status status = part_gradients(r, first, n, loss, err);
  if (status != TN_OK) {
    tn_graph_zero_gradients(r->graph);
  }
  r->all_rows = status == TN_OK ? all : 0;
  tn_gemm_leave(blas_threads);
  tn_fpenv_leave(fpenv);
  return status;
}

enum tn_status tn_runner_update(struct tn_runner *r, double loss, struct tn_error *err) {
  int64_t first, n, all = r->all_rows;
  double penalty = 0;
  if (all == 0) {
    return tn_fail(err, TN_STATUS_STATE, "there are no gradients for an update");
  }
  share_batch(r, &first, &n);
  uint32_t fpenv = tn_fpenv_enter();
  enum tn_status status = tn_optimizer_step(r->optimizer, (double)all, &penalty, err);
  tn_fpenv_leave(fpenv);
  TN_TRY(status);
  r->all_rows = 0;
  count_batch(r, loss + penalty, all);
  r->position += r->own_rows == NULL ? all : n;
  r->before += r->own_rows == NULL ? 0 : all - n;
  return TN_OK;
}

double tn_runner_loss(struct tn_runner *r) {
  int64_t rows = tn_runner_rows(r);
  double owed = r->mode == TN_MODE_TRAIN ? tn_lazy_owed(r->optimizer) : 0;
  return rows == 0 ? NAN : (r->loss_sum + owed) / (double)rows;
}
