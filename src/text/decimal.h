/* Decimal numbers in texts. */
#ifndef TN_TEXT_DECIMAL_H
#define TN_TEXT_DECIMAL_H

#include <stdint.h>

/* Whether all n bytes are one finite number: sign, digits with or without a point, exponent. The
 * nearest double goes to *value. */
int tn_decimal_read(const char *at, int64_t n, double *value);
/* The same for whole numbers without a sign; 0 also when it does not fit. */
int tn_whole_read(const char *at, int64_t n, int64_t *value);

#endif
