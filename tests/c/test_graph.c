/* Graph: gradients against differences, fan-out, sizes, sparse against dense, failing memory. */
#include <math.h>

#include "net_fixture.h"
#include "tn_test.h"

static void load(struct net *net, int64_t rows) {
  struct tn_batch first = {NULL, 0, rows, rows};
  for (int i = 0; i < 3; i++) {
    tn_source_load(net->source[i], &first, &net->graph->value[i].tensor);
  }
}

static double loss_of(struct net *net, int64_t rows) {
  struct tn_run run = {1, 7, 0};
  struct tn_error err;
  tn_error_init(&err);
  CHECK(tn_graph_size(net->graph, rows, &err) == TN_OK);
  load(net, rows);
  CHECK(tn_graph_forward(net->graph, &run, &err) == TN_OK);
  return net->graph->value[NET_LOSS].tensor.data[0];
}

static void gradients_of(struct net *net, int64_t rows) {
  struct tn_run run = {1, 7, 0};
  loss_of(net, rows);
  tn_graph_zero_gradients(net->graph);
  tn_graph_backward_begin(net->graph);
  tn_graph_seed_gradient(net->graph, NET_LOSS, NULL);
  CHECK(tn_graph_backward(net->graph, &run, NULL) == TN_OK);
}

TEST(gradient_equals_differences) {
  struct net net;
  CHECK(net_make(&net, 0, 1, NULL) == TN_OK);
  net_data(&net, 0);
  for (int p = 0; p < NET_PARAMS; p++) {
    struct tn_param *param = &net.graph->param[p];
    for (int64_t i = 0; i < param->size; i++) {
      float before = param->value[i], step = 1e-2f;
      gradients_of(&net, NET_ROWS);
      double gradient = param->grad[i];
      param->value[i] = before + step;
      double up = loss_of(&net, NET_ROWS);
      param->value[i] = before - step;
      double down = loss_of(&net, NET_ROWS);
      param->value[i] = before;
      CHECK_NEAR(gradient, (up - down) / (2 * (double)step), 2e-4);
    }
  }
  net_free(&net);
}

TEST(sparse_input_equals_dense_input) {
  struct net dense, sparse;
  CHECK(net_make(&dense, 0, 0, NULL) == TN_OK);
  CHECK(net_make(&sparse, 1, 0, NULL) == TN_OK);
  net_data(&dense, 0);
  net_data(&sparse, 1);
  gradients_of(&dense, NET_ROWS);
  gradients_of(&sparse, NET_ROWS);
  CHECK(sparse.graph->param[0].row_sparse == 1);
  CHECK(dense.graph->param[0].row_sparse == 0);
  CHECK(sparse.graph->param[2].row_sparse == 0);
  for (int p = 0; p < NET_PARAMS; p++) {
    for (int64_t i = 0; i < dense.graph->param[p].size; i++) {
      CHECK_NEAR(sparse.graph->param[p].grad[i], dense.graph->param[p].grad[i], 1e-6);
    }
  }
  net_free(&dense);
  net_free(&sparse);
}

TEST(batch_sizes_may_change) {
  struct net net;
  CHECK(net_make(&net, 0, 0, NULL) == TN_OK);
  net_data(&net, 0);
  double small = loss_of(&net, 5), large = loss_of(&net, NET_ROWS);
  CHECK(loss_of(&net, 5) == small);
  CHECK(loss_of(&net, NET_ROWS) == large);
  CHECK(small != large);
  net_free(&net);
}

/* y = (x * x + x) summed: one value with three consumers. */
TEST(several_consumers_add_up) {
  struct tn_graph *g = NULL;
  struct tn_error err;
  tn_error_init(&err);
  struct tn_attr sum_fn[] = {{"fn", NULL, 0, "sum"}};
  struct tn_attrs none = {NULL, 0}, sum = {sum_fn, 1};
  int xx[] = {0, 0}, yx[] = {1, 0}, z[] = {2}, o1 = 1, o2 = 2, o3 = 3;
  struct tn_shape shape = tn_shape_2(1, 3);
  CHECK(tn_graph_new(4, 3, 0, 1, &g, &err) == TN_OK);
  CHECK(tn_graph_set_input(g, 0, 0, TN_F32, &shape, &err) == TN_OK);
  CHECK(tn_graph_set_node(g, 0, "multiply", &none, 2, xx, 0, NULL, 1, &o1, &err) == TN_OK);
  CHECK(tn_graph_set_node(g, 1, "add", &none, 2, yx, 0, NULL, 1, &o2, &err) == TN_OK);
  CHECK(tn_graph_set_node(g, 2, "reduce", &sum, 1, z, 0, NULL, 1, &o3, &err) == TN_OK);
  tn_graph_want_gradients(g, 1);
  CHECK(tn_graph_size(g, 2, &err) == TN_OK);
  struct tn_run run = {0, 0, 0};
  for (int i = 0; i < 6; i++) {
    g->value[0].tensor.data[i] = (float)i - 2;
  }
  CHECK(tn_graph_forward(g, &run, &err) == TN_OK);
  tn_graph_backward_begin(g);
  tn_graph_seed_gradient(g, 3, NULL);
  CHECK(tn_graph_backward(g, &run, &err) == TN_OK);
  for (int i = 0; i < 6; i++) {
    CHECK_NEAR(g->value[0].grad[i], 2 * ((float)i - 2) + 1, 1e-6);
  }
  tn_graph_free(g);
}

TEST(wrong_shapes_are_named) {
  struct net net;
  struct tn_error err;
  tn_error_init(&err);
  CHECK(net_make(&net, 0, 0, &err) == TN_OK);
  struct tn_shape wrong = tn_shape_2(NET_IN + 1, NET_HIDDEN);
  struct tn_penalty penalty = {0, 0, 0};
  tn_graph_set_param(net.graph, 0, &wrong, net.k1, 1, penalty);
  CHECK(tn_graph_size(net.graph, 4, &err) == TN_STATUS_SHAPE);
  CHECK(err.index == 0);
  net_free(&net);
}

TEST(unknown_op_is_an_error) {
  struct tn_graph *g = NULL;
  struct tn_attrs none = {NULL, 0};
  int out = 0;
  CHECK(tn_graph_new(1, 1, 0, 0, &g, NULL) == TN_OK);
  CHECK(tn_graph_set_node(g, 0, "no such op", &none, 0, NULL, 0, NULL, 1, &out, NULL) ==
        TN_STATUS_ARG);
  tn_graph_free(g);
}

/* Every allocation in turn fails: an error, never a leak. */
TEST(failing_memory) {
  int64_t before = tn_alloc_live();
  int reached = 0;
  for (int64_t n = 0; n < 200 && !reached; n++) {
    struct net net;
    tn_alloc_fail_after(n);
    enum tn_status status = net_make(&net, 0, 1, NULL);
    if (status == TN_OK) {
      status = tn_graph_size(net.graph, 4, NULL);
    }
    tn_alloc_fail_after(-1);
    CHECK(status == TN_OK || status == TN_STATUS_ALLOC);
    reached = status == TN_OK;
    tn_graph_free(net.graph);
  }
  CHECK(reached);
  CHECK(tn_alloc_live() == before);
}

/* A count is not cut to what 32-bit machines address before it is looked at. */
TEST(counts_beyond_the_machine_are_refused) {
  int64_t few = 5, beyond = SIZE_MAX < INT64_MAX ? (int64_t)SIZE_MAX + 1 : INT64_MAX - few;
  int64_t counts[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX / 4, beyond + few};
  for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
    struct tn_error err;
    void *p = NULL;
    tn_error_init(&err);
    CHECK(tn_alloc(counts[k], 8) == NULL);
    CHECK(tn_alloc_into(&p, counts[k], 8, &err) == TN_STATUS_ALLOC && p == NULL);
  }
  CHECK(tn_alloc_live() == 0);
}

int main(void) {
  RUN(gradient_equals_differences);
  RUN(sparse_input_equals_dense_input);
  RUN(batch_sizes_may_change);
  RUN(several_consumers_add_up);
  RUN(wrong_shapes_are_named);
  RUN(unknown_op_is_an_error);
  RUN(failing_memory);
  RUN(counts_beyond_the_machine_are_refused);
  return tn_test_summary();
}
