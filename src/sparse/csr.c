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
  TN_TRY(tn_alloc_into(&out->start, rows + 1, sizeof *out->start, err));
  TN_TRY(tn_alloc_into(&out->index, n, sizeof *out->index, err));
  if (with_values) {
    TN_TRY(tn_alloc_into(&out->value, n, sizeof *out->value, err));
  }
  out->view.rows = rows;
  out->view.cols = cols;
  out->view.start = out->start;
  out->view.index = out->index;
  out->view.value = out->value;
  return TN_OK;
}

enum tn_status tn_csr_room_like(const struct tn_csr *x, struct tn_csr_owned *out,
                                struct tn_error *err) {
  TN_TRY(reserve(x->rows, x->cols, x->start[x->rows], x->value != NULL, out, err));
  memcpy(out->view.band, x->band, sizeof x->band);
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

/* Cuts the columns where the running sum of entries passes each share. end[c] = entries of the columns
 * up to c. */
static void cut_bands(struct tn_csr *m, const int32_t *end) {
  int64_t total = m->start[m->rows];
  int b = 1;
  for (int64_t c = 0; c < m->cols; c++) {
    while (b < TN_CSR_BANDS && (int64_t)end[c] * TN_CSR_BANDS >= total * b) {
      m->band[b++] = (int32_t)(c + 1);
    }
  }
  while (b <= TN_CSR_BANDS) {
    m->band[b++] = (int32_t)m->cols;
  }
}

static enum tn_status find_bands(struct tn_csr *m, struct tn_error *err) {
  int32_t *end; /* R's matrices have fewer than 2^31 entries */
  TN_TRY(tn_alloc_into(&end, m->cols, sizeof *end, err));
  for (int64_t k = 0; k < m->start[m->rows]; k++) {
    end[m->index[k]]++;
  }
  for (int64_t c = 1; c < m->cols; c++) {
    end[c] += end[c - 1];
  }
  cut_bands(m, end);
  tn_free(end);
  return TN_OK;
}

/* NULL for values that are all 1: rows of 0 and 1 need no factors. */
static const double *factors(int64_t n, const double *values) {
  for (int64_t k = 0; values != NULL && k < n; k++) {
    if (values[k] != 1) {
      return values;
    }
  }
  return NULL;
}

static void put_columns(const struct tn_sparse_parts *x, const double *values,
                        struct tn_csr_owned *out) {
  for (int64_t k = 0; k < x->n; k++) {
    out->start[x->row[k] + 1]++;
  }
  sum_starts(x->rows, out->start);
  for (int64_t j = 0; j < x->cols; j++) {
    for (int64_t k = x->start[j]; k < x->start[j + 1]; k++) {
      put(out, x->row[k], (int32_t)j, values, k);
    }
  }
  restore_starts(x->rows, out->start);
  cut_bands(&out->view, x->start + 1);
}

static enum tn_status copy_rows(const struct tn_sparse_parts *x, const double *values,
                                struct tn_csr_owned *out, struct tn_error *err) {
  for (int64_t r = 0; r <= x->rows; r++) {
    out->start[r] = x->start[r];
  }
  for (int64_t k = 0; k < x->n; k++) {
    out->index[k] = x->col[k];
    if (values != NULL) {
      out->value[k] = (float)values[k];
    }
  }
  return find_bands(&out->view, err);
}

enum tn_status tn_csr_from_parts(const struct tn_sparse_parts *x, const double *values,
                                 struct tn_csr_owned *out, struct tn_error *err) {
  memset(out, 0, sizeof *out);
  if (x->form == TN_SPARSE_TRIPLETS || x->from != 0) {
    return tn_fail(err, TN_STATUS_STATE, "triplets are no compressed rows yet");
  }
  TN_TRY(tn_sparse_check(x, err));
  values = factors(x->n, values);
  TN_TRY(reserve(x->rows, x->cols, x->n, values != NULL, out, err));
  if (x->form == TN_SPARSE_ROWS) {
    return copy_rows(x, values, out, err);
  }
  put_columns(x, values, out);
  return TN_OK;
}
