/* Permuter: columns exchanged in place, dense and sparse alike, put back to the bit, seen by runners. */
#include "net_fixture.h"
#include "tn_test.h"
#include "train/permuter.h"

static struct tn_stream stream_of(uint32_t part, uint64_t turn) {
  return tn_stream_make(5, TN_PURPOSE_PERMUTE, part, turn);
}

static void sources_make(struct tn_source **dense, struct tn_source **sparse) {
  struct net net;
  memset(&net, 0, sizeof net);
  net_data(&net, 0);
  *dense = net.source[0];
  *sparse = net_sparse_source(*dense);
  tn_source_free(net.source[1]);
  tn_source_free(net.source[2]);
}

/* The rows of a sparse source in full. */
static void dense_rows(const struct tn_source *s, float *out) {
  struct tn_csr_rows rows = {&s->csr.view, NULL, s->shape.dim[0]};
  tn_csr_rows_dense(&rows, out);
}

static int is_permutation(const int64_t *order, int64_t n) {
  int seen[NET_ROWS] = {0}, fixed = 0;
  for (int64_t i = 0; i < n; i++) {
    seen[order[i]]++;
    fixed += order[i] == i;
  }
  for (int64_t i = 0; i < n; i++) {
    if (seen[i] != 1) {
      return 0;
    }
  }
  return fixed < n;
}

TEST(columns_move_together_and_come_back) {
  struct tn_source *x, *unused;
  struct tn_permuter *p;
  float before[NET_ROWS * NET_IN];
  int32_t column[] = {4, 1};
  sources_make(&x, &unused);
  memcpy(before, x->data, sizeof before);
  CHECK(tn_permuter_new(x, &p, NULL) == TN_OK);
  struct tn_stream s = stream_of(1, 0);
  CHECK(tn_permuter_apply(p, column, 2, &s, NULL) == TN_OK);
  CHECK(is_permutation(p->order, NET_ROWS));
  for (int i = 0; i < NET_ROWS; i++) {
    for (int j = 0; j < NET_IN; j++) {
      int64_t from = j == 1 || j == 4 ? p->order[i] : i;
      CHECK(x->data[i * NET_IN + j] == before[from * NET_IN + j]);
    }
  }
  tn_permuter_restore(p);
  CHECK(memcmp(before, x->data, sizeof before) == 0);
  tn_permuter_restore(p); /* a second time changes nothing */
  CHECK(memcmp(before, x->data, sizeof before) == 0);
  tn_permuter_free(p);
  tn_source_free(x);
  tn_source_free(unused);
}

TEST(sparse_rows_move_like_dense_ones) {
  struct tn_source *dense, *sparse;
  struct tn_permuter *p, *q;
  float full[NET_ROWS * NET_IN], before[NET_ROWS * NET_IN];
  int32_t all[] = {0, 1, 2, 3, 4, 5}, some[] = {0, 3, 5};
  sources_make(&dense, &sparse);
  memcpy(before, dense->data, sizeof before);
  CHECK(tn_permuter_new(dense, &p, NULL) == TN_OK);
  CHECK(tn_permuter_new(sparse, &q, NULL) == TN_OK);
  for (int n = 0; n <= 6; n++) { /* no column, some, all; applied one after the other */
    struct tn_stream s = stream_of(2, (uint64_t)n);
    const int32_t *column = n == 3 ? some : all;
    CHECK(tn_permuter_apply(p, column, n, &s, NULL) == TN_OK);
    CHECK(tn_permuter_apply(q, column, n, &s, NULL) == TN_OK);
    dense_rows(sparse, full);
    CHECK(memcmp(full, dense->data, sizeof full) == 0);
    CHECK((memcmp(full, before, sizeof full) == 0) == (n == 0));
    const struct tn_csr *x = &sparse->csr.view;
    CHECK(memcmp(x->band, q->spare.view.band, sizeof x->band) == 0);
    for (int64_t i = 0; i < x->rows; i++) {
      for (int64_t k = x->start[i] + 1; k < x->start[i + 1]; k++) {
        CHECK(x->index[k - 1] < x->index[k]);
      }
    }
  }
  tn_permuter_restore(q);
  dense_rows(sparse, full);
  CHECK(memcmp(full, before, sizeof full) == 0);
  tn_permuter_free(p);
  tn_permuter_free(q);
  tn_source_free(dense);
  tn_source_free(sparse);
}

TEST(patterns_have_no_values_to_move) {
  int32_t start[] = {0, 2, 3, 3, 4}, j[] = {0, 2, 1, 2}, column[] = {2};
  struct tn_source *s = tn_alloc(1, sizeof *s);
  struct tn_permuter *p;
  float full[4 * 3];
  s->dtype = TN_CSR;
  s->shape = tn_shape_2(4, 3);
  struct tn_sparse_parts x = {TN_SPARSE_ROWS, 4, 3, 4, start, NULL, j, 0, 0, 0};
  CHECK(tn_csr_from_parts(&x, NULL, &s->csr, NULL) == TN_OK);
  CHECK(tn_permuter_new(s, &p, NULL) == TN_OK);
  struct tn_stream stream = stream_of(3, 1);
  CHECK(tn_permuter_apply(p, column, 1, &stream, NULL) == TN_OK);
  dense_rows(s, full);
  for (int r = 0; r < 4; r++) {
    int64_t from = p->order[r];
    CHECK(full[r * 3] == (r == 0) && full[r * 3 + 1] == (r == 1));
    CHECK(full[r * 3 + 2] == (from == 0 || from == 3));
  }
  tn_permuter_free(p);
  tn_source_free(s);
}

/* Ids are whole numbers in the same four bytes; some of them are no numbers as floats. */
TEST(ids_keep_their_bits) {
  struct tn_source *s = net_dense_source(5, 1);
  struct tn_permuter *p;
  int32_t id[5], column[] = {0}, first[] = {0x7f800001, -1, 7, 0, 2147483647};
  s->dtype = TN_I32;
  memcpy(s->data, first, sizeof first);
  CHECK(tn_permuter_new(s, &p, NULL) == TN_OK);
  struct tn_stream stream = stream_of(0, 3);
  CHECK(tn_permuter_apply(p, column, 1, &stream, NULL) == TN_OK);
  memcpy(id, s->data, sizeof id);
  for (int i = 0; i < 5; i++) {
    CHECK(id[i] == first[p->order[i]]);
  }
  tn_permuter_restore(p);
  CHECK(memcmp(s->data, first, sizeof first) == 0);
  tn_permuter_free(p);
  tn_source_free(s);
}

TEST(the_stream_alone_names_the_permutation) {
  struct tn_source *dense, *sparse;
  struct tn_permuter *p, *q;
  int32_t one[] = {0}, two[] = {3, 4};
  int64_t order[NET_ROWS];
  sources_make(&dense, &sparse);
  CHECK(tn_permuter_new(dense, &p, NULL) == TN_OK);
  CHECK(tn_permuter_new(sparse, &q, NULL) == TN_OK);
  struct tn_stream a = stream_of(1, 1), b = stream_of(1, 2), c = stream_of(2, 1);
  CHECK(tn_permuter_apply(p, one, 1, &a, NULL) == TN_OK);
  CHECK(tn_permuter_apply(q, two, 2, &a, NULL) == TN_OK);
  CHECK(memcmp(p->order, q->order, sizeof order) == 0);
  memcpy(order, p->order, sizeof order);
  CHECK(tn_permuter_apply(p, one, 1, &b, NULL) == TN_OK);
  CHECK(memcmp(p->order, order, sizeof order) != 0);
  CHECK(tn_permuter_apply(p, one, 1, &c, NULL) == TN_OK);
  CHECK(memcmp(p->order, order, sizeof order) != 0);
  tn_permuter_free(p);
  tn_permuter_free(q);
  tn_source_free(dense);
  tn_source_free(sparse);
}

static double test_loss(struct net *net) {
  struct tn_runner *r;
  CHECK(tn_runner_new(TN_MODE_TEST, net->graph, 3, 0, 0, 8, &r, NULL) == TN_OK);
  for (int i = 0; i < 3; i++) {
    r->source[i] = net->source[i];
  }
  CHECK(tn_runner_start(r, 0, NET_ROWS, TN_SHUFFLE_NONE, 0, NULL) == TN_OK);
  CHECK(tn_runner_run(r, INT64_MAX, 0, NULL) == TN_OK);
  double loss = tn_runner_loss(r);
  tn_runner_free(r);
  return loss;
}

TEST(a_runner_reads_the_permuted_rows) {
  int32_t column[] = {0, 1, 2};
  double by_hand = 0;
  for (int sparse = 0; sparse < 2; sparse++) {
    struct net net;
    struct tn_permuter *p;
    CHECK(net_make(&net, sparse, 0, NULL) == TN_OK);
    net_data(&net, sparse);
    double before = test_loss(&net);
    CHECK(tn_permuter_new(net.source[0], &p, NULL) == TN_OK);
    struct tn_stream s = stream_of(4, 2);
    CHECK(tn_permuter_apply(p, column, 3, &s, NULL) == TN_OK);
    double permuted = test_loss(&net);
    tn_permuter_restore(p);
    CHECK(permuted != before);
    CHECK(test_loss(&net) == before);
    if (!sparse) { /* the same rows in a copy of their own */
      float copy[NET_ROWS * NET_IN];
      memcpy(copy, net.source[0]->data, sizeof copy);
      for (int k = 0; k < NET_ROWS * NET_IN; k++) {
        int64_t row = k % NET_IN < 3 ? p->order[k / NET_IN] : k / NET_IN;
        net.source[0]->data[k] = copy[row * NET_IN + k % NET_IN];
      }
      by_hand = test_loss(&net);
      CHECK(permuted == by_hand);
    } else {
      CHECK_NEAR(permuted, by_hand, 1e-6);
    }
    tn_permuter_free(p);
    net_free(&net);
  }
}

TEST(columns_outside_the_source_are_refused) {
  struct tn_source *source[2];
  float before[NET_ROWS * NET_IN];
  int32_t below[] = {0, -1}, above[] = {NET_IN};
  sources_make(&source[0], &source[1]);
  memcpy(before, source[0]->data, sizeof before);
  for (int k = 0; k < 2; k++) {
    struct tn_permuter *p;
    struct tn_stream s = stream_of(0, 0);
    CHECK(tn_permuter_new(source[k], &p, NULL) == TN_OK);
    CHECK(tn_permuter_apply(p, below, 2, &s, NULL) == TN_STATUS_ARG);
    CHECK(tn_permuter_apply(p, above, 1, &s, NULL) == TN_STATUS_ARG);
    tn_permuter_free(p);
  }
  CHECK(memcmp(before, source[0]->data, sizeof before) == 0);
  tn_source_free(source[0]);
  tn_source_free(source[1]);
}

TEST(failing_memory_leaves_the_source_whole) {
  struct tn_source *source[2];
  float before[NET_ROWS * NET_IN], full[NET_ROWS * NET_IN];
  int32_t column[] = {2, 3};
  sources_make(&source[0], &source[1]);
  memcpy(before, source[0]->data, sizeof before);
  int64_t live = tn_alloc_live();
  for (int k = 0; k < 2; k++) {
    int failures = 0;
    for (int64_t n = 0; n < 10; n++) {
      struct tn_permuter *p;
      struct tn_stream s = stream_of(0, 0);
      tn_alloc_fail_after(n);
      enum tn_status status = tn_permuter_new(source[k], &p, NULL);
      if (status == TN_OK) {
        status = tn_permuter_apply(p, column, 2, &s, NULL);
      }
      tn_alloc_fail_after(-1);
      CHECK(status == TN_OK || status == TN_STATUS_ALLOC);
      failures += status != TN_OK;
      if (status == TN_OK) {
        tn_permuter_restore(p);
      }
      tn_permuter_free(p);
      CHECK(tn_alloc_live() == live);
    }
    CHECK(failures >= 4 && failures < 10);
  }
  CHECK(memcmp(before, source[0]->data, sizeof before) == 0);
  dense_rows(source[1], full);
  CHECK(memcmp(before, full, sizeof full) == 0);
  tn_source_free(source[0]);
  tn_source_free(source[1]);
}

int main(void) {
  RUN(columns_move_together_and_come_back);
  RUN(sparse_rows_move_like_dense_ones);
  RUN(patterns_have_no_values_to_move);
  RUN(ids_keep_their_bits);
  RUN(the_stream_alone_names_the_permutation);
  RUN(a_runner_reads_the_permuted_rows);
  RUN(columns_outside_the_source_are_refused);
  RUN(failing_memory_leaves_the_source_whole);
  return tn_test_summary();
}
