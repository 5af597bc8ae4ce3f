/* Numbers of a given width and byte order, one after the other, as NumPy stores them; and arrays of
 * them, put in the order that has the first axis fastest. */
#ifndef TN_FILES_NUMBERS_H
#define TN_FILES_NUMBERS_H

#include "platform/status.h"

enum { TN_NUMBERS_MAX_RANK = 8 };

enum tn_number_kind {
  TN_NUMBER_FLOAT = 'f',  /* IEEE 754, of 2, 4 or 8 bytes */
  TN_NUMBER_BFLOAT = 'B', /* the upper half of a float of 4 bytes */
  TN_NUMBER_INT = 'i',
  TN_NUMBER_UNSIGNED = 'u',
  TN_NUMBER_LOGICAL = 'b',
  TN_NUMBER_OBJECT = 'O' /* what stands there is a pickle */
};

struct tn_number_type {
  enum tn_number_kind kind;
  int size; /* bytes */
  int big_endian;
};

/* rank 0 is one number. last_fastest: C order, else Fortran order. bytes is not owned. */
struct tn_numbers {
  struct tn_number_type type;
  int last_fastest, rank;
  int64_t dim[TN_NUMBERS_MAX_RANK];
  const uint8_t *bytes;
};

/* "f8" and an order of '<', '>', '=' (this machine's) or '|' (none); other types are errors. */
enum tn_status tn_number_type_parse(const char *code, int64_t n, char order,
                                    struct tn_number_type *type,
                                    struct tn_error *err) TN_MUST_CHECK;

/* How many numbers dim gives, an error when they would not fit into `most` items. */
enum tn_status tn_numbers_count(const struct tn_numbers *x, int64_t most, int64_t *count,
                                struct tn_error *err) TN_MUST_CHECK;

/* Number k of the bytes. */
double tn_number_double(const struct tn_number_type *type, const uint8_t *bytes, int64_t k);
/* Whole numbers of up to 8 bytes; unsigned ones beyond 2^63 come out as INT64_MAX. */
int64_t tn_number_int(const struct tn_number_type *type, const uint8_t *bytes, int64_t k);

/* Whether all of the first `count` are whole numbers that fit into 32 bits, the smallest of them
 * left out: R has it for missing ones. */
int tn_numbers_fit_int32(const struct tn_number_type *type, const uint8_t *bytes, int64_t count);

/* All values, first axis fastest, into one of both. */
void tn_numbers_place(const struct tn_numbers *x, int32_t *ints, double *doubles);

#endif
