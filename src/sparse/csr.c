/* Making compressed rows from what R holds. Counting sort by row: linear in the entries; reading
 * columns in order leaves every row's columns ascending. */
#include "sparse/csr.h"

#include <string.h>

#include "platform/alloc.h"

void tn_csr_owned_free(struct tn_csr_owned *m) {
  tn_free(m->start);
  tn_free(m->index);
  tn_free(m->value);
  memset(m, 0, sizeof *m);
}

static enum tn_status reserve(int64_t rows, int64_t cols, int64_t n, int with_values,
                              struct tn_csr_owned *out, struct tn_error *err) {
  memset(out, 0, sizeof *out);
  TN_TRY(tn_alloc_into(&out->start, (size_t)rows + 1, sizeof *out->start, err));
  TN_TRY(tn_alloc_into(&out->index, (size_t)n, sizeof *out->index, err));
  if (with_values) {
    TN_TRY(tn_alloc_into(&out->value, (size_t)n, sizeof *out->value, err));
  }
  out->view.rows = rows;
  out->view.cols = cols;
  out->view.start = out->start;
  out->view.index = out->index;
  out->view.value = out->value;
  return TN_OK;
}

static enum tn_status check_index(int64_t i, int64_t limit, const char *what,
                                  struct tn_error *err) {
  if (i < 0 || i >= limit) {
    return tn_fail(err, TN_STATUS_ARG, "a sparse matrix names %s %lld of %lld", what,
                   (long long)i + 1, (long long)limit);
  }
  return TN_OK;
}

/* start[r + 1] = entries of row r, then their running sum. */
static void sum_starts(int64_t rows, int64_t *start) {
  for (int64_t r = 0; r < rows; r++) {
    start[r + 1] += start[r];
  }
}

/* After the entries were put in, start[r] has moved to start[r + 1]: moves them back. */
static void restore_starts(int64_t rows, int64_t *start) {
  for (int64_t r = rows; r > 0; r--) {
    start[r] = start[r - 1];
  }
  start[0] = 0;
}

static void put(struct tn_csr_owned *out, int64_t row, int32_t col, const double *values,
                int64_t k) {
  int64_t at = out->start[row]++;
  out->index[at] = col;
  if (values != NULL) {
    out->value[at] = (float)values[k];
  }
}

enum tn_status tn_csr_from_csc(int64_t rows, int64_t cols, const int32_t *col_start,
                               const int32_t *row_index, const double *values,
                               struct tn_csr_owned *out, struct tn_error *err) {
  int64_t n = col_start[cols];
  TN_TRY(reserve(rows, cols, n, values != NULL, out, err));
  for (int64_t k = 0; k < n; k++) {
    TN_TRY(check_index(row_index[k], rows, "row", err));
    out->start[row_index[k] + 1]++;
  }
  sum_starts(rows, out->start);
  for (int64_t j = 0; j < cols; j++) {
    for (int64_t k = col_start[j]; k < col_start[j + 1]; k++) {
      put(out, row_index[k], (int32_t)j, values, k);
    }
  }
  restore_starts(rows, out->start);
  return TN_OK;
}

enum tn_status tn_csr_from_csr(int64_t rows, int64_t cols, const int32_t *row_start,
                               const int32_t *col_index, const double *values,
                               struct tn_csr_owned *out, struct tn_error *err) {
  int64_t n = row_start[rows];
  TN_TRY(reserve(rows, cols, n, values != NULL, out, err));
  for (int64_t r = 0; r <= rows; r++) {
    out->start[r] = row_start[r];
  }
  for (int64_t k = 0; k < n; k++) {
    TN_TRY(check_index(col_index[k], cols, "column", err));
    out->index[k] = col_index[k];
    if (values != NULL) {
      out->value[k] = (float)values[k];
    }
  }
  return TN_OK;
}

enum tn_status tn_csr_from_triplets(int64_t rows, int64_t cols, int64_t n, const int32_t *i,
                                    const int32_t *j, const double *values,
                                    struct tn_csr_owned *out, struct tn_error *err) {
  TN_TRY(reserve(rows, cols, n, values != NULL, out, err));
  for (int64_t k = 0; k < n; k++) {
    TN_TRY(check_index(i[k], rows, "row", err));
    TN_TRY(check_index(j[k], cols, "column", err));
    out->start[i[k] + 1]++;
  }
  sum_starts(rows, out->start);
  for (int64_t k = 0; k < n; k++) {
    put(out, i[k], j[k], values, k);
  }
  restore_starts(rows, out->start);
  return TN_OK;
}
