#include "platform/alloc.h"
#include "r/ffi.h"
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

/* x: numbers in R order; dim: their shape, samples first. */
SEXP ffi_source_dense(SEXP x_sexp, SEXP dim_sexp, SEXP integer_sexp) {
  struct tn_error err;
  struct tn_source *s;
  tn_error_init(&err);
  SEXP xptr = PROTECT(new_source(&s, &err));
  s->shape = r_shape(dim_sexp);
  s->dtype = r_flag(integer_sexp) ? TN_I32 : TN_F32;
  int64_t size = tn_shape_size(&s->shape);
  s->row_size = s->shape.dim[0] == 0 ? 0 : size / s->shape.dim[0];
  r_check(tn_alloc_into(&s->data, (size_t)size, sizeof(float), &err), &err);
  if (s->dtype == TN_I32) {
    r_to_ids(x_sexp, &s->shape, (int32_t *)(void *)s->data);
  } else {
    r_to_rows(x_sexp, &s->shape, s->data);
  }
  UNPROTECT(1);
  return xptr;
}

/* By columns: i rows, p column starts; else i columns, p row starts; slots of a Matrix class, values
 * NULL for a pattern. */
SEXP ffi_source_sparse(SEXP by_column_sexp, SEXP dim_sexp, SEXP i_sexp, SEXP p_sexp, SEXP x_sexp) {
  struct tn_error err;
  struct tn_source *s;
  enum tn_status status;
  tn_error_init(&err);
  SEXP xptr = PROTECT(new_source(&s, &err));
  s->shape = r_shape(dim_sexp);
  s->dtype = TN_CSR;
  const double *x = Rf_isNull(x_sexp) ? NULL : REAL_RO(x_sexp);
  const int *i = INTEGER_RO(i_sexp), *p = INTEGER_RO(p_sexp);
  int64_t rows = s->shape.dim[0], cols = s->shape.dim[1];
  status = r_flag(by_column_sexp) ? tn_csr_from_csc(rows, cols, p, i, x, &s->csr, &err)
                                  : tn_csr_from_csr(rows, cols, p, i, x, &s->csr, &err);
  r_check(status, &err);
  UNPROTECT(1);
  return xptr;
}
