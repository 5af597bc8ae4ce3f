#include "text/vector_lines.h"

#include "text/decimal.h"
#include "text/vector_store.h"

static int is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

int tn_line_next(const char *at, int64_t n, int at_end, struct tn_text *line) {
  const char *end = n > 0 ? memchr(at, '\n', (size_t)n) : NULL;
  if (end == NULL && (!at_end || n == 0)) {
    return 0;
  }
  *line = (struct tn_text){at, (end == NULL ? at + n : end) - at};
  return 1;
}

/* The field that ends at or before line[n]; its end is where the search for the one before begins. */
static struct tn_text field_before(struct tn_text line, int64_t n) {
  while (n > 0 && is_blank(line.at[n - 1])) {
    n--;
  }
  int64_t from = n;
  while (from > 0 && !is_blank(line.at[from - 1])) {
    from--;
  }
  return (struct tn_text){line.at + from, n - from};
}

int tn_line_fields(struct tn_text line, struct tn_text *field, int most) {
  int n = 0;
  int64_t i = 0;
  while (n < most) {
    while (i < line.n && is_blank(line.at[i])) {
      i++;
    }
    if (i == line.n) {
      break;
    }
    int64_t from = i;
    while (i < line.n && !is_blank(line.at[i])) {
      i++;
    }
    field[n++] = (struct tn_text){line.at + from, i - from};
  }
  return n;
}

/* Numbers at the end of a line; the first field is a word, whatever it looks like. */
static int64_t numbers_behind(struct tn_text line) {
  int64_t count = 0, at = line.n;
  double value;
  for (;;) {
    struct tn_text field = field_before(line, at);
    int64_t from = field.at - line.at;
    if (from <= 0 || field_before(line, from).n == 0 ||
        !tn_decimal_read(field.at, field.n, &value)) {
      return count;
    }
    count++;
    at = from;
  }
}

static enum tn_status wrong_line(const struct tn_word_vectors *v, struct tn_text line,
                                 struct tn_error *err) {
  struct tn_text last = field_before(line, line.n);
  double value;
  if (last.n > 0 && !tn_decimal_read(last.at, last.n, &value)) {
    return tn_fail(err, TN_STATUS_IO, "line %lld closes with \"%.*s\" instead of a number",
                   (long long)v->line, (int)(last.n < 30 ? last.n : 30), last.at);
  }
  if (v->dim == 0) {
    return tn_fail(err, TN_STATUS_IO, "line %lld has no numbers", (long long)v->line);
  }
  return tn_fail(err, TN_STATUS_IO, "line %lld has %lld numbers instead of %lld", (long long)v->line,
                 (long long)numbers_behind(line), (long long)v->dim);
}

/* Bytes of the line before its last `dim` fields; 0 when there are no more fields than that. */
static int64_t before_last(struct tn_text line, int64_t dim) {
  int64_t at = line.n;
  for (int64_t k = 0; k < dim; k++) {
    at = field_before(line, at).at - line.at;
  }
  struct tn_text word = field_before(line, at);
  return word.at + word.n - line.at;
}

/* A GloVe word may hold blanks ("at name@domain.com"), so numbers are counted from the end; but no word
 * of several fields closes with a number. */
static int is_word(const struct tn_word_vectors *v, struct tn_text word) {
  struct tn_text field[2], last = field_before(word, word.n);
  double value;
  int n = tn_line_fields(word, field, 2);
  return n == 1 || (n == 2 && v->format == TN_VECTORS_GLOVE &&
                    !tn_decimal_read(last.at, last.n, &value));
}

/* 1 when every field is a number; out may be NULL. */
static int read_numbers(struct tn_text line, int64_t at, double *out) {
  double value;
  while (at < line.n) {
    while (at < line.n && is_blank(line.at[at])) {
      at++;
    }
    int64_t from = at;
    while (at < line.n && !is_blank(line.at[at])) {
      at++;
    }
    if (at > from && !tn_decimal_read(line.at + from, at - from, out == NULL ? &value : out++)) {
      return 0;
    }
  }
  return 1;
}

enum tn_status tn_vectors_line(struct tn_word_vectors *v, struct tn_text line, struct tn_error *err) {
  int64_t word_n, from = 0;
  void *numbers;
  v->line++;
  while (from < line.n && is_blank(line.at[from])) {
    from++;
  }
  if (from == line.n) {
    return TN_OK; /* empty */
  }
  if (v->announced >= 0 && v->seen == v->announced) {
    return tn_fail(err, TN_STATUS_IO, "line 1 says that there are %lld words; line %lld is one more",
                   (long long)v->announced, (long long)v->line);
  }
  if (v->dim == 0) {
    v->dim = numbers_behind(line);
  }
  word_n = before_last(line, v->dim);
  struct tn_text word = {line.at + from, word_n - from};
  if (v->dim == 0 || word_n <= from || !is_word(v, word)) {
    return wrong_line(v, line, err);
  }
  TN_TRY(tn_vectors_next(v, word.at, word.n, &numbers, err));
  if (!read_numbers(line, word_n, numbers)) {
    return wrong_line(v, line, err);
  }
  v->done = v->most > 0 && v->seen == v->most;
  return TN_OK;
}
