/* Documents as they come: texts to be split, or lists of words that are split already; and how work
 * on them is cut into parts that do not depend on the number of threads. */
#ifndef TN_TEXT_DOCUMENTS_H
#define TN_TEXT_DOCUMENTS_H

#include "text/splitter.h"

/* Not owned. first NULL: text d is document d. Else document d is the words text[first[d]] up to
 * text[first[d + 1]]. */
struct tn_documents {
  int64_t n;
  const struct tn_text *text;
  const int64_t *first;
};

enum { TN_TEXT_PARTS = 16 };

/* Part p is the documents [from[p], from[p + 1]); returns the number of parts, at most
 * TN_TEXT_PARTS. Parts have about the same number of bytes, and not too few. */
int tn_documents_parts(const struct tn_documents *docs, int64_t from[TN_TEXT_PARTS + 1]);

/* Words of document d into t. */
enum tn_status tn_documents_split(const struct tn_documents *docs, int64_t d,
                                  const struct tn_splitter *s, struct tn_tokens *t,
                                  struct tn_error *err) TN_MUST_CHECK;

/* Documents with bytes that are not UTF-8: how many, and the first of them (-1: none). */
struct tn_invalid {
  int64_t n, first;
};
void tn_invalid_note(struct tn_invalid *invalid, int64_t document);
void tn_invalid_add(struct tn_invalid *invalid, const struct tn_invalid *later);

#endif
