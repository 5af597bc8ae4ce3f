/* A set of words, numbered from 0 in the order in which they were added, with tallies. */
#ifndef TN_TEXT_VOCABULARY_H
#define TN_TEXT_VOCABULARY_H

#include <string.h>

#include "text/splitter.h"

struct tn_term {
  int64_t at; /* in the vocabulary's bytes */
  uint64_t key;
  uint32_t n;
  int64_t count, documents, last; /* last: document + 1 in which it was counted last */
};

struct tn_slot; /* open addressing, see the .c file */

struct tn_vocabulary {
  struct tn_term *term;
  char *bytes;
  struct tn_slot *slot;
  int64_t n, n_bytes;
  int64_t room, room_bytes;
  int bits; /* 2^bits slots */
};

/* Zeroed init is an empty vocabulary. */
void tn_vocabulary_free(struct tn_vocabulary *v);

/* A word with what it is found by. */
struct tn_word {
  const char *at;
  int64_t n;
  uint64_t key, hash;
};

uint64_t tn_word_long_key(const char *at, int64_t n);

static inline uint64_t tn_word_mix(uint64_t h) {
  h ^= h >> 32;
  h *= 0x9E3779B97F4A7C15u;
  return h ^ h >> 29;
}
static inline uint64_t tn_word_hash_of(uint64_t key, int64_t n) {
  return tn_word_mix(key + (uint64_t)n * 0x165667B19E3779F9u);
}

/* The key of a word of up to 8 bytes is the word, filled up with zeros. TN_TOKEN_PAD bytes behind the
 * start must be readable. */
static inline struct tn_word tn_word_padded(const char *at, int64_t n) {
  static const unsigned char masks[16] = {255, 255, 255, 255, 255, 255, 255, 255};
  struct tn_word word = {at, n, 0, 0};
  if (n > 8) {
    word.key = tn_word_long_key(at, n);
  } else {
    uint64_t mask;
    memcpy(&word.key, at, 8);
    memcpy(&mask, masks + 8 - n, 8);
    word.key &= mask;
  }
  word.hash = tn_word_hash_of(word.key, n);
  return word;
}
static inline struct tn_word tn_word_of_token(const struct tn_tokens *t, int64_t k) {
  return tn_word_padded(t->bytes + t->token[k].at, t->token[k].n);
}
/* For words in memory of any size. */
struct tn_word tn_word_make(const char *at, int64_t n);

/* Words are looked up a batch at a time, so that the memory of all of them is on its way at once. */
enum { TN_WORD_BATCH = 32 };
/* Makes the words number from ... of t and asks for the memory they will be looked up in; returns how
 * many. */
int tn_vocabulary_ahead(const struct tn_vocabulary *v, const struct tn_tokens *t, int64_t from,
                        struct tn_word word[TN_WORD_BATCH]);

/* Number of the word; -1 when it is not there. */
int64_t tn_vocabulary_find(const struct tn_vocabulary *v, const struct tn_word *word);
/* Number of the word, which is added when it is new. */
enum tn_status tn_vocabulary_add(struct tn_vocabulary *v, const struct tn_word *word,
                                 int64_t *number, struct tn_error *err) TN_MUST_CHECK;
/* Adds the words of another one in its order, and its tallies. */
enum tn_status tn_vocabulary_merge(struct tn_vocabulary *v, const struct tn_vocabulary *other,
                                   struct tn_error *err) TN_MUST_CHECK;

#endif
