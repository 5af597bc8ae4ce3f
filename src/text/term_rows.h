/* Rows of word indices, gathered part by part, and the matrices made of them. */
#ifndef TN_TEXT_TERM_ROWS_H
#define TN_TEXT_TERM_ROWS_H

#include "text/tokenizer.h"

/* One part: entries of row r are start[r] ... start[r + 1]. */
struct tn_term_block {
  int64_t rows, n, room, room_rows, room_count;
  int64_t *start;   /* rows + 1 */
  int32_t *index;
  int32_t *count;   /* how often each stands in its row; NULL: rows keep their order, see below */
  int64_t *length;  /* indices of each row, those outside of the columns too */
};

enum tn_term_kind {
  TN_TERMS_SEQUENCE, /* all indices in their order */
  TN_TERMS_PRESENCE, /* each index once, those from `columns` on left out */
  TN_TERMS_COUNT     /* the same with counts */
};

struct tn_term_rows {
  enum tn_term_kind kind;
  int64_t columns;
  struct tn_term_block *block; /* owned; in the order of the rows */
  int64_t n_blocks, room;
  int64_t rows, entries;
};

void tn_term_rows_free(struct tn_term_rows *rows);

/* Appends a row per document. On failure nothing was appended. */
enum tn_status tn_term_rows_add_documents(struct tn_term_rows *rows, const struct tn_tokenizer *t,
                                          const struct tn_documents *docs,
                                          struct tn_invalid *invalid, struct tn_error *err)
    TN_MUST_CHECK;
/* Appends rows of given indices: row r is index[first[r]] ... index[first[r + 1]]. Negative ones are
 * TN_STATUS_ARG. */
enum tn_status tn_term_rows_add_indices(struct tn_term_rows *rows, int64_t n,
                                        const int64_t *first, const int32_t *index,
                                        struct tn_error *err) TN_MUST_CHECK;

enum tn_term_value {
  TN_VALUE_BINARY,
  TN_VALUE_COUNT,   /* c */
  TN_VALUE_FREQ,    /* c / length of the row */
  TN_VALUE_LOG,     /* (1 + log c) * weight of the column */
  TN_VALUE_WEIGHTED /* c * weight of the column */
};

/* Columns compressed: start (columns + 1), row and value (entries), rows ascending. weight (columns)
 * may be NULL where the kind of value needs none. Rows of sequences cannot be turned. */
enum tn_status tn_term_rows_columns(const struct tn_term_rows *rows, enum tn_term_value value,
                                    const double *weight, int32_t *start, int32_t *row, double *x,
                                    struct tn_error *err) TN_MUST_CHECK;
/* x (columns, rows) as R keeps a matrix of rows x columns; zero where nothing is. */
enum tn_status tn_term_rows_dense(const struct tn_term_rows *rows, enum tn_term_value value,
                                  const double *weight, double *x, struct tn_error *err)
    TN_MUST_CHECK;

#endif
