/* Runner: slices, threads, shuffles, tests and predictions, errors in the middle of a pass. */
#include <math.h>

#include "net_fixture.h"
#include "platform/threads.h"
#include "tn_test.h"

struct training {
  struct net net;
  struct tn_optimizer optimizer;
  struct tn_segment segment[NET_PARAMS];
  int64_t row_step[NET_IN];
  float state[2][NET_IN * NET_HIDDEN + NET_HIDDEN + NET_HIDDEN * NET_OUT + NET_OUT];
  struct tn_runner *runner;
};

static void training_make(struct training *t, int sparse) {
  struct tn_attr a[] = {{"optimizer", NULL, 0, "adam"}};
  struct tn_attrs attrs = {a, 1};
  int64_t offset = 0;
  memset(t, 0, sizeof *t);
  CHECK(net_make(&t->net, sparse, 0, NULL) == TN_OK);
  net_data(&t->net, sparse);
  CHECK(tn_optimizer_read(&attrs, &t->optimizer.config, NULL) == TN_OK);
  t->optimizer.config.learning_rate = 0.05;
  t->optimizer.segment = t->segment;
  t->optimizer.n_segments = NET_PARAMS;
  t->optimizer.n_slots = tn_optimizer_slots(&t->optimizer.config);
  CHECK(t->optimizer.n_slots == 2);
  for (int i = 0; i < NET_PARAMS; i++) {
    t->segment[i].param = &t->net.graph->param[i];
    t->segment[i].offset = offset;
    offset += t->net.graph->param[i].size;
  }
  t->segment[0].row_step = t->row_step;
  t->optimizer.size = offset;
  t->optimizer.slot[0] = t->state[0];
  t->optimizer.slot[1] = t->state[1];
  tn_optimizer_begin(&t->optimizer, 0, 1);
  CHECK(tn_runner_new(TN_MODE_TRAIN, t->net.graph, 3, 1, 0, 4, &t->runner, NULL) == TN_OK);
  for (int i = 0; i < 3; i++) {
    t->runner->source[i] = t->net.source[i];
  }
  struct tn_attrs none = {NULL, 0};
  t->runner->measure[0].pred = NET_P;
  t->runner->measure[0].truth = NET_Y;
  t->runner->measure[0].weight = -1;
  CHECK(tn_runner_set_metric(t->runner, 0, "categorical_accuracy", &none, NULL) == TN_OK);
  t->runner->optimizer = &t->optimizer;
  t->runner->seed = 11;
}

static void training_free(struct training *t) {
  tn_runner_free(t->runner);
  net_free(&t->net);
}

static void epochs(struct training *t, int from, int to, int64_t slice, enum tn_shuffle shuffle) {
  for (int e = from; e < to; e++) {
    CHECK(tn_runner_start(t->runner, 0, NET_ROWS, shuffle, (uint64_t)e, NULL) == TN_OK);
    while (t->runner->position < t->runner->n) {
      CHECK(tn_runner_run(t->runner, slice, 0, NULL) == TN_OK);
    }
  }
  tn_lazy_flush(&t->optimizer);
}

static int same_weights(const struct training *a, const struct training *b) {
  return memcmp(a->net.k1, b->net.k1, sizeof a->net.k1) == 0 &&
         memcmp(a->net.k2, b->net.k2, sizeof a->net.k2) == 0 &&
         memcmp(a->net.b2, b->net.b2, sizeof a->net.b2) == 0;
}

TEST(slices_and_threads_change_nothing) {
  for (int sparse = 0; sparse < 2; sparse++) {
    struct training whole, sliced;
    training_make(&whole, sparse);
    training_make(&sliced, sparse);
    tn_threads_set(1);
    epochs(&whole, 0, 6, INT64_MAX, TN_SHUFFLE_ROWS);
    tn_threads_set(2);
    epochs(&sliced, 0, 6, 1, TN_SHUFFLE_ROWS);
    tn_threads_set(1);
    CHECK(same_weights(&whole, &sliced));
    CHECK(tn_runner_loss(whole.runner) == tn_runner_loss(sliced.runner));
    training_free(&whole);
    training_free(&sliced);
  }
}

TEST(training_lowers_the_loss) {
  struct training t;
  double accuracy;
  training_make(&t, 0);
  epochs(&t, 0, 1, INT64_MAX, TN_SHUFFLE_ROWS);
  double first = tn_runner_loss(t.runner);
  epochs(&t, 1, 60, INT64_MAX, TN_SHUFFLE_ROWS);
  tn_runner_measure(t.runner, 0, &accuracy);
  CHECK(tn_runner_loss(t.runner) < 0.6 * first);
  CHECK(accuracy > 0.7);
  CHECK(t.optimizer.step == 60 * 6);
  training_free(&t);
}

TEST(sparse_training_equals_dense_training) {
  struct training dense, sparse;
  training_make(&dense, 0);
  training_make(&sparse, 1);
  epochs(&dense, 0, 8, INT64_MAX, TN_SHUFFLE_BATCHES);
  epochs(&sparse, 0, 8, INT64_MAX, TN_SHUFFLE_BATCHES);
  for (int i = 0; i < NET_IN * NET_HIDDEN; i++) {
    CHECK_NEAR(sparse.net.k1[i], dense.net.k1[i], 2e-5);
  }
  training_free(&dense);
  training_free(&sparse);
}

TEST(shuffles_visit_every_row_once) {
  for (int kind = 1; kind <= 2; kind++) {
    struct training t;
    int seen[NET_ROWS] = {0}, moved = 0;
    training_make(&t, 0);
    CHECK(tn_runner_start(t.runner, 0, NET_ROWS, (enum tn_shuffle)kind, 3, NULL) == TN_OK);
    for (int i = 0; i < NET_ROWS; i++) {
      seen[t.runner->order[i]]++;
      moved += t.runner->order[i] != i;
    }
    for (int i = 0; i < NET_ROWS; i++) {
      CHECK(seen[i] == 1);
    }
    CHECK(moved > 0);
    training_free(&t);
  }
}

TEST(prediction_fills_all_rows) {
  struct training t;
  struct tn_runner *predict;
  training_make(&t, 0);
  CHECK(tn_runner_new(TN_MODE_PREDICT, t.net.graph, 3, 0, 1, 5, &predict, NULL) == TN_OK);
  for (int i = 0; i < 3; i++) {
    predict->source[i] = t.net.source[i];
  }
  predict->output[0].value = NET_P;
  CHECK(tn_runner_start(predict, 0, NET_ROWS, TN_SHUFFLE_NONE, 0, NULL) == TN_OK);
  CHECK(tn_runner_run(predict, INT64_MAX, 0, NULL) == TN_OK);
  CHECK(predict->output[0].shape.dim[0] == NET_ROWS);
  for (int i = 0; i < NET_ROWS; i++) {
    const float *p = predict->output[0].data + i * NET_OUT;
    CHECK_NEAR(p[0] + p[1] + p[2], 1, 1e-6);
  }
  tn_runner_free(predict);
  training_free(&t);
}

TEST(exchanged_sources_go_on_with_the_pass) {
  struct training t;
  double whole, parts, hits[2];
  training_make(&t, 0);
  t.runner->mode = TN_MODE_TEST;
  CHECK(tn_runner_start(t.runner, 0, NET_ROWS, TN_SHUFFLE_NONE, 0, NULL) == TN_OK);
  CHECK(tn_runner_run(t.runner, 1000, 1e9, NULL) == TN_OK);
  whole = tn_runner_loss(t.runner);
  tn_runner_measure(t.runner, 0, &hits[0]);
  for (int k = 0; k < 2; k++) { /* the same rows twice: the same means over twice the rows */
    CHECK(tn_runner_continue(t.runner, NULL) == TN_OK);
    CHECK(tn_runner_run(t.runner, 1000, 1e9, NULL) == TN_OK);
  }
  parts = tn_runner_loss(t.runner);
  tn_runner_measure(t.runner, 0, &hits[1]);
  CHECK(tn_runner_rows(t.runner) == 3 * NET_ROWS);
  CHECK_NEAR(parts, whole, 1e-6);
  CHECK_NEAR(hits[1], hits[0], 1e-12);
  training_free(&t);
}

TEST(emptied_sources_have_no_rows) {
  struct training t;
  training_make(&t, 0);
  for (int i = 0; i < t.runner->n_sources; i++) {
    tn_source_empty(t.net.source[i]);
  }
  CHECK(tn_runner_start(t.runner, 0, NET_ROWS, TN_SHUFFLE_NONE, 0, NULL) == TN_STATUS_STATE);
  CHECK(tn_runner_start(t.runner, 0, 0, TN_SHUFFLE_NONE, 0, NULL) == TN_OK);
  CHECK(tn_runner_run(t.runner, 1, 0, NULL) == TN_OK);
  CHECK(t.runner->batches == 0);
  training_free(&t);
}

TEST(loss_that_is_not_finite_ends_the_slice) {
  struct training t;
  training_make(&t, 0);
  t.net.source[0]->data[0] = NAN;
  CHECK(tn_runner_start(t.runner, 0, NET_ROWS, TN_SHUFFLE_NONE, 0, NULL) == TN_OK);
  CHECK(tn_runner_run(t.runner, INT64_MAX, 0, NULL) == TN_OK);
  CHECK(!t.runner->finite);
  CHECK(t.runner->batches == 1);
  training_free(&t);
}

TEST(rows_outside_the_data_are_refused) {
  struct training t;
  training_make(&t, 0);
  CHECK(tn_runner_start(t.runner, 0, NET_ROWS + 1, TN_SHUFFLE_NONE, 0, NULL) == TN_STATUS_STATE);
  training_free(&t);
}

/* The rows of a dense source as doubles column by column, which the source then reads from there. */
static double *lay_out(struct tn_source *s) {
  int64_t rows = s->shape.dim[0];
  double *x = malloc((size_t)(rows * s->row_size) * sizeof *x);
  struct tn_column *column = tn_alloc(s->row_size, sizeof *column);
  for (int64_t j = 0; j < s->row_size; j++) {
    for (int64_t i = 0; i < rows; i++) {
      x[j * rows + i] = s->data[i * s->row_size + j];
    }
    column[j].real = x + j * rows;
  }
  tn_free(s->data);
  s->data = NULL;
  CHECK(tn_source_fill(s, column, 0, NULL) == TN_OK);
  return x;
}

TEST(rows_made_as_batches_need_them_train_alike) {
  enum tn_shuffle shuffles[] = {TN_SHUFFLE_NONE, TN_SHUFFLE_ROWS, TN_SHUFFLE_BATCHES};
  for (int k = 0; k < 3; k++) {
    struct training copied, lying;
    double *x[2];
    training_make(&copied, 0);
    training_make(&lying, 0);
    for (int i = 0; i < 2; i++) {
      x[i] = lay_out(lying.net.source[i]);
    }
    epochs(&copied, 0, 3, 2, shuffles[k]);
    epochs(&lying, 0, 3, 2, shuffles[k]);
    CHECK(memcmp(copied.net.k1, lying.net.k1, sizeof copied.net.k1) == 0);
    CHECK(memcmp(copied.net.k2, lying.net.k2, sizeof copied.net.k2) == 0);
    training_free(&copied);
    training_free(&lying);
    free(x[0]);
    free(x[1]);
  }
}

int main(void) {
  RUN(rows_made_as_batches_need_them_train_alike);
  RUN(slices_and_threads_change_nothing);
  RUN(training_lowers_the_loss);
  RUN(sparse_training_equals_dense_training);
  RUN(shuffles_visit_every_row_once);
  RUN(prediction_fills_all_rows);
  RUN(exchanged_sources_go_on_with_the_pass);
  RUN(emptied_sources_have_no_rows);
  RUN(loss_that_is_not_finite_ends_the_slice);
  RUN(rows_outside_the_data_are_refused);
  return tn_test_summary();
}
