/* A small classifier for the tests of graph/ and train/: dense or sparse input (B,6) -> dense 5 tanh
 * -> dense 3 -> softmax, with the crossentropy of the logits and sample weights. */
#ifndef TN_TESTS_NET_FIXTURE_H
#define TN_TESTS_NET_FIXTURE_H

#include <stdlib.h>
#include <string.h>

#include "graph/graph.h"
#include "optim/lazy.h"
#include "optim/optimizer.h"
#include "platform/alloc.h"
#include "platform/rng.h"
#include "train/runner.h"

enum { NET_IN = 6, NET_HIDDEN = 5, NET_OUT = 3, NET_ROWS = 23, NET_PARAMS = 4 };
enum { NET_X = 0, NET_Y = 1, NET_W = 2, NET_H = 3, NET_Z = 4, NET_P = 5, NET_L = 6, NET_LOSS = 7,
       NET_VALUES = 8 };

struct net {
  struct tn_graph *graph;
  float k1[NET_IN * NET_HIDDEN], b1[NET_HIDDEN], k2[NET_HIDDEN * NET_OUT], b2[NET_OUT];
  struct tn_source *source[3];
};

static inline void net_random(uint64_t seed, int64_t n, float scale, float *out) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 0, 0);
  tn_stream_normal(&s, 0, 0, n, out);
  for (int64_t i = 0; i < n; i++) {
    out[i] *= scale;
  }
}

static inline struct tn_source *net_dense_source(int64_t rows, int64_t cols) {
  struct tn_source *s = tn_alloc(1, sizeof *s);
  s->dtype = TN_F32;
  s->shape = tn_shape_2(rows, cols);
  s->row_size = cols;
  s->data = tn_alloc((size_t)(rows * cols), sizeof(float));
  return s;
}

/* The rows of x compressed; about half of the cells are zero in the dense form already. */
static inline struct tn_source *net_sparse_source(const struct tn_source *x) {
  int32_t start[NET_ROWS + 1], j[NET_ROWS * NET_IN], n = 0;
  double v[NET_ROWS * NET_IN];
  for (int64_t k = 0; k < NET_ROWS * NET_IN; k++) {
    if (k % NET_IN == 0) {
      start[k / NET_IN] = n;
    }
    if (x->data[k] != 0) {
      j[n] = (int32_t)(k % NET_IN);
      v[n++] = x->data[k];
    }
  }
  start[NET_ROWS] = n;
  struct tn_source *s = tn_alloc(1, sizeof *s);
  s->dtype = TN_CSR;
  s->shape = x->shape;
  struct tn_sparse_parts parts = {TN_SPARSE_ROWS, NET_ROWS, NET_IN, n, start, NULL, j, 0, 0, 0};
  if (tn_csr_from_parts(&parts, v, &s->csr, NULL) != TN_OK) {
    return NULL;
  }
  return s;
}

static inline enum tn_status net_node(struct net *net, int i, const char *op,
                                      const struct tn_attrs *attrs, int n_in, const int *in,
                                      int first_param, int n_params, int out,
                                      struct tn_error *err) {
  int params[2] = {first_param, first_param + 1};
  return tn_graph_set_node(net->graph, i, op, attrs, n_in, in, n_params, params, 1, &out, err);
}

static inline enum tn_status net_nodes(struct net *net, struct tn_error *err) {
  double hidden = NET_HIDDEN, out = NET_OUT, yes = 1;
  struct tn_attr a1[] = {{"units", &hidden, 1, NULL}, {"activation", NULL, 0, "tanh"}};
  struct tn_attr a2[] = {{"units", &out, 1, NULL}};
  struct tn_attr a3[] = {{"activation", NULL, 0, "softmax"}};
  struct tn_attr a4[] = {{"from_logits", &yes, 1, NULL}};
  struct tn_attrs dense1 = {a1, 2}, dense2 = {a2, 1}, softmax = {a3, 1}, logits = {a4, 1};
  struct tn_attrs none = {NULL, 0};
  int x[] = {NET_X}, h[] = {NET_H}, z[] = {NET_Z}, zy[] = {NET_Z, NET_Y}, lw[] = {NET_L, NET_W};
  TN_TRY(net_node(net, 0, "dense", &dense1, 1, x, 0, 2, NET_H, err));
  TN_TRY(net_node(net, 1, "dense", &dense2, 1, h, 2, 2, NET_Z, err));
  TN_TRY(net_node(net, 2, "activation", &softmax, 1, z, 0, 0, NET_P, err));
  TN_TRY(net_node(net, 3, "loss_categorical_crossentropy", &logits, 2, zy, 0, 0, NET_L, err));
  return net_node(net, 4, "weighted_mean", &none, 2, lw, 0, 0, NET_LOSS, err);
}

/* Weights and data are the same for every call; sparse: x as compressed rows. */
static inline enum tn_status net_make(struct net *net, int sparse, int input_grad,
                                      struct tn_error *err) {
  memset(net, 0, sizeof *net);
  net_random(1, NET_IN * NET_HIDDEN, 0.5f, net->k1);
  net_random(2, NET_HIDDEN, 0.1f, net->b1);
  net_random(3, NET_HIDDEN * NET_OUT, 0.5f, net->k2);
  TN_TRY(tn_graph_new(NET_VALUES, 5, NET_PARAMS, 3, &net->graph, err));
  struct tn_shape shape[] = {tn_shape_2(NET_IN, NET_HIDDEN), tn_shape_1(NET_HIDDEN),
                             tn_shape_2(NET_HIDDEN, NET_OUT), tn_shape_1(NET_OUT)};
  float *value[] = {net->k1, net->b1, net->k2, net->b2};
  struct tn_penalty penalty = {0, 0, 1};
  for (int i = 0; i < NET_PARAMS; i++) {
    tn_graph_set_param(net->graph, i, &shape[i], value[i], 1, penalty);
  }
  struct tn_shape in[] = {tn_shape_2(1, NET_IN), tn_shape_2(1, NET_OUT), tn_shape_1(1)};
  for (int i = 0; i < 3; i++) {
    TN_TRY(tn_graph_set_input(net->graph, i, i, sparse && i == 0 ? TN_CSR : TN_F32, &in[i], err));
  }
  TN_TRY(net_nodes(net, err));
  net->graph->loss = NET_LOSS;
  tn_graph_keep(net->graph, NET_P);
  tn_graph_keep(net->graph, NET_LOSS);
  tn_graph_want_gradients(net->graph, input_grad);
  return TN_OK;
}

static inline void net_data(struct net *net, int sparse) {
  struct tn_source *x = net_dense_source(NET_ROWS, NET_IN);
  net_random(4, NET_ROWS * NET_IN, 1, x->data);
  for (int64_t i = 0; i < NET_ROWS * NET_IN; i++) {
    x->data[i] = i % 7 < 3 ? x->data[i] : 0;
  }
  net->source[0] = sparse ? net_sparse_source(x) : x;
  if (sparse) {
    tn_source_free(x);
  }
  net->source[1] = net_dense_source(NET_ROWS, NET_OUT);
  net->source[2] = net_dense_source(NET_ROWS, 1);
  net->source[2]->shape = tn_shape_1(NET_ROWS);
  for (int64_t i = 0; i < NET_ROWS; i++) {
    net->source[1]->data[i * NET_OUT + i * i % NET_OUT] = 1;
    net->source[2]->data[i] = i % 4 == 0 ? 2 : 1;
  }
}

static inline void net_free(struct net *net) {
  tn_graph_free(net->graph);
  for (int i = 0; i < 3; i++) {
    tn_source_free(net->source[i]);
  }
}

#endif
