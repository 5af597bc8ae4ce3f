/* The part of a reader of word vectors that keeps: words without repetition, numbers in blocks. */
#ifndef TN_TEXT_VECTOR_STORE_H
#define TN_TEXT_VECTOR_STORE_H

#include "text/word_vectors.h"

/* Looks at the next word of the file. *numbers is where its dim numbers belong: doubles, or floats as
 * the file has them in the binary format; NULL when it is not kept. */
enum tn_status tn_vectors_next(struct tn_word_vectors *v, const char *word, int64_t n,
                               void **numbers, struct tn_error *err) TN_MUST_CHECK;

#endif
