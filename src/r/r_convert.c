#include "r/r_convert.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "r/ffi.h"

struct tn_shape r_shape_of(SEXP x_sexp) {
  SEXP dim = Rf_getAttrib(x_sexp, R_DimSymbol);
  return Rf_isNull(dim) ? tn_shape_1((int64_t)XLENGTH(x_sexp)) : r_shape(dim);
}

/* Distance in R's memory between neighbours on each axis. */
static void column_strides(const struct tn_shape *shape, int64_t *stride) {
  int64_t step = 1;
  for (int k = 0; k < shape->rank; k++) {
    stride[k] = step;
    step *= shape->dim[k];
  }
}

/* Walks the row-major positions; place() answers where that element lies in R's memory. */
struct walk {
  int rank;
  int64_t dim[TN_MAX_RANK], stride[TN_MAX_RANK], at[TN_MAX_RANK], place;
};

static struct walk walk_start(const struct tn_shape *shape) {
  struct walk w;
  memset(&w, 0, sizeof w);
  w.rank = shape->rank;
  memcpy(w.dim, shape->dim, sizeof w.dim);
  column_strides(shape, w.stride);
  return w;
}

static inline void walk_next(struct walk *w) {
  for (int k = w->rank - 1; k >= 0; k--) {
    w->place += w->stride[k];
    if (++w->at[k] < w->dim[k]) {
      return;
    }
    w->place -= w->stride[k] * w->dim[k];
    w->at[k] = 0;
  }
}

void r_check_size(SEXP x_sexp, const struct tn_shape *shape) {
  struct tn_error err;
  if ((int64_t)XLENGTH(x_sexp) != tn_shape_size(shape)) {
    char text[80];
    tn_error_init(&err);
    r_check(tn_fail(&err, TN_STATUS_SHAPE, "%lld values do not fill shape %s",
                    (long long)XLENGTH(x_sexp), tn_shape_text(shape, text, sizeof text)), &err);
  }
}

struct tn_column r_column(SEXP x_sexp) {
  struct tn_column x = {NULL, NULL};
  if (TYPEOF(x_sexp) == REALSXP) {
    x.real = REAL_RO(x_sexp);
  } else {
    x.whole = TYPEOF(x_sexp) == LGLSXP ? LOGICAL_RO(x_sexp) : INTEGER_RO(x_sexp);
  }
  return x;
}

void r_to_rows(SEXP x_sexp, const struct tn_shape *shape, float *out) {
  r_check_size(x_sexp, shape);
  int64_t rows = shape->rank > 0 ? shape->dim[0] : 1;
  int64_t row = rows == 0 ? 0 : tn_shape_size(shape) / rows;
  struct tn_column *column = (struct tn_column *)(void *)R_alloc((size_t)row + 1, sizeof *column);
  tn_columns_of_array(r_column(x_sexp), shape, column);
  tn_columns_floats(column, row, NULL, 0, rows, out);
}

/* Whole blocks without a branch, so that the compiler makes vectors of them. */
static int all_held(const double *x, int64_t n) {
  int held = 1;
  for (int64_t from = 0; from < n && held; from += 1024) {
    int64_t to = from + 1024 < n ? from + 1024 : n;
    for (int64_t i = from; i < to; i++) {
      held &= fabs(x[i]) <= FLT_MAX;
    }
  }
  return held;
}

/* Whether all numbers are ones that floats hold: none missing, infinite or too large. */
SEXP ffi_all_held(SEXP x_sexp) {
  int64_t n = (int64_t)XLENGTH(x_sexp), i = 0;
  if (TYPEOF(x_sexp) == REALSXP) {
    return Rf_ScalarLogical(all_held(REAL_RO(x_sexp), n));
  }
  const int *whole = TYPEOF(x_sexp) == LGLSXP ? LOGICAL_RO(x_sexp) : INTEGER_RO(x_sexp);
  while (i < n && whole[i] != NA_INTEGER) {
    i++;
  }
  return Rf_ScalarLogical(i == n);
}

static SEXP new_array(const struct tn_shape *shape) {
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)tn_shape_size(shape)));
  if (shape->rank > 0) {
    SEXP dim = PROTECT(Rf_allocVector(INTSXP, shape->rank));
    for (int k = 0; k < shape->rank; k++) {
      INTEGER(dim)[k] = (int)shape->dim[k];
    }
    Rf_setAttrib(out, R_DimSymbol, dim);
    UNPROTECT(1);
  }
  UNPROTECT(1);
  return out;
}

SEXP r_from_rows(const float *x, const struct tn_shape *shape) {
  SEXP out = PROTECT(new_array(shape));
  double *y = REAL(out);
  int64_t n = tn_shape_size(shape);
  struct walk w = walk_start(shape);
  for (int64_t i = 0; i < n; i++, walk_next(&w)) {
    y[w.place] = x[i];
  }
  UNPROTECT(1);
  return out;
}

SEXP r_from_ids(const int32_t *x, const struct tn_shape *shape) {
  SEXP out = PROTECT(new_array(shape));
  double *y = REAL(out);
  int64_t n = tn_shape_size(shape);
  struct walk w = walk_start(shape);
  for (int64_t i = 0; i < n; i++, walk_next(&w)) {
    y[w.place] = x[i];
  }
  UNPROTECT(1);
  return out;
}
