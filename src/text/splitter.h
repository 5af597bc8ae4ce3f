/* From a text to its words: lower case, characters that are taken out or separate, cutting, and word
 * groups (n-grams). */
#ifndef TN_TEXT_SPLITTER_H
#define TN_TEXT_SPLITTER_H

#include <stdint.h>

#include "platform/status.h"

/* A stretch of UTF-8 without terminator; not owned. */
struct tn_text {
  const char *at;
  int64_t n;
};

enum tn_lower_case { TN_LOWER_NONE, TN_LOWER_ASCII, TN_LOWER_UNICODE };
enum tn_split_at {
  TN_SPLIT_STRING,     /* at `separator`; empty words are dropped */
  TN_SPLIT_WHITE,      /* at ASCII white space */
  TN_SPLIT_CHARACTERS, /* every code point is a word */
  TN_SPLIT_NONE,       /* the whole text is one word, empty or not */
  TN_SPLIT_WORDS       /* letters, numbers, underscores; the rest separates */
};

/* What the caller chooses; zeroed is valid but for TN_SPLIT_STRING, which needs a separator. */
struct tn_split_rules {
  enum tn_lower_case lower;
  enum tn_split_at split;
  struct tn_text separator;
  struct tn_text filters; /* each of these characters is replaced by the separator */
  struct tn_text deleted; /* these are taken out */
  int64_t shortest;       /* words of fewer code points are dropped */
  const int32_t *group;   /* lengths of word groups in order; n_groups 0: single words */
  int n_groups;
  struct tn_text joint;   /* between the words of a group */
};

struct tn_splitter;

/* Copies the rules. An empty separator, or one longer than 2^20 bytes, is TN_STATUS_ARG. */
enum tn_status tn_splitter_new(const struct tn_split_rules *rules, struct tn_splitter **out,
                               struct tn_error *err) TN_MUST_CHECK;
void tn_splitter_free(struct tn_splitter *s);

/* Words of one document, in `bytes`, which are followed by TN_TOKEN_PAD readable ones; buffers are
 * used again for the next. Zeroed init. */
enum { TN_TOKEN_PAD = 8 };
struct tn_token {
  int64_t at, n;
};
struct tn_tokens {
  struct tn_token *token;
  char *bytes;
  int64_t n, n_bytes;
  int64_t room, room_bytes;
  int invalid; /* the document held bytes that are not UTF-8; each was read as U+FFFD */
};

void tn_tokens_free(struct tn_tokens *t);

/* Fills t with the words of one text. */
enum tn_status tn_split(const struct tn_splitter *s, struct tn_text text, struct tn_tokens *t,
                        struct tn_error *err) TN_MUST_CHECK;
/* Fills t with n words that are given as they are: only lower case and groups apply. */
enum tn_status tn_split_given(const struct tn_splitter *s, const struct tn_text *words, int64_t n,
                              struct tn_tokens *t, struct tn_error *err) TN_MUST_CHECK;

#endif
