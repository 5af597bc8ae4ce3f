/* Rows that wait for their updates: the numbers of the dense rule, whatever optimizer and penalty, the
 * same bits however often they are settled. */
#include <math.h>
#include <string.h>

#include "optim/lazy.h"
#include "optim/optimizer.h"
#include "platform/alloc.h"
#include "platform/rng.h"
#include "platform/threads.h"
#include "tn_test.h"

enum { ROWS = 40, COLS = 70 /* two parts of a row, the last with a remainder */, SIZE = ROWS * COLS,
       TOUCHED = 3, STEPS = 2300 /* more than rates are kept for */ };

/* A table with its optimizer, of which every step touches three rows. */
struct table {
  struct tn_param param;
  struct tn_segment segment;
  struct tn_optimizer optimizer;
  float value[SIZE], grad[SIZE], state[3 * SIZE];
  int32_t touched[ROWS];
  uint8_t mark[ROWS];
  int64_t row_step[ROWS];
  double owed[ROWS * 2];
  double penalty; /* of what the steps returned */
};

static void random_numbers(uint64_t seed, int64_t step, int64_t n, float scale, float *out) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 0, (uint64_t)step);
  tn_stream_normal(&s, 0, 0, n, out);
  for (int64_t i = 0; i < n; i++) {
    out[i] *= scale;
  }
}

static struct table *table_new(const struct tn_attrs *attrs, float l1, float l2, int waits) {
  struct table *t = tn_alloc(1, sizeof *t);
  struct tn_optimizer *opt = &t->optimizer;
  t->param = (struct tn_param){.shape = tn_shape_2(ROWS, COLS), .size = SIZE, .rows = ROWS,
                               .cols = COLS, .value = t->value, .grad = t->grad, .trainable = 1,
                               .row_sparse = waits, .touched = t->touched, .mark = t->mark};
  t->segment = (struct tn_segment){.param = &t->param, .l1 = l1, .l2 = l2,
                                   .row_step = t->row_step};
  t->segment.owed = l1 != 0 || l2 != 0 ? t->owed : NULL;
  random_numbers(1, 0, SIZE, 0.1f, t->value);
  t->value[3] = 0; /* where the slope of |w| is zero */
  CHECK(tn_optimizer_read(attrs, &opt->config, NULL) == TN_OK);
  opt->n_segments = 1;
  opt->segment = &t->segment;
  opt->size = SIZE;
  opt->n_slots = tn_optimizer_slots(&opt->config);
  for (int k = 0; k < opt->n_slots; k++) {
    opt->slot[k] = t->state + k * SIZE;
  }
  opt->kept = tn_alloc(1, tn_optimizer_kept_size());
  tn_optimizer_begin(opt, 0, 1);
  tn_lazy_begin_pass(opt);
  return t;
}

static void table_free(struct table *t) {
  tn_free(t->optimizer.kept);
  tn_free(t);
}

/* Low rows often, high ones rarely. */
static void touch(struct table *t, int64_t step) {
  for (int64_t k = 0; k < TOUCHED; k++) {
    int32_t row = (int32_t)((step * (2 * k + 1) * 7919 % ROWS) * (step * 31 % ROWS) / ROWS);
    if (!t->mark[row]) {
      t->mark[row] = 1;
      t->touched[t->param.n_touched++] = row;
    }
  }
}

/* Steps weigh 1, 2, 3 in turn; the gradient reads the weights, as that of a batch does. */
static void table_step(struct table *t, int64_t step) {
  double penalty, weight = (double)(step % 3 + 1);
  touch(t, step);
  tn_lazy_catch_up(&t->optimizer);
  for (int64_t k = 0; k < t->param.n_touched; k++) {
    float *g = t->grad + t->touched[k] * COLS, *w = t->value + t->touched[k] * COLS;
    random_numbers(2, step * ROWS + t->touched[k], COLS, 0.1f, g);
    for (int j = 0; j < COLS; j++) {
      g[j] += 0.2f * w[j];
    }
  }
  CHECK(tn_optimizer_step(&t->optimizer, weight, &penalty, NULL) == TN_OK);
  tn_param_forget_rows(&t->param);
  t->penalty += weight * penalty;
}

/* settle: a step after which it is asked what is owed; 0 = never. */
static double train(struct table *t, int64_t settle) {
  for (int64_t step = 1; step <= STEPS; step++) {
    table_step(t, step);
    if (settle > 0 && step % settle == 0) {
      tn_lazy_owed(&t->optimizer);
    }
  }
  tn_lazy_flush(&t->optimizer);
  return tn_lazy_owed(&t->optimizer) + t->penalty;
}

static struct tn_attr number(const char *name, const double *value) {
  return (struct tn_attr){name, value, 1, NULL};
}

static void train_both(const char *what, struct table *dense, struct table *lazy) {
  double sum = train(dense, 0), owed = train(lazy, 0), largest = 0;
  for (int i = 0; i < SIZE; i++) {
    double off = fabs((double)lazy->value[i] - (double)dense->value[i]);
    largest = off <= largest ? largest : off; /* NaN counts */
  }
  if (!(largest < 2e-5 && fabs(owed - sum) <= 1e-6 * sum)) {
    printf("  %s, l1 %g, l2 %g: weights %g off, penalties %.9g, expected %.9g\n", what,
           (double)lazy->segment.l1, (double)lazy->segment.l2, largest, owed, sum);
  }
  CHECK(largest < 2e-5);
  CHECK(fabs(owed - sum) <= 1e-6 * sum);
}

static void compare(const char *what, const struct tn_attrs *attrs, float l1, float l2) {
  struct table *dense = table_new(attrs, l1, l2, 0), *lazy = table_new(attrs, l1, l2, 1);
  train_both(what, dense, lazy);
  table_free(dense);
  table_free(lazy);
}

static const char *const kinds[] = {"sgd",   "rmsprop", "adam",    "adamax",
                                    "nadam", "adagrad", "adadelta"};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* Small rates for rules that divide by the gradient's size: around a weight of zero they turn a last
 * bit into a step. */
static void compare_all(float l1, float l2) {
  double yes = 1, momentum = 0.9, decay = 0.01;
  const double rate[KINDS] = {0.01, 1e-5, 1e-5, 1e-5, 1e-5, 0.01, 1};
  for (int k = 0; k < KINDS; k++) {
    struct tn_attr a[] = {{"optimizer", NULL, 0, kinds[k]}, number("learning_rate", &rate[k]),
                          number("decay", &decay)};
    struct tn_attrs attrs = {a, 3};
    compare(kinds[k], &attrs, l1, l2);
  }
  struct tn_attr sgd[] = {{"optimizer", NULL, 0, "sgd"}, number("momentum", &momentum),
                          number("nesterov", &yes)};
  struct tn_attr rmsprop[] = {{"optimizer", NULL, 0, "rmsprop"}, number("learning_rate", &rate[1]),
                              number("momentum", &momentum), number("centered", &yes)};
  struct tn_attr amsgrad[] = {{"optimizer", NULL, 0, "adam"}, number("learning_rate", &rate[2]),
                              number("amsgrad", &yes)};
  struct tn_attrs variants[] = {{sgd, 2}, {sgd, 3}, {rmsprop, 3}, {rmsprop, 4}, {amsgrad, 3}};
  for (int k = 0; k < 5; k++) {
    compare(variants[k].item[0].text, &variants[k], l1, l2);
  }
}

TEST(rows_without_penalty_follow_the_dense_rule) { compare_all(0, 0); }
TEST(rows_with_l2_follow_the_dense_rule) { compare_all(0, 0.01f); }
TEST(rows_with_l1_and_l2_follow_the_dense_rule) { compare_all(0.001f, 0.01f); }

static struct tn_attr text(const char *name, const char *value) {
  return (struct tn_attr){name, NULL, 0, value};
}

/* Weights that stand still while the rate is 0 move on when it rises. */
TEST(rows_follow_the_dense_rule_while_the_rate_comes_and_goes) {
  const double rate = 1e-4, zero = 0, yes = 1, steps = STEPS, warmup = 1000, cycles = 4;
  const double boundaries[] = {3, 40, 900, 1700}, values[] = {0, 1e-4, 0, 1e-4, 0};
  struct tn_attr pieces[] = {text("schedule", "piecewise_constant_decay"), {"boundaries", boundaries, 4, NULL},
                             {"values", values, 5, NULL}};
  struct tn_attr waves[] = {text("schedule", "coslog"), number("initial_learning_rate", &rate),
                            number("decay_steps", &steps), number("cycles", &cycles)};
  struct tn_attr warm[] = {text("schedule", "cosine_decay"), number("initial_learning_rate", &zero),
                           number("decay_steps", &steps), number("warmup_target", &rate),
                           number("warmup_steps", &warmup)};
  struct tn_attr none[] = {number("learning_rate", &zero)};
  const struct tn_attrs schedules[] = {{pieces, 3}, {waves, 4}, {warm, 5}, {none, 1}};
  const char *const names[] = {"adam", "adam", "adamw", "adamax", "nadam", "sgd", "rmsprop"};
  for (int s = 0; s < 4; s++) {
    for (int k = 0; k < 7; k++) {
      struct tn_attr a[8] = {text("optimizer", names[k])};
      int n = schedules[s].n;
      memcpy(a + 1, schedules[s].item, (size_t)n * sizeof *a);
      a[n + 1] = number("amsgrad", k == 1 ? &yes : &zero);
      struct tn_attrs attrs = {a, n + 2};
      compare(names[k], &attrs, 0, s < 2 ? 0 : 0.01f);
      if (s >= 2) {
        compare(names[k], &attrs, 0, 0);
      }
    }
  }
}

/* Gradients of row 0 in the first step, from far below epsilon to 1. */
static float first_gradient(int j) { return (float)pow(10, -9 + 9.0 * j / (COLS - 1)); }

/* Where a weight that starts at 0 is after one gradient and `steps` - 1 steps without, in doubles. */
static double adam_path(double g, double rate, int64_t steps) {
  double m = 0.1 * g, v = 0.001 * g * g, w = 0;
  for (int64_t t = 1; t <= steps; t++) {
    double lr = rate * sqrt(1 - pow(0.999, (double)t)) / (1 - pow(0.9, (double)t));
    w -= lr * m / (sqrt(v) + 1e-7);
    m *= 0.9;
    v *= 0.999;
  }
  return w;
}

TEST(steps_of_adam_without_gradient_are_taken_at_once) {
  struct tn_attr a[] = {{"optimizer", NULL, 0, "adam"}};
  struct tn_attrs attrs = {a, 1};
  const int64_t steps[] = {2, 3, 20, 150, 600, 2300};
  for (int k = 0; k < 6; k++) {
    struct table *t = table_new(&attrs, 0, 0, 1);
    double penalty, off = 0;
    memset(t->value, 0, sizeof t->value);
    for (int64_t step = 1; step <= steps[k]; step++) {
      t->touched[0] = step > 1;
      t->param.n_touched = 1;
      tn_lazy_catch_up(&t->optimizer);
      for (int j = 0; step == 1 && j < COLS; j++) {
        t->grad[j] = first_gradient(j);
      }
      CHECK(tn_optimizer_step(&t->optimizer, 1, &penalty, NULL) == TN_OK);
    }
    tn_lazy_flush(&t->optimizer);
    for (int j = 0; j < COLS; j++) {
      double expected = adam_path((double)first_gradient(j), 0.001, steps[k]);
      off = fmax(off, fabs((double)t->value[j] / expected - 1));
    }
    CHECK(off < 1e-6);
    table_free(t);
  }
}

TEST(settling_and_threads_change_no_bit) {
  double half = 0.5;
  for (int k = 0; k < KINDS; k++) {
    struct tn_attr a[] = {{"optimizer", NULL, 0, kinds[k]}, number("decay", &half)};
    struct tn_attrs attrs = {a, 2};
    struct table *once = table_new(&attrs, 0.001f, 0.01f, 1);
    struct table *often = table_new(&attrs, 0.001f, 0.01f, 1);
    tn_threads_set(1);
    double first = train(once, 0);
    tn_threads_set(2);
    double second = train(often, 7);
    tn_threads_set(1);
    CHECK(first == second);
    CHECK(memcmp(once->value, often->value, sizeof once->value) == 0);
    CHECK(memcmp(once->state, often->state, sizeof once->state) == 0);
    table_free(once);
    table_free(often);
  }
}

/* Every row a rate of its own, the first none; rates of all rows that are the same are one. */
static void set_paces(struct table *t, struct tn_pace *pace, float step) {
  for (int row = 0; row < ROWS; row++) {
    pace[row] = (struct tn_pace){step * (float)(row % 5) + (step == 0 ? 0.25f : 0), 1};
  }
  t->segment.pace = pace;
  t->segment.n_paces = ROWS;
}

static void compare_paces(const struct tn_attrs *attrs, float l1, float l2) {
  static struct tn_pace pace[ROWS];
  const struct tn_pace quarter = {0.25f, 1};
  struct table *dense = table_new(attrs, l1, l2, 0), *lazy = table_new(attrs, l1, l2, 1);
  set_paces(dense, pace, 0.5f);
  set_paces(lazy, pace, 0.5f);
  train_both(attrs->item[0].text, dense, lazy);
  struct table *start = table_new(attrs, l1, l2, 1);
  CHECK(memcmp(lazy->value, start->value, COLS * sizeof(float)) == 0); /* a factor of 0 */
  CHECK(memcmp(lazy->value + COLS, start->value + COLS, COLS * sizeof(float)) != 0);
  struct table *by_row = table_new(attrs, l1, l2, 1);
  set_paces(by_row, pace, 0);
  start->segment.pace = &quarter;
  start->segment.n_paces = 1;
  train(start, 0);
  train(by_row, 0);
  CHECK(memcmp(start->value, by_row->value, sizeof start->value) == 0);
  table_free(dense);
  table_free(lazy);
  table_free(start);
  table_free(by_row);
}

TEST(rows_with_rates_of_their_own_follow_the_dense_rule) {
  const double rate[KINDS] = {0.01, 1e-5, 1e-5, 1e-5, 1e-5, 0.01, 1}, momentum = 0.9;
  for (int k = 0; k < KINDS; k++) {
    struct tn_attr a[] = {{"optimizer", NULL, 0, kinds[k]}, number("learning_rate", &rate[k]),
                          number("momentum", &momentum)};
    struct tn_attrs attrs = {a, 3};
    compare_paces(&attrs, 0, 0);
    compare_paces(&attrs, 0, 0.01f);
  }
}

TEST(rows_wait_unless_some_decay) {
  const double decay = 0.1;
  struct tn_pace pace[ROWS] = {{1, 0}};
  struct tn_attr a[] = {{"optimizer", NULL, 0, "adam"}, number("weight_decay", &decay)};
  struct tn_attrs attrs = {a, 2};
  struct table *t = table_new(&attrs, 0, 0, 0);
  CHECK(!tn_optimizer_may_wait(&t->optimizer.config, &t->segment));
  t->segment.pace = pace;
  t->segment.n_paces = 1;
  CHECK(tn_optimizer_may_wait(&t->optimizer.config, &t->segment));
  t->segment.n_paces = ROWS;
  CHECK(tn_optimizer_may_wait(&t->optimizer.config, &t->segment));
  pace[ROWS - 1] = (struct tn_pace){0, 1}; /* what does not move does not decay */
  CHECK(tn_optimizer_may_wait(&t->optimizer.config, &t->segment));
  pace[ROWS - 1].rate = 1;
  CHECK(!tn_optimizer_may_wait(&t->optimizer.config, &t->segment));
  table_free(t);
}

TEST(a_pass_owes_nothing_of_the_one_before) {
  struct tn_attr a[] = {{"optimizer", NULL, 0, "adam"}};
  struct tn_attrs attrs = {a, 1};
  struct table *t = table_new(&attrs, 0, 0.01f, 1);
  for (int64_t step = 1; step <= 10; step++) {
    table_step(t, step);
  }
  CHECK(tn_lazy_owed(&t->optimizer) > 0);
  tn_lazy_begin_pass(&t->optimizer);
  CHECK(tn_lazy_owed(&t->optimizer) == 0);
  table_free(t);
}

TEST(what_cannot_wait_is_refused) {
  struct tn_error err;
  double penalty, limit = 1;
  struct tn_attr a[] = {{"optimizer", NULL, 0, "adam"}, number("clipvalue", &limit)};
  struct tn_attrs attrs = {a, 2};
  struct table *t = table_new(&attrs, 0, 0.01f, 1);
  tn_error_init(&err);
  CHECK(!tn_optimizer_may_wait(&t->optimizer.config, &t->segment));
  struct tn_segment plain = t->segment;
  plain.l2 = 0;
  CHECK(tn_optimizer_may_wait(&t->optimizer.config, &plain));
  struct tn_param narrow = t->param;
  narrow.cols = 1;
  plain.param = &narrow;
  CHECK(tn_optimizer_may_wait(&t->optimizer.config, &plain));
  CHECK(tn_optimizer_step(&t->optimizer, 1, &penalty, &err) == TN_STATUS_STATE);
  CHECK(t->optimizer.step == 0);
  table_free(t);
}

int main(void) {
  RUN(rows_without_penalty_follow_the_dense_rule);
  RUN(rows_with_l2_follow_the_dense_rule);
  RUN(rows_with_l1_and_l2_follow_the_dense_rule);
  RUN(rows_follow_the_dense_rule_while_the_rate_comes_and_goes);
  RUN(steps_of_adam_without_gradient_are_taken_at_once);
  RUN(settling_and_threads_change_no_bit);
  RUN(rows_with_rates_of_their_own_follow_the_dense_rule);
  RUN(rows_wait_unless_some_decay);
  RUN(a_pass_owes_nothing_of_the_one_before);
  RUN(what_cannot_wait_is_refused);
  return tn_test_summary();
}
