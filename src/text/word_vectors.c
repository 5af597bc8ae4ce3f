#include "text/word_vectors.h"

#include "platform/alloc.h"
#include "platform/utf8.h"
#include "text/decimal.h"
#include "text/vector_lines.h"
#include "text/vector_store.h"

/* Limits that no real file comes near, so that a broken one does not ask for all memory. */
enum { MOST_NUMBERS = 1000000, LONGEST_WORD = 65536 };
static const int64_t longest_line = (int64_t)1 << 26;

/* The bytes that are left, while they are read. */
struct bytes {
  const char *at, *end;
};

static int64_t left(const struct bytes *b) { return b->end - b->at; }

/* The last line may have no line break. */
static void step_over(struct bytes *b, struct tn_text line) {
  b->at = line.at + line.n < b->end ? line.at + line.n + 1 : b->end;
}

/* A number of the first line, with a sign perhaps. */
static enum tn_status read_count(struct tn_text field, const char *what, int64_t *value,
                                 struct tn_error *err) {
  if (!tn_whole_read(field.at, field.n, value) || *value < 1) {
    return tn_fail(err, TN_STATUS_IO, "line 1 says that there are %.*s %s",
                   (int)(field.n < 30 ? field.n : 30), field.at, what);
  }
  return TN_OK;
}

static enum tn_status check_announced(const struct tn_word_vectors *v, struct tn_error *err) {
  if (v->dim > MOST_NUMBERS) {
    return tn_fail(err, TN_STATUS_IO, "line 1 says that a word has %lld numbers; more than %d are "
                   "not read", (long long)v->dim, MOST_NUMBERS);
  }
  /* a word takes a letter, a space, and for each number at least two characters or four bytes */
  int64_t least = 2 + 2 * v->dim - 1;
  if (v->file_size > 0 && v->announced > v->file_size / least) {
    return tn_fail(err, TN_STATUS_IO, "line 1 says that there are %lld words of %lld numbers; the "
                   "file is too short for them", (long long)v->announced, (long long)v->dim);
  }
  return TN_OK;
}

static int looks_whole(struct tn_text field) {
  int64_t sign = field.n > 0 && (field.at[0] == '-' || field.at[0] == '+');
  for (int64_t i = sign; i < field.n; i++) {
    if (field.at[i] < '0' || field.at[i] > '9') {
      return 0;
    }
  }
  return field.n > sign;
}

/* Two whole numbers are the first line of word2vec's formats; else the line is one of GloVe's. */
static enum tn_status read_first_line(struct tn_word_vectors *v, struct bytes *b, struct tn_text line,
                                      struct tn_error *err) {
  struct tn_text field[3];
  int n = tn_line_fields(line, field, 3);
  if (n != 2 || !looks_whole(field[0]) || !looks_whole(field[1])) {
    v->format = TN_VECTORS_GLOVE;
    v->announced = -1;
    return TN_OK;
  }
  TN_TRY(read_count(field[0], "words", &v->announced, err));
  TN_TRY(read_count(field[1], "numbers for a word", &v->dim, err));
  step_over(b, line);
  v->line = 1;
  return check_announced(v, err);
}

/* Whether the record behind the first line is a line of text: printable, the second field a number. */
static int is_text(struct tn_text line) {
  struct tn_text field[2];
  double value;
  int used, bad = 0;
  for (int64_t i = 0; i < line.n; i += used) {
    uint32_t code = tn_utf8_read(line.at + i, line.n - i, &used, &bad);
    if (bad || (code < ' ' && code != '\t' && code != '\r')) {
      return 0;
    }
  }
  return tn_line_fields(line, field, 2) == 2 && tn_decimal_read(field[1].at, field[1].n, &value);
}

/* Finds out the format once enough of the file is there; *waits when it is not. */
static enum tn_status find_format(struct tn_word_vectors *v, struct bytes *b, int at_end, int *waits,
                                  struct tn_error *err) {
  struct tn_text line;
  if (v->format == TN_VECTORS_UNKNOWN && v->dim == 0) {
    if (!tn_line_next(b->at, left(b), at_end && left(b) > 0, &line)) {
      *waits = 1;
      return left(b) > longest_line ? tn_fail(err, TN_STATUS_IO, "line 1 does not end") : TN_OK;
    }
    TN_TRY(read_first_line(v, b, line, err));
  }
  if (v->format == TN_VECTORS_UNKNOWN) {
    int whole = tn_line_next(b->at, left(b), at_end, &line);
    if (!whole && !at_end && left(b) < LONGEST_WORD + 32 * v->dim) {
      *waits = 1;
      return TN_OK;
    }
    v->format = whole && is_text(line) ? TN_VECTORS_TEXT : TN_VECTORS_BINARY;
  }
  return TN_OK;
}

static enum tn_status read_lines(struct tn_word_vectors *v, struct bytes *b, int at_end,
                                 struct tn_error *err) {
  struct tn_text line;
  while (!v->done && tn_line_next(b->at, left(b), at_end, &line)) {
    TN_TRY(tn_vectors_line(v, line, err));
    step_over(b, line);
  }
  if (!v->done && left(b) > longest_line) {
    return tn_fail(err, TN_STATUS_IO, "line %lld does not end", (long long)v->line + 1);
  }
  return TN_OK;
}

/* The numbers of the binary format are floats with the lowest byte first. */
static void copy_floats(const char *from, int64_t n, float *to) {
  const uint8_t *at = (const uint8_t *)from;
  for (int64_t k = 0; k < n; k++, at += 4) {
    uint32_t bits = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                    (uint32_t)at[3] << 24;
    memcpy(to + k, &bits, sizeof bits);
  }
}

/* One word, a space, its numbers, and perhaps a line break; *found 0 when it is not all there. */
static enum tn_status read_record(struct tn_word_vectors *v, struct bytes *b, int *found,
                                  struct tn_error *err) {
  const char *word = b->at;
  void *numbers;
  while (word < b->end && (*word == '\n' || *word == '\r')) {
    word++;
  }
  const char *space = word == b->end ? NULL : memchr(word, ' ', (size_t)(b->end - word));
  int64_t n = (space == NULL ? b->end : space) - word;
  *found = 0;
  if (n > LONGEST_WORD || space == word) {
    return tn_fail(err, TN_STATUS_IO, "word %lld %s", (long long)v->seen + 1,
                   n == 0 ? "is empty" : "does not end");
  }
  if (space == NULL || (b->end - space - 1) / 4 < v->dim) {
    return TN_OK;
  }
  TN_TRY(tn_vectors_next(v, word, n, &numbers, err));
  if (numbers != NULL) {
    copy_floats(space + 1, v->dim, numbers);
  }
  b->at = space + 1 + 4 * v->dim;
  *found = 1;
  v->done = v->most > 0 && v->seen == v->most;
  return TN_OK;
}

static enum tn_status read_records(struct tn_word_vectors *v, struct bytes *b,
                                   struct tn_error *err) {
  int found = 1;
  while (found && !v->done && v->seen < v->announced) {
    TN_TRY(read_record(v, b, &found, err));
  }
  if (v->done || v->seen < v->announced) {
    return TN_OK;
  }
  while (b->at < b->end && (*b->at == '\n' || *b->at == '\r')) {
    b->at++;
  }
  return b->at == b->end ? TN_OK
                         : tn_fail(err, TN_STATUS_IO, "line 1 says that there are %lld words; the "
                                   "file goes on after them", (long long)v->announced);
}

static enum tn_status read_on(struct tn_word_vectors *v, int at_end, struct tn_error *err) {
  struct bytes b = {v->rest, v->rest + v->n_rest};
  int waits = 0;
  TN_TRY(find_format(v, &b, at_end, &waits, err));
  if (!waits && v->format == TN_VECTORS_BINARY) {
    TN_TRY(read_records(v, &b, err));
  } else if (!waits) {
    TN_TRY(read_lines(v, &b, at_end, err));
  }
  v->n_rest = left(&b);
  if (v->n_rest > 0 && b.at != v->rest) {
    memmove(v->rest, b.at, (size_t)v->n_rest);
  }
  return TN_OK;
}

enum tn_status tn_word_vectors_add(struct tn_word_vectors *v, const char *bytes, int64_t n,
                                   struct tn_error *err) {
  if (v->done || n == 0) {
    return TN_OK;
  }
  TN_TRY(tn_grow(&v->rest, v->n_rest, v->n_rest + n, 1, &v->room, err));
  memcpy(v->rest + v->n_rest, bytes, (size_t)n);
  v->n_rest += n;
  return read_on(v, 0, err);
}

enum tn_status tn_word_vectors_end(struct tn_word_vectors *v, struct tn_error *err) {
  if (v->done) {
    return TN_OK;
  }
  TN_TRY(read_on(v, 1, err));
  if (v->seen == 0 && v->announced <= 0) {
    return tn_fail(err, TN_STATUS_IO, "the file is empty");
  }
  if (!v->done && v->announced >= 0 && v->seen < v->announced) {
    return tn_fail(err, TN_STATUS_IO, "line 1 says that there are %lld words; the file ends %s %lld",
                   (long long)v->announced, v->n_rest > 0 ? "within word" : "after word",
                   (long long)v->seen + (v->n_rest > 0));
  }
  return TN_OK;
}
