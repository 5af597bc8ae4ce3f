/* Sequences of different lengths as rows of one length: filled up or cut. */
#ifndef TN_TEXT_PADDING_H
#define TN_TEXT_PADDING_H

#include <stdint.h>

struct tn_padding {
  int64_t rows, columns;
  const int64_t *first;  /* (rows + 1): row r has the items first[r] ... first[r + 1] */
  const double *real;    /* the items of all rows behind one another, or NULL */
  const int32_t *whole;  /* the same as whole numbers, where real is NULL */
  int fill_front, cut_front;
  double fill;
};

/* out (columns, rows) as R keeps a matrix of rows x columns. */
void tn_pad_reals(const struct tn_padding *p, double *out);
/* Fractions are cut towards 0. Answers 0, with out half filled, where a number does not fit
 * into 32 bits (of which the least is R's missing value). */
int tn_pad_wholes(const struct tn_padding *p, int32_t *out);

#endif
