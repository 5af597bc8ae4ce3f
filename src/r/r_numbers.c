#include "r/r_numbers.h"

SEXP r_numbers(const struct tn_numbers *x) {
  int64_t n = 1;
  for (int k = 0; k < x->rank; k++) {
    n *= x->dim[k];
  }
  int whole = tn_numbers_fit_int32(&x->type, x->bytes, n);
  SEXP out = PROTECT(Rf_allocVector(whole ? INTSXP : REALSXP, (R_xlen_t)n));
  tn_numbers_place(x, whole ? INTEGER(out) : NULL, whole ? NULL : REAL(out));
  if (x->rank > 1) {
    SEXP dim = PROTECT(Rf_allocVector(INTSXP, x->rank));
    for (int k = 0; k < x->rank; k++) {
      INTEGER(dim)[k] = (int)x->dim[k];
    }
    Rf_setAttrib(out, R_DimSymbol, dim);
    UNPROTECT(1);
  }
  UNPROTECT(1);
  return out;
}
