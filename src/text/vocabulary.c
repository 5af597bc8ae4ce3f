#include "text/vocabulary.h"

#include <string.h>

#include "platform/alloc.h"
#include "text/token_buffer.h"

/* `id` is the word's number + 1, 0 for an empty slot. The key of a word of up to 8 bytes holds all of
 * it, so that most words are compared without looking at their bytes. */
struct tn_slot {
  uint64_t key;
  uint32_t n, id;
};

enum { FIRST_BITS = 8 };
static const int64_t most_words = INT32_MAX - 1, longest_word = UINT32_MAX;

static uint64_t load_8(const char *p) {
  uint64_t x;
  memcpy(&x, p, sizeof x);
  return x;
}

uint64_t tn_word_long_key(const char *at, int64_t n) {
  uint64_t h = load_8(at + n - 8);
  for (int64_t i = 0; i < n - 8; i += 8) {
    h = tn_word_mix(h ^ load_8(at + i)) + h * 0xC2B2AE3D27D4EB4Fu;
  }
  return h;
}

struct tn_word tn_word_make(const char *at, int64_t n) {
  char padded[TN_TOKEN_PAD] = {0};
  if (n > 8) {
    return tn_word_padded(at, n);
  }
  if (n > 0) {
    memcpy(padded, at, (size_t)n);
  }
  struct tn_word word = tn_word_padded(padded, n);
  word.at = at;
  return word;
}

int tn_vocabulary_ahead(const struct tn_vocabulary *v, const struct tn_tokens *t, int64_t from,
                        struct tn_word word[TN_WORD_BATCH]) {
  int n = t->n - from < TN_WORD_BATCH ? (int)(t->n - from) : TN_WORD_BATCH;
  for (int k = 0; k < n; k++) {
    word[k] = tn_word_of_token(t, from + k);
#if defined(__GNUC__)
    if (v->slot != NULL) {
      __builtin_prefetch(&v->slot[word[k].hash >> (64 - v->bits)]);
    }
#endif
  }
  return n;
}

/* The slot that holds the word, or the empty one where it would go. */
static inline int64_t find_slot(const struct tn_vocabulary *v, const struct tn_word *word) {
  uint64_t mask = ((uint64_t)1 << v->bits) - 1;
  uint64_t at = word->hash >> (64 - v->bits);
  for (;; at = (at + 1) & mask) {
    const struct tn_slot *s = &v->slot[at];
    if (s->id == 0) {
      return (int64_t)at;
    }
    if (s->key == word->key && s->n == (uint32_t)word->n &&
        (word->n <= 8 ||
         memcmp(v->bytes + v->term[s->id - 1].at, word->at, (size_t)word->n) == 0)) {
      return (int64_t)at;
    }
  }
}

void tn_vocabulary_free(struct tn_vocabulary *v) {
  tn_free(v->term);
  tn_free(v->bytes);
  tn_free(v->slot);
  memset(v, 0, sizeof *v);
}

int64_t tn_vocabulary_find(const struct tn_vocabulary *v, const struct tn_word *word) {
  if (v->n == 0 || word->n > longest_word) {
    return -1;
  }
  return (int64_t)v->slot[find_slot(v, word)].id - 1;
}

static struct tn_word word_of_term(const struct tn_vocabulary *v, const struct tn_term *t) {
  return (struct tn_word){v->bytes + t->at, t->n, t->key, tn_word_hash_of(t->key, t->n)};
}

/* At most half of the slots are in use. */
static enum tn_status double_slots(struct tn_vocabulary *v, struct tn_error *err) {
  struct tn_vocabulary grown = *v;
  grown.bits = v->slot == NULL ? FIRST_BITS : v->bits + 1;
  TN_TRY(tn_alloc_into(&grown.slot, (int64_t)1 << grown.bits, sizeof *grown.slot, err));
  for (int64_t k = 0; k < v->n; k++) {
    const struct tn_term *t = &v->term[k];
    struct tn_word word = word_of_term(v, t);
    int64_t at = find_slot(&grown, &word);
    grown.slot[at] = (struct tn_slot){t->key, t->n, (uint32_t)k + 1};
  }
  tn_free(v->slot);
  *v = grown;
  return TN_OK;
}

static enum tn_status add_term(struct tn_vocabulary *v, const struct tn_word *word, int64_t slot,
                               struct tn_error *err) {
  if (v->n >= most_words) {
    return tn_fail(err, TN_STATUS_ARG, "there are more than %lld different words",
                   (long long)most_words);
  }
  TN_TRY(tn_grow(&v->term, v->n, v->n + 1, sizeof *v->term, &v->room, err));
  TN_TRY(tn_grow(&v->bytes, v->n_bytes, v->n_bytes + word->n + 1, 1, &v->room_bytes, err));
  if (word->n > 0) {
    memcpy(v->bytes + v->n_bytes, word->at, (size_t)word->n);
  }
  v->term[v->n] = (struct tn_term){v->n_bytes, word->key, (uint32_t)word->n, 0, 0, 0};
  v->n_bytes += word->n;
  v->n++;
  v->slot[slot] = (struct tn_slot){word->key, (uint32_t)word->n, (uint32_t)v->n};
  return TN_OK;
}

enum tn_status tn_vocabulary_add(struct tn_vocabulary *v, const struct tn_word *word,
                                 int64_t *number, struct tn_error *err) {
  if (word->n > longest_word) {
    return tn_fail(err, TN_STATUS_ARG, "a word of %lld bytes is too long", (long long)word->n);
  }
  if (v->slot == NULL || v->n >= (int64_t)1 << (v->bits - 1)) {
    TN_TRY(double_slots(v, err));
  }
  int64_t slot = find_slot(v, word);
  if (v->slot[slot].id == 0) {
    TN_TRY(add_term(v, word, slot, err));
  }
  *number = (int64_t)v->slot[slot].id - 1;
  return TN_OK;
}

enum tn_status tn_vocabulary_merge(struct tn_vocabulary *v, const struct tn_vocabulary *other,
                                   struct tn_error *err) {
  for (int64_t k = 0; k < other->n; k++) {
    const struct tn_term *t = &other->term[k];
    struct tn_word word = word_of_term(other, t);
    int64_t number;
    TN_TRY(tn_vocabulary_add(v, &word, &number, err));
    v->term[number].count += t->count;
    v->term[number].documents += t->documents;
  }
  return TN_OK;
}
