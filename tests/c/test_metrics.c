/* Metrics: Keras' numbers, batches against the whole, weights, thresholds, ties, errors. */
#include "metrics/label_ranks.h"
#include "metrics/registry_metrics.h"
#include "op_check.h"
#include "platform/alloc.h"

struct measure {
  const struct tn_metric *metric;
  void *config;
  double *state;
  struct tn_error err;
};

static enum tn_status measure_make(struct measure *m, const char *name,
                                   const struct tn_attrs *attrs) {
  memset(m, 0, sizeof *m);
  tn_error_init(&m->err);
  m->metric = tn_metric_find(name);
  if (m->metric == NULL) {
    return TN_STATUS_STATE;
  }
  m->config = calloc(1, m->metric->config_size);
  enum tn_status status = m->metric->configure(m->config, attrs, &m->err);
  if (status == TN_OK) {
    m->state = calloc((size_t)m->metric->state_size(m->config), sizeof(double));
  }
  return status;
}

static void measure_free(struct measure *m) {
  if (m->metric != NULL && m->metric->free_config != NULL) {
    m->metric->free_config(m->config);
  }
  free(m->config);
  free(m->state);
  memset(m, 0, sizeof *m);
}

static enum tn_status measure_update(struct measure *m, struct tn_shape p, struct tn_shape y,
                                     const float *pred, const float *truth, const float *weight) {
  struct tn_metric_batch batch = {p, y, pred, truth, weight, p.dim[0]};
  return m->metric->update(m->config, &batch, m->state, &m->err);
}

static double measure_result(struct measure *m) {
  double out = -1;
  CHECK(m->metric->result_size(m->config) == 1);
  m->metric->result(m->config, m->state, &out);
  return out;
}

static int takes_classes(const char *name) { return strstr(name, "sparse") != NULL; }

/* One batch, one number. */
static void expect(const char *name, const struct tn_attrs *attrs, int64_t rows, int64_t n,
                   const float *p, const float *y, const float *w, double want) {
  struct measure m;
  struct tn_shape shape = tn_shape_2(rows, n);
  CHECK(measure_make(&m, name, attrs) == TN_OK);
  CHECK(measure_update(&m, shape, takes_classes(name) ? tn_shape_1(rows) : shape, p, y, w) ==
        TN_OK);
  CHECK_NEAR(measure_result(&m), want, 1e-6);
  measure_free(&m);
}

TEST(accuracies) {
  float p[] = {0.9f, 0.2f, 0.5f, 0.6f}, y[] = {1, 0, 1, 0.5f};
  expect("binary_accuracy", NO_ATTRS, 4, 1, p, y, NULL, 0.5); /* 0.5 is not above, 0.5 never met */
  expect("binary_accuracy", NO_ATTRS, 2, 2, p, y, NULL, 0.5);
  expect("binary_accuracy", ATTRS(NUMBERS("threshold", 0.1)), 1, 1, (float[]){0.1f}, (float[]){0},
         NULL, 1);
  float pc[] = {0.1f, 0.7f, 0.2f, 0.4f, 0.4f, 0.2f}, yc[] = {0, 1, 0, 0, 1, 0}, ys[] = {1, 1};
  expect("categorical_accuracy", NO_ATTRS, 2, 3, pc, yc, NULL, 0.5); /* a tie: the first */
  expect("sparse_categorical_accuracy", NO_ATTRS, 2, 3, pc, ys, NULL, 0.5);
  expect("sparse_categorical_accuracy", NO_ATTRS, 2, 3, pc, ys, (float[]){3, 1}, 0.75);
  expect("sparse_categorical_accuracy", NO_ATTRS, 2, 3, pc, (float[]){NAN, 9}, NULL, 0);
}

/* Two samples of two steps of two cells: weights of samples, of steps, and too many. */
TEST(weights_of_steps) {
  float p[] = {1, 0, 0, 0, 1, 1, 0, 1}, y[8] = {0}, w[4] = {1, 2, 3, 4};
  int64_t counts[] = {2, 4}, wrong = 3;
  double want[] = {(0.5 + 2 * 1 + 2 * 0.5) / (2 + 4), (0.5 + 3 * 1 + 4 * 0.5) / 10};
  double positives[] = {1 + 2 * 3, 1 + 2 * 3 + 4};
  struct tn_shape shape = SHAPE(2, 2, 2);
  for (int k = 0; k < 2; k++) {
    struct measure mean, count;
    struct tn_metric_batch batch = {shape, shape, p, y, w, counts[k]};
    CHECK(measure_make(&mean, "mean_squared_error", NO_ATTRS) == TN_OK);
    CHECK(mean.metric->update(mean.config, &batch, mean.state, &mean.err) == TN_OK);
    CHECK_NEAR(measure_result(&mean), want[k], 1e-6);
    CHECK(measure_make(&count, "false_positives", NO_ATTRS) == TN_OK);
    CHECK(count.metric->update(count.config, &batch, count.state, &count.err) == TN_OK);
    CHECK_NEAR(measure_result(&count), positives[k], 1e-6);
    batch.n_weights = wrong;
    CHECK(mean.metric->update(mean.config, &batch, mean.state, &mean.err) == TN_STATUS_SHAPE);
    CHECK(count.metric->update(count.config, &batch, count.state, &count.err) == TN_STATUS_SHAPE);
    measure_free(&mean);
    measure_free(&count);
  }
}

TEST(top_k) {
  float p[] = {0.1f, 0.5f, 0.2f, 0.2f, 0.3f, 0.3f, 0.3f, 0.1f}, y[] = {0, 0, 1, 0, 0, 0, 1, 0};
  const struct tn_attrs *two = ATTRS(NUMBERS("k", 2));
  expect("top_k_categorical_accuracy", two, 2, 4, p, y, NULL, 1); /* ties score for all of them */
  expect("sparse_top_k_categorical_accuracy", two, 2, 4, p, (float[]){0, 2}, NULL, 0.5);
  expect("sparse_top_k_categorical_accuracy", NO_ATTRS, 2, 4, p, (float[]){0, 3}, NULL, 1);
  expect("sparse_top_k_categorical_accuracy", two, 2, 4, p, (float[]){-1, NAN}, NULL, 0);
  expect("sparse_top_k_categorical_accuracy", two, 1, 2, (float[]){NAN, 1}, (float[]){0}, NULL, 0);
}

TEST(root_and_sign) {
  expect("root_mean_squared_error", NO_ATTRS, 2, 2, (float[]){1, 2, 3, 4}, (float[]){0, 2, 0, 2},
         NULL, sqrt((1 + 0 + 9 + 4) / 4.0));
  expect("cosine_similarity", NO_ATTRS, 1, 3, (float[]){1, 2, 2}, (float[]){2, 0, 0}, NULL,
         1 / 3.0);
}

/* A metric and the loss of the same formula agree, sample by sample and in the mean. */
TEST(losses_are_metrics) {
  const char *names[] = {"mean_squared_error", "mean_absolute_percentage_error", "hinge",
                         "binary_crossentropy", "categorical_crossentropy",
                         "sparse_categorical_crossentropy", "logcosh", "poisson"};
  for (int k = 0; k < 8; k++) {
    struct measure m;
    struct op_check c;
    char loss[64] = "loss_";
    struct tn_shape p = tn_shape_2(6, 3), y = takes_classes(names[k]) ? tn_shape_1(6) : p;
    struct tn_shape in[2] = {p, y};
    float value[6];
    double sum = 0;
    CHECK(op_make(&c, strcat(loss, names[k]), NO_ATTRS, 2, in) == TN_OK);
    op_fill(&c, 0, 0.1, 0.9);
    op_fill(&c, 1, 0.1, 0.9);
    CHECK(op_forward(&c) == TN_OK);
    CHECK(measure_make(&m, names[k], NO_ATTRS) == TN_OK);
    struct tn_metric_batch batch = {p, y, c.in[0].data, c.in[1].data, NULL, 0};
    CHECK(m.metric->per_sample(m.config, &batch, value, &m.err) == TN_OK);
    CHECK(measure_update(&m, p, y, c.in[0].data, c.in[1].data, NULL) == TN_OK);
    for (int i = 0; i < 6; i++) {
      CHECK(value[i] == c.out[0].data[i]);
      sum += value[i];
    }
    CHECK_NEAR(measure_result(&m), sum / 6, 1e-5);
    measure_free(&m);
    op_free(&c);
  }
}

/* Batches of 3, 1, 0 and 2 rows give what all 6 rows give. */
TEST(batches_add_up) {
  float p[18], y[18], w[6], classes[6];
  op_random(1, 18, 0.05, 0.95, p);
  op_random(2, 18, 0, 1, y);
  op_random(3, 6, 0.5, 2, w);
  for (int i = 0; i < 6; i++) {
    classes[i] = (float)(i * 2 % 3);
  }
  for (int i = 0; i < 18; i++) {
    y[i] = y[i] > 0.5f;
  }
  for (int k = 0; tn_metric_list()[k] != NULL; k++) {
    const char *name = tn_metric_list()[k]->name;
    struct measure whole, parts;
    int sizes[] = {3, 1, 0, 2}, from = 0, is_classes = takes_classes(name);
    CHECK(measure_make(&whole, name, NO_ATTRS) == TN_OK);
    CHECK(measure_make(&parts, name, NO_ATTRS) == TN_OK);
    CHECK(measure_result(&whole) == measure_result(&whole)); /* a number before any row */
    const float *truth = is_classes ? classes : y;
    CHECK(measure_update(&whole, tn_shape_2(6, 3), is_classes ? tn_shape_1(6) : tn_shape_2(6, 3), p,
                         truth, w) == TN_OK);
    for (int b = 0; b < 4; b++) {
      struct tn_shape shape = tn_shape_2(sizes[b], 3);
      CHECK(measure_update(&parts, shape, is_classes ? tn_shape_1(sizes[b]) : shape, p + from * 3,
                           truth + from * (is_classes ? 1 : 3), w + from) == TN_OK);
      from += sizes[b];
    }
    CHECK_NEAR(measure_result(&whole), measure_result(&parts), 1e-9);
    measure_free(&whole);
    measure_free(&parts);
  }
}

/* One weight per sample counts for all steps of a sequence. */
TEST(weights_of_sequences) {
  struct measure m;
  int64_t dim[3] = {2, 2, 1};
  struct tn_shape shape = tn_shape_make(3, dim);
  CHECK(measure_make(&m, "mean_absolute_error", NO_ATTRS) == TN_OK);
  CHECK(measure_update(&m, shape, tn_shape_2(2, 2), (float[]){1, 2, 3, 4}, (float[]){0, 0, 0, 0},
                       (float[]){1, 3}) == TN_OK);
  CHECK_NEAR(measure_result(&m), (1 + 2 + 9 + 12) / 8.0, 1e-9);
  measure_free(&m);
}

static void expect_several(const char *name, const struct tn_attrs *attrs, int64_t rows, int64_t n,
                           const float *p, const float *y, const double *want, int64_t count) {
  struct measure m;
  double out[8] = {0};
  CHECK(measure_make(&m, name, attrs) == TN_OK);
  CHECK(m.metric->result_size(m.config) == count);
  CHECK(measure_update(&m, tn_shape_2(rows, n), tn_shape_2(rows, n), p, y, NULL) == TN_OK);
  m.metric->result(m.config, m.state, out);
  for (int64_t i = 0; i < count; i++) {
    CHECK_NEAR(out[i], want[i], 1e-9);
  }
  measure_free(&m);
}

TEST(counts_at_thresholds) {
  float p[] = {0.1f, 0.4f, 0.5f, 0.6f, 0.9f}, y[] = {0, 1, 1, 0, 1};
  expect("true_positives", NO_ATTRS, 5, 1, p, y, NULL, 1); /* 0.5 is not above 0.5 */
  expect("false_positives", NO_ATTRS, 5, 1, p, y, NULL, 1);
  expect("true_negatives", NO_ATTRS, 5, 1, p, y, NULL, 1);
  expect("false_negatives", NO_ATTRS, 5, 1, p, y, NULL, 2);
  expect("false_negatives", NO_ATTRS, 5, 1, p, y, (float[]){1, 2, 0.5f, 1, 1}, 2.5);
  expect("precision", NO_ATTRS, 5, 1, p, y, NULL, 0.5);
  expect("recall", NO_ATTRS, 5, 1, p, y, NULL, 1 / 3.0);
  expect("precision", NO_ATTRS, 1, 1, p, y, NULL, 0);
  /* in the order given, not in that of size; as single as the predictions */
  const struct tn_attrs *three = ATTRS(NUMBERS("thresholds", 0.7, 0.1, 0.45));
  expect_several("recall", three, 5, 1, p, y, (double[]){1 / 3.0, 1, 2 / 3.0}, 3);
  expect_several("false_positives", three, 5, 1, p, y, (double[]){0, 1, 1}, 3);
}

TEST(counts_of_the_highest) {
  float p[] = {0.5f, 0.5f, 0.5f, 0.25f, 0.5f, 0.25f}, y[] = {0, 1, 1, 1, 0, 0};
  expect("precision", ATTRS(NUMBERS("top_k", 2)), 2, 3, p, y, NULL, 0.5);
  expect("recall", ATTRS(NUMBERS("top_k", 2)), 2, 3, p, y, NULL, 2 / 3.0);
  expect("precision", ATTRS(NUMBERS("top_k", 2), NUMBERS("thresholds", 0.3)), 2, 3, p, y, NULL,
         1 / 3.0);
  expect("precision", ATTRS(NUMBERS("class_id", 1), NUMBERS("top_k", 2)), 2, 3, p, y, NULL, 0.5);
  expect("recall", ATTRS(NUMBERS("class_id", 0), NUMBERS("thresholds", 0.2)), 2, 3, p, y, NULL, 1);
}

TEST(area_under_curves) {
  float p[] = {0.1f, 0.4f, 0.35f, 0.8f}, y[] = {0, 0, 1, 1}, reversed[] = {1, 1, 0, 0};
  float sure[] = {0, 0, 1, 1}, equal[] = {0.5f, 0.5f, 0.5f, 0.5f};
  expect("auc", NO_ATTRS, 4, 1, p, y, NULL, 0.75);
  expect("auc", NO_ATTRS, 4, 1, sure, y, NULL, 1);
  expect("auc", NO_ATTRS, 4, 1, sure, reversed, NULL, 0);
  expect("auc", NO_ATTRS, 4, 1, equal, y, NULL, 0.5);
  expect("auc", NO_ATTRS, 4, 1, p, sure, (float[]){1, 3, 1, 1}, 0.625);
  expect("auc", ATTRS(TEXT("curve", "PR")), 4, 1, sure, y, NULL, 1);
  expect("auc", NO_ATTRS, 4, 1, p, (float[]){1, 1, 1, 1}, NULL, 0);
  /* thresholds -eps, 0.5, 1 + eps: one corner at (1/2, 1) */
  float q[] = {0.25f, 0.75f, 0.75f, 0.75f};
  expect("auc", ATTRS(NUMBERS("num_thresholds", 3)), 4, 1, q, y, NULL, 0.75);
  expect("auc", ATTRS(NUMBERS("thresholds", 0.5), TEXT("summation_method", "minoring")), 4, 1, q, y,
         NULL, 0.5);
  expect("auc", ATTRS(NUMBERS("thresholds", 0.5), TEXT("summation_method", "majoring")), 4, 1, q, y,
         NULL, 1);
}

TEST(area_by_labels) {
  float p[] = {0.1f, 0.9f, 0.4f, 0.2f, 0.35f, 0.8f, 0.8f, 0.1f}, y[] = {0, 0, 0, 0, 1, 1, 1, 1};
  expect("auc", ATTRS(NUMBERS("labels", 2)), 4, 2, p, y, NULL, (0.75 + 0.25) / 2);
  struct measure m;
  CHECK(measure_make(&m, "auc", ATTRS(NUMBERS("labels", 3))) == TN_OK);
  CHECK(measure_update(&m, tn_shape_2(4, 2), tn_shape_2(4, 2), p, y, NULL) == TN_STATUS_SHAPE);
  measure_free(&m);
}

TEST(wrong_shapes_and_classes) {
  struct measure m;
  float x[12] = {0};
  for (int k = 0; tn_metric_list()[k] != NULL; k++) {
    const char *name = tn_metric_list()[k]->name;
    CHECK(measure_make(&m, name, NO_ATTRS) == TN_OK);
    CHECK(measure_update(&m, tn_shape_2(4, 3), tn_shape_2(3, 4), x, x, NULL) == TN_STATUS_SHAPE);
    CHECK(strstr(m.err.message, name) && strstr(m.err.message, "(4, 3)"));
    measure_free(&m);
  }
  CHECK(measure_make(&m, "sparse_categorical_crossentropy", NO_ATTRS) == TN_OK);
  x[2] = 3;
  CHECK(measure_update(&m, tn_shape_2(4, 3), tn_shape_1(4), x, x, NULL) == TN_STATUS_ARG);
  CHECK(strstr(m.err.message, "0 to 2"));
  measure_free(&m);
  CHECK(measure_make(&m, "precision", ATTRS(NUMBERS("class_id", 3))) == TN_OK);
  CHECK(measure_update(&m, tn_shape_2(4, 3), tn_shape_2(4, 3), x, x, NULL) == TN_STATUS_ARG);
  measure_free(&m);
}

TEST(wrong_options) {
  struct measure m;
  CHECK(measure_make(&m, "no such metric", NO_ATTRS) == TN_STATUS_STATE);
  CHECK(measure_make(&m, "auc", ATTRS(NUMBERS("num_thresholds", 1))) == TN_STATUS_ARG);
  measure_free(&m);
  CHECK(measure_make(&m, "auc", ATTRS(TEXT("curve", "PRC"))) == TN_STATUS_ARG);
  measure_free(&m);
  CHECK(measure_make(&m, "auc", ATTRS(TEXT("summation_method", "mean"))) == TN_STATUS_ARG);
  measure_free(&m);
  CHECK(measure_make(&m, "top_k_categorical_accuracy", ATTRS(NUMBERS("k", 0))) == TN_STATUS_ARG);
  measure_free(&m);
}

TEST(failing_memory) {
  int64_t before = tn_alloc_live();
  const char *names[] = {"auc", "precision"};
  for (int k = 0; k < 2; k++) {
    enum tn_status status = TN_STATUS_ALLOC;
    for (int n = 0; n < 20 && status == TN_STATUS_ALLOC; n++) {
      struct measure m;
      tn_alloc_fail_after(n);
      status = measure_make(&m, names[k], NO_ATTRS);
      tn_alloc_fail_after(-1);
      measure_free(&m);
    }
    CHECK(status == TN_OK);
  }
  CHECK(tn_alloc_live() == before);
}

/* Three cases by hand: equal scores around the second true label, no label, all labels; columns behind one another. */
TEST(ranks_of_labels) {
  const double truth[] = {1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1}, inf = (double)INFINITY;
  const double score[] = {0.9, 0.5, -inf, 0.4, 0.5, 0, 0.4, 0.5, 0, 0.1, 0.5, inf};
  double precision[3], coverage[3], right[3];
  struct tn_label_ranks out = {precision, coverage, right};
  struct tn_error err;
  tn_error_init(&err);
  CHECK(tn_label_ranks(truth, score, 3, 4, 2, &out, &err) == TN_OK);
  CHECK_NEAR(precision[0], (1 + 2.0 / 3) / 2, 1e-15);
  CHECK(coverage[0] == 3 && right[0] == 1); /* the second label stands before the third */
  CHECK(precision[1] == 1 && coverage[1] == 0 && right[1] == 0);
  CHECK(precision[2] == 1 && coverage[2] == 4 && right[2] == 2);
  tn_alloc_fail_after(0);
  CHECK(tn_label_ranks(truth, score, 3, 4, 2, &out, &err) == TN_STATUS_ALLOC);
  tn_alloc_fail_after(-1);
}

int main(void) {
  RUN(accuracies);
  RUN(weights_of_steps);
  RUN(top_k);
  RUN(root_and_sign);
  RUN(losses_are_metrics);
  RUN(batches_add_up);
  RUN(weights_of_sequences);
  RUN(counts_at_thresholds);
  RUN(counts_of_the_highest);
  RUN(area_under_curves);
  RUN(area_by_labels);
  RUN(wrong_shapes_and_classes);
  RUN(wrong_options);
  RUN(failing_memory);
  RUN(ranks_of_labels);
  return tn_test_summary();
}
