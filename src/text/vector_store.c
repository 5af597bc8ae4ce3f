#include "text/vector_store.h"

#include "platform/alloc.h"
#include "platform/pages.h"
#include "platform/utf8.h"

/* Bytes of a block: the first is small, since most vocabularies are; each has as many as all before it. Where
 * the numbers have nowhere to go yet the largest are such that malloc() takes them from the system and gives
 * them back at once, while the matrix fills: both together never take much more than the matrix. */
enum { FIRST_BLOCK = 1 << 12, LARGEST_BLOCK = 1 << 26, LARGEST_PASSING = 1 << 20 };

struct tn_vectors_block {
  struct tn_vectors_block *next;
  int64_t n, room; /* words */
  void *numbers;   /* (room, dim), doubles or floats */
};

static size_t number_size(const struct tn_word_vectors *v) {
  return v->format == TN_VECTORS_BINARY ? sizeof(float) : sizeof(double);
}

static void free_block(struct tn_vectors_block *b) {
  tn_free(b->numbers);
  tn_free(b);
}

static void free_blocks(struct tn_word_vectors *v) {
  while (v->first != NULL) {
    struct tn_vectors_block *b = v->first;
    v->first = b->next;
    free_block(b);
  }
  v->last = NULL;
}

void tn_word_vectors_free(struct tn_word_vectors *v) {
  free_blocks(v);
  tn_vocabulary_free(&v->words);
  tn_free(v->rest);
  memset(v, 0, sizeof *v);
}

static int64_t word_size(const struct tn_word_vectors *v) { return v->dim * (int64_t)number_size(v); }

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t most_room(const struct tn_word_vectors *v) {
  int64_t room = (v->out == NULL ? LARGEST_BLOCK : LARGEST_PASSING) / word_size(v);
  return room < 1 ? 1 : room;
}

static enum tn_status add_block(struct tn_word_vectors *v, struct tn_error *err) {
  struct tn_vectors_block *b;
  int64_t first = FIRST_BLOCK / word_size(v);
  TN_TRY(tn_alloc_into(&b, 1, sizeof *b, err));
  b->room = smaller(v->words.n > first ? v->words.n : first + 1, most_room(v));
  enum tn_status status = tn_alloc_into(&b->numbers, b->room, (size_t)word_size(v), err);
  if (status != TN_OK) {
    tn_free(b);
    return status;
  }
  tn_pages_large(b->numbers, (size_t)(b->room * word_size(v)));
  if (v->last == NULL) {
    v->first = b;
  } else {
    v->last->next = b;
  }
  v->last = b;
  return TN_OK;
}

/* Words and columns that are handled together: what is read stays near, and what is written are few
 * pages, each from its beginning to its end. */
enum { WORDS_TOGETHER = 512, COLUMNS_TOGETHER = 8 };

struct tile {
  int64_t from, to;     /* words of a block */
  int64_t left, right;  /* columns */
};

static void place_floats(const float *numbers, struct tile t, int64_t dim, double *out, int64_t rows) {
  for (int64_t i = t.from; i < t.to; i++) {
    for (int64_t j = t.left; j < t.right; j++) {
      out[j * rows + i] = (double)numbers[i * dim + j];
    }
  }
}

static void place_doubles(const double *numbers, struct tile t, int64_t dim, double *out, int64_t rows) {
  for (int64_t i = t.from; i < t.to; i++) {
    for (int64_t j = t.left; j < t.right; j++) {
      out[j * rows + i] = numbers[i * dim + j];
    }
  }
}

static void place_block(const struct tn_word_vectors *v, const struct tn_vectors_block *b) {
  double *out = v->out + v->placed;
  for (int64_t from = 0; from < b->n; from += WORDS_TOGETHER) {
    for (int64_t left = 0; left < v->dim; left += COLUMNS_TOGETHER) {
      struct tile t = {from, smaller(from + WORDS_TOGETHER, b->n), left,
                       smaller(left + COLUMNS_TOGETHER, v->dim)};
      if (v->format == TN_VECTORS_BINARY) {
        place_floats(b->numbers, t, v->dim, out, v->rows);
      } else {
        place_doubles(b->numbers, t, v->dim, out, v->rows);
      }
    }
  }
}

void tn_word_vectors_place(struct tn_word_vectors *v) {
  while (v->first != NULL) {
    struct tn_vectors_block *b = v->first;
    place_block(v, b);
    v->placed += b->n;
    b->n = 0;
    if (b == v->last && b->room == most_room(v)) {
      return;
    }
    v->first = b->next;
    free_block(b);
  }
  v->last = NULL;
}

int64_t tn_word_vectors_rows(const struct tn_word_vectors *v) {
  if (v->format == TN_VECTORS_UNKNOWN || v->wanted != NULL || v->file_size == 0 || v->announced <= 0) {
    return 0;
  }
  return v->most > 0 ? smaller(v->most, v->announced) : v->announced;
}

void tn_word_vectors_into(struct tn_word_vectors *v, double *out, int64_t rows) {
  tn_pages_large(out, (size_t)(rows * v->dim) * sizeof *out);
  v->out = out;
  v->rows = rows;
}

static int is_utf8(const char *word, int64_t n) {
  int used, bad = 0;
  for (int64_t i = 0; i < n && !bad; i += used) {
    tn_utf8_read(word + i, n - i, &used, &bad);
  }
  return !bad;
}

static enum tn_status make_room(struct tn_word_vectors *v, struct tn_error *err) {
  if (v->last != NULL && v->last->n == v->last->room && v->out != NULL) {
    tn_word_vectors_place(v);
  }
  return v->last != NULL && v->last->n < v->last->room ? TN_OK : add_block(v, err);
}

enum tn_status tn_vectors_next(struct tn_word_vectors *v, const char *text, int64_t n,
                               void **numbers, struct tn_error *err) {
  struct tn_word word = tn_word_make(text, n);
  int64_t number, before = v->words.n;
  *numbers = NULL;
  v->seen++;
  if (!is_utf8(text, n)) {
    return tn_fail(err, TN_STATUS_IO, "word %lld is not UTF-8", (long long)v->seen);
  }
  if (v->wanted != NULL && tn_vocabulary_find(v->wanted, &word) < 0) {
    return TN_OK;
  }
  TN_TRY(make_room(v, err));
  TN_TRY(tn_vocabulary_add(&v->words, &word, &number, err));
  if (v->words.n > before) {
    int64_t at = v->last->n++ * v->dim * (int64_t)number_size(v);
    *numbers = (char *)v->last->numbers + at;
  }
  return TN_OK;
}
