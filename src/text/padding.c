#include "text/padding.h"

#include <math.h>
#include <stddef.h>

/* Rows side by side are neighbours in each column: so many share its cache lines. */
enum { TOGETHER = 16 };

/* Where a row's items come from and stand. */
struct row {
  int64_t item, column, n;
};

static struct row row_of(const struct tn_padding *p, int64_t r) {
  int64_t length = p->first[r + 1] - p->first[r];
  int64_t n = length < p->columns ? length : p->columns;
  struct row row = {p->first[r] + (p->cut_front ? length - n : 0),
                    p->fill_front ? p->columns - n : 0, n};
  return row;
}

static inline double item_of(const struct tn_padding *p, int64_t k) {
  return p->real != NULL ? p->real[k] : p->whole[k];
}

static inline double cell(const struct tn_padding *p, const struct row *row, int64_t column) {
  int64_t k = column - row->column;
  return k >= 0 && k < row->n ? item_of(p, row->item + k) : p->fill;
}

/* Rows from..from + n - 1 as they are padded; n. */
static int64_t rows_from(const struct tn_padding *p, int64_t from, struct row *row) {
  int64_t n = p->rows - from < TOGETHER ? p->rows - from : TOGETHER;
  for (int64_t r = 0; r < n; r++) {
    row[r] = row_of(p, from + r);
  }
  return n;
}

/* The least int32 is R's missing value. */
static inline int fits(double x) { return fabs(x) < 2147483648.0; }

/* One of real and whole is NULL. Inline, so that the compiler makes a loop for each. */
static inline int pad(const struct tn_padding *p, double *real, int32_t *whole) {
  struct row row[TOGETHER];
  for (int64_t from = 0; from < p->rows; from += TOGETHER) {
    int64_t n = rows_from(p, from, row);
    for (int64_t j = 0; j < p->columns; j++) {
      for (int64_t r = 0; r < n; r++) {
        double x = cell(p, &row[r], j);
        int64_t at = j * p->rows + from + r;
        if (whole == NULL) {
          real[at] = x;
        } else if (fits(x)) {
          whole[at] = (int32_t)x;
        } else {
          return 0;
        }
      }
    }
  }
  return 1;
}

void tn_pad_reals(const struct tn_padding *p, double *out) { pad(p, out, NULL); }

int tn_pad_wholes(const struct tn_padding *p, int32_t *out) { return pad(p, NULL, out); }
