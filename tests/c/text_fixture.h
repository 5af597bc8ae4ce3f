/* What the tests of the text room share: rules and splitting into strings. */
#ifndef TN_TESTS_TEXT_FIXTURE_H
#define TN_TESTS_TEXT_FIXTURE_H

#include "text/term_rows.h"
#include "tn_test.h"

#define TEXT(literal) ((struct tn_text){literal, (int64_t)sizeof(literal) - 1})
#define FILTERS "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n"

static inline struct tn_split_rules default_rules(void) {
  struct tn_split_rules rules;
  memset(&rules, 0, sizeof rules);
  rules.lower = TN_LOWER_UNICODE;
  rules.separator = TEXT(" ");
  rules.filters = TEXT(FILTERS);
  rules.joint = TEXT(" ");
  return rules;
}

static inline int token_is(const struct tn_tokens *t, int64_t k, struct tn_text word) {
  return t->token[k].n == word.n &&
         (word.n == 0 || memcmp(t->bytes + t->token[k].at, word.at, (size_t)word.n) == 0);
}

static inline int64_t find_in(const struct tn_vocabulary *v, const char *at, int64_t n) {
  struct tn_word word = tn_word_make(at, n);
  return tn_vocabulary_find(v, &word);
}

static inline enum tn_status add_to(struct tn_vocabulary *v, const char *at, int64_t n,
                                    int64_t *number) {
  struct tn_word word = tn_word_make(at, n);
  return tn_vocabulary_add(v, &word, number, NULL);
}

/* The words of a text are those of `expected`, which stand between bars: "a|b|". */
static inline int splits_into(const struct tn_split_rules *rules, struct tn_text text,
                              struct tn_text expected) {
  struct tn_splitter *s;
  struct tn_tokens t = {0};
  int64_t from = 0, k = 0;
  int same = tn_splitter_new(rules, &s, NULL) == TN_OK && tn_split(s, text, &t, NULL) == TN_OK;
  for (int64_t i = 0; same && i < expected.n; i++) {
    if (expected.at[i] == '|') {
      same = k < t.n && token_is(&t, k, (struct tn_text){expected.at + from, i - from});
      from = i + 1;
      k++;
    }
  }
  same = same && k == t.n;
  tn_tokens_free(&t);
  tn_splitter_free(s);
  return same;
}

#endif
