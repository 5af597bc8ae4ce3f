#include "r/ffi.h"
#include "r/r_handles.h"

static void permuter_finalize(SEXP xptr) {
  tn_permuter_free(R_ExternalPtrAddr(xptr));
  R_ClearExternalPtr(xptr);
}

SEXP ffi_permuter_new(SEXP source_xptr) {
  struct tn_error err;
  struct tn_permuter *p;
  tn_error_init(&err);
  struct tn_source *s = r_address(source_xptr, R_TAG_SOURCE);
  SEXP xptr = PROTECT(r_pointer(R_TAG_PERMUTER, source_xptr, permuter_finalize));
  enum tn_status status = tn_permuter_new(s, &p, &err);
  R_SetExternalPtrAddr(xptr, p);
  r_check(status, &err);
  UNPROTECT(1);
  return xptr;
}

/* column: integers from 0; part and turn name the permutation. */
SEXP ffi_permuter_apply(SEXP permuter_xptr, SEXP column_sexp, SEXP seed_sexp, SEXP part_sexp,
                        SEXP turn_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_stream stream =
      tn_stream_make((uint64_t)r_int64(seed_sexp), TN_PURPOSE_PERMUTE,
                     (uint32_t)r_int64(part_sexp), (uint64_t)r_int64(turn_sexp));
  r_check(tn_permuter_apply(r_address(permuter_xptr, R_TAG_PERMUTER), INTEGER_RO(column_sexp),
                            (int64_t)XLENGTH(column_sexp), &stream, &err), &err);
  return R_NilValue;
}

SEXP ffi_permuter_restore(SEXP permuter_xptr) {
  tn_permuter_restore(r_address(permuter_xptr, R_TAG_PERMUTER));
  return R_NilValue;
}
