#include "text/decimal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is read of a number: digits as one whole number, powers of ten to shift it by. */
struct parts {
  uint64_t digits;
  int n_digits; /* leading zeros left out */
  int64_t exponent;
  int negative;
};

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static const char *read_digits(const char *at, const char *end, struct parts *p, int *any,
                               int step) {
  for (; at < end && is_digit(*at); at++) {
    *any = 1;
    if (p->n_digits > 0 || *at != '0') {
      p->n_digits++;
    }
    if (p->n_digits <= 19) {
      p->digits = 10 * p->digits + (uint64_t)(*at - '0');
      p->exponent -= step;
    } else {
      p->exponent += !step;
    }
  }
  return at;
}

static const char *read_exponent(const char *at, const char *end, struct parts *p) {
  int negative = 0, any = 0;
  int64_t value = 0;
  at++;
  if (at < end && (*at == '-' || *at == '+')) {
    negative = *at++ == '-';
  }
  for (; at < end && is_digit(*at); at++) {
    any = 1;
    value = value < 100000 ? 10 * value + (*at - '0') : value;
  }
  p->exponent += negative ? -value : value;
  return any ? at : NULL;
}

/* 1 when the text is a number. */
static int read_parts(const char *at, const char *end, struct parts *p) {
  int any = 0;
  memset(p, 0, sizeof *p);
  if (at < end && (*at == '-' || *at == '+')) {
    p->negative = *at++ == '-';
  }
  at = read_digits(at, end, p, &any, 0);
  if (at < end && *at == '.') {
    at = read_digits(at + 1, end, p, &any, 1);
  }
  if (!any) {
    return 0;
  }
  if (at < end && (*at == 'e' || *at == 'E')) {
    at = read_exponent(at, end, p);
  }
  return at == end;
}

/* Longer than any number that means something; strtod() wants a closing zero. */
enum { LONGEST = 400 };

static int slow(const char *at, int64_t n, double *value) {
  char text[LONGEST + 1];
  if (n > LONGEST) {
    return 0;
  }
  memcpy(text, at, (size_t)n);
  text[n] = '\0';
  *value = strtod(text, NULL);
  return isfinite(*value);
}

int tn_decimal_read(const char *at, int64_t n, double *value) {
  static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                               1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                               1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  struct parts p;
  if (!read_parts(at, at + n, &p)) {
    return 0;
  }
  /* Both factors are doubles without rounding, so that their product is rounded once. */
  if (p.n_digits > 19 || p.digits > (uint64_t)1 << 53 || p.exponent < -22 || p.exponent > 22) {
    return slow(at, n, value);
  }
  double whole = (double)p.digits;
  whole = p.exponent < 0 ? whole / ten[-p.exponent] : whole * ten[p.exponent];
  *value = p.negative ? -whole : whole;
  return 1;
}

int tn_whole_read(const char *at, int64_t n, int64_t *value) {
  *value = 0;
  for (int64_t i = 0; i < n; i++) {
    if (!is_digit(at[i]) || *value > (INT64_MAX - 9) / 10) {
      return 0;
    }
    *value = 10 * *value + (at[i] - '0');
  }
  return n > 0;
}
