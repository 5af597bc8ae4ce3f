/* Compressed rows: how they are made, products against plain loops, what they touch. */
#include <stddef.h>

#include "platform/rng.h"
#include "platform/threads.h"
#include "sparse/csr.h"
#include "tn_test.h"

enum { ROWS = 300, COLS = 90, PER_COLUMN = 60, ENTRIES = COLS * PER_COLUMN, UNITS = 160 };

static int32_t col_start[COLS + 1], row_index[ENTRIES];
static double value[ENTRIES];
static double cell[ROWS][COLS];

/* Every column holds PER_COLUMN ascending rows; ones: all values 1. */
static void make_columns(int ones) {
  memset(cell, 0, sizeof cell);
  for (int c = 0, k = 0; c < COLS; c++) {
    col_start[c] = k;
    for (int i = 0; i < PER_COLUMN; i++, k++) {
      row_index[k] = (i * 5 + c) % 5 + i * 5;
      value[k] = ones ? 1 : 0.25 * (k % 7) - 0.5;
      cell[row_index[k]][c] += value[k];
    }
  }
  col_start[COLS] = ENTRIES;
}

static struct tn_csr_owned by_row(int ones) {
  struct tn_csr_owned m;
  make_columns(ones);
  struct tn_sparse_parts x = {TN_SPARSE_COLUMNS, ROWS, COLS, ENTRIES, col_start, row_index, NULL, 0, 0, 0};
  CHECK(tn_csr_from_parts(&x, value, &m, NULL) == TN_OK);
  return m;
}

TEST(columns_become_rows) {
  for (int ones = 0; ones < 2; ones++) {
    struct tn_csr_owned m = by_row(ones);
    CHECK((m.view.value == NULL) == ones); /* ones are not kept */
    for (int64_t r = 0; r < ROWS; r++) {
      int64_t seen = 0;
      for (int64_t k = m.start[r]; k < m.start[r + 1]; k++) {
        CHECK(k == m.start[r] || m.index[k] > m.index[k - 1]);
        CHECK_NEAR(m.view.value == NULL ? 1 : m.value[k], cell[r][m.index[k]], 0);
        seen++;
      }
      int64_t there = 0;
      for (int c = 0; c < COLS; c++) {
        there += ones ? cell[r][c] != 0 : 0;
      }
      CHECK(!ones || seen == there);
    }
    CHECK(m.view.band[0] == 0 && m.view.band[TN_CSR_BANDS] == COLS);
    for (int b = 0; b < TN_CSR_BANDS; b++) {
      CHECK(m.view.band[b] <= m.view.band[b + 1]);
    }
    tn_csr_owned_free(&m);
  }
}

/* Whether x is refused with these words, and nothing is made of it. */
static int refused(struct tn_sparse_parts x, const char *words) {
  struct tn_csr_owned m;
  struct tn_error err;
  tn_error_init(&err);
  int said = tn_sparse_check(&x, &err) == TN_STATUS_ARG && strstr(err.message, words) != NULL;
  if (!said) {
    printf("  said: %s\n", err.message);
  }
  said = said && tn_csr_from_parts(&x, NULL, &m, NULL) != TN_OK && m.start == NULL;
  tn_csr_owned_free(&m);
  return said;
}

static struct tn_sparse_parts compressed(enum tn_sparse_form form, const int32_t *start,
                                         const int32_t *index) {
  struct tn_sparse_parts x = {form, 5, 5, 3, start, NULL, NULL, 0, 0, 0};
  if (form == TN_SPARSE_ROWS) {
    x.rows = 2;
    x.col = index;
  } else {
    x.cols = 2;
    x.row = index;
  }
  return x;
}

TEST(parts_that_do_not_hold_together_are_refused) {
  int32_t start[] = {0, 2, 3}, good[] = {1, 4, 0}, falling[] = {4, 1, 0}, twice[] = {4, 4, 0};
  int32_t outside[] = {0, 5, 0}, below[] = {0, 1, -1}, na[] = {0, 1, INT32_MIN};
  int32_t late[] = {1, 2, 3}, turning[] = {0, 4, 3}, far[] = {0, 2, 1000000}, near[] = {0, 1, 2};
  for (int form = TN_SPARSE_COLUMNS; form <= TN_SPARSE_ROWS; form++) {
    const char *name = form == TN_SPARSE_COLUMNS ? "`i`" : "`j`";
    struct tn_sparse_parts whole = compressed(form, start, good);
    struct tn_csr_owned m;
    CHECK(tn_csr_from_parts(&whole, NULL, &m, NULL) == TN_OK);
    tn_csr_owned_free(&m);
    CHECK(refused(compressed(form, start, falling), "does not ascend"));
    CHECK(refused(compressed(form, start, twice), name));
    CHECK(refused(compressed(form, start, outside), "[2] is 5, but there are 5"));
    CHECK(refused(compressed(form, start, below), "[3] is -1"));
    CHECK(refused(compressed(form, start, na), "[3] is NA"));
    CHECK(refused(compressed(form, late, good), "`p`[1] is 1"));
    CHECK(refused(compressed(form, turning, good), "`p` falls from 4 to 3"));
    CHECK(refused(compressed(form, far, good), "`p` ends at 1000000, but there are 3 entries"));
    CHECK(refused(compressed(form, near, good), "`p` ends at 2"));
  }
}

TEST(triplets_are_checked_but_not_taken) {
  int32_t i[] = {1, 3, 3}, j[] = {2, 2, 2}, zero[] = {1, 0, 3};
  struct tn_sparse_parts x = {TN_SPARSE_TRIPLETS, 3, 2, 3, NULL, i, j, 1, 0, 0};
  struct tn_csr_owned m;
  CHECK(tn_sparse_check(&x, NULL) == TN_OK); /* one cell twice adds up */
  CHECK(tn_csr_from_parts(&x, NULL, &m, NULL) == TN_STATUS_STATE);
  x.row = zero;
  CHECK(refused(x, "`i`[2] is 0, but there are 3 rows, counted from 1"));
}

TEST(triangles_hold_no_other_cells) {
  int32_t start[] = {0, 1, 3}, i[] = {0, 0, 1}, low[] = {1, 0, 1};
  struct tn_sparse_parts x = {TN_SPARSE_COLUMNS, 2, 2, 3, start, i, NULL, 0, 1, 0};
  CHECK(tn_sparse_check(&x, NULL) == TN_OK);
  x.no_diagonal = 1;
  CHECK(refused(x, "row 1 and column 1"));
  x.no_diagonal = 0;
  x.triangle = -1;
  CHECK(refused(x, "row 1 and column 2"));
  x.triangle = 1;
  x.row = low;
  CHECK(refused(x, "row 2 and column 1"));
}

TEST(matrices_without_entries) {
  struct tn_csr_owned m;
  int32_t none[] = {0, 0, 0};
  struct tn_sparse_parts rows = {TN_SPARSE_ROWS, 2, 5, 0, none, NULL, NULL, 0, 0, 0};
  struct tn_sparse_parts cols = {TN_SPARSE_COLUMNS, 0, 2, 0, none, NULL, NULL, 0, 0, 0};
  CHECK(tn_csr_from_parts(&rows, NULL, &m, NULL) == TN_OK);
  tn_csr_owned_free(&m);
  CHECK(tn_csr_from_parts(&cols, NULL, &m, NULL) == TN_OK);
  tn_csr_owned_free(&m);
}

static void fill(uint64_t seed, int64_t n, float *x) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 0, 0);
  tn_stream_uniform(&s, 0, 0, n, x);
}

static void check_products(int ones, const int64_t *row, int64_t n) {
  static float w[COLS * UNITS], bias[UNITS], dy[ROWS * UNITS];
  static float y[2][ROWS * UNITS], g[2][COLS * UNITS];
  struct tn_csr_owned m = by_row(ones);
  struct tn_csr_rows x = {&m.view, row, n};
  fill(1, COLS * UNITS, w);
  fill(2, UNITS, bias);
  fill(3, n * UNITS, dy);
  for (int t = 0; t < 2; t++) {
    tn_threads_set(t + 1);
    fill(4, COLS * UNITS, g[t]);
    tn_csr_forward(&x, UNITS, 1, w, bias, y[t]);
    tn_csr_backward(&x, UNITS, dy, g[t]);
  }
  tn_threads_set(1);
  CHECK(memcmp(y[0], y[1], (size_t)(n * UNITS) * sizeof(float)) == 0);
  CHECK(memcmp(g[0], g[1], sizeof g[0]) == 0);
  fill(4, COLS * UNITS, g[1]);
  for (int64_t u = 0; u < UNITS; u += 13) {
    for (int64_t i = 0; i < n; i++) {
      double sum = bias[u];
      for (int c = 0; c < COLS; c++) {
        sum += cell[row == NULL ? i : row[i]][c] * w[c * UNITS + u];
      }
      CHECK_NEAR(y[0][i * UNITS + u], sum, 3e-5);
    }
    for (int c = 0; c < COLS; c++) {
      double sum = g[1][c * UNITS + u];
      for (int64_t i = 0; i < n; i++) {
        sum += cell[row == NULL ? i : row[i]][c] * dy[i * UNITS + u];
      }
      CHECK_NEAR(g[0][c * UNITS + u], sum, 1e-4);
    }
  }
  tn_csr_owned_free(&m);
}

TEST(products_against_plain_loops) {
  int64_t some[] = {299, 0, 17, 17, 4};
  check_products(0, NULL, ROWS);
  check_products(1, NULL, ROWS);
  check_products(0, some, 5);
  check_products(1, some, 0);
}

/* A product that two threads share, cut by bands of columns. */
TEST(large_products_have_the_same_bits) {
  enum { MANY = 4 * ROWS };
  static int64_t row[MANY];
  static float w[COLS * UNITS], dy[MANY * UNITS], y[2][MANY * UNITS], g[2][COLS * UNITS];
  struct tn_csr_owned m = by_row(0);
  struct tn_csr_rows x = {&m.view, row, MANY};
  for (int i = 0; i < MANY; i++) {
    row[i] = (i * 7) % ROWS;
  }
  fill(1, COLS * UNITS, w);
  fill(3, MANY * UNITS, dy);
  for (int t = 0; t < 2; t++) {
    tn_threads_set(t + 1);
    memset(g[t], 0, sizeof g[t]);
    tn_csr_forward(&x, UNITS, 1, w, NULL, y[t]);
    tn_csr_backward(&x, UNITS, dy, g[t]);
  }
  tn_threads_set(1);
  CHECK(memcmp(y[0], y[1], sizeof y[0]) == 0);
  CHECK(memcmp(g[0], g[1], sizeof g[0]) == 0);
  double sum = 0;
  for (int i = 0; i < MANY; i++) {
    sum += cell[row[i]][11] * dy[i * UNITS + 5];
  }
  CHECK_NEAR(g[0][11 * UNITS + 5], sum, 1e-3);
  tn_csr_owned_free(&m);
}

/* Weights that another thread wrote are not worth fetching for a few products; those that nobody writes, those
 * with many products and those that no cache holds are shared. */
TEST(few_products_with_trained_weights_are_not_shared) {
  static const struct {
    int64_t cols, entries;
    int trained, items;
  } cases[] = {{COLS, 15 * COLS, 1, 1}, {COLS, 15 * COLS, 0, 2}, {COLS, 60 * COLS, 1, 2},
               {50000, 15 * COLS, 1, 2}, {COLS, COLS, 0, 1}, {COLS, COLS, 1, 1}};
  tn_threads_set(2);
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    int64_t start[] = {0, cases[k].entries};
    struct tn_csr m = {.rows = 1, .cols = cases[k].cols, .start = start};
    struct tn_csr_rows x = {&m, NULL, 1};
    int items = tn_threads_name() == NULL ? 1 : cases[k].items;
    CHECK(tn_csr_items(&x, UNITS, cases[k].trained, TN_CSR_BANDS) == items);
  }
  tn_threads_set(1);
}

TEST(touched_columns) {
  int32_t touched[COLS], start[] = {0, 2, 3}, index[] = {3, 50, 3};
  uint8_t mark[COLS] = {0};
  struct tn_csr_owned m;
  struct tn_sparse_parts x = {TN_SPARSE_ROWS, 2, COLS, 3, start, NULL, index, 0, 0, 0};
  CHECK(tn_csr_from_parts(&x, NULL, &m, NULL) == TN_OK);
  struct tn_csr_rows few = {&m.view, NULL, 2};
  int64_t n = tn_csr_touch(&few, 0, touched, mark);
  CHECK(n == 2 && touched[0] == 3 && touched[1] == 50 && mark[3] && mark[50] && !mark[4]);
  CHECK(tn_csr_touch(&few, n, touched, mark) == 2); /* each once */
  tn_csr_owned_free(&m);
  m = by_row(1); /* more entries than columns: all of them, whatever was there */
  struct tn_csr_rows all = {&m.view, NULL, ROWS};
  n = tn_csr_touch(&all, n, touched, mark);
  CHECK(n == COLS);
  for (int c = 0; c < COLS; c++) {
    CHECK(touched[c] == c && mark[c]);
  }
  tn_csr_owned_free(&m);
}

int main(void) {
  RUN(columns_become_rows);
  RUN(parts_that_do_not_hold_together_are_refused);
  RUN(triplets_are_checked_but_not_taken);
  RUN(triangles_hold_no_other_cells);
  RUN(matrices_without_entries);
  RUN(products_against_plain_loops);
  RUN(large_products_have_the_same_bits);
  RUN(few_products_with_trained_weights_are_not_shared);
  RUN(touched_columns);
  return tn_test_summary();
}
