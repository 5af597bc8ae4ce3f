/* Files of tensors: their header as R lists, parts of a file as bytes, bytes as arrays. */
#include <stdio.h>
#include <string.h>

#include "files/safetensors.h"
#include "platform/alloc.h"
#include "r/ffi.h"
#include "r/r_numbers.h"

static void header_finalize(SEXP xptr) {
  struct tn_safetensors *s = R_ExternalPtrAddr(xptr);
  if (s != NULL) {
    tn_safetensors_free(s);
    tn_free(s);
  }
  R_ClearExternalPtr(xptr);
}

static SEXP text_sexp(const char *text) { return Rf_mkCharCE(text, CE_UTF8); }

static SEXP metadata_sexp(const struct tn_safetensors *s) {
  SEXP values = PROTECT(Rf_allocVector(STRSXP, (R_xlen_t)s->n_metadata));
  SEXP names = PROTECT(Rf_allocVector(STRSXP, (R_xlen_t)s->n_metadata));
  for (int64_t k = 0; k < s->n_metadata; k++) {
    SET_STRING_ELT(names, k, text_sexp(s->metadata[2 * k]));
    SET_STRING_ELT(values, k, text_sexp(s->metadata[2 * k + 1]));
  }
  Rf_setAttrib(values, R_NamesSymbol, names);
  UNPROTECT(2);
  return values;
}

static SEXP dims_sexp(const struct tn_safetensors *s) {
  SEXP out = PROTECT(Rf_allocVector(VECSXP, (R_xlen_t)s->n));
  for (int64_t k = 0; k < s->n; k++) {
    SEXP dim = Rf_allocVector(INTSXP, s->tensor[k].rank);
    SET_VECTOR_ELT(out, k, dim);
    for (int axis = 0; axis < s->tensor[k].rank; axis++) {
      INTEGER(dim)[axis] = (int)s->tensor[k].dim[axis];
    }
  }
  UNPROTECT(1);
  return out;
}

/* list(names, kind = "f", "B", "i", "u", "b", size = bytes a number, dim = list, from, to, metadata) */
SEXP ffi_safetensors_header(SEXP json_sexp, SEXP size_sexp) {
  static const char *names[] = {"names", "kind", "size", "dim", "from", "to", "metadata", ""};
  struct tn_error err;
  struct tn_safetensors *s;
  tn_error_init(&err);
  SEXP xptr = PROTECT(r_pointer("tildenet tensors", R_NilValue, header_finalize));
  r_check(tn_alloc_into(&s, 1, sizeof *s, &err), &err);
  R_SetExternalPtrAddr(xptr, s);
  r_check(tn_safetensors_read(s, (const char *)RAW_RO(json_sexp), (int64_t)XLENGTH(json_sexp),
                              r_int64(size_sexp), &err), &err);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_allocVector(STRSXP, (R_xlen_t)s->n));
  SET_VECTOR_ELT(out, 1, Rf_allocVector(STRSXP, (R_xlen_t)s->n));
  for (int k = 2; k < 6; k++) {
    SET_VECTOR_ELT(out, k, k == 3 ? dims_sexp(s) : Rf_allocVector(REALSXP, (R_xlen_t)s->n));
  }
  for (int64_t k = 0; k < s->n; k++) {
    const struct tn_safetensor *t = &s->tensor[k];
    char kind[2] = {(char)t->type.kind, '\0'};
    SET_STRING_ELT(VECTOR_ELT(out, 0), k, text_sexp(t->name));
    SET_STRING_ELT(VECTOR_ELT(out, 1), k, Rf_mkChar(kind));
    REAL(VECTOR_ELT(out, 2))[k] = t->type.size;
    REAL(VECTOR_ELT(out, 4))[k] = (double)t->from;
    REAL(VECTOR_ELT(out, 5))[k] = (double)t->to;
  }
  SET_VECTOR_ELT(out, 6, metadata_sexp(s));
  header_finalize(xptr);
  UNPROTECT(2);
  return out;
}

/* C's files know offsets that may have 32 bits only; steps do not. */
static int step_to(FILE *file, int64_t offset) {
  const int64_t step = (int64_t)1 << 30;
  int failed = 0;
  for (; offset > 0 && !failed; offset -= step) {
    failed = fseek(file, (long)(offset < step ? offset : step), SEEK_CUR);
  }
  return !failed;
}

/* n bytes of a file from an offset on; NULL when they are not there. */
SEXP ffi_file_part(SEXP path_sexp, SEXP offset_sexp, SEXP n_sexp) {
  size_t n = (size_t)r_int64(n_sexp);
  SEXP bytes = PROTECT(Rf_allocVector(RAWSXP, (R_xlen_t)n));
  FILE *file = fopen(Rf_translateChar(STRING_ELT(path_sexp, 0)), "rb");
  int fine = file != NULL && step_to(file, r_int64(offset_sexp)) &&
             fread(RAW(bytes), 1, n, file) == n;
  if (file != NULL) {
    fclose(file);
  }
  UNPROTECT(1);
  return fine ? bytes : R_NilValue;
}

/* Bytes in row-major order, lowest byte of a number first, as an array. */
SEXP ffi_file_numbers(SEXP bytes_sexp, SEXP kind_sexp, SEXP size_sexp, SEXP dim_sexp) {
  struct tn_error err;
  struct tn_numbers x = {.last_fastest = 1, .rank = (int)XLENGTH(dim_sexp)};
  int64_t count;
  tn_error_init(&err);
  x.type = (struct tn_number_type){(enum tn_number_kind)r_text(kind_sexp)[0], (int)r_int64(size_sexp), 0};
  x.bytes = RAW_RO(bytes_sexp);
  if (x.rank > TN_NUMBERS_MAX_RANK) {
    r_check(tn_fail(&err, TN_STATUS_SHAPE, "arrays may have at most %d axes", TN_NUMBERS_MAX_RANK), &err);
  }
  for (int k = 0; k < x.rank; k++) {
    x.dim[k] = INTEGER_RO(dim_sexp)[k];
  }
  r_check(tn_numbers_count(&x, (int64_t)XLENGTH(bytes_sexp) / x.type.size, &count, &err), &err);
  return r_numbers(&x);
}
