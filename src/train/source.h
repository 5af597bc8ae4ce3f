/* Data of one input for a whole fit or prediction: floats, ids or compressed rows. */
#ifndef TN_TRAIN_SOURCE_H
#define TN_TRAIN_SOURCE_H

#include <stdint.h>

#include "platform/status.h"
#include "sparse/csr.h"
#include "tensor/columns.h"
#include "tensor/shape.h"
#include "tensor/tensor.h"

/* Rows of a pass that were made ahead, in the order in which the batches take them. */
struct tn_window {
  int64_t room, from, n;       /* rows; those of places from ... from + n - 1 of the pass */
  struct tn_row_place *pick;   /* owned, (room): the rows in the order in which they lie */
};

struct tn_source {
  enum tn_dtype dtype;
  struct tn_shape shape;     /* dim[0] = rows */
  int64_t row_size;          /* floats in a row */
  float *data;               /* dense: owned, row-major: all rows, or those of the window */
  struct tn_column *column;  /* owned, (row_size): where the numbers lie, that are no copy; NULL: data has all */
  struct tn_window window;
  struct tn_csr_owned csr;   /* sparse: owned */
};

void tn_source_free(struct tn_source *s);
/* Gives the data back: a source without rows is left. */
void tn_source_empty(struct tn_source *s);

/* Fills a dense source, whose dtype and shape are set, from its columns (row_size of them, which it takes
 * over on success). Up to `most` numbers are copied at once; of more, rows are made as batches need them: the
 * numbers of the columns have to stay where they are. */
enum tn_status tn_source_fill(struct tn_source *s, struct tn_column *column, int64_t most,
                              struct tn_error *err) TN_MUST_CHECK;

/* Before a pass in batches of at most so many rows; what was made ahead for another pass is forgotten. */
enum tn_status tn_source_begin(struct tn_source *s, int64_t batch_size,
                               struct tn_error *err) TN_MUST_CHECK;

/* Which rows of a source a batch has: row[0..n), or from..from+n when row is NULL. `from` is their place in
 * the pass in any case, and `left` rows, these n among them, are still to come. */
struct tn_batch {
  const int64_t *row;
  int64_t from, n, left;
};

/* Puts the rows of a batch into tensor t: they are copied into t->data, or t->data is pointed at them
 * where they lie together; sparse rows are only named. */
void tn_source_load(struct tn_source *s, const struct tn_batch *b, struct tn_tensor *t);

#endif
