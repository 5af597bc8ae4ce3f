#include "text/vector_store.h"

#include "platform/alloc.h"
#include "platform/utf8.h"

/* Bytes of a block: the first is small, since most vocabularies are; each has twice those before it. */
enum { FIRST_BLOCK = 1 << 12, LARGEST_BLOCK = 1 << 20 };

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

static enum tn_status add_block(struct tn_word_vectors *v, struct tn_error *err) {
  struct tn_vectors_block *b;
  int64_t bytes = v->dim * (int64_t)number_size(v);
  int64_t room = v->last == NULL ? FIRST_BLOCK / bytes : 2 * v->last->room;
  room = room < LARGEST_BLOCK / bytes ? room : LARGEST_BLOCK / bytes;
  TN_TRY(tn_alloc_into(&b, 1, sizeof *b, err));
  b->room = room < 1 ? 1 : room;
  enum tn_status status = tn_alloc_into(&b->numbers, b->room * v->dim, number_size(v), err);
  if (status != TN_OK) {
    tn_free(b);
    return status;
  }
  if (v->last == NULL) {
    v->first = b;
  } else {
    v->last->next = b;
  }
  v->last = b;
  return TN_OK;
}

static int is_utf8(const char *word, int64_t n) {
  int used, bad = 0;
  for (int64_t i = 0; i < n && !bad; i += used) {
    tn_utf8_read(word + i, n - i, &used, &bad);
  }
  return !bad;
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
  if (v->last == NULL || v->last->n == v->last->room) {
    TN_TRY(add_block(v, err));
  }
  TN_TRY(tn_vocabulary_add(&v->words, &word, &number, err));
  if (v->words.n > before) {
    int64_t at = v->last->n++ * v->dim * (int64_t)number_size(v);
    *numbers = (char *)v->last->numbers + at;
  }
  return TN_OK;
}

static double number_at(const struct tn_word_vectors *v, const struct tn_vectors_block *b, int64_t k) {
  return v->format == TN_VECTORS_BINARY ? (double)((const float *)b->numbers)[k]
                                        : ((const double *)b->numbers)[k];
}

/* Words that are handled together: a line of the cache of each column is then written whole. */
enum { TOGETHER = 8 };

static void place_block(const struct tn_word_vectors *v, const struct tn_vectors_block *b,
                        double *out, int64_t words) {
  for (int64_t from = 0; from < b->n; from += TOGETHER) {
    int64_t to = from + TOGETHER < b->n ? from + TOGETHER : b->n;
    for (int64_t j = 0; j < v->dim; j++) {
      for (int64_t i = from; i < to; i++) {
        out[j * words + i] = number_at(v, b, i * v->dim + j);
      }
    }
  }
}

void tn_word_vectors_place(struct tn_word_vectors *v, double *out) {
  int64_t words = v->words.n;
  while (v->first != NULL) {
    struct tn_vectors_block *b = v->first;
    place_block(v, b, out, words);
    out += b->n;
    v->first = b->next;
    free_block(b);
  }
  v->last = NULL;
}
