#include "sparse/parts.h"

#include <stdio.h>

/* Columns, rows, or all triplets as one line. */
static int64_t lines_of(const struct tn_sparse_parts *x) {
  return x->form == TN_SPARSE_COLUMNS ? x->cols : x->form == TN_SPARSE_ROWS ? x->rows : 1;
}

static int64_t first_of(const struct tn_sparse_parts *x, int64_t line) {
  return x->form == TN_SPARSE_TRIPLETS ? line * x->n : x->start[line];
}

static enum tn_status check_offsets(const struct tn_sparse_parts *x, struct tn_error *err) {
  int64_t lines = lines_of(x);
  if (x->start[0] != 0) {
    return tn_fail(err, TN_STATUS_ARG, "`p`[1] is %d, not 0", (int)x->start[0]);
  }
  for (int64_t l = 1; l <= lines; l++) {
    if (x->start[l] < x->start[l - 1]) {
      return tn_fail(err, TN_STATUS_ARG, "`p` falls from %d to %d at `p`[%lld]",
                     (int)x->start[l - 1], (int)x->start[l], (long long)l + 1);
    }
  }
  if (x->start[lines] != x->n) {
    return tn_fail(err, TN_STATUS_ARG, "`p` ends at %d, but there are %lld entries",
                   (int)x->start[lines], (long long)x->n);
  }
  return TN_OK;
}

static enum tn_status check_indices(const struct tn_sparse_parts *x, const int32_t *index,
                                    int64_t limit, const char *part, const char *what,
                                    struct tn_error *err) {
  for (int64_t k = 0; k < x->n; k++) {
    if (index[k] < x->from || index[k] - x->from >= limit) {
      char value[16] = "NA"; /* R's missing whole number */
      if (index[k] != INT32_MIN) {
        snprintf(value, sizeof value, "%d", (int)index[k]);
      }
      return tn_fail(err, TN_STATUS_ARG, "`%s`[%lld] is %s, but there are %lld %s, counted from %d",
                     part, (long long)k + 1, value, (long long)limit, what, x->from);
    }
  }
  return TN_OK;
}

static enum tn_status check_ascending(const struct tn_sparse_parts *x, struct tn_error *err) {
  int columns = x->form == TN_SPARSE_COLUMNS;
  const int32_t *index = columns ? x->row : x->col;
  for (int64_t l = 0, lines = lines_of(x); l < lines; l++) {
    for (int64_t k = x->start[l] + 1; k < x->start[l + 1]; k++) {
      if (index[k] <= index[k - 1]) {
        return tn_fail(err, TN_STATUS_ARG, "`%s` does not ascend within %s %lld",
                       columns ? "i" : "j", columns ? "column" : "row", (long long)l + 1);
      }
    }
  }
  return TN_OK;
}

static enum tn_status check_triangle(const struct tn_sparse_parts *x, struct tn_error *err) {
  for (int64_t l = 0, lines = lines_of(x); l < lines; l++) {
    for (int64_t k = first_of(x, l); k < first_of(x, l + 1); k++) {
      int64_t row = x->form == TN_SPARSE_ROWS ? l : x->row[k] - x->from;
      int64_t col = x->form == TN_SPARSE_COLUMNS ? l : x->col[k] - x->from;
      int64_t inside = (col - row) * x->triangle;
      if (inside < 0 || (inside == 0 && x->no_diagonal)) {
        return tn_fail(err, TN_STATUS_ARG,
                       "the entry in row %lld and column %lld is outside the triangle that `uplo` and `diag` name",
                       (long long)row + 1, (long long)col + 1);
      }
    }
  }
  return TN_OK;
}

enum tn_status tn_sparse_check(const struct tn_sparse_parts *x, struct tn_error *err) {
  if (x->form != TN_SPARSE_TRIPLETS) {
    TN_TRY(check_offsets(x, err));
  }
  if (x->form != TN_SPARSE_ROWS) {
    TN_TRY(check_indices(x, x->row, x->rows, "i", "rows", err));
  }
  if (x->form != TN_SPARSE_COLUMNS) {
    TN_TRY(check_indices(x, x->col, x->cols, "j", "columns", err));
  }
  if (x->form != TN_SPARSE_TRIPLETS) {
    TN_TRY(check_ascending(x, err));
  }
  return x->triangle == 0 ? TN_OK : check_triangle(x, err);
}
