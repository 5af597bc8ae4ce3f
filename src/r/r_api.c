#include "r/r_api.h"

#include <string.h>

static const char *status_name(enum tn_status status) {
  switch (status) {
    case TN_STATUS_ALLOC: return "alloc";
    case TN_STATUS_ARG: return "argument";
    case TN_STATUS_SHAPE: return "shape";
    case TN_STATUS_STATE: return "state";
    case TN_STATUS_NUMERIC: return "numeric";
    case TN_STATUS_IO: return "io";
    default: return "cancelled";
  }
}

void r_check(enum tn_status status, const struct tn_error *err) {
  if (status == TN_OK) {
    return;
  }
  SEXP name = PROTECT(Rf_mkString("tildenet"));
  SEXP namespace_env = PROTECT(R_FindNamespace(name));
  SEXP status_sexp = PROTECT(Rf_mkString(status_name(status)));
  SEXP message = PROTECT(Rf_mkString(err == NULL || err->message[0] == '\0' ? "unknown failure"
                                                                           : err->message));
  SEXP call = PROTECT(Rf_lang3(Rf_install("abort_engine"), status_sexp, message));
  Rf_eval(call, namespace_env);
  UNPROTECT(5); /* not reached: abort_engine() does not return */
}

void *r_address(SEXP xptr, const char *tag) {
  struct tn_error err;
  tn_error_init(&err);
  if (TYPEOF(xptr) != EXTPTRSXP || R_ExternalPtrTag(xptr) != Rf_install(tag)) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "expected a pointer to a %s", tag), &err);
  }
  void *address = R_ExternalPtrAddr(xptr);
  if (address == NULL) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "the pointer to the %s is empty", tag), &err);
  }
  return address;
}

SEXP r_pointer(const char *tag, SEXP keep, R_CFinalizer_t finalizer) {
  SEXP xptr = PROTECT(R_MakeExternalPtr(NULL, Rf_install(tag), keep));
  R_RegisterCFinalizerEx(xptr, finalizer, TRUE);
  UNPROTECT(1);
  return xptr;
}

static struct tn_attr one_attr(SEXP name, SEXP value) {
  struct tn_attr attr = {CHAR(name), NULL, 0, NULL};
  if (TYPEOF(value) == STRSXP && XLENGTH(value) == 1) {
    attr.text = CHAR(STRING_ELT(value, 0));
    return attr;
  }
  R_xlen_t n = XLENGTH(value);
  double *number = (double *)R_alloc((size_t)n + 1, sizeof(double));
  for (R_xlen_t i = 0; i < n; i++) {
    switch (TYPEOF(value)) {
      case REALSXP: number[i] = REAL_RO(value)[i]; break;
      case INTSXP: number[i] = INTEGER_RO(value)[i]; break;
      case LGLSXP: number[i] = LOGICAL_RO(value)[i]; break;
      default: number[i] = NA_REAL;
    }
  }
  attr.number = number;
  attr.count = (int64_t)n;
  return attr;
}

struct tn_attrs r_attrs(SEXP list_sexp) {
  struct tn_attrs attrs = {NULL, 0};
  SEXP names = Rf_getAttrib(list_sexp, R_NamesSymbol);
  if (TYPEOF(list_sexp) != VECSXP || Rf_isNull(names)) {
    return attrs;
  }
  R_xlen_t n = XLENGTH(list_sexp);
  struct tn_attr *item = (struct tn_attr *)R_alloc((size_t)n + 1, sizeof(struct tn_attr));
  for (R_xlen_t i = 0; i < n; i++) {
    item[i] = one_attr(STRING_ELT(names, i), VECTOR_ELT(list_sexp, i));
  }
  attrs.item = item;
  attrs.n = (int)n;
  return attrs;
}

/* More would not fit into memory, and their bytes not into 64 bits. */
#define MOST_ELEMENTS 1125899906842624.0

struct tn_shape r_shape(SEXP dim_sexp) {
  struct tn_shape shape;
  memset(&shape, 0, sizeof shape);
  R_xlen_t n = XLENGTH(dim_sexp);
  if (n > TN_MAX_RANK) {
    struct tn_error err;
    tn_error_init(&err);
    r_check(tn_fail(&err, TN_STATUS_SHAPE, "arrays may have at most %d axes, not %d", TN_MAX_RANK,
                    (int)n), &err);
  }
  shape.rank = (int)n;
  double size = 1;
  for (R_xlen_t i = 0; i < n; i++) {
    double dim = TYPEOF(dim_sexp) == INTSXP ? INTEGER_RO(dim_sexp)[i] : REAL_RO(dim_sexp)[i];
    size *= dim > 1 ? dim : 1;
    if (!(dim >= 0) || !(size <= MOST_ELEMENTS)) {
      struct tn_error err;
      tn_error_init(&err);
      r_check(tn_fail(&err, TN_STATUS_SHAPE, "no array has an axis of %.0f among %d axes", dim, (int)n),
              &err);
    }
    shape.dim[i] = (int64_t)dim;
  }
  return shape;
}

SEXP r_element(SEXP list_sexp, const char *name) {
  SEXP names = Rf_getAttrib(list_sexp, R_NamesSymbol);
  for (R_xlen_t i = 0; !Rf_isNull(names) && i < XLENGTH(list_sexp); i++) {
    if (strcmp(CHAR(STRING_ELT(names, i)), name) == 0) {
      return VECTOR_ELT(list_sexp, i);
    }
  }
  return R_NilValue;
}

double r_double(SEXP x_sexp) { return Rf_asReal(x_sexp); }

int64_t r_int64(SEXP x_sexp) {
  double x = Rf_asReal(x_sexp);
  if (ISNAN(x)) {
    return 0;
  }
  return x >= 9e18 ? INT64_MAX : (int64_t)x;
}

int r_flag(SEXP x_sexp) { return Rf_asLogical(x_sexp) == TRUE; }

const char *r_text(SEXP x_sexp) {
  return TYPEOF(x_sexp) == STRSXP && XLENGTH(x_sexp) > 0 ? CHAR(STRING_ELT(x_sexp, 0)) : "";
}
