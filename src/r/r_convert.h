/* The one place where R's column-major arrays and the engine's row-major floats meet. */
#ifndef TN_R_R_CONVERT_H
#define TN_R_R_CONVERT_H

#include "r/r_api.h"
#include "tensor/columns.h"

/* An R error unless the numbers fill the shape. */
void r_check_size(SEXP x_sexp, const struct tn_shape *shape);
/* Where the numbers of a vector begin. */
struct tn_column r_column(SEXP x_sexp);
void r_to_rows(SEXP x_sexp, const struct tn_shape *shape, float *out);
SEXP r_from_rows(const float *x, const struct tn_shape *shape);
SEXP r_from_ids(const int32_t *x, const struct tn_shape *shape);
/* Dimensions of an R array or, for a plain vector, its length. */
struct tn_shape r_shape_of(SEXP x_sexp);

#endif
