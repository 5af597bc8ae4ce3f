/* The idx format of the MNIST files (LeCun, Cortes and Burges): two zero bytes, a byte for the
 * type, one for the number of axes, their lengths as 32 bits with the highest byte first, the
 * values. */
#ifndef TN_FILES_IDX_H
#define TN_FILES_IDX_H

#include "files/numbers.h"

/* Bytes from 0 to 255 only, the type of all MNIST files. x->bytes points into bytes. */
enum tn_status tn_idx_read(const uint8_t *bytes, int64_t n, struct tn_numbers *x,
                           struct tn_error *err) TN_MUST_CHECK;

#endif
