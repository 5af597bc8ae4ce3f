/* The part of a reader of word vectors that reads lines of text: a word, then numbers, with blanks
 * between. */
#ifndef TN_TEXT_VECTOR_LINES_H
#define TN_TEXT_VECTOR_LINES_H

#include "text/word_vectors.h"

/* The next line without its line break; 0 when none ends in these bytes. The end of the file ends a
 * line, too. */
int tn_line_next(const char *at, int64_t n, int at_end, struct tn_text *line);
/* Splits at blanks; returns how many fields there are, at most `most`. */
int tn_line_fields(struct tn_text line, struct tn_text *field, int most);

/* Reads the next line of a text. */
enum tn_status tn_vectors_line(struct tn_word_vectors *v, struct tn_text line,
                               struct tn_error *err) TN_MUST_CHECK;

#endif
