#include "text/token_buffer.h"

#include <string.h>

void tn_tokens_clear(struct tn_tokens *t) {
  t->n = 0;
  t->n_bytes = 0;
  t->invalid = 0;
}

void tn_tokens_free(struct tn_tokens *t) {
  tn_free(t->token);
  tn_free(t->bytes);
  memset(t, 0, sizeof *t);
}

enum tn_status tn_tokens_room(struct tn_tokens *t, int64_t more, struct tn_error *err) {
  if (t->bytes != NULL && t->n_bytes + more + TN_TOKEN_PAD <= t->room_bytes) {
    return TN_OK;
  }
  return tn_grow(&t->bytes, t->n_bytes, t->n_bytes + more + TN_TOKEN_PAD, 1, &t->room_bytes, err);
}

enum tn_status tn_tokens_room_words(struct tn_tokens *t, int64_t words, struct tn_error *err) {
  return tn_grow(&t->token, t->n, words, sizeof *t->token, &t->room, err);
}

/* The group of `length` words from number `first`, written behind the bytes that are there. */
static enum tn_status push_group(struct tn_tokens *t, int64_t first, int32_t length,
                                 struct tn_text joint, struct tn_error *err) {
  int64_t from = t->n_bytes, size = (length - 1) * joint.n;
  for (int64_t k = first; k < first + length; k++) {
    size += t->token[k].n;
  }
  TN_TRY(tn_tokens_room(t, size, err));
  char *out = t->bytes + from;
  for (int64_t k = first; k < first + length; k++) {
    if (k > first && joint.n > 0) {
      memcpy(out, joint.at, (size_t)joint.n);
      out += joint.n;
    }
    if (t->token[k].n > 0) {
      memcpy(out, t->bytes + t->token[k].at, (size_t)t->token[k].n);
      out += t->token[k].n;
    }
  }
  t->n_bytes += size;
  return tn_tokens_push(t, from, size, err);
}

enum tn_status tn_tokens_group(struct tn_tokens *t, const int32_t *group, int n_groups,
                               struct tn_text joint, struct tn_error *err) {
  int64_t words = t->n;
  if (n_groups == 0 || (n_groups == 1 && group[0] == 1)) {
    return TN_OK;
  }
  for (int g = 0; g < n_groups; g++) {
    for (int64_t k = 0; k + group[g] <= words; k++) {
      TN_TRY(push_group(t, k, group[g], joint, err));
    }
  }
  t->n -= words;
  if (t->n > 0) {
    memmove(t->token, t->token + words, (size_t)t->n * sizeof *t->token);
  }
  return TN_OK;
}
