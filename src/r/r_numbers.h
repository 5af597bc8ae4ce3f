/* Numbers of files as R's. */
#ifndef TN_R_R_NUMBERS_H
#define TN_R_R_NUMBERS_H

#include "files/numbers.h"
#include "r/r_api.h"

/* Integers where all values allow it, else doubles; several axes are an array, one a plain vector. */
SEXP r_numbers(const struct tn_numbers *x);

#endif
