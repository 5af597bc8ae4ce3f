/* Sources: rows of numbers that lie column by column, copied at once or made as batches need them. */
#include "net_fixture.h"
#include "platform/threads.h"
#include "tn_test.h"

enum { ROWS = 300, COLUMNS = 70 };

/* Columns of doubles and, every third, of whole numbers. */
struct table {
  double real[COLUMNS][ROWS];
  int32_t whole[COLUMNS][ROWS];
};

static struct table table;

static void table_make(void) {
  uint64_t state = 88172645463325252u;
  for (int j = 0; j < COLUMNS; j++) {
    for (int i = 0; i < ROWS; i++) {
      table.whole[j][i] = (int32_t)chance(&state, 2000) - 1000;
      table.real[j][i] = table.whole[j][i] / 7.0;
    }
  }
}

static int is_whole(int64_t j) { return j % 3 == 2; }

static float cell(int64_t i, int64_t j) {
  return is_whole(j) ? (float)table.whole[j][i] : (float)table.real[j][i];
}

static struct tn_source *source_make(enum tn_dtype dtype, int64_t most) {
  struct tn_source *s = tn_alloc(1, sizeof *s);
  struct tn_column *column = tn_alloc(COLUMNS, sizeof *column);
  for (int j = 0; j < COLUMNS; j++) {
    column[j] = is_whole(j) ? (struct tn_column){NULL, table.whole[j]}
                            : (struct tn_column){table.real[j], NULL};
  }
  s->dtype = dtype;
  s->shape = tn_shape_2(ROWS, COLUMNS);
  s->row_size = COLUMNS;
  CHECK(tn_source_fill(s, column, most, NULL) == TN_OK);
  return s;
}

/* A pass over rows from..to in batches: every batch holds the rows that are its turn. */
static void check_pass(struct tn_source *s, const int64_t *order, int64_t from, int64_t to, int64_t batch) {
  float room[ROWS * COLUMNS];
  CHECK(tn_source_begin(s, batch, NULL) == TN_OK);
  for (int64_t at = from; at < to; at += batch) {
    struct tn_batch b = {order == NULL ? NULL : order + at - from, at, to - at < batch ? to - at : batch, to - at};
    struct tn_tensor t = {.data = room};
    tn_source_load(s, &b, &t);
    for (int64_t k = 0; k < b.n * COLUMNS; k++) {
      int64_t row = order == NULL ? at + k / COLUMNS : b.row[k / COLUMNS];
      CHECK(t.data[k] == cell(row, k % COLUMNS));
    }
  }
}

TEST(both_ways_give_the_rows_of_each_batch) {
  int64_t order[ROWS];
  for (int64_t i = 0; i < ROWS; i++) {
    order[i] = 7 * i % ROWS;
  }
  for (int lying = 0; lying < 2; lying++) {
    struct tn_source *s = source_make(TN_F32, lying ? ROWS * COLUMNS - 1 : ROWS * COLUMNS);
    CHECK((s->column != NULL) == lying);
    int64_t batches[] = {1, 8, 64, ROWS};
    for (int k = 0; k < 4; k++) {
      check_pass(s, order, 0, ROWS, batches[k]);
      check_pass(s, NULL, 0, ROWS, batches[k]);
      check_pass(s, order + 40, 40, ROWS - 3, batches[k]);
      check_pass(s, NULL, 40, ROWS - 3, batches[k]);
    }
    tn_source_free(s);
  }
}

TEST(the_window_is_small_and_holds_a_batch) {
  struct tn_source *s = source_make(TN_F32, 0);
  CHECK(tn_source_begin(s, 8, NULL) == TN_OK);
  int64_t bytes = s->window.room * (COLUMNS * (int64_t)sizeof(float) + (int64_t)sizeof *s->window.pick);
  CHECK(s->window.room > 8 && bytes <= ROWS * COLUMNS * 8 / 16);
  CHECK(tn_source_begin(s, 200, NULL) == TN_OK && s->window.room == 200);
  tn_source_empty(s);
  CHECK(s->data == NULL && s->column == NULL && s->window.room == 0 && s->shape.dim[0] == 0);
  tn_source_free(s);
}

TEST(ids_are_cut_to_their_range) {
  double far[] = {3e9, -3e9, 2.9, -0.5, 7};
  struct tn_column column = {far, NULL};
  int32_t out[5];
  tn_columns_ids(&column, 1, NULL, 0, 5, out);
  CHECK(out[0] == INT32_MAX && out[1] == INT32_MIN && out[2] == 2 && out[3] == 0 && out[4] == 7);
  struct tn_source *s = source_make(TN_I32, 0), *copied = source_make(TN_I32, ROWS * COLUMNS);
  struct tn_batch all = {NULL, 0, ROWS, ROWS};
  struct tn_tensor a = {.data = NULL}, b = {.data = NULL};
  CHECK(tn_source_begin(s, ROWS, NULL) == TN_OK && tn_source_begin(copied, ROWS, NULL) == TN_OK);
  tn_source_load(s, &all, &a);
  tn_source_load(copied, &all, &b);
  CHECK(memcmp(a.data, b.data, ROWS * COLUMNS * sizeof(int32_t)) == 0);
  CHECK(tn_tensor_ids(&a)[2] == table.whole[2][0] && tn_tensor_ids(&a)[0] == (int32_t)table.real[0][0]);
  tn_source_free(s);
  tn_source_free(copied);
}

/* R keeps x[i, a, b] at i + rows * (a + size_a * b); samples have their last axis fastest. */
TEST(arrays_are_read_with_the_last_axis_fastest) {
  enum { N = 5, A = 3, B = 4 };
  double x[N * A * B];
  float out[N * A * B];
  struct tn_column column[A * B];
  struct tn_shape shape = {3, {N, A, B}};
  for (int k = 0; k < N * A * B; k++) {
    x[k] = k;
  }
  tn_columns_of_array((struct tn_column){x, NULL}, &shape, column);
  tn_columns_floats(column, A * B, NULL, 0, N, out);
  for (int i = 0; i < N; i++) {
    for (int a = 0; a < A; a++) {
      for (int b = 0; b < B; b++) {
        CHECK(out[(i * A + a) * B + b] == (float)(i + N * (a + A * b)));
      }
    }
  }
}

TEST(threads_change_nothing) {
  enum { MANY = 3000, WIDE = 300 };
  double *x = malloc(MANY * sizeof *x);
  struct tn_column column[WIDE];
  float *one = malloc(MANY * WIDE * sizeof *one), *two = malloc(MANY * WIDE * sizeof *two);
  for (int i = 0; i < MANY; i++) {
    x[i] = i / 3.0;
  }
  for (int j = 0; j < WIDE; j++) {
    column[j] = (struct tn_column){x, NULL};
  }
  tn_threads_set(1);
  tn_columns_floats(column, WIDE, NULL, 0, MANY, one);
  tn_threads_set(2);
  tn_columns_floats(column, WIDE, NULL, 0, MANY, two);
  CHECK(memcmp(one, two, MANY * WIDE * sizeof *one) == 0);
  CHECK(one[WIDE * (MANY - 1) + WIDE - 1] == (float)((MANY - 1) / 3.0));
  free(x);
  free(one);
  free(two);
}

TEST(without_memory_for_rows_the_pass_does_not_begin) {
  int64_t live = tn_alloc_live();
  for (int fail = 0; fail < 2; fail++) {
    struct tn_source *s = source_make(TN_F32, 0);
    tn_alloc_fail_after(fail);
    CHECK(tn_source_begin(s, 8, NULL) == TN_STATUS_ALLOC);
    tn_alloc_fail_after(-1);
    check_pass(s, NULL, 0, ROWS, 8);
    tn_source_free(s);
  }
  CHECK(tn_alloc_live() == live);
}

int main(void) {
  table_make();
  RUN(both_ways_give_the_rows_of_each_batch);
  RUN(the_window_is_small_and_holds_a_batch);
  RUN(ids_are_cut_to_their_range);
  RUN(arrays_are_read_with_the_last_axis_fastest);
  RUN(threads_change_nothing);
  RUN(without_memory_for_rows_the_pass_does_not_begin);
  return tn_test_summary();
}
