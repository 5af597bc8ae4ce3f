/* R's headers, the one way in, and what every glue file needs. */
#ifndef TN_R_R_API_H
#define TN_R_R_API_H

#ifndef R_NO_REMAP
#define R_NO_REMAP
#endif
#include <R.h>
#include <Rinternals.h>

#include "platform/status.h"
#include "tensor/attrs.h"
#include "tensor/shape.h"

/* Raises a classed R condition unless status is TN_OK: the single place where C ends in an error. */
void r_check(enum tn_status status, const struct tn_error *err);

/* Address behind an external pointer made by r_pointer with the same tag; R error when it is NULL
 * or of another kind. */
void *r_address(SEXP xptr, const char *tag);
/* External pointer with an empty address; fill it with R_SetExternalPtrAddr. `keep` stays alive
 * as long as the pointer. The result must be protected by the caller. */
SEXP r_pointer(const char *tag, SEXP keep, R_CFinalizer_t finalizer);

/* Views that live until the .Call returns. */
struct tn_attrs r_attrs(SEXP list_sexp);
struct tn_shape r_shape(SEXP dim_sexp);
/* Element of a list by name; R_NilValue when absent. */
SEXP r_element(SEXP list_sexp, const char *name);
int64_t r_int64(SEXP x_sexp);
double r_double(SEXP x_sexp);
int r_flag(SEXP x_sexp);
const char *r_text(SEXP x_sexp);

#endif
