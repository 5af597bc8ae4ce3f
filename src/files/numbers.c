#include "files/numbers.h"

#include <math.h>
#include <string.h>

static int machine_is_big_endian(void) {
  const uint16_t one = 1;
  uint8_t first;
  memcpy(&first, &one, 1);
  return first == 0;
}

enum tn_status tn_number_type_parse(const char *code, int64_t n, char order,
                                    struct tn_number_type *type, struct tn_error *err) {
  static const char *const known[] = {"f4", "f8", "i1", "i2", "i4", "i8", "u1",
                                      "u2", "u4", "u8", "b1", "O8", "O4", "O"};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    if ((int64_t)strlen(known[k]) == n && memcmp(known[k], code, (size_t)n) == 0) {
      type->kind = (enum tn_number_kind)code[0];
      type->size = code[0] == 'O' ? 8 : code[1] - '0';
      type->big_endian = order == '>' || (order == '=' && machine_is_big_endian());
      if (strchr("<>|=", order) != NULL && order != '\0') {
        return TN_OK;
      }
    }
  }
  return tn_fail(err, TN_STATUS_IO, "values of type %c%.*s are not known", order,
                 (int)(n > 20 ? 20 : n), code);
}

enum tn_status tn_numbers_count(const struct tn_numbers *x, int64_t most, int64_t *count,
                                struct tn_error *err) {
  int empty = 0, fits = 1;
  *count = 1;
  for (int k = 0; k < x->rank; k++) {
    fits &= x->dim[k] >= 0 && x->dim[k] <= INT32_MAX;
    empty |= x->dim[k] == 0;
  }
  for (int k = 0; k < x->rank && fits && !empty; k++) {
    fits = *count <= most / x->dim[k];
    *count *= fits ? x->dim[k] : 1;
  }
  *count = empty ? 0 : *count;
  return fits && *count <= most
             ? TN_OK
             : tn_fail(err, TN_STATUS_IO, "the file is too short for its shape of %d axes", x->rank);
}

static uint64_t bits(const struct tn_number_type *type, const uint8_t *at) {
  uint64_t value = 0;
  for (int k = 0; k < type->size; k++) {
    int from = type->big_endian ? k : type->size - 1 - k;
    value = value << 8 | at[from];
  }
  return value;
}

int64_t tn_number_int(const struct tn_number_type *type, const uint8_t *bytes, int64_t k) {
  uint64_t value = bits(type, bytes + k * type->size);
  if (type->kind == TN_NUMBER_INT && type->size < 8) {
    uint64_t sign = (uint64_t)1 << (8 * type->size - 1);
    return (int64_t)(value ^ sign) - (int64_t)sign;
  }
  if (type->kind == TN_NUMBER_LOGICAL) {
    return value != 0;
  }
  if (type->kind == TN_NUMBER_UNSIGNED && value > INT64_MAX) {
    return INT64_MAX;
  }
  int64_t whole;
  memcpy(&whole, &value, sizeof whole);
  return whole;
}

static double float_of(uint32_t value) {
  float single;
  memcpy(&single, &value, sizeof single);
  return single;
}

/* 1 sign, 5 exponent, 10 fraction bits. */
static double half_float(uint32_t value) {
  int exponent = (int)(value >> 10 & 31);
  double fraction = value & 1023;
  double size = exponent == 31 ? (fraction > 0 ? NAN : INFINITY)
                : exponent == 0 ? ldexp(fraction, -24)
                                : ldexp(fraction + 1024, exponent - 25);
  return value >> 15 ? -size : size;
}

double tn_number_double(const struct tn_number_type *type, const uint8_t *bytes, int64_t k) {
  if (type->kind != TN_NUMBER_FLOAT && type->kind != TN_NUMBER_BFLOAT) {
    return (double)tn_number_int(type, bytes, k);
  }
  uint64_t value = bits(type, bytes + k * type->size);
  if (type->kind == TN_NUMBER_BFLOAT) {
    return float_of((uint32_t)value << 16);
  }
  if (type->size < 8) {
    return type->size == 4 ? float_of((uint32_t)value) : half_float((uint32_t)value);
  }
  double number;
  memcpy(&number, &value, sizeof number);
  return number;
}

int tn_numbers_fit_int32(const struct tn_number_type *type, const uint8_t *bytes, int64_t count) {
  if (type->kind == TN_NUMBER_FLOAT || type->kind == TN_NUMBER_BFLOAT || type->kind == TN_NUMBER_OBJECT) {
    return 0;
  }
  for (int64_t k = 0; type->size >= 4 && k < count; k++) {
    int64_t value = tn_number_int(type, bytes, k);
    if (value > INT32_MAX || value <= INT32_MIN) {
      return 0;
    }
  }
  return 1;
}

/* Rows that are handled together, so that both sides stay in the cache. */
enum { ROWS = 64 };

static void place_one(const struct tn_numbers *x, int64_t from, int64_t to, int32_t *ints,
                      double *doubles) {
  if (ints != NULL) {
    ints[to] = x->type.size == 1 && x->type.kind == TN_NUMBER_UNSIGNED
                   ? x->bytes[from]
                   : (int32_t)tn_number_int(&x->type, x->bytes, from);
  } else {
    doubles[to] = tn_number_double(&x->type, x->bytes, from);
  }
}

/* Rows [first, first + n) of an array in C order: the other axes are counted up last one first, and
 * `place` is where that cell of row 0 lies. */
static void place_rows(const struct tn_numbers *x, int64_t first, int64_t n, int64_t cells,
                       int32_t *ints, double *doubles) {
  int64_t at[TN_NUMBERS_MAX_RANK] = {0}, step[TN_NUMBERS_MAX_RANK], place = 0;
  step[0] = 1;
  for (int k = 1; k < x->rank; k++) {
    step[k] = step[k - 1] * x->dim[k - 1];
  }
  for (int64_t cell = 0; cell < cells; cell++) {
    for (int64_t i = first; i < first + n; i++) {
      place_one(x, i * cells + cell, place + i, ints, doubles);
    }
    for (int k = x->rank - 1; k > 0; k--) {
      place += step[k];
      if (++at[k] < x->dim[k]) {
        break;
      }
      place -= step[k] * x->dim[k];
      at[k] = 0;
    }
  }
}

void tn_numbers_place(const struct tn_numbers *x, int32_t *ints, double *doubles) {
  int64_t rows = x->rank > 0 ? x->dim[0] : 1, cells = 1;
  for (int k = 1; k < x->rank; k++) {
    cells *= x->dim[k];
  }
  if (!x->last_fastest || x->rank < 2) {
    for (int64_t k = 0; k < rows * cells; k++) {
      place_one(x, k, k, ints, doubles);
    }
    return;
  }
  for (int64_t first = 0; first < rows; first += ROWS) {
    place_rows(x, first, rows - first < ROWS ? rows - first : ROWS, cells, ints, doubles);
  }
}
