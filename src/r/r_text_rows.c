/* Rows of word indices: from texts or given, to R as sequences or as a matrix. */
#include <string.h>

#include "platform/alloc.h"
#include "platform/pages.h"
#include "r/ffi.h"
#include "r/r_text.h"

static void rows_finalize(SEXP xptr) {
  struct tn_term_rows *rows = R_ExternalPtrAddr(xptr);
  if (rows != NULL) {
    tn_term_rows_free(rows);
    tn_free(rows);
  }
  R_ClearExternalPtr(xptr);
}

/* kind "sequence", "presence" or "count". */
SEXP ffi_text_rows(SEXP kind_sexp, SEXP columns_sexp) {
  struct tn_error err;
  struct tn_term_rows *rows;
  tn_error_init(&err);
  SEXP xptr = PROTECT(r_pointer(R_TAG_ROWS, R_NilValue, rows_finalize));
  r_check(tn_alloc_into(&rows, 1, sizeof *rows, &err), &err);
  R_SetExternalPtrAddr(xptr, rows);
  switch (r_text(kind_sexp)[0]) {
    case 's': rows->kind = TN_TERMS_SEQUENCE; break;
    case 'p': rows->kind = TN_TERMS_PRESENCE; break;
    default: rows->kind = TN_TERMS_COUNT;
  }
  rows->columns = r_int64(columns_sexp);
  UNPROTECT(1);
  return xptr;
}

SEXP ffi_text_rows_add(SEXP rows_xptr, SEXP tokenizer_xptr, SEXP texts_sexp) {
  struct tn_error err;
  struct tn_invalid invalid = {0, 0};
  tn_error_init(&err);
  struct tn_term_rows *rows = r_address(rows_xptr, R_TAG_ROWS);
  const struct tn_tokenizer *t = r_address(tokenizer_xptr, R_TAG_TOKENIZER);
  struct tn_documents docs = r_documents(texts_sexp);
  r_check(tn_term_rows_add_documents(rows, t, &docs, &invalid, &err), &err);
  return r_invalid(&invalid);
}

/* indices: all sequences behind one another; lengths: of each (integers). */
SEXP ffi_text_rows_add_indices(SEXP rows_xptr, SEXP indices_sexp, SEXP lengths_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_term_rows *rows = r_address(rows_xptr, R_TAG_ROWS);
  int64_t n = (int64_t)XLENGTH(lengths_sexp);
  const int64_t *first = r_firsts(lengths_sexp);
  if (first[n] != (int64_t)XLENGTH(indices_sexp)) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "%lld indices where the lengths say %lld",
                    (long long)XLENGTH(indices_sexp), (long long)first[n]), &err);
  }
  r_check(tn_term_rows_add_indices(rows, n, first, INTEGER_RO(indices_sexp), &err), &err);
  return R_NilValue;
}

/* One integer vector per row. */
SEXP ffi_text_rows_list(SEXP rows_xptr) {
  const struct tn_term_rows *rows = r_address(rows_xptr, R_TAG_ROWS);
  SEXP out = PROTECT(Rf_allocVector(VECSXP, (R_xlen_t)rows->rows));
  R_xlen_t at = 0;
  for (int64_t k = 0; k < rows->n_blocks; k++) {
    const struct tn_term_block *b = &rows->block[k];
    for (int64_t r = 0; r < b->rows; r++) {
      int64_t n = b->start[r + 1] - b->start[r];
      SEXP row = Rf_allocVector(INTSXP, (R_xlen_t)n);
      SET_VECTOR_ELT(out, at++, row);
      if (n > 0) {
        memcpy(INTEGER(row), b->index + b->start[r], (size_t)n * sizeof *b->index);
      }
    }
  }
  UNPROTECT(1);
  return out;
}

static enum tn_term_value value_of(SEXP value_sexp) {
  static const char *const values[] = {"binary", "count", "freq", "log", "weighted"};
  for (int k = 0; k < 5; k++) {
    if (strcmp(r_text(value_sexp), values[k]) == 0) {
      return (enum tn_term_value)k;
    }
  }
  return TN_VALUE_BINARY;
}

/* Slots of a dgCMatrix: list(p, i, x). weight: one number per column, or NULL. */
SEXP ffi_text_rows_columns(SEXP rows_xptr, SEXP value_sexp, SEXP weight_sexp) {
  static const char *names[] = {"p", "i", "x", ""};
  struct tn_error err;
  tn_error_init(&err);
  const struct tn_term_rows *rows = r_address(rows_xptr, R_TAG_ROWS);
  const double *weight = Rf_isNull(weight_sexp) ? NULL : REAL_RO(weight_sexp);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SEXP p = Rf_allocVector(INTSXP, (R_xlen_t)rows->columns + 1);
  SET_VECTOR_ELT(out, 0, p);
  SEXP i = Rf_allocVector(INTSXP, (R_xlen_t)rows->entries);
  SET_VECTOR_ELT(out, 1, i);
  SEXP x = Rf_allocVector(REALSXP, (R_xlen_t)rows->entries);
  SET_VECTOR_ELT(out, 2, x);
  r_check(tn_term_rows_columns(rows, value_of(value_sexp), weight, INTEGER(p), INTEGER(i), REAL(x),
                               &err), &err);
  UNPROTECT(1);
  return out;
}

SEXP ffi_text_rows_matrix(SEXP rows_xptr, SEXP value_sexp, SEXP weight_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  const struct tn_term_rows *rows = r_address(rows_xptr, R_TAG_ROWS);
  const double *weight = Rf_isNull(weight_sexp) ? NULL : REAL_RO(weight_sexp);
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)rows->rows, (int)rows->columns));
  tn_pages_large(REAL(out), (size_t)XLENGTH(out) * sizeof(double));
  r_check(tn_term_rows_dense(rows, value_of(value_sexp), weight, REAL(out), &err), &err);
  UNPROTECT(1);
  return out;
}
