/* Sequences behind one another, as R gathers them with unlist(). */
#include <limits.h>
#include <string.h>

#include "platform/pages.h"
#include "r/ffi.h"
#include "r/r_text.h"
#include "text/padding.h"

/* REALSXP or INTSXP, NILSXP where a sequence is neither. *items counts those of all. */
static SEXPTYPE type_of_all(SEXP sequences_sexp, R_xlen_t *items) {
  SEXPTYPE type = INTSXP;
  *items = 0;
  for (R_xlen_t k = 0; k < XLENGTH(sequences_sexp); k++) {
    SEXP x = VECTOR_ELT(sequences_sexp, k);
    if (OBJECT(x) || (TYPEOF(x) != REALSXP && TYPEOF(x) != INTSXP) || XLENGTH(x) > INT_MAX) {
      return NILSXP;
    }
    type = TYPEOF(x) == REALSXP ? REALSXP : type;
    *items += XLENGTH(x);
  }
  return type;
}

static void append_reals(SEXP x, double *to) {
  if (TYPEOF(x) == REALSXP) {
    memcpy(to, REAL_RO(x), (size_t)XLENGTH(x) * sizeof *to);
    return;
  }
  const int *whole = INTEGER_RO(x);
  for (R_xlen_t i = 0; i < XLENGTH(x); i++) {
    to[i] = whole[i] == NA_INTEGER ? NA_REAL : whole[i];
  }
}

/* list(values, length) of a list of plain vectors of numbers, NULL of another. */
SEXP ffi_flat_sequences(SEXP sequences_sexp) {
  static const char *names[] = {"values", "length", ""};
  R_xlen_t items, at = 0;
  SEXPTYPE type = type_of_all(sequences_sexp, &items);
  if (type == NILSXP) {
    return R_NilValue;
  }
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SEXP values = Rf_allocVector(type, items);
  SET_VECTOR_ELT(out, 0, values);
  SEXP length = Rf_allocVector(INTSXP, XLENGTH(sequences_sexp));
  SET_VECTOR_ELT(out, 1, length);
  for (R_xlen_t k = 0; k < XLENGTH(sequences_sexp); k++) {
    SEXP x = VECTOR_ELT(sequences_sexp, k);
    R_xlen_t n = XLENGTH(x);
    INTEGER(length)[k] = (int)n;
    if (n > 0 && type == REALSXP) {
      append_reals(x, REAL(values) + at);
    } else if (n > 0) {
      memcpy(INTEGER(values) + at, INTEGER_RO(x), (size_t)n * sizeof(int));
    }
    at += n;
  }
  UNPROTECT(1);
  return out;
}

const int64_t *r_firsts(SEXP lengths_sexp) {
  R_xlen_t n = XLENGTH(lengths_sexp);
  int64_t *first = (int64_t *)(void *)R_alloc((size_t)n + 1, sizeof *first);
  first[0] = 0;
  for (R_xlen_t r = 0; r < n; r++) {
    first[r + 1] = first[r] + INTEGER_RO(lengths_sexp)[r];
  }
  return first;
}

/* A matrix of rows x columns, or an array of so many of them. */
static SEXP new_planes(SEXPTYPE type, const struct tn_padding *p, int64_t planes) {
  int64_t cells = p->rows * p->columns * planes;
  SEXP out = PROTECT(Rf_allocVector(type, (R_xlen_t)cells));
  SEXP dim = PROTECT(Rf_allocVector(INTSXP, planes > 1 ? 3 : 2));
  INTEGER(dim)[0] = (int)p->rows;
  INTEGER(dim)[1] = (int)p->columns;
  if (planes > 1) {
    INTEGER(dim)[2] = (int)planes;
  }
  Rf_setAttrib(out, R_DimSymbol, dim);
  void *at = type == REALSXP ? (void *)REAL(out) : (void *)INTEGER(out);
  tn_pages_large(at, (size_t)cells * (type == REALSXP ? sizeof(double) : sizeof(int)));
  UNPROTECT(2);
  return out;
}

/* values: numbers, a row for each item; lengths: of the sequences; fill_front, cut_front: whether rows are filled and
 * cut in front; whole: an integer matrix is wanted, or NULL where a number does not fit into one. */
SEXP ffi_pad(SEXP values_sexp, SEXP lengths_sexp, SEXP columns_sexp, SEXP fill_front_sexp,
             SEXP cut_front_sexp, SEXP fill_sexp, SEXP whole_sexp) {
  int real = TYPEOF(values_sexp) == REALSXP, whole = r_flag(whole_sexp), fits = 1;
  int64_t items = Rf_nrows(values_sexp), planes = Rf_ncols(values_sexp);
  struct tn_padding p = {(int64_t)XLENGTH(lengths_sexp), r_int64(columns_sexp), r_firsts(lengths_sexp),
                         NULL, NULL, r_flag(fill_front_sexp), r_flag(cut_front_sexp), r_double(fill_sexp)};
  SEXP out = PROTECT(new_planes(whole ? INTSXP : REALSXP, &p, planes));
  for (int64_t k = 0; k < planes && fits; k++) {
    p.real = real ? REAL_RO(values_sexp) + k * items : NULL;
    p.whole = real ? NULL : INTEGER_RO(values_sexp) + k * items;
    if (whole) {
      fits = tn_pad_wholes(&p, INTEGER(out) + k * p.rows * p.columns);
    } else {
      tn_pad_reals(&p, REAL(out) + k * p.rows * p.columns);
    }
  }
  UNPROTECT(1);
  return fits ? out : R_NilValue;
}
