/* Counting, rows and matrices over many documents: any number of threads, failing memory. */
#include "platform/alloc.h"
#include "platform/threads.h"
#include "text/padding.h"
#include "text_fixture.h"

enum { DOCUMENTS = 3000, WORDS = 400, ROOM = 8 << 20 };

/* Documents of words w0 ... w399, the first ones far more often; long enough for several parts. */
static struct tn_text *make_documents(void) {
  struct tn_text *text = malloc(DOCUMENTS * sizeof *text);
  char *bytes = malloc(ROOM), *at = bytes;
  uint64_t state = 88172645463325252u;
  for (int d = 0; d < DOCUMENTS; d++) {
    text[d].at = at;
    for (uint32_t k = chance(&state, 300); k > 0; k--) {
      uint32_t word = chance(&state, 1 + chance(&state, WORDS));
      at += snprintf(at, 16, "W%u%s", word, k % 7 ? " " : ", ");
    }
    text[d].n = at - text[d].at;
  }
  return text;
}

static void free_documents(struct tn_text *text) {
  free((char *)(uintptr_t)text[0].at);
  free(text);
}

static enum tn_status make_tokenizer(struct tn_tokenizer *t, struct tn_error *err) {
  struct tn_split_rules rules = default_rules();
  memset(t, 0, sizeof *t);
  t->first = 1;
  t->unknown = -1;
  return tn_splitter_new(&rules, &t->splitter, err);
}

static int same_words(const struct tn_vocabulary *a, const struct tn_vocabulary *b) {
  int same = a->n == b->n && a->n_bytes == b->n_bytes &&
             memcmp(a->bytes, b->bytes, (size_t)a->n_bytes) == 0;
  for (int64_t k = 0; same && k < a->n; k++) {
    same = a->term[k].count == b->term[k].count && a->term[k].documents == b->term[k].documents;
  }
  return same;
}

TEST(counts_do_not_depend_on_threads) {
  struct tn_text *text = make_documents();
  struct tn_documents docs = {DOCUMENTS, text, NULL};
  struct tn_tokenizer one, two, plain;
  struct tn_invalid invalid = {0, 0};
  CHECK(make_tokenizer(&one, NULL) == TN_OK && make_tokenizer(&two, NULL) == TN_OK &&
        make_tokenizer(&plain, NULL) == TN_OK);
  tn_threads_set(1);
  CHECK(tn_tokenizer_count(&one, &docs, &invalid, NULL) == TN_OK);
  tn_threads_set(2);
  CHECK(tn_tokenizer_count(&two, &docs, &invalid, NULL) == TN_OK);
  for (int64_t d = 0; d < DOCUMENTS; d++) { /* one part each */
    struct tn_documents single = {1, text + d, NULL};
    CHECK(tn_tokenizer_count(&plain, &single, &invalid, NULL) == TN_OK);
  }
  CHECK(same_words(&one.words, &two.words));
  CHECK(same_words(&one.words, &plain.words));
  CHECK(one.words.n == WORDS && invalid.n == 0);
  tn_tokenizer_free(&one);
  tn_tokenizer_free(&two);
  tn_tokenizer_free(&plain);
  free_documents(text);
}

struct matrix {
  int32_t *start, *row;
  double *x, *dense;
};

static struct matrix make_matrix(struct tn_tokenizer *t, const struct tn_documents *docs,
                                 enum tn_term_kind kind, enum tn_term_value value,
                                 const double *weight) {
  struct tn_term_rows rows = {kind, WORDS + 1, NULL, 0, 0, 0, 0};
  struct tn_invalid invalid = {0, 0};
  struct matrix m;
  CHECK(tn_term_rows_add_documents(&rows, t, docs, &invalid, NULL) == TN_OK);
  m.start = malloc((WORDS + 2) * sizeof *m.start);
  m.row = malloc(((size_t)rows.entries + 1) * sizeof *m.row);
  m.x = malloc(((size_t)rows.entries + 1) * sizeof *m.x);
  m.dense = malloc((size_t)(rows.rows * rows.columns) * sizeof *m.dense);
  CHECK(tn_term_rows_columns(&rows, value, weight, m.start, m.row, m.x, NULL) == TN_OK);
  CHECK(tn_term_rows_dense(&rows, value, weight, m.dense, NULL) == TN_OK);
  CHECK(rows.rows == DOCUMENTS && m.start[WORDS + 1] == rows.entries);
  tn_term_rows_free(&rows);
  return m;
}

static void free_matrix(struct matrix *m) {
  free(m->start);
  free(m->row);
  free(m->x);
  free(m->dense);
}

static double expected_value(enum tn_term_value value, double count, double length, double weight) {
  switch (value) {
    case TN_VALUE_BINARY: return count > 0;
    case TN_VALUE_COUNT: return count;
    case TN_VALUE_FREQ: return count == 0 ? 0 : count / length;
    case TN_VALUE_LOG: return count == 0 ? 0 : (1 + log(count)) * weight;
    default: return count * weight;
  }
}

/* Against counts taken word by word. */
static void check_matrix(struct tn_tokenizer *t, const struct tn_documents *docs,
                         const struct matrix *m, enum tn_term_value value, const double *weight) {
  struct tn_tokens tokens = {0};
  for (int64_t d = 0; d < docs->n; d++) {
    double count[WORDS + 1] = {0};
    CHECK(tn_split(t->splitter, docs->text[d], &tokens, NULL) == TN_OK);
    for (int64_t k = 0; k < tokens.n; k++) {
      count[1 + find_in(&t->words, tokens.bytes + tokens.token[k].at,
                        (int64_t)tokens.token[k].n)]++;
    }
    for (int j = 0; j <= WORDS; j++) {
      double want = expected_value(value, count[j], (double)tokens.n, weight[j]);
      CHECK_NEAR(m->dense[j * docs->n + d], want, 1e-12);
    }
  }
  for (int j = 0; j <= WORDS; j++) {
    for (int32_t k = m->start[j]; k < m->start[j + 1]; k++) {
      CHECK(m->dense[j * docs->n + m->row[k]] == m->x[k] && m->x[k] != 0);
      CHECK(k == m->start[j] || m->row[k] > m->row[k - 1]);
    }
  }
  tn_tokens_free(&tokens);
}

TEST(matrices) {
  struct tn_text *text = make_documents();
  struct tn_documents docs = {DOCUMENTS, text, NULL};
  struct tn_tokenizer t;
  struct tn_invalid invalid = {0, 0};
  double weight[WORDS + 1];
  CHECK(make_tokenizer(&t, NULL) == TN_OK);
  CHECK(tn_tokenizer_count(&t, &docs, &invalid, NULL) == TN_OK);
  for (int j = 0; j <= WORDS; j++) {
    weight[j] = 1 + j / 64.0;
  }
  for (int value = TN_VALUE_BINARY; value <= TN_VALUE_WEIGHTED; value++) {
    enum tn_term_kind kind = value == TN_VALUE_BINARY ? TN_TERMS_PRESENCE : TN_TERMS_COUNT;
    tn_threads_set(1);
    struct matrix one = make_matrix(&t, &docs, kind, (enum tn_term_value)value, weight);
    tn_threads_set(2);
    struct matrix two = make_matrix(&t, &docs, kind, (enum tn_term_value)value, weight);
    check_matrix(&t, &docs, &one, (enum tn_term_value)value, weight);
    CHECK(memcmp(one.start, two.start, (WORDS + 2) * sizeof *one.start) == 0);
    CHECK(memcmp(one.row, two.row, (size_t)one.start[WORDS + 1] * sizeof *one.row) == 0);
    CHECK(memcmp(one.x, two.x, (size_t)one.start[WORDS + 1] * sizeof *one.x) == 0);
    free_matrix(&one);
    free_matrix(&two);
  }
  tn_tokenizer_free(&t);
  free_documents(text);
}

TEST(given_indices) {
  struct tn_term_rows rows = {TN_TERMS_COUNT, 4, NULL, 0, 0, 0, 0};
  int64_t first[] = {0, 3, 3, 6};
  int32_t index[] = {1, 1, 9, 0, 3, INT32_MAX}, negative[] = {1, -1, 2, 0, 3, 1};
  double dense[12], want[] = {0, 0, 1. / 3, 2. / 3, 0, 0, 0, 0, 0, 0, 0, 1. / 3};
  struct tn_error err;
  tn_error_init(&err);
  CHECK(tn_term_rows_add_indices(&rows, 3, first, negative, &err) == TN_STATUS_ARG);
  CHECK(rows.rows == 0 && rows.n_blocks == 0 && strstr(err.message, "negative"));
  CHECK(tn_term_rows_add_indices(&rows, 3, first, index, NULL) == TN_OK);
  CHECK(tn_term_rows_dense(&rows, TN_VALUE_FREQ, NULL, dense, NULL) == TN_OK);
  for (int k = 0; k < 12; k++) {
    CHECK_NEAR(dense[k], want[k], 1e-15);
  }
  tn_term_rows_free(&rows);
  CHECK(tn_term_rows_dense(&(struct tn_term_rows){0}, TN_VALUE_COUNT, NULL, dense, NULL) ==
        TN_STATUS_STATE);
}

/* One whole run; every allocation of it fails once. */
static enum tn_status whole_run(const struct tn_documents *docs, struct tn_error *err) {
  struct tn_tokenizer t;
  struct tn_term_rows rows = {TN_TERMS_COUNT, 50, NULL, 0, 0, 0, 0};
  struct tn_invalid invalid = {0, 0};
  int32_t start[51], row[4096];
  double x[4096];
  enum tn_status status = make_tokenizer(&t, err);
  status = status == TN_OK ? tn_tokenizer_count(&t, docs, &invalid, err) : status;
  status = status == TN_OK ? tn_term_rows_add_documents(&rows, &t, docs, &invalid, err) : status;
  status = status == TN_OK
               ? tn_term_rows_columns(&rows, TN_VALUE_COUNT, NULL, start, row, x, err)
               : status;
  tn_term_rows_free(&rows);
  tn_tokenizer_free(&t);
  return status;
}

TEST(failing_memory_leaves_nothing_behind) {
  struct tn_text *text = make_documents();
  struct tn_documents docs = {20, text, NULL};
  int failures = 0;
  for (int64_t n = 0;; n++) {
    struct tn_error err;
    tn_error_init(&err);
    tn_alloc_fail_after(n);
    enum tn_status status = whole_run(&docs, &err);
    tn_alloc_fail_after(-1);
    CHECK(tn_alloc_live() == 0);
    if (status == TN_OK) {
      break;
    }
    CHECK(status == TN_STATUS_ALLOC && err.status == TN_STATUS_ALLOC);
    failures++;
  }
  CHECK(failures > 20);
  free_documents(text);
}

/* Others do their parts to the end, and the next loop is a good one. */
TEST(a_part_fails_in_the_middle_of_a_shared_loop) {
  struct tn_text *text = make_documents();
  struct tn_documents docs = {DOCUMENTS, text, NULL};
  int64_t live = tn_alloc_live();
  int failures = 0, done = 0;
  tn_threads_set(4);
  for (int64_t n = 2; !done; n = 2 * n + 1) {
    struct tn_tokenizer t;
    struct tn_error err;
    struct tn_invalid invalid = {0, 0};
    tn_error_init(&err);
    CHECK(make_tokenizer(&t, NULL) == TN_OK);
    tn_alloc_fail_after(n);
    enum tn_status status = tn_tokenizer_count(&t, &docs, &invalid, &err);
    tn_alloc_fail_after(-1);
    done = status == TN_OK;
    CHECK(done ? t.words.n == WORDS : status == TN_STATUS_ALLOC && err.message[0] != '\0');
    failures += !done;
    tn_tokenizer_free(&t);
    CHECK(tn_alloc_live() == live);
  }
  CHECK(failures > 2);
  tn_threads_set(1);
  free_documents(text);
}

TEST(invalid_documents_are_counted) {
  struct tn_text text[] = {TEXT("fine"), TEXT("b\xFFr"), TEXT(""), TEXT("\xC3")};
  struct tn_documents docs = {4, text, NULL};
  struct tn_tokenizer t;
  struct tn_invalid invalid = {0, 0};
  CHECK(make_tokenizer(&t, NULL) == TN_OK);
  CHECK(tn_tokenizer_count(&t, &docs, &invalid, NULL) == TN_OK);
  CHECK(invalid.n == 2 && invalid.first == 1 && t.words.n == 3);
  CHECK(find_in(&t.words, "b\xEF\xBF\xBDr", 5) == 1);
  tn_tokenizer_free(&t);
}

/* Cell of row r as the words say: cut or filled in front, or behind. */
static double padded_cell(const struct tn_padding *p, int64_t r, int64_t column) {
  int64_t n = p->first[r + 1] - p->first[r];
  int64_t from = n > p->columns ? (p->cut_front ? n - p->columns : 0) : p->fill_front ? n - p->columns : 0;
  int64_t k = from + column;
  return k < 0 || k >= n ? p->fill : p->real[p->first[r] + k];
}

TEST(sequences_are_filled_up_or_cut) {
  enum { N = 37, MOST = 9 };
  double item[N * MOST], real[N * MOST];
  int32_t whole[N * MOST];
  int64_t first[N + 1] = {0};
  uint64_t state = 88172645463325252u;
  for (int r = 0; r < N; r++) {
    first[r + 1] = first[r] + chance(&state, MOST + 1);
  }
  for (int64_t k = 0; k < first[N]; k++) {
    item[k] = (int)chance(&state, 2000) / 8.0 - 100;
  }
  for (int sides = 0; sides < 4; sides++) {
    for (int64_t columns = 0; columns <= MOST; columns += 3) {
      struct tn_padding p = {N, columns, first, item, NULL, sides & 1, sides >> 1, -7.5};
      tn_pad_reals(&p, real);
      CHECK(tn_pad_wholes(&p, whole));
      for (int64_t k = 0; k < N * columns; k++) {
        double expected = padded_cell(&p, k % N, k / N);
        CHECK(real[k] == expected && whole[k] == (int32_t)expected);
      }
    }
  }
}

TEST(what_integers_do_not_hold_is_told) {
  double item[] = {1, 2147483648.0, -2147483647.9};
  int64_t first[] = {0, 3};
  int32_t out[3];
  struct tn_padding p = {1, 3, first, item, NULL, 0, 0, 0};
  CHECK(!tn_pad_wholes(&p, out));
  p.columns = 1; /* what is cut off does not count */
  CHECK(tn_pad_wholes(&p, out) && out[0] == 1);
  p.cut_front = 1;
  CHECK(tn_pad_wholes(&p, out) && out[0] == -2147483647);
}

int main(void) {
  RUN(sequences_are_filled_up_or_cut);
  RUN(what_integers_do_not_hold_is_told);
  RUN(counts_do_not_depend_on_threads);
  RUN(matrices);
  RUN(given_indices);
  RUN(failing_memory_leaves_nothing_behind);
  RUN(a_part_fails_in_the_middle_of_a_shared_loop);
  RUN(invalid_documents_are_counted);
  return tn_test_summary();
}
