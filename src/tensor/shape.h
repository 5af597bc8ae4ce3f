/* Shapes. Letters used in comments everywhere: B batch, T time, C channels, H height, W width,
 * F features, U units, K classes, V vocabulary. Row-major, batch first. */
#ifndef TN_TENSOR_SHAPE_H
#define TN_TENSOR_SHAPE_H

#include <stdint.h>

#define TN_MAX_RANK 6

struct tn_shape {
  int rank;
  int64_t dim[TN_MAX_RANK];
};

enum tn_dtype {
  TN_F32 = 0,
  TN_I32 = 1, /* ids; 4 bytes, kept in the same buffers */
  TN_CSR = 2  /* a batch of sparse rows; graph inputs only, rank 2 */
};

int64_t tn_shape_size(const struct tn_shape *s);                 /* 1 for rank 0 */
int64_t tn_shape_rows(const struct tn_shape *s);                 /* product of all but the last axis */
int64_t tn_shape_last(const struct tn_shape *s);                 /* last axis, 1 for rank 0 */
int tn_shape_equal(const struct tn_shape *a, const struct tn_shape *b);
struct tn_shape tn_shape_make(int rank, const int64_t *dim);
struct tn_shape tn_shape_1(int64_t a);
struct tn_shape tn_shape_2(int64_t a, int64_t b);
/* "(32, 8)"; returns text. */
const char *tn_shape_text(const struct tn_shape *s, char *text, int size);

#endif
