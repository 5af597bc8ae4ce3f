/* The growing buffers behind struct tn_tokens, and word groups made in them. */
#ifndef TN_TEXT_TOKEN_BUFFER_H
#define TN_TEXT_TOKEN_BUFFER_H

#include "platform/alloc.h"
#include "text/splitter.h"

void tn_tokens_clear(struct tn_tokens *t);
/* Room for `more` bytes behind those that are there. */
enum tn_status tn_tokens_room(struct tn_tokens *t, int64_t more, struct tn_error *err)
    TN_MUST_CHECK;
/* Room for `words` words in all. */
enum tn_status tn_tokens_room_words(struct tn_tokens *t, int64_t words, struct tn_error *err)
    TN_MUST_CHECK;
/* Once per word, so in line. */
static inline enum tn_status tn_tokens_push(struct tn_tokens *t, int64_t at, int64_t n,
                                            struct tn_error *err) {
  if (t->n == t->room) {
    TN_TRY(tn_grow(&t->token, t->n, t->n + 1, sizeof *t->token, &t->room, err));
  }
  t->token[t->n++] = (struct tn_token){at, n};
  return TN_OK;
}
/* Replaces the words by groups of neighbours: all of length group[0], then all of group[1] ... */
enum tn_status tn_tokens_group(struct tn_tokens *t, const int32_t *group, int n_groups,
                               struct tn_text joint, struct tn_error *err) TN_MUST_CHECK;

#endif
