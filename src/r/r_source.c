#include <limits.h>
#include <string.h>

#include "platform/alloc.h"
#include "r/ffi.h"
#include "r/r_convert.h"
#include "r/r_handles.h"

static void source_finalize(SEXP xptr) {
  tn_source_free(R_ExternalPtrAddr(xptr));
  R_ClearExternalPtr(xptr);
}

/* Pointer first, memory after: nothing is lost when R fails in between. */
static SEXP new_source(struct tn_source **out, struct tn_error *err) {
  SEXP xptr = PROTECT(r_pointer(R_TAG_SOURCE, R_NilValue, source_finalize));
  r_check(tn_alloc_into(out, 1, sizeof **out, err), err);
  R_SetExternalPtrAddr(xptr, *out);
  UNPROTECT(1);
  return xptr;
}

/* x: numbers in R order; dim: their shape, samples first; most: numbers that are copied at once. Of more the
 * source reads x itself, which then lives as long as it. */
SEXP ffi_source_dense(SEXP x_sexp, SEXP dim_sexp, SEXP integer_sexp, SEXP most_sexp) {
  struct tn_error err;
  struct tn_source *s;
  struct tn_column *column;
  tn_error_init(&err);
  SEXP xptr = PROTECT(new_source(&s, &err));
  s->shape = r_shape(dim_sexp);
  s->dtype = r_flag(integer_sexp) ? TN_I32 : TN_F32;
  r_check_size(x_sexp, &s->shape);
  int64_t size = tn_shape_size(&s->shape);
  s->row_size = s->shape.dim[0] == 0 ? 0 : size / s->shape.dim[0];
  r_check(tn_alloc_into(&column, s->row_size, sizeof *column, &err), &err);
  tn_columns_of_array(r_column(x_sexp), &s->shape, column);
  enum tn_status status = tn_source_fill(s, column, r_int64(most_sexp), &err);
  if (status != TN_OK) {
    tn_free(column);
  }
  r_check(status, &err);
  if (s->column != NULL) {
    R_SetExternalPtrProtected(xptr, x_sexp);
  }
  UNPROTECT(1);
  return xptr;
}

/* Where a form has no such part it is NULL. */
static const int32_t *r_indices(SEXP x_sexp) {
  return Rf_isNull(x_sexp) ? NULL : INTEGER_RO(x_sexp);
}

/* Parts as R's packages keep them: whole numbers of the right length, Dim as it is. */
static struct tn_sparse_parts r_sparse_parts(SEXP form_sexp, SEXP dim_sexp, SEXP i_sexp, SEXP j_sexp,
                                             SEXP p_sexp) {
  struct tn_sparse_parts x;
  const char *form = r_text(form_sexp);
  memset(&x, 0, sizeof x);
  x.form = strcmp(form, "columns") == 0 ? TN_SPARSE_COLUMNS
           : strcmp(form, "rows") == 0  ? TN_SPARSE_ROWS
                                        : TN_SPARSE_TRIPLETS;
  x.rows = INTEGER_RO(dim_sexp)[0];
  x.cols = INTEGER_RO(dim_sexp)[1];
  x.n = (int64_t)XLENGTH(x.form == TN_SPARSE_ROWS ? j_sexp : i_sexp);
  x.row = r_indices(i_sexp);
  x.col = r_indices(j_sexp);
  x.start = r_indices(p_sexp);
  return x;
}

/* What is wrong with parts, or NULL. triangle: which entries they may have, from: where they count from. */
SEXP ffi_sparse_fault(SEXP form_sexp, SEXP dim_sexp, SEXP i_sexp, SEXP j_sexp, SEXP p_sexp,
                      SEXP from_sexp, SEXP triangle_sexp, SEXP no_diagonal_sexp) {
  struct tn_error err;
  struct tn_sparse_parts x = r_sparse_parts(form_sexp, dim_sexp, i_sexp, j_sexp, p_sexp);
  tn_error_init(&err);
  x.from = (int)r_int64(from_sexp);
  x.triangle = (int)r_int64(triangle_sexp);
  x.no_diagonal = r_flag(no_diagonal_sexp);
  return tn_sparse_check(&x, &err) == TN_OK ? R_NilValue : Rf_mkString(err.message);
}

/* Compressed columns or rows; values NULL for a pattern. */
SEXP ffi_source_sparse(SEXP form_sexp, SEXP dim_sexp, SEXP i_sexp, SEXP j_sexp, SEXP p_sexp, SEXP x_sexp) {
  struct tn_error err;
  struct tn_source *s;
  tn_error_init(&err);
  SEXP xptr = PROTECT(new_source(&s, &err));
  struct tn_sparse_parts x = r_sparse_parts(form_sexp, dim_sexp, i_sexp, j_sexp, p_sexp);
  s->shape = tn_shape_2(x.rows, x.cols);
  s->dtype = TN_CSR;
  r_check(tn_csr_from_parts(&x, Rf_isNull(x_sexp) ? NULL : REAL_RO(x_sexp), &s->csr, &err), &err);
  UNPROTECT(1);
  return xptr;
}

/* Cells of a column that are not zero; their rows and values if row is not NULL. */
static int64_t nonzero(SEXP x_sexp, int64_t from, int64_t n, int *row, double *value) {
  const double *x = TYPEOF(x_sexp) == REALSXP ? REAL_RO(x_sexp) + from : NULL;
  const int *k = x != NULL ? NULL
                 : TYPEOF(x_sexp) == LGLSXP ? LOGICAL_RO(x_sexp) + from : INTEGER_RO(x_sexp) + from;
  int64_t found = 0;
  for (int64_t i = 0; i < n; i++) {
    if (x != NULL ? x[i] != 0 : k[i] != 0) {
      if (row != NULL) {
        row[found] = (int)i;
        value[found] = x != NULL ? x[i] : k[i];
      }
      found++;
    }
  }
  return found;
}

/* Whether at most `share` of the cells of a matrix are not zero; stops as soon as there are more. */
SEXP ffi_mostly_zero(SEXP x_sexp, SEXP share_sexp) {
  int64_t rows = Rf_nrows(x_sexp), cols = Rf_ncols(x_sexp), found = 0;
  double most = r_double(share_sexp) * (double)rows * (double)cols;
  for (int64_t j = 0; j < cols && (double)found <= most; j++) {
    found += nonzero(x_sexp, j * rows, rows, NULL, NULL);
  }
  return Rf_ScalarLogical((double)found <= most && found <= INT_MAX);
}

/* The cells of a matrix that are not zero. */
SEXP ffi_source_nonzero(SEXP x_sexp) {
  struct tn_error err;
  struct tn_source *s;
  tn_error_init(&err);
  SEXP xptr = PROTECT(new_source(&s, &err));
  int64_t rows = Rf_nrows(x_sexp), cols = Rf_ncols(x_sexp);
  s->shape = tn_shape_2(rows, cols);
  s->dtype = TN_CSR;
  int *start = (int *)(void *)R_alloc((size_t)cols + 1, sizeof(int));
  start[0] = 0;
  for (int64_t j = 0; j < cols; j++) {
    start[j + 1] = start[j] + (int)nonzero(x_sexp, j * rows, rows, NULL, NULL);
  }
  int *row = (int *)(void *)R_alloc((size_t)start[cols] + 1, sizeof(int));
  double *value = (double *)(void *)R_alloc((size_t)start[cols] + 1, sizeof(double));
  for (int64_t j = 0; j < cols; j++) {
    nonzero(x_sexp, j * rows, rows, row + start[j], value + start[j]);
  }
  struct tn_sparse_parts x = {TN_SPARSE_COLUMNS, rows, cols, start[cols], start, row, NULL, 0, 0, 0};
  r_check(tn_csr_from_parts(&x, value, &s->csr, &err), &err);
  UNPROTECT(1);
  return xptr;
}
