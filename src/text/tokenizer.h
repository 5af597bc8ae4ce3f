/* Splitting rules with a vocabulary: counting words, and turning documents into word numbers. */
#ifndef TN_TEXT_TOKENIZER_H
#define TN_TEXT_TOKENIZER_H

#include "text/documents.h"
#include "text/vocabulary.h"

struct tn_tokenizer {
  struct tn_splitter *splitter; /* owned */
  struct tn_vocabulary words;
  int32_t first;   /* index of word number 0 */
  int32_t unknown; /* index of words that are not there; negative: they are left out */
};

/* Zeroed init is safe. */
void tn_tokenizer_free(struct tn_tokenizer *t);

/* Counts the words of documents: the vocabulary grows in order of first appearance, whatever the
 * number of threads. On failure counts may be there for some of the documents. */
enum tn_status tn_tokenizer_count(struct tn_tokenizer *t, const struct tn_documents *docs,
                                  struct tn_invalid *invalid, struct tn_error *err) TN_MUST_CHECK;

/* Index of a word, or a negative number for one that is left out. */
static inline int32_t tn_tokenizer_index(const struct tn_tokenizer *t,
                                         const struct tn_word *word) {
  int64_t number = tn_vocabulary_find(&t->words, word);
  return number < 0 ? t->unknown : (int32_t)number + t->first;
}

#endif
