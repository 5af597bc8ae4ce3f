/* The parts a sparse matrix comes in, checked before anything follows an index. */
#ifndef TN_SPARSE_PARTS_H
#define TN_SPARSE_PARTS_H

#include <stdint.h>

#include "platform/status.h"

enum tn_sparse_form { TN_SPARSE_COLUMNS, TN_SPARSE_ROWS, TN_SPARSE_TRIPLETS };

struct tn_sparse_parts {
  enum tn_sparse_form form;
  int64_t rows, cols;
  int64_t n;            /* entries */
  const int32_t *start; /* offsets of the columns or rows and their end; not of triplets */
  const int32_t *row;   /* of each entry; not of rows */
  const int32_t *col;   /* of each entry; not of columns */
  int from;             /* 0 or 1: where row and col count from */
  int triangle;         /* 1: only entries with row <= col, -1: with row >= col, 0: all */
  int no_diagonal;      /* of a triangle: none with row == col */
};

/* Whether offsets begin at 0, never fall and end at n, indices name rows and columns that are there, those
 * of one column or row ascend, and entries lie in the triangle. The message says which part is wrong by the
 * names of R's packages: i, j, p. */
enum tn_status tn_sparse_check(const struct tn_sparse_parts *x, struct tn_error *err) TN_MUST_CHECK;

#endif
