/* Columns of a source with their rows exchanged, in place, and put back: what predictions lose with
 * one part of the data is measured by a runner that reads the source and need not know. */
#ifndef TN_TRAIN_PERMUTER_H
#define TN_TRAIN_PERMUTER_H

#include <stdint.h>

#include "platform/rng.h"
#include "platform/status.h"
#include "sparse/csr.h"
#include "train/source.h"

struct tn_permuter {
  struct tn_source *source;  /* not owned */
  int active;                /* the source is permuted now */
  int64_t *order;            /* row i of the columns comes from row order[i] */
  int32_t *column;           /* dense: places in a row that are permuted now */
  float *kept;               /* dense: (rows,n_columns), the columns as they were */
  int64_t n_columns, column_room, kept_room;
  struct tn_csr_owned spare; /* sparse: the matrix that is not in use, of the same size */
  uint8_t *chosen;           /* sparse: (cols), 1 where the column is permuted */
};

/* The source outlives the permuter. The caller frees *out on failure too. */
enum tn_status tn_permuter_new(struct tn_source *s, struct tn_permuter **out,
                               struct tn_error *err) TN_MUST_CHECK;
/* The source stays as it is. */
void tn_permuter_free(struct tn_permuter *p);

/* Exchanges the rows of column[0..n_columns) (places in a row, from 0, each once) by one permutation
 * for all of them, which the stream alone decides: sources with as many rows get the same. What was
 * permuted before is put back first. An error leaves the source as it was at first. */
enum tn_status tn_permuter_apply(struct tn_permuter *p, const int32_t *column, int64_t n_columns,
                                 const struct tn_stream *stream,
                                 struct tn_error *err) TN_MUST_CHECK;
void tn_permuter_restore(struct tn_permuter *p);

#endif
