/* Word vectors: pieces of a file on their way into the reader, the matrix on its way back. */
#include <limits.h>
#include <string.h>

#include "platform/alloc.h"
#include "r/ffi.h"
#include "text/word_vectors.h"

#define R_TAG_VECTORS "tildenet word vectors"

struct reader {
  struct tn_word_vectors vectors;
  struct tn_vocabulary wanted;
};

static void reader_finalize(SEXP xptr) {
  struct reader *r = R_ExternalPtrAddr(xptr);
  if (r != NULL) {
    tn_word_vectors_free(&r->vectors);
    tn_vocabulary_free(&r->wanted);
    tn_free(r);
  }
  R_ClearExternalPtr(xptr);
}

/* wanted: words in UTF-8, or NULL for all; most: 0 for all; size: bytes of the file, 0 unknown. */
SEXP ffi_vectors_new(SEXP wanted_sexp, SEXP most_sexp, SEXP size_sexp) {
  struct tn_error err;
  struct reader *r;
  tn_error_init(&err);
  SEXP xptr = PROTECT(r_pointer(R_TAG_VECTORS, R_NilValue, reader_finalize));
  r_check(tn_alloc_into(&r, 1, sizeof *r, &err), &err);
  R_SetExternalPtrAddr(xptr, r);
  r->vectors.most = r_int64(most_sexp);
  r->vectors.file_size = r_int64(size_sexp);
  r->vectors.wanted = Rf_isNull(wanted_sexp) ? NULL : &r->wanted;
  for (R_xlen_t k = 0; k < Rf_xlength(wanted_sexp); k++) {
    SEXP text = STRING_ELT(wanted_sexp, k);
    struct tn_word word = tn_word_make(CHAR(text), (int64_t)LENGTH(text));
    int64_t number;
    r_check(tn_vocabulary_add(&r->wanted, &word, &number, &err), &err);
  }
  UNPROTECT(1);
  return xptr;
}

/* A matrix for the vectors, kept alive by the reader. */
static SEXP matrix_for(SEXP reader_xptr, struct tn_word_vectors *v, int64_t rows) {
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)rows, (int)v->dim));
  R_SetExternalPtrProtected(reader_xptr, out);
  tn_word_vectors_into(v, REAL(out), rows);
  UNPROTECT(1);
  return out;
}

/* The next bytes; TRUE when no more are needed. */
SEXP ffi_vectors_add(SEXP reader_xptr, SEXP bytes_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct reader *r = r_address(reader_xptr, R_TAG_VECTORS);
  struct tn_word_vectors *v = &r->vectors;
  r_check(tn_word_vectors_add(v, (const char *)RAW_RO(bytes_sexp), (int64_t)XLENGTH(bytes_sexp), &err),
          &err);
  int64_t rows = tn_word_vectors_rows(v);
  if (v->out == NULL && rows > 0 && rows <= INT_MAX) {
    matrix_for(reader_xptr, v, rows);
  }
  return Rf_ScalarLogical(v->done);
}

static SEXP words_sexp(const struct tn_vocabulary *v) {
  SEXP words = PROTECT(Rf_allocVector(STRSXP, (R_xlen_t)v->n));
  for (int64_t k = 0; k < v->n; k++) {
    SET_STRING_ELT(words, k,
                   Rf_mkCharLenCE(v->bytes + v->term[k].at, (int)v->term[k].n, CE_UTF8));
  }
  UNPROTECT(1);
  return words;
}

/* The first rows of a matrix, in which there are more when words stood in the file twice. */
static SEXP first_rows(SEXP matrix, int64_t n) {
  int64_t rows = Rf_nrows(matrix), columns = Rf_ncols(matrix);
  if (n == rows) {
    return matrix;
  }
  SEXP out = PROTECT(Rf_allocMatrix(REALSXP, (int)n, (int)columns));
  for (int64_t j = 0; j < columns && n > 0; j++) {
    memcpy(REAL(out) + j * n, REAL(matrix) + j * rows, (size_t)n * sizeof(double));
  }
  UNPROTECT(1);
  return out;
}

/* The file ends: the matrix, words as row names. The reader is empty then. */
SEXP ffi_vectors_end(SEXP reader_xptr) {
  struct tn_error err;
  tn_error_init(&err);
  struct reader *r = r_address(reader_xptr, R_TAG_VECTORS);
  struct tn_word_vectors *v = &r->vectors;
  r_check(tn_word_vectors_end(v, &err), &err);
  SEXP out = v->out == NULL ? matrix_for(reader_xptr, v, v->words.n)
                            : R_ExternalPtrProtected(reader_xptr);
  tn_word_vectors_place(v);
  out = PROTECT(first_rows(out, v->words.n));
  SEXP names = PROTECT(Rf_allocVector(VECSXP, 2));
  SET_VECTOR_ELT(names, 0, words_sexp(&v->words));
  if (v->words.n > 0) {
    Rf_setAttrib(out, R_DimNamesSymbol, names);
  }
  reader_finalize(reader_xptr);
  R_SetExternalPtrProtected(reader_xptr, R_NilValue);
  UNPROTECT(2);
  return out;
}
