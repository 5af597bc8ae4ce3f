/* Numbers that lie column by column, as matrices, arrays and data frames of R do, read row by row. */
#ifndef TN_TENSOR_COLUMNS_H
#define TN_TENSOR_COLUMNS_H

#include <stdint.h>

#include "tensor/shape.h"

struct tn_column {
  const double *real;
  const int32_t *whole; /* where real is NULL */
};

/* Row `row` of the columns becomes row `place` of what is read. */
struct tn_row_place {
  int64_t row, place;
};

/* Columns of an array in R's order, samples first: one for each element of a sample, as they follow each
 * other with the last axis fastest. x says where the numbers begin; column has room for all. */
void tn_columns_of_array(struct tn_column x, const struct tn_shape *shape, struct tn_column *column);

/* out (n,columns): rows from ... from + n - 1, or the n that pick names. */
void tn_columns_floats(const struct tn_column *column, int64_t columns,
                       const struct tn_row_place *pick, int64_t from, int64_t n, float *out);
/* The same as whole numbers; what is beyond their range becomes the nearest of them. */
void tn_columns_ids(const struct tn_column *column, int64_t columns,
                    const struct tn_row_place *pick, int64_t from, int64_t n, int32_t *out);

#endif
