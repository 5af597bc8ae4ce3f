/* Graphs by chance: gradients of all weights and inputs against differences of the loss; the same bits
 * from every run, plan and number of threads.
 *   test_random_graphs [graphs [seed]]     for longer runs; TN_GRAPHS=20 for slow checkers */
#include "gradient_probes.h"
#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "platform/threads.h"
#include "random_losses.h"

enum { MOST_PROBES = 2 * (RG_VALUES + RG_PARAMS), KINDS = 400 };

static int graphs = 320, n_kinds;
static uint64_t first_seed = 1;

/* How often each kind of node occurred, and how often a damage to its backward was noticed. */
static struct {
  char text[64];
  int nodes, noticed;
} tally[KINDS];

static struct random_graph graph;
static float largest_gradient; /* of a value that the last pass computed */
static struct {
  int64_t made, given_up, telling;
} probes;

static void complain(const char *what) {
  char text[200];
  snprintf(text, sizeof text, "seed %llu: %s", (unsigned long long)graph.seed, what);
  tn_complain(__FILE__, __LINE__, text);
}

static void note_largest_gradient(const struct tn_graph *g) {
  largest_gradient = 0;
  for (int v = 0; v < g->n_values; v++) {
    int64_t n = g->value[v].grad_written ? tn_shape_size(&g->value[v].tensor.shape) : 0;
    for (int64_t i = 0; i < n; i++) {
      largest_gradient = fmaxf(largest_gradient, fabsf(g->value[v].grad[i]));
    }
  }
}

/* One pass as the runner and the optimizer make it. */
static void gradients_of(struct tn_graph *g) {
  struct tn_run run = rg_run(&graph);
  tn_graph_zero_gradients(g);
  if (tn_graph_touch(g, NULL) != TN_OK || tn_graph_forward(g, &run, NULL) != TN_OK) {
    complain("the forward pass fails");
  }
  tn_graph_backward_begin(g);
  tn_graph_seed_gradient(g, g->loss, NULL);
  if (tn_graph_backward(g, &run, NULL) != TN_OK) {
    complain("the backward pass fails");
  }
  for (int p = 0; p < g->n_params; p++) {
    tn_vec_penalty_slope(g->param[p].size, g->penalty[p].l1, 2 * g->penalty[p].l2,
                         g->param[p].value, g->param[p].grad);
  }
}

/* ---- gradients against differences --------------------------------------------------------------- */

/* The derivative along a probe as the gradient has it. *rounding: what float32 may change in it, 32
 * units in the last place of each cell and 4 of the largest gradient, which may have cancelled out. */
static double along(struct tn_graph *g, const struct probe *p, double *rounding) {
  struct probed x = probed_of(&graph, g, p->of);
  uint64_t state = p->signs;
  double sum = 0;
  *rounding = 0;
  for (int64_t i = 0; x.gradient != NULL && i < x.n; i++) {
    double part = (double)probe_sign(&state) * p->length * x.gradient[i];
    if ((p->cell < 0 || p->cell == i) && (x.fixed == NULL || !x.fixed[i])) {
      sum += part;
      *rounding += ldexp(fabs(part), -19) + ldexp(p->length * largest_gradient, -22);
    }
  }
  return sum;
}

static int agrees(struct tn_graph *g, const struct probe *p) {
  double rounding, slope = along(g, p, &rounding);
  return fabs(slope - p->slope) <= p->tolerance + rounding; /* NaN does not */
}

static void compare(struct tn_graph *g, const struct probe *p) {
  if (!agrees(g, p)) {
    char text[120];
    double rounding;
    snprintf(text, sizeof text, "%s %d: gradient %.9g, differences %.9g +- %.2g",
             p->of < 0 ? "input" : "weight", p->of < 0 ? -1 - p->of : p->of,
             along(g, p, &rounding), p->slope, p->tolerance);
    complain(text);
  }
}

/* A direction of all cells and a single cell of each weight and input; returns how many are known. */
static int take_probes(struct tn_graph *g, struct probe *p) {
  double sigma = probe_noise(&graph, g);
  int n = 0;
  for (int of = -graph.n_values; of < graph.n_params; of++) {
    struct probed x = probed_of(&graph, g, of);
    int64_t moving = probe_moving(&x);
    for (int k = 0; moving > 0 && k < 2; k++) {
      p[n] = k == 0 ? probe_all(of, graph.state, moving) : probe_cell(&graph, of, &x);
      chance(&graph.state, 2);
      int known = probe_measure(&graph, g, sigma, &p[n]);
      probes.made++;
      probes.given_up += !known;
      probes.telling += known && fabs(p[n].slope) > 10 * p[n].tolerance;
      n += known;
    }
  }
  return n;
}

/* Masked steps, ids and classes have no gradient; rows that no sample reads have none either. */
static int zeros_are_zero(struct tn_graph *g) {
  int fine = 1;
  for (int of = -graph.n_values; of < 0; of++) {
    struct probed x = probed_of(&graph, g, of);
    for (int64_t i = 0; x.fixed != NULL && x.gradient != NULL && i < x.n; i++) {
      fine = fine && (!x.fixed[i] || x.gradient[i] == 0);
    }
  }
  for (int p = 0; p < g->n_params; p++) {
    const struct tn_param *w = &g->param[p];
    for (int64_t i = 0; w->row_sparse && i < w->size; i++) {
      fine = fine && (w->mark[i / w->cols] || w->grad[i] == 0);
    }
  }
  return fine;
}

/* ---- would an error be seen? --------------------------------------------------------------------- */

static const struct tn_op *whole;

/* A quarter too much. */
static enum tn_status damaged_backward(struct tn_call *call, struct tn_error *err) {
  float *before[TN_MAX_PARAMS];
  for (int k = 0; k < call->n_params; k++) {
    size_t bytes = (size_t)call->param[k]->size * sizeof(float);
    before[k] = malloc(bytes);
    memcpy(before[k], call->param[k]->grad, bytes);
  }
  enum tn_status status = whole->backward(call, err);
  for (int k = 0; k < call->n_in; k++) {
    for (int64_t i = 0; call->din[k] != NULL && i < tn_shape_size(&call->in[k]->shape); i++) {
      call->din[k][i] *= 1.25f;
    }
  }
  for (int k = 0; k < call->n_params; k++) {
    float *grad = call->param[k]->grad;
    for (int64_t i = 0; i < call->param[k]->size; i++) {
      grad[i] += 0.25f * (grad[i] - before[k][i]);
    }
    free(before[k]);
  }
  return status;
}

static int tally_at(const char *kind) {
  int k = 0;
  while (k < n_kinds && strcmp(tally[k].text, kind) != 0) {
    k++;
  }
  if (k == KINDS) {
    complain("more kinds of nodes than KINDS");
  } else if (k == n_kinds) {
    snprintf(tally[n_kinds++].text, sizeof tally[k].text, "%s", kind);
  }
  return k < KINDS ? k : 0;
}

/* Damages one node after the other: the probes must disagree with the gradient then. */
static void try_damages(struct tn_graph *g, const struct probe *p, int n) {
  struct tn_op damaged;
  for (int i = 0; i < g->n_nodes; i++) {
    int k = tally_at(graph.node[i].kind), noticed = 0;
    tally[k].nodes++;
    whole = g->node[i].op;
    if (whole->backward == NULL) {
      continue;
    }
    damaged = *whole;
    damaged.backward = damaged_backward;
    g->node[i].op = &damaged;
    gradients_of(g);
    note_largest_gradient(g);
    g->node[i].op = whole;
    for (int j = 0; j < n && !noticed; j++) {
      noticed = !agrees(g, &p[j]);
    }
    tally[k].noticed += noticed;
  }
}

static struct tn_graph *built(int gradients) {
  struct tn_graph *g = NULL;
  struct tn_error err;
  tn_error_init(&err);
  if (graph.loss < 0 || rg_build(&graph, gradients, &g, &err) != TN_OK) {
    complain(graph.loss < 0 ? "no loss" : err.message);
    tn_graph_free(g);
    return NULL;
  }
  return g;
}

static void make_small(int i) {
  graph.batch = 0;
  graph.narrowest = 1;
  graph.widest = 4;
  graph.most = 256;
  graph.heavy = 0;
  rg_make(&graph, first_seed + (uint64_t)i, 27);
}

TEST(gradients_equal_differences) {
  static struct probe p[MOST_PROBES];
  for (int i = 0; i < graphs; i++) {
    make_small(i);
    struct tn_graph *g = built(1);
    if (g != NULL) {
      int n = take_probes(g, p);
      gradients_of(g);
      note_largest_gradient(g);
      if (!zeros_are_zero(g)) {
        complain("a gradient where there can be none");
      }
      for (int k = 0; k < n; k++) {
        compare(g, &p[k]);
      }
      try_damages(g, p, n);
    }
    tn_graph_free(g);
    rg_free(&graph);
  }
}

/* ---- what took part ------------------------------------------------------------------------------ */

/* Nodes of a kind; of an op whatever its text when `whole_op`. */
static int noticed(const char *kind, int whole_op) {
  int sum = 0;
  size_t n = strlen(kind);
  for (int k = 0; k < n_kinds; k++) {
    int end = tally[k].text[n < sizeof tally[k].text ? n : 0];
    int same = strncmp(tally[k].text, kind, n) == 0 && (end == 0 || (whole_op && end == ' '));
    sum += same ? tally[k].noticed : 0;
  }
  return sum;
}

static void expect_noticed(const char *kind, int whole_op) {
  if (noticed(kind, whole_op) == 0) {
    complain(kind);
  }
}

#define EXPECT_ALL(before, list)                                \
  for (size_t k = 0; k < sizeof(list) / sizeof *(list); k++) {  \
    char kind[120];                                             \
    snprintf(kind, sizeof kind, before "%s", (list)[k]);        \
    expect_noticed(kind, 0);                                    \
  }

/* In some graph an error in the backward of each op is seen: one that is new must join random_ops.h. */
TEST(every_op_with_a_gradient_takes_part) {
  static const char *const variants[] = {
      "loss_binary_crossentropy logits", "loss_categorical_crossentropy logits",
      "loss_sparse_categorical_crossentropy logits", "loss_categorical_crossentropy logits members",
      "loss_sparse_categorical_crossentropy members", "loss_mean_squared_error members",
      "loss_cosine_similarity members", "dropout of members"};
  static const char *const paddings[] = {"valid", "same"}, *const ways[] = {"nearest", "bilinear"};
  for (const struct tn_op *const *op = tn_op_list(); *op != NULL; op++) {
    if ((*op)->backward != NULL) {
      expect_noticed((*op)->name, 1);
    }
  }
  EXPECT_ALL("activation ", rg_activations);
  EXPECT_ALL("dense ", rg_activations);
  EXPECT_ALL("reduce ", rg_reductions);
  EXPECT_ALL("max_pool ", paddings);
  EXPECT_ALL("average_pool ", paddings);
  EXPECT_ALL("upsample ", ways);
  EXPECT_ALL("unary ", rg_functions);
  EXPECT_ALL("", variants);
  expect_noticed("dense_packed each", 1);
  expect_noticed("dense_packed shared", 1);
}

/* Few probes are given up and most are sharp enough to see an error of a tenth. */
TEST(probes_tell) {
  CHECK(probes.given_up <= 0.02 * (double)probes.made);
  CHECK(probes.telling >= 0.7 * (double)probes.made);
}

/* ---- the same bits ------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    hash = (hash ^ bits) * 0x100000001B3u; /* FNV-1a, by words */
  }
  return hash;
}

/* Loss and all gradients of one pass. */
static uint64_t bits_of(struct tn_graph *g) {
  gradients_of(g);
  uint64_t hash = mix(14695981039346656037u, g->value[g->loss].tensor.data, 1);
  for (int of = -graph.n_values; of < graph.n_params; of++) {
    struct probed x = probed_of(&graph, g, of);
    if (x.gradient != NULL) {
      hash = mix(hash, x.gradient, x.n);
    }
  }
  return hash;
}

/* A pass of another seed, without training. */
static void disturb(struct tn_graph *g) {
  struct tn_run other = {0, graph.seed + 1, 8};
  CHECK(tn_graph_forward(g, &other, NULL) == TN_OK);
}

/* Where no gradients are wanted values share their memory: the loss must be the same. */
static void compare_plans(const struct tn_graph *g) {
  struct tn_graph *lean = built(0);
  struct tn_run run = rg_run(&graph);
  if (lean != NULL) {
    CHECK(tn_graph_forward(lean, &run, NULL) == TN_OK);
    CHECK(memcmp(g->value[g->loss].tensor.data, lean->value[g->loss].tensor.data,
                 sizeof(float)) == 0);
  }
  tn_graph_free(lean);
}

TEST(runs_and_plans_change_nothing) {
  for (int i = 0; i < graphs; i++) {
    make_small(i);
    struct tn_graph *g = built(1), *again = built(1);
    if (g != NULL && again != NULL) {
      uint64_t bits = bits_of(g);
      disturb(g);
      CHECK(bits_of(g) == bits);
      disturb(again);
      CHECK(bits_of(again) == bits);
      compare_plans(g);
    }
    tn_graph_free(g);
    tn_graph_free(again);
    rg_free(&graph);
  }
}

/* Large enough that threads share matrix products, losses, noise and sparse rows. */
TEST(threads_change_nothing) {
  for (int i = 0; i < 4; i++) {
    graph.batch = 3000;
    graph.narrowest = 200;
    graph.widest = 400;
    graph.most = 1300000;
    graph.heavy = 1;
    rg_make(&graph, first_seed + (uint64_t)i, 8);
    struct tn_graph *g = built(1);
    if (g != NULL) {
      tn_threads_set(1);
      uint64_t bits = bits_of(g);
      tn_threads_set(2);
      CHECK(bits_of(g) == bits);
      tn_threads_set(1);
    }
    tn_graph_free(g);
    rg_free(&graph);
  }
}

int main(int argc, char **argv) {
  graphs = (int)tn_test_number(argc, argv, 1, "TN_GRAPHS", graphs);
  first_seed = (uint64_t)tn_test_number(argc, argv, 2, NULL, (int64_t)first_seed);
  tn_gemm_enter();
  RUN(gradients_equal_differences);
  if (graphs >= 320) { /* fewer may lack an op; a slow checker has no time for large ones */
    RUN(every_op_with_a_gradient_takes_part);
    RUN(probes_tell);
    RUN(threads_change_nothing);
  }
  RUN(runs_and_plans_change_nothing);
  printf("%lld probes, %lld of them given up, %lld telling\n", (long long)probes.made,
         (long long)probes.given_up, (long long)probes.telling);
  return tn_test_summary();
}
