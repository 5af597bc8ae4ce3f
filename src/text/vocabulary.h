/* A set of words, numbered from 0 in the order in which they were added, with tallies. */
#ifndef TN_TEXT_VOCABULARY_H
#define TN_TEXT_VOCABULARY_H

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

/* Number of the word; -1 when it is not there. */
int64_t tn_vocabulary_find(const struct tn_vocabulary *v, const char *word, int64_t n);
/* Number of the word, which is added when it is new. */
enum tn_status tn_vocabulary_add(struct tn_vocabulary *v, const char *word, int64_t n,
                                 int64_t *number, struct tn_error *err) TN_MUST_CHECK;
/* Adds the words of another one in its order, and its tallies. */
enum tn_status tn_vocabulary_merge(struct tn_vocabulary *v, const struct tn_vocabulary *other,
                                   struct tn_error *err) TN_MUST_CHECK;

#endif
