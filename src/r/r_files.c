/* Files of data sets: bytes of R on their way into the readers, arrays and sequences on their
 * way back. */
#include <stdio.h>
#include <string.h>

#include "files/checksum.h"
#include "files/idx.h"
#include "files/npy.h"
#include "files/sequences.h"
#include "files/shuffle.h"
#include "platform/alloc.h"
#include "r/ffi.h"
#include "r/r_numbers.h"

/* format: "npy" or "idx" */
SEXP ffi_file_array(SEXP bytes_sexp, SEXP format_sexp) {
  struct tn_error err;
  struct tn_numbers x;
  int64_t n_values;
  tn_error_init(&err);
  const uint8_t *bytes = RAW_RO(bytes_sexp);
  int64_t n = (int64_t)XLENGTH(bytes_sexp);
  if (strcmp(r_text(format_sexp), "idx") == 0) {
    r_check(tn_idx_read(bytes, n, &x, &err), &err);
  } else {
    r_check(tn_npy_read(bytes, n, &x, &n_values, &err), &err);
  }
  if (x.type.kind == TN_NUMBER_OBJECT) {
    r_check(tn_fail(&err, TN_STATUS_IO, "the array holds objects instead of numbers"), &err);
  }
  return r_numbers(&x);
}

/* What a reader allocates, in one block, so that R frees it whatever happens. */
struct read_file {
  struct tn_pickle pickle;
  struct tn_sequences sequences;
};

static void read_file_finalize(SEXP xptr) {
  struct read_file *f = R_ExternalPtrAddr(xptr);
  if (f != NULL) {
    tn_pickle_free(&f->pickle);
    tn_sequences_free(&f->sequences);
    tn_free(f);
  }
  R_ClearExternalPtr(xptr);
}

static struct read_file *read_file_new(SEXP xptr) {
  struct tn_error err;
  struct read_file *f;
  tn_error_init(&err);
  r_check(tn_alloc_into(&f, 1, sizeof *f, &err), &err);
  R_SetExternalPtrAddr(xptr, f);
  return f;
}

static SEXP ints_sexp(const int32_t *values, int64_t n) {
  SEXP out = Rf_allocVector(INTSXP, (R_xlen_t)n);
  if (n > 0) {
    memcpy(INTEGER(out), values, (size_t)n * sizeof(int));
  }
  return out;
}

/* list(values = all behind one another, lengths = of each sequence) */
SEXP ffi_file_sequences(SEXP bytes_sexp) {
  static const char *names[] = {"values", "lengths", ""};
  struct tn_error err;
  struct tn_numbers x;
  int64_t n_values;
  tn_error_init(&err);
  SEXP xptr = PROTECT(r_pointer("tildenet file", R_NilValue, read_file_finalize));
  struct read_file *f = read_file_new(xptr);
  struct tn_sequences *s = &f->sequences;
  r_check(tn_npy_read(RAW_RO(bytes_sexp), (int64_t)XLENGTH(bytes_sexp), &x, &n_values, &err), &err);
  r_check(tn_sequences_of_npy(s, &x, n_values, &err), &err);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, ints_sexp(s->value, s->n_values));
  SEXP lengths = Rf_allocVector(REALSXP, (R_xlen_t)s->n);
  SET_VECTOR_ELT(out, 1, lengths);
  for (int64_t k = 0; k < s->n; k++) {
    REAL(lengths)[k] = (double)s->length[k];
  }
  read_file_finalize(xptr); /* it may be large; not left to the next collection */
  UNPROTECT(2);
  return out;
}

/* A pickled dictionary: list(bytes = of the matrix under the first key, row by row, dim = of it,
 * numbers = those under the second key). */
SEXP ffi_file_batch(SEXP bytes_sexp, SEXP keys_sexp) {
  static const char *names[] = {"bytes", "dim", "numbers", ""};
  struct tn_error err;
  struct tn_numbers x;
  struct tn_pickle_value value, values;
  tn_error_init(&err);
  SEXP xptr = PROTECT(r_pointer("tildenet file", R_NilValue, read_file_finalize));
  struct read_file *f = read_file_new(xptr);
  struct tn_pickle *p = &f->pickle;
  r_check(tn_pickle_read(RAW_RO(bytes_sexp), (int64_t)XLENGTH(bytes_sexp), p, &err), &err);
  r_check(tn_pickle_entry(p, p->top, CHAR(STRING_ELT(keys_sexp, 0)), &value, &err), &err);
  r_check(tn_pickle_array(p, value, &x, &values, &err), &err);
  if (x.type.kind != TN_NUMBER_UNSIGNED || x.type.size != 1 || x.rank != 2 || !x.last_fastest) {
    r_check(tn_fail(&err, TN_STATUS_IO, "the array is no matrix of bytes, row by row"), &err);
  }
  r_check(tn_pickle_entry(p, p->top, CHAR(STRING_ELT(keys_sexp, 1)), &value, &err), &err);
  r_check(tn_sequences_add(&f->sequences, p, value, &err), &err);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SEXP bytes = Rf_allocVector(RAWSXP, (R_xlen_t)values.n);
  SET_VECTOR_ELT(out, 0, bytes);
  if (values.n > 0) {
    memcpy(RAW(bytes), x.bytes, values.n);
  }
  int32_t dim[2] = {(int32_t)x.dim[0], (int32_t)x.dim[1]};
  SET_VECTOR_ELT(out, 1, ints_sexp(dim, 2));
  SET_VECTOR_ELT(out, 2, ints_sexp(f->sequences.value, f->sequences.n_values));
  read_file_finalize(xptr);
  UNPROTECT(2);
  return out;
}

SEXP ffi_file_crc32(SEXP bytes_sexp, SEXP before_sexp) {
  uint32_t before = (uint32_t)Rf_asReal(before_sexp);
  return Rf_ScalarReal(tn_crc32(before, RAW_RO(bytes_sexp), (size_t)XLENGTH(bytes_sexp)));
}

/* NULL when the file cannot be read. */
SEXP ffi_file_sha256(SEXP path_sexp) {
  uint8_t bytes[4096];
  char text[65];
  size_t n;
  struct tn_sha256 sum;
  FILE *file = fopen(Rf_translateChar(STRING_ELT(path_sexp, 0)), "rb");
  if (file == NULL) {
    return R_NilValue;
  }
  tn_sha256_init(&sum);
  while ((n = fread(bytes, 1, sizeof bytes, file)) > 0) {
    tn_sha256_add(&sum, bytes, n);
  }
  int failed = ferror(file);
  fclose(file);
  tn_sha256_text(&sum, text);
  return failed ? R_NilValue : Rf_mkString(text);
}

/* One order (from 1) for each size, drawn one after the other. */
SEXP ffi_file_shuffle(SEXP seed_sexp, SEXP sizes_sexp) {
  struct tn_twister twister;
  tn_twister_init(&twister, (uint32_t)r_int64(seed_sexp));
  SEXP out = PROTECT(Rf_allocVector(VECSXP, XLENGTH(sizes_sexp)));
  for (R_xlen_t k = 0; k < XLENGTH(sizes_sexp); k++) {
    int n = INTEGER_RO(sizes_sexp)[k];
    SEXP order = Rf_allocVector(INTSXP, n);
    SET_VECTOR_ELT(out, k, order);
    tn_twister_shuffle(&twister, INTEGER(order), n);
    for (int i = 0; i < n; i++) {
      INTEGER(order)[i]++;
    }
  }
  UNPROTECT(1);
  return out;
}
