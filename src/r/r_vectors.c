/* Word vectors: pieces of a file on their way into the reader, the matrix on its way back. */
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

/* The next bytes; TRUE when no more are needed. */
SEXP ffi_vectors_add(SEXP reader_xptr, SEXP bytes_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct reader *r = r_address(reader_xptr, R_TAG_VECTORS);
  r_check(tn_word_vectors_add(&r->vectors, (const char *)RAW_RO(bytes_sexp),
                              (int64_t)XLENGTH(bytes_sexp), &err), &err);
  return Rf_ScalarLogical(r->vectors.done);
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

/* The file ends: list(words, vectors). The reader is empty then. */
SEXP ffi_vectors_end(SEXP reader_xptr) {
  static const char *names[] = {"words", "vectors", ""};
  struct tn_error err;
  tn_error_init(&err);
  struct reader *r = r_address(reader_xptr, R_TAG_VECTORS);
  struct tn_word_vectors *v = &r->vectors;
  r_check(tn_word_vectors_end(v, &err), &err);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, words_sexp(&v->words));
  SET_VECTOR_ELT(out, 1, Rf_allocMatrix(REALSXP, (int)v->words.n, (int)v->dim));
  tn_word_vectors_place(v, REAL(VECTOR_ELT(out, 1)));
  reader_finalize(reader_xptr);
  UNPROTECT(1);
  return out;
}
