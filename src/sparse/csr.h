/* Compressed rows, and a batch of chosen rows of such a matrix without copying them. */
#ifndef TN_SPARSE_CSR_H
#define TN_SPARSE_CSR_H

#include <stdint.h>

#include "platform/status.h"
#include "sparse/parts.h"

/* Bands of columns with about as many entries each, which threads share. */
enum { TN_CSR_BANDS = 8 };

struct tn_csr {
  int64_t rows;
  int64_t cols;
  const int64_t *start;  /* rows + 1 offsets into index and value */
  const int32_t *index;  /* column of each entry, ascending within a row */
  const float *value;    /* NULL: every entry is 1 */
  int32_t band[TN_CSR_BANDS + 1]; /* band b: columns band[b] .. band[b + 1] - 1 */
};

/* Row i of the batch is row row[i] of matrix (row NULL: rows 0..n-1). */
struct tn_csr_rows {
  const struct tn_csr *matrix;
  const int64_t *row;
  int64_t n;
};

/* Owned matrix. Zeroed init is safe to free. */
struct tn_csr_owned {
  struct tn_csr view;
  int64_t *start;
  int32_t *index;
  float *value;
};

/* From compressed columns or rows whose indices count from 0, checked by tn_sparse_check(). values NULL:
 * ones; values that are all 1 are not kept. */
enum tn_status tn_csr_from_parts(const struct tn_sparse_parts *x, const double *values,
                                 struct tn_csr_owned *out, struct tn_error *err) TN_MUST_CHECK;
/* Room for a matrix of the size of x with as many entries in each column, without entries yet. */
enum tn_status tn_csr_room_like(const struct tn_csr *x, struct tn_csr_owned *out,
                                struct tn_error *err) TN_MUST_CHECK;
void tn_csr_owned_free(struct tn_csr_owned *m);

/* Dense rows: out (x->n, cols). */
void tn_csr_rows_dense(const struct tn_csr_rows *x, float *out);

/* Items, `most` at most, in which threads share a product of x with (cols,units) numbers. trained: these are
 * written between one product and the next. */
int64_t tn_csr_items(const struct tn_csr_rows *x, int64_t units, int trained, int64_t most);

/* y (n,units) = x W (+ bias when not NULL); W (cols,units) row-major. Threads share rows of y.
 * trained: W is written between one product and the next. */
void tn_csr_forward(const struct tn_csr_rows *x, int64_t units, int trained, const float *w,
                    const float *bias, float *y);

/* g (cols,units) += t(x) dy. Threads share bands of columns, so that the order in which one cell is
 * summed never depends on their number. */
void tn_csr_backward(const struct tn_csr_rows *x, int64_t units, const float *dy, float *g);

/* Columns that occur in x, each once, into touched (capacity cols), or all columns when there are more
 * entries than columns;
 * mark (cols, zero outside calls of one gathering) is set to 1 for them. Returns the new count,
 * starting from n_touched already there. */
int64_t tn_csr_touch(const struct tn_csr_rows *x, int64_t n_touched, int32_t *touched,
                     uint8_t *mark);

#endif
