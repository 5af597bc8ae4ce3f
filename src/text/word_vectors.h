/* Files of word vectors, read piece by piece: word2vec's binary and text formats (Mikolov et al., 2013),
 * GloVe's text format (Pennington et al., 2014), told apart by what stands in them. The first line of
 * word2vec's is the number of words and that of numbers a word; GloVe has none. What a file says of itself
 * is compared with its size before memory is taken for it. */
#ifndef TN_TEXT_WORD_VECTORS_H
#define TN_TEXT_WORD_VECTORS_H

#include "text/vocabulary.h"

enum tn_vectors_format {
  TN_VECTORS_UNKNOWN = 0, TN_VECTORS_BINARY, TN_VECTORS_TEXT, TN_VECTORS_GLOVE
};

struct tn_vectors_block; /* numbers of some words */

/* Zeroed init; the caller may set the first three before the first piece. */
struct tn_word_vectors {
  const struct tn_vocabulary *wanted; /* not owned; NULL: all words are */
  int64_t most;                       /* words that are read from the file, 0: all */
  int64_t file_size;                  /* bytes, 0: not known */
  enum tn_vectors_format format;
  int64_t announced;                  /* words by the first line; -1 when it does not say */
  int64_t dim;                        /* numbers a word; 0: not known yet */
  int64_t seen;                       /* words so far, repeated and unwanted ones included */
  int64_t line;                       /* of a text, from 1 */
  int done;                           /* no more of the file is needed */
  struct tn_vocabulary words;         /* what was kept, in the order of the file */
  struct tn_vectors_block *first, *last;
  double *out;                        /* where they go, not owned; NULL while that is not known */
  int64_t rows, placed;               /* of out, and how many of them are there */
  char *rest;                         /* bytes of the file that are not read yet */
  int64_t n_rest, room;
};

void tn_word_vectors_free(struct tn_word_vectors *v);

/* The next n bytes of the file. */
enum tn_status tn_word_vectors_add(struct tn_word_vectors *v, const char *bytes, int64_t n,
                                   struct tn_error *err) TN_MUST_CHECK;
/* The file ends here. */
enum tn_status tn_word_vectors_end(struct tn_word_vectors *v, struct tn_error *err) TN_MUST_CHECK;
/* Rows of the matrix as far as the file has told: as many when no word stands there twice; 0 while it
 * cannot be known, or not be believed. */
int64_t tn_word_vectors_rows(const struct tn_word_vectors *v);
/* Vectors go into out (rows, dim), first axis fastest, a block at a time from now on. There must be a row
 * for each word that is kept. */
void tn_word_vectors_into(struct tn_word_vectors *v, double *out, int64_t rows);
/* Those that are still on their way, too; their memory is given back meanwhile. */
void tn_word_vectors_place(struct tn_word_vectors *v);

#endif
