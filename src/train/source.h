/* Data of one input for a whole fit or prediction: owned floats, ids or compressed rows. */
#ifndef TN_TRAIN_SOURCE_H
#define TN_TRAIN_SOURCE_H

#include <stdint.h>

#include "platform/status.h"
#include "sparse/csr.h"
#include "tensor/shape.h"
#include "tensor/tensor.h"

struct tn_source {
  enum tn_dtype dtype;
  struct tn_shape shape;     /* dim[0] = rows */
  int64_t row_size;          /* floats in a row */
  float *data;               /* dense: owned, row-major */
  struct tn_csr_owned csr;   /* sparse: owned */
};

void tn_source_free(struct tn_source *s);
/* Gives the data back: a source without rows is left. */
void tn_source_empty(struct tn_source *s);

/* Puts rows row[0..n) (or from..from+n when row is NULL) into tensor t: dense rows are copied into
 * t->data, or t->data is pointed at them when they lie together; sparse rows are only named. */
void tn_source_load(const struct tn_source *s, const int64_t *row, int64_t from, int64_t n,
                    struct tn_tensor *t);

#endif
