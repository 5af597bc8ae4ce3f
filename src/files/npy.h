/* The .npy format of NumPy, versions 1 to 3 (numpy.lib.format): a magic string, a header that is
 * the text of a Python dictionary with the keys descr, fortran_order and shape, then the values. */
#ifndef TN_FILES_NPY_H
#define TN_FILES_NPY_H

#include "files/numbers.h"

/* Reads the header. x->bytes then points behind it, into bytes; n_values is what is left there.
 * Unless the values are objects, there are as many as the shape says. */
enum tn_status tn_npy_read(const uint8_t *bytes, int64_t n, struct tn_numbers *x, int64_t *n_values,
                           struct tn_error *err) TN_MUST_CHECK;

#endif
