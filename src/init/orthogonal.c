/* Q of a QR decomposition of normal draws (longer x shorter side), each column times the sign of
 * R's diagonal, transposed when the matrix is wide. Gram-Schmidt, twice over for accuracy, gives R a
 * positive diagonal by itself: its Q is the signed one. */
#include "init/orthogonal.h"

#include <math.h>

#include "platform/alloc.h"
#include "platform/rng.h"

/* Column j minus its shares along columns 0..j-1, then to unit length. q is column-major. */
static void orthonormalise(double *q, int64_t rows, int64_t j) {
  double *column = q + j * rows;
  for (int pass = 0; pass < 2; pass++) {
    for (int64_t k = 0; k < j; k++) {
      double dot = 0;
      for (int64_t i = 0; i < rows; i++) {
        dot += q[k * rows + i] * column[i];
      }
      for (int64_t i = 0; i < rows; i++) {
        column[i] -= dot * q[k * rows + i];
      }
    }
  }
  double norm = 0;
  for (int64_t i = 0; i < rows; i++) {
    norm += column[i] * column[i];
  }
  norm = sqrt(norm);
  for (int64_t i = 0; i < rows; i++) {
    column[i] /= norm > 0 ? norm : 1;
  }
}

enum tn_status tn_init_orthogonal(double gain, const struct tn_shape *shape, uint64_t seed,
                                  float *out, struct tn_error *err) {
  if (shape->rank < 2) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "the orthogonal initializer makes arrays of at least 2 axes, not %d",
                   shape->rank);
  }
  int64_t cols = tn_shape_last(shape), rows = tn_shape_rows(shape);
  int64_t longer = rows > cols ? rows : cols, shorter = rows > cols ? cols : rows;
  float *draw = NULL;
  double *q = NULL;
  enum tn_status status = tn_alloc_into(&draw, (size_t)(longer * shorter), sizeof *draw, err);
  if (status == TN_OK) {
    status = tn_alloc_into(&q, (size_t)(longer * shorter), sizeof *q, err);
  }
  if (status != TN_OK) {
    goto done;
  }
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_INIT, 0, 0);
  tn_stream_normal(&s, 0, 0, longer * shorter, draw);
  for (int64_t i = 0; i < longer * shorter; i++) { /* drawn by rows */
    q[i % shorter * longer + i / shorter] = draw[i];
  }
  for (int64_t j = 0; j < shorter; j++) {
    orthonormalise(q, longer, j);
  }
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < cols; j++) {
      double value = rows >= cols ? q[j * longer + i] : q[i * longer + j];
      out[i * cols + j] = (float)(gain * value);
    }
  }
done:
  tn_free(draw);
  tn_free(q);
  return status;
}
