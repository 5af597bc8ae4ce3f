#include "metrics/label_ranks.h"
#include "r/ffi.h"

/* list(precision, coverage, right), see tn_label_ranks(). */
SEXP ffi_label_ranks(SEXP truth_sexp, SEXP score_sexp, SEXP cases_sexp, SEXP k_sexp) {
  static const char *names[] = {"precision", "coverage", "right", ""};
  struct tn_error err;
  tn_error_init(&err);
  int64_t cases = r_int64(cases_sexp);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  for (int part = 0; part < 3; part++) {
    SET_VECTOR_ELT(out, part, Rf_allocVector(REALSXP, (R_xlen_t)cases));
  }
  struct tn_label_ranks ranks = {REAL(VECTOR_ELT(out, 0)), REAL(VECTOR_ELT(out, 1)), REAL(VECTOR_ELT(out, 2))};
  int64_t labels = cases > 0 ? (int64_t)XLENGTH(score_sexp) / cases : 0;
  r_check(tn_label_ranks(REAL_RO(truth_sexp), REAL_RO(score_sexp), cases, labels, r_int64(k_sexp), &ranks, &err), &err);
  UNPROTECT(1);
  return out;
}
