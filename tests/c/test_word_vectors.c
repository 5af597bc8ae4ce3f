/* Files of word vectors: formats, decimal numbers, and files spoilt by chance, which are read or refused
 * in the same way whatever pieces they come in.
 *   test_word_vectors [cases [seed]]     for longer runs */
#include <math.h>
#include <stdio.h>

#include "platform/alloc.h"
#include "text/decimal.h"
#include "text/word_vectors.h"
#include "text_fixture.h"

static int64_t cases = 20000;
static uint64_t seed = 1;

enum { ROOM = 512 };

struct file {
  char at[ROOM];
  int64_t n;
};

#define PUT(f, literal)                                       \
  do {                                                        \
    memcpy((f)->at + (f)->n, literal, sizeof(literal) - 1);   \
    (f)->n += (int64_t)sizeof(literal) - 1;                   \
  } while (0)

/* Reads a file in pieces of up to `piece` bytes that lie in memory of their own size. */
static enum tn_status read_pieces(const struct file *f, int64_t piece, struct tn_word_vectors *v,
                                  struct tn_error *err) {
  tn_error_init(err);
  for (int64_t from = 0; from < f->n && !v->done; from += piece) {
    int64_t n = f->n - from < piece ? f->n - from : piece;
    char *bytes = malloc((size_t)n);
    memcpy(bytes, f->at + from, (size_t)n);
    enum tn_status status = tn_word_vectors_add(v, bytes, n, err);
    free(bytes);
    TN_TRY(status);
  }
  return tn_word_vectors_end(v, err);
}

static void put_good(struct file *f, uint32_t kind) {
  f->n = 0;
  switch (kind) {
    case 0:
      PUT(f, "3 2\n\xE6\x97\xA5 \x00\x00\x80\x3f\x00\x00\x00\x40\n");
      PUT(f, "b \x20\x0a\x20\x3f\x0a\x20\x0a\x40\nc \x00\x00\xc0\xbf\x00\x00\x00\x00\n");
      break;
    case 1: PUT(f, "3 2\r\n\xE6\x97\xA5 1 2\r\nb -1.5e0 .25 \r\nc 0 1e-3\r\n"); break;
    case 2: PUT(f, "a 1 2\n. . x 0.5 -3\nc 7 8"); break;
    default: PUT(f, "1 1\n\xC3\xA9 \x00\x00\x80\x3f"); break;
  }
}

TEST(formats_are_told_apart) {
  static const enum tn_vectors_format formats[] = {TN_VECTORS_BINARY, TN_VECTORS_TEXT,
                                                   TN_VECTORS_GLOVE, TN_VECTORS_BINARY};
  for (uint32_t kind = 0; kind < 4; kind++) {
    struct file f;
    struct tn_word_vectors v = {0};
    struct tn_error err;
    put_good(&f, kind);
    CHECK(read_pieces(&f, 3, &v, &err) == TN_OK);
    CHECK(v.format == formats[kind]);
    CHECK(v.words.n == (kind == 3 ? 1 : 3) && v.dim == (kind == 3 ? 1 : 2));
    tn_word_vectors_free(&v);
  }
  CHECK(tn_alloc_live() == 0);
}

TEST(numbers_go_into_their_columns) {
  struct file f;
  struct tn_word_vectors v = {0};
  struct tn_error err;
  double out[6] = {0};
  put_good(&f, 1);
  CHECK(read_pieces(&f, ROOM, &v, &err) == TN_OK);
  CHECK(find_in(&v.words, "b", 1) == 1);
  tn_word_vectors_into(&v, out, 3);
  tn_word_vectors_place(&v);
  CHECK(out[0] == 1 && out[1] == -1.5 && out[2] == 0);
  CHECK(out[3] == 2 && out[4] == 0.25 && out[5] == 1e-3);
  tn_word_vectors_free(&v);
}

TEST(only_wanted_words_are_kept) {
  struct file f = {.n = 0};
  struct tn_vocabulary wanted = {0};
  struct tn_error err;
  int64_t number;
  CHECK(add_to(&wanted, "c", 1, &number) == TN_OK && add_to(&wanted, "zz", 2, &number) == TN_OK);
  PUT(&f, "a 1\nb 2\nc 3\na 4\nc 5\nd 6\n");
  struct tn_word_vectors v = {.wanted = &wanted};
  CHECK(read_pieces(&f, 4, &v, &err) == TN_OK);
  CHECK(v.seen == 6 && v.words.n == 1 && find_in(&v.words, "c", 1) == 0);
  tn_word_vectors_free(&v);
  struct tn_word_vectors some = {.most = 3};
  CHECK(read_pieces(&f, 4, &some, &err) == TN_OK);
  CHECK(some.done && some.seen == 3 && some.words.n == 3);
  double out[3];
  tn_word_vectors_into(&some, out, 3);
  tn_word_vectors_place(&some);
  CHECK(out[0] == 1 && out[1] == 2 && out[2] == 3);
  tn_word_vectors_free(&some);
  tn_vocabulary_free(&wanted);
}

/* Blocks of all sizes, tiles that are not whole, words that stand there twice. */
TEST(many_words_go_into_their_rows) {
  enum { WORDS = 3000, DIM = 37, PIECE = 4096 };
  size_t room = WORDS * (8 + 4 * DIM) + 32;
  char *bytes = malloc(room);
  double *out = malloc(sizeof *out * WORDS * DIM);
  int64_t n = snprintf(bytes, room, "%d %d\n", WORDS, DIM), wrong = 0;
  for (int i = 0; i < WORDS; i++) {
    n += snprintf(bytes + n, room - (size_t)n, "w%d ", i % (WORDS - 500));
    for (int j = 0; j < DIM; j++, n += 4) {
      float value = (float)(i * DIM + j);
      uint32_t bits;
      memcpy(&bits, &value, sizeof bits);
      for (int k = 0; k < 4; k++) {
        bytes[n + k] = (char)(bits >> 8 * k);
      }
    }
  }
  for (int early = 0; early < 2; early++) {
    struct tn_word_vectors v = {.file_size = early ? n : 0};
    struct tn_error err;
    for (int64_t from = 0; from < n; from += PIECE) {
      CHECK(tn_word_vectors_add(&v, bytes + from, n - from < PIECE ? n - from : PIECE, &err) == TN_OK);
      if (v.out == NULL && tn_word_vectors_rows(&v) > 0) {
        tn_word_vectors_into(&v, out, tn_word_vectors_rows(&v));
      }
    }
    CHECK(tn_word_vectors_end(&v, &err) == TN_OK && v.words.n == WORDS - 500 && (v.out != NULL) == early);
    if (!early) {
      tn_word_vectors_into(&v, out, v.words.n);
    }
    tn_word_vectors_place(&v);
    for (int i = 0; i < WORDS - 500; i++) {
      for (int j = 0; j < DIM; j++) {
        wrong += out[j * v.rows + i] != (double)(float)(i * DIM + j);
      }
    }
    tn_word_vectors_free(&v);
  }
  CHECK(wrong == 0 && tn_alloc_live() == 0);
  free(out);
  free(bytes);
}

/* Sizes that a first line claims are compared with the file before memory is taken. */
TEST(claims_are_not_believed) {
  static const char *const claims[] = {"9000000000000000000 7\n", "3 4611686018427387904\n",
                                       "2147483647 2147483647\n", "99999999999999999999 1\n",
                                       "0 3\n", "3 0\n", "-3 5\n"};
  for (size_t k = 0; k < sizeof claims / sizeof *claims; k++) {
    struct file f = {.n = (int64_t)strlen(claims[k])};
    struct tn_error err;
    memcpy(f.at, claims[k], (size_t)f.n);
    PUT(&f, "a \x00\x00\x80\x3f");
    struct tn_word_vectors v = {.file_size = f.n};
    CHECK(read_pieces(&f, ROOM, &v, &err) == TN_STATUS_IO);
    tn_word_vectors_free(&v);
  }
}

TEST(decimals_are_those_of_the_library) {
  static const char *const good[] = {"0", "-0.0", "1", ".5", "5.", "1e-3", "-2.5E+02", "0.1", "123456789",
                                     "9007199254740993", "1.7976931348623157e308", "4.9e-324",
                                     "0.000000000000000000000000000000123456789012345678901234567890",
                                     "31415926535897932384626433832795", "1e22", "1e23", "+7"};
  static const char *const bad[] = {"", "-", ".", "e5", "1e", "1e+", "nan", "inf", "0x10", "1,5",
                                    "1.2.3", "1 ", " 1", "1e999"};
  double value;
  for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
    CHECK(tn_decimal_read(good[k], (int64_t)strlen(good[k]), &value));
    CHECK(value == strtod(good[k], NULL));
  }
  for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
    CHECK(!tn_decimal_read(bad[k], (int64_t)strlen(bad[k]), &value));
  }
  uint64_t state = 88172645463325252u;
  for (int k = 0; k < 20000; k++) {
    char text[64];
    double x = ((double)chance(&state, 2000000) - 1e6) * pow(10, (double)chance(&state, 40) - 20);
    int n = snprintf(text, sizeof text, chance(&state, 2) ? "%.9g" : "%.17g", x);
    CHECK(tn_decimal_read(text, n, &value) && value == strtod(text, NULL));
  }
}

static void spoil(struct file *f, uint64_t *state) {
  static const char letters[] = "0 19\n-.eEa\r\t\xC3\xA9\xFF\x00\x3f\x80";
  int64_t at = chance(state, (uint32_t)f->n), to = chance(state, (uint32_t)f->n);
  int64_t n = 1 + chance(state, 12);
  n = at + n > f->n || to + n > f->n ? 1 : n;
  switch (chance(state, 5)) {
    case 0: f->at[at] = (char)chance(state, 256); break;
    case 1: f->n = at + 1; break;
    case 2: memmove(f->at + to, f->at + at, (size_t)n); break;
    case 3:
      if (f->n + n <= ROOM) {
        memmove(f->at + at + n, f->at + at, (size_t)(f->n - at));
        f->n += n;
      }
      break;
    default: f->at[at] = letters[chance(state, sizeof letters - 1)];
  }
}

/* Reads in pieces into a matrix (rows, dim) that is there as early as the file allows. */
static enum tn_status read_early(const struct file *f, int64_t piece, struct tn_word_vectors *v,
                                 double **out, struct tn_error *err) {
  tn_error_init(err);
  for (int64_t from = 0; from < f->n && !v->done; from += piece) {
    int64_t n = f->n - from < piece ? f->n - from : piece, rows;
    TN_TRY(tn_word_vectors_add(v, f->at + from, n, err));
    rows = tn_word_vectors_rows(v);
    if (*out == NULL && rows > 0) {
      *out = malloc((size_t)(rows * v->dim) * sizeof **out);
      tn_word_vectors_into(v, *out, rows);
    }
  }
  return tn_word_vectors_end(v, err);
}

static int same_columns(const double *all, const double *early, const struct tn_word_vectors *v) {
  int same = 1;
  for (int64_t j = 0; j < v->dim && v->words.n > 0; j++) {
    same &= memcmp(all + j * v->words.n, early + j * v->rows, (size_t)v->words.n * sizeof *all) == 0;
  }
  return same;
}

static int same_result(const struct file *f, uint64_t *state) {
  struct tn_error err[2];
  struct tn_word_vectors v[2] = {{.file_size = f->n}, {.file_size = f->n}};
  enum tn_status status[2];
  double *out[2] = {NULL, NULL};
  status[0] = read_pieces(f, ROOM, v, err);
  status[1] = read_early(f, 1 + chance(state, 7), v + 1, out + 1, err + 1);
  int same = status[0] == status[1] && (status[0] == TN_OK || status[0] == TN_STATUS_IO) &&
             v[0].words.n == v[1].words.n && v[0].dim == v[1].dim;
  if (same && status[0] == TN_OK) {
    for (int k = 0; k < 2; k++) {
      if (out[k] == NULL) {
        out[k] = malloc((size_t)(v[k].words.n * v[k].dim) * sizeof **out + 1);
        tn_word_vectors_into(v + k, out[k], v[k].words.n);
      }
      tn_word_vectors_place(v + k);
    }
    same = same_columns(out[0], out[1], v + 1);
  }
  for (int k = 0; k < 2; k++) {
    free(out[k]);
    tn_word_vectors_free(v + k);
  }
  return same;
}

TEST(any_file_is_read_or_refused_in_any_pieces) {
  for (int64_t k = 0; k < cases; k++) {
    uint64_t state = (seed * 1000003u + (uint64_t)k) * 0x9E3779B97F4A7C15u | 1, start = state;
    struct file f;
    put_good(&f, chance(&state, 4));
    for (uint32_t times = chance(&state, 4); times > 0; times--) {
      spoil(&f, &state);
    }
    if (!same_result(&f, &state) || tn_alloc_live() != 0) {
      char what[80];
      snprintf(what, sizeof what, "case %lld, state %llu", (long long)k, (unsigned long long)start);
      tn_complain(__FILE__, __LINE__, what);
    }
  }
}

int main(int argc, char **argv) {
  cases = argc > 1 ? atoll(argv[1]) : cases;
  seed = argc > 2 ? (uint64_t)atoll(argv[2]) : seed;
  RUN(formats_are_told_apart);
  RUN(numbers_go_into_their_columns);
  RUN(only_wanted_words_are_kept);
  RUN(many_words_go_into_their_rows);
  RUN(claims_are_not_believed);
  RUN(decimals_are_those_of_the_library);
  RUN(any_file_is_read_or_refused_in_any_pieces);
  return tn_test_summary();
}
