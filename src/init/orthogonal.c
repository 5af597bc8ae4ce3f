/* Q of a QR decomposition of normal draws (longer x shorter side), each column times the sign of
 * R's diagonal, transposed when the matrix is wide. Modified Gram-Schmidt gives R a positive
 * diagonal by itself, so its Q is the signed one; in double its columns are orthogonal far beyond
 * what single precision shows. */
#include "init/orthogonal.h"

#include <math.h>

#include "platform/alloc.h"
#include "platform/rng.h"
#include "platform/threads.h"

/* Columns in vectors of 8 numbers, padded with zeros. PANEL of them stay in the cache while later
 * columns pass by. */
enum { WIDTH = 8, PANEL = 32, GRAIN = 1 << 15 };
typedef double v8d __attribute__((vector_size(64)));

struct basis {
  v8d *q;
  int64_t stride, columns; /* stride in vectors */
  int64_t from, to, items; /* the panel */
};

static double dot(const v8d *a, const v8d *b, int64_t n) {
  v8d sum = {0, 0, 0, 0, 0, 0, 0, 0};
  for (int64_t i = 0; i < n; i++) {
    sum += a[i] * b[i];
  }
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

/* a -= (a . unit) unit */
static void take_out(v8d *a, const v8d *unit, int64_t n) {
  double share = dot(a, unit, n);
  v8d factor = {share, share, share, share, share, share, share, share};
  for (int64_t i = 0; i < n; i++) {
    a[i] -= factor * unit[i];
  }
}

/* Takes columns from..to-1 out of column j. */
static void reduce_column(const struct basis *b, int64_t j, int64_t from, int64_t to) {
  for (int64_t k = from; k < to; k++) {
    take_out(b->q + j * b->stride, b->q + k * b->stride, b->stride);
  }
}

static void reduce_later(void *context, int64_t item) {
  const struct basis *b = context;
  int64_t from, to;
  tn_item_range(b->columns - b->to, b->items, item, &from, &to);
  for (int64_t j = b->to + from; j < b->to + to; j++) {
    reduce_column(b, j, b->from, b->to);
  }
}

static void to_unit_length(v8d *column, int64_t n) {
  double length = sqrt(dot(column, column, n)), scale = length > 0 ? 1 / length : 0;
  v8d factor = {scale, scale, scale, scale, scale, scale, scale, scale};
  for (int64_t i = 0; i < n; i++) {
    column[i] *= factor;
  }
}

static void orthonormalise(struct basis *b) {
  for (b->from = 0; b->from < b->columns; b->from += PANEL) {
    b->to = b->from + PANEL < b->columns ? b->from + PANEL : b->columns;
    for (int64_t j = b->from; j < b->to; j++) {
      reduce_column(b, j, b->from, j);
      to_unit_length(b->q + j * b->stride, b->stride);
    }
    b->items = tn_items(b->columns - b->to, 1 + GRAIN / (b->stride * WIDTH * PANEL));
    tn_parallel_for(b->items, reduce_later, b);
  }
}

enum tn_status tn_init_orthogonalise(double gain, const struct tn_shape *shape, const float *draw,
                                     float *out, struct tn_error *err) {
  int64_t cols = tn_shape_last(shape), rows = tn_shape_rows(shape);
  int64_t longer = rows > cols ? rows : cols, shorter = rows > cols ? cols : rows;
  struct basis b = {NULL, (longer + WIDTH - 1) / WIDTH, shorter, 0, 0, 0};
  double *q = NULL;
  if (shorter == 0) {
    return TN_OK;
  }
  TN_TRY(tn_alloc_into(&b.q, b.stride * shorter, sizeof *b.q, err));
  q = (double *)(void *)b.q;
  for (int64_t i = 0; i < longer * shorter; i++) {
    q[i % shorter * b.stride * WIDTH + i / shorter] = draw[i];
  }
  orthonormalise(&b);
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < cols; j++) {
      int64_t column = rows >= cols ? j : i, at = rows >= cols ? i : j;
      out[i * cols + j] = (float)(gain * q[column * b.stride * WIDTH + at]);
    }
  }
  tn_free(b.q);
  return TN_OK;
}

enum tn_status tn_init_orthogonal(double gain, const struct tn_shape *shape, uint64_t seed,
                                  float *out, struct tn_error *err) {
  if (shape->rank < 2) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "the orthogonal initializer makes arrays of at least 2 axes, not %d",
                   shape->rank);
  }
  int64_t n = tn_shape_size(shape);
  float *draw = NULL;
  TN_TRY(tn_alloc_into(&draw, n, sizeof *draw, err));
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_INIT, 0, 0);
  tn_stream_normal(&s, 0, 0, n, draw);
  enum tn_status status = tn_init_orthogonalise(gain, shape, draw, out, err);
  tn_free(draw);
  return status;
}
