/* The promise of bits: three trainings from fixed numbers end in the same weights and predictions, to the
 * last bit, on every processor that fuses multiplication and addition, at each of its instruction sets
 * and on one thread and two; and in another fixed set of bits on every processor that does not. (A
 * product of floats that is rounded before the addition has other digits than one that is not.)
 *
 * What the promise rests on: products are chains in the order of k, sums have fixed places, vectors and
 * the rest behind them compute the same, the exponential is our own polynomial, and nothing is fused by
 * the compiler: build with -ffp-contract=off, as configure does. The byte order does not matter. Of the
 * mathematical library only functions of doubles are used, whose results are rounded to floats: the
 * learning rate of Adam (pow) and the values of losses, which no weight depends on.
 *
 * `test_bits print` prints the sums that are found. A change of the order of a sum anywhere in the engine
 * changes them, and is one that users see: say so in NEWS.md. */
#include "graph/graph.h"
#include "optim/lazy.h"
#include "optim/optimizer.h"
#include "platform/alloc.h"
#include "platform/rng.h"
#include "platform/simd.h"
#include "platform/threads.h"
#include "tn_test.h"
#include "train/runner.h"

enum { ROWS = 90, BATCH = 16, EPOCHS = 6, MOST_LAYERS = 12, MOST_PARAMS = 16, MOST_WEIGHTS = 8000 };
enum { X = 0, Y = 1, FIRST = 2 }; /* values of a graph; layer i makes FIRST + i */

static int printing;

struct layer {
  const char *op;
  struct tn_attr attr[6];
  int n_params;
  struct tn_shape param[4];
};

struct plan {
  const char *name;
  struct tn_shape x;
  int64_t classes;
  int n_layers;
  struct layer layer[MOST_LAYERS];
  const char *loss;
  struct tn_attr optimizer[4];
  uint64_t fused, plain; /* the sums that are promised */
};

#define NUMBERS(name, ...) \
  {name, (const double[]){__VA_ARGS__}, sizeof((const double[]){__VA_ARGS__}) / sizeof(double), NULL}
#define TEXT(name, value) {name, NULL, 0, value}
#define SHAPE(...) {sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), {__VA_ARGS__}}

static const struct plan plans[] = {
    {"dense",
     SHAPE(ROWS, 21),
     5,
     6,
     {{"dense", {NUMBERS("units", 33), TEXT("activation", "relu")}, 2, {SHAPE(21, 33), SHAPE(33)}},
      {"batch_norm", {NUMBERS("momentum", 0.9)}, 4, {SHAPE(33), SHAPE(33), SHAPE(33), SHAPE(33)}},
      {"dropout", {NUMBERS("rate", 0.25)}, 0, {SHAPE(1)}},
      {"dense", {NUMBERS("units", 18), TEXT("activation", "selu")}, 2, {SHAPE(33, 18), SHAPE(18)}},
      {"layer_norm", {NUMBERS("axis", -1)}, 2, {SHAPE(18), SHAPE(18)}},
      {"dense", {NUMBERS("units", 5)}, 2, {SHAPE(18, 5), SHAPE(5)}}},
     "loss_categorical_crossentropy",
     {TEXT("optimizer", "adam"), NUMBERS("learning_rate", 0.01)},
     0xb835b3d75a95b60e, 0x3f6d7174b25ea3e8},
    {"lstm",
     SHAPE(ROWS, 9, 7),
     1,
     4,
     {{"lstm",
       {NUMBERS("units", 13), NUMBERS("return_sequences", 1), NUMBERS("dropout", 0.2),
        NUMBERS("recurrent_dropout", 0.1), TEXT("activation", "tanh"),
        TEXT("recurrent_activation", "sigmoid")},
       3, {SHAPE(7, 52), SHAPE(13, 52), SHAPE(52)}},
      {"gru",
       {NUMBERS("units", 9), NUMBERS("reset_after", 1), TEXT("activation", "tanh"),
        TEXT("recurrent_activation", "sigmoid")},
       3, {SHAPE(13, 27), SHAPE(9, 27), SHAPE(2, 27)}},
      {"dense", {NUMBERS("units", 20), TEXT("activation", "swish")}, 2, {SHAPE(9, 20), SHAPE(20)}},
      {"dense", {NUMBERS("units", 1)}, 2, {SHAPE(20, 1), SHAPE(1)}}},
     "loss_binary_crossentropy",
     {TEXT("optimizer", "sgd"), NUMBERS("learning_rate", 0.1), NUMBERS("momentum", 0.9), NUMBERS("clipnorm", 1)},
     0x9030f8f4c2982868, 0xf93f97a3abac5992},
    {"convolution",
     SHAPE(ROWS, 10, 9, 3),
     4,
     7,
     {{"conv", {NUMBERS("filters", 18), NUMBERS("kernel_size", 3, 3), TEXT("padding", "same"), TEXT("activation", "relu")},
       2, {SHAPE(3, 3, 3, 18), SHAPE(18)}},
      {"max_pool", {NUMBERS("pool_size", 2, 2), NUMBERS("strides", 2, 2)}, 0, {SHAPE(1)}},
      {"depthwise_conv", {NUMBERS("depth_multiplier", 1), NUMBERS("kernel_size", 2, 2)}, 2, {SHAPE(2, 2, 18, 1), SHAPE(18)}},
      {"conv", {NUMBERS("filters", 7), NUMBERS("kernel_size", 2, 2), NUMBERS("strides", 2, 1), TEXT("activation", "softplus")},
       2, {SHAPE(2, 2, 18, 7), SHAPE(7)}},
      {"batch_norm", {NUMBERS("momentum", 0.8)}, 4, {SHAPE(7), SHAPE(7), SHAPE(7), SHAPE(7)}},
      {"flatten", {TEXT("", NULL)}, 0, {SHAPE(1)}},
      {"dense", {NUMBERS("units", 4)}, 2, {SHAPE(28, 4), SHAPE(4)}}},
     "loss_mean_squared_error",
     {TEXT("optimizer", "adam"), NUMBERS("learning_rate", 0.005), NUMBERS("amsgrad", 1)},
     0x8d820a64e7474707, 0x184a417528c3ebb5},
};

struct training {
  struct tn_graph *graph;
  struct tn_runner *runner;
  struct tn_optimizer optimizer;
  struct tn_segment segment[MOST_PARAMS];
  struct tn_source x, y;
  float weights[MOST_WEIGHTS], state[3][MOST_WEIGHTS];
  int64_t n_weights;
};

/* Uniform numbers: no function of the mathematical library is asked. */
static void draw(uint64_t seed, int64_t n, float from, float width, float *out) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 0, 0);
  tn_stream_uniform(&s, 0, 0, n, out);
  for (int64_t i = 0; i < n; i++) {
    out[i] = from + width * out[i];
  }
}

static int n_attrs(const struct tn_attr *attr, int most) {
  int n = 0;
  while (n < most && attr[n].name != NULL && attr[n].name[0] != 0) {
    n++;
  }
  return n;
}

/* Kernels around 0; scales and variances of normalisations, which are short, near 1. */
static void add_params(struct training *t, const struct layer *l, int *n_params) {
  int normalises = strstr(l->op, "_norm") != NULL;
  for (int k = 0; k < l->n_params; k++) {
    int64_t size = tn_shape_size(&l->param[k]);
    float *value = t->weights + t->n_weights;
    int is_moving = normalises && k >= 2, is_scale = normalises && (k == 0 || k == 3);
    draw((uint64_t)*n_params + 10, size, is_scale ? 0.75f : -0.25f, 0.5f, value);
    tn_graph_set_param(t->graph, *n_params, &l->param[k], value, !is_moving, (struct tn_penalty){0, k == 0 ? 1e-3f : 0, 1});
    t->n_weights += size;
    ++*n_params;
  }
}

static enum tn_status build(struct training *t, const struct plan *p, struct tn_error *err) {
  int total = 0, n_params = 0, loss = FIRST + p->n_layers, mean = loss + 1;
  for (int i = 0; i < p->n_layers; i++) {
    total += p->layer[i].n_params;
  }
  TN_TRY(tn_graph_new(mean + 1, p->n_layers + 2, total, 2, &t->graph, err));
  struct tn_shape y = tn_shape_2(1, p->classes);
  TN_TRY(tn_graph_set_input(t->graph, 0, X, TN_F32, &p->x, err));
  TN_TRY(tn_graph_set_input(t->graph, 1, Y, TN_F32, &y, err));
  for (int i = 0; i < p->n_layers; i++) {
    const struct layer *l = &p->layer[i];
    struct tn_attrs attrs = {l->attr, n_attrs(l->attr, 6)};
    int in = i == 0 ? X : FIRST + i - 1, out = FIRST + i, param[4] = {n_params, n_params + 1, n_params + 2, n_params + 3};
    add_params(t, l, &n_params);
    TN_TRY(tn_graph_set_node(t->graph, i, l->op, &attrs, 1, &in, l->n_params, param, 1, &out, err));
  }
  struct tn_attr logits = NUMBERS("from_logits", 1);
  struct tn_attrs with_logits = {&logits, 1}, none = {NULL, 0};
  int pair[] = {loss - 1, Y};
  TN_TRY(tn_graph_set_node(t->graph, p->n_layers, p->loss, &with_logits, 2, pair, 0, NULL, 1, &loss, err));
  TN_TRY(tn_graph_set_node(t->graph, p->n_layers + 1, "weighted_mean", &none, 1, &loss, 0, NULL, 1, &mean, err));
  t->graph->loss = mean;
  tn_graph_keep(t->graph, loss - 1);
  tn_graph_keep(t->graph, mean);
  tn_graph_want_gradients(t->graph, 0);
  return TN_OK;
}

static enum tn_status prepare(struct training *t, const struct plan *p, struct tn_error *err) {
  struct tn_attrs attrs = {p->optimizer, n_attrs(p->optimizer, 4)};
  int64_t offset = 0;
  TN_TRY(tn_optimizer_read(&attrs, &t->optimizer.config, err));
  t->optimizer.segment = t->segment;
  t->optimizer.n_slots = tn_optimizer_slots(&t->optimizer.config);
  for (int i = 0; i < t->graph->n_params; i++) {
    if (t->graph->param[i].trainable) {
      struct tn_segment *s = &t->segment[t->optimizer.n_segments++];
      s->param = &t->graph->param[i];
      s->l2 = t->graph->penalty[i].l2;
      s->offset = offset;
      offset += s->param->size;
    }
  }
  t->optimizer.size = offset;
  for (int k = 0; k < t->optimizer.n_slots; k++) {
    t->optimizer.slot[k] = t->state[k];
  }
  tn_optimizer_begin(&t->optimizer, 0, 1);
  TN_TRY(tn_runner_new(TN_MODE_TRAIN, t->graph, 2, 0, 0, BATCH, &t->runner, err));
  t->runner->source[0] = &t->x;
  t->runner->source[1] = &t->y;
  t->runner->optimizer = &t->optimizer;
  t->runner->seed = 11;
  return TN_OK;
}

static void give_data(struct training *t, const struct plan *p) {
  int64_t size = tn_shape_size(&p->x);
  t->x = (struct tn_source){.dtype = TN_F32, .shape = p->x, .row_size = size / ROWS};
  t->y = (struct tn_source){.dtype = TN_F32, .shape = tn_shape_2(ROWS, p->classes), .row_size = p->classes};
  t->x.data = tn_alloc((size_t)size, sizeof(float));
  t->y.data = tn_alloc((size_t)(ROWS * p->classes), sizeof(float));
  draw(1, size, -1, 2, t->x.data);
  for (int64_t i = 0; i < ROWS; i++) {
    int64_t class = (int64_t)(2.5f * (t->x.data[i * t->x.row_size] + 1));
    for (int64_t j = 0; j < p->classes; j++) {
      t->y.data[i * p->classes + j] = p->classes == 1 ? class > 2 : class == j;
    }
  }
}

/* FNV-1a over the bits of floats as numbers, so that bytes may lie in any order. */
static uint64_t sum_up(uint64_t sum, int64_t n, const float *x) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    for (int byte = 0; byte < 4; byte++) {
      sum = (sum ^ (bits >> 8 * byte & 255)) * 1099511628211u;
    }
  }
  return sum;
}

static enum tn_status run(struct training *t, const struct plan *p, uint64_t *sum, struct tn_error *err) {
  for (int epoch = 0; epoch < EPOCHS; epoch++) {
    TN_TRY(tn_runner_start(t->runner, 0, ROWS, TN_SHUFFLE_ROWS, (uint64_t)epoch, err));
    TN_TRY(tn_runner_run(t->runner, INT64_MAX, 0, err));
  }
  tn_lazy_flush(&t->optimizer);
  CHECK(t->runner->finite && t->optimizer.step == EPOCHS * ((ROWS + BATCH - 1) / BATCH));
  *sum = sum_up(14695981039346656037u, t->n_weights, t->weights);
  struct tn_runner *predict;
  TN_TRY(tn_runner_new(TN_MODE_PREDICT, t->graph, 2, 0, 1, 7, &predict, err));
  float value[ROWS * 5];
  predict->source[0] = &t->x;
  predict->source[1] = &t->y;
  predict->output[0] = (struct tn_output){FIRST + p->n_layers - 1, tn_shape_2(ROWS, p->classes), value};
  enum tn_status status = tn_runner_start(predict, 0, ROWS, TN_SHUFFLE_NONE, 0, err);
  status = status == TN_OK ? tn_runner_run(predict, INT64_MAX, 0, err) : status;
  predict->output[0].data = NULL; /* the runner would free it */
  tn_runner_free(predict);
  *sum = sum_up(*sum, ROWS * p->classes, value);
  return status;
}

/* 0 when it fails. */
static uint64_t sum_of(const struct plan *p) {
  static struct training t;
  struct tn_error err = {0};
  uint64_t sum = 0;
  memset(&t, 0, sizeof t);
  give_data(&t, p);
  if (build(&t, p, &err) != TN_OK || prepare(&t, p, &err) != TN_OK || run(&t, p, &sum, &err) != TN_OK) {
    printf("%s: %s\n", p->name, err.message);
    sum = 0;
  }
  tn_runner_free(t.runner);
  tn_graph_free(t.graph);
  tn_free(t.x.data);
  tn_free(t.y.data);
  return sum;
}

static void check_plan(const struct plan *p) {
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    if ((int)tn_simd_limit((enum tn_simd)level) != level) {
      continue;
    }
    uint64_t promised = tn_simd_fuses() ? p->fused : p->plain;
    for (int threads = 1; threads <= 8; threads *= 2) {
      tn_threads_set(threads);
      uint64_t sum = sum_of(p);
      if (printing || sum != promised) {
        printf("  %s, %s%s, %d threads: 0x%016llx\n", p->name, tn_simd_name((enum tn_simd)level),
               tn_simd_fuses() ? ", fused" : "", threads, (unsigned long long)sum);
      }
      CHECK(sum == promised);
    }
  }
}

TEST(dense) { check_plan(&plans[0]); }
TEST(lstm) { check_plan(&plans[1]); }
TEST(convolution) { check_plan(&plans[2]); }

int main(int argc, char **argv) {
  printing = argc > 1 && strcmp(argv[1], "print") == 0;
  RUN(dense);
  RUN(lstm);
  RUN(convolution);
  return tn_test_summary();
}
