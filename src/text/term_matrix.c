/* Matrices of gathered rows. Compressed columns by a counting sort: the entries of each column are
 * counted in a few groups of blocks, which says where each group writes; then they write at the same
 * time. */
#include <math.h>
#include <string.h>

#include "platform/alloc.h"
#include "platform/threads.h"
#include "text/term_rows.h"

enum { MOST_GROUPS = 16 };

struct writing {
  const struct tn_term_rows *rows;
  enum tn_term_value value;
  const double *weight;
  int64_t *first_row; /* (blocks) */
  int64_t groups;
  int32_t *place;     /* (groups, columns): where the next entry of the column goes */
  int32_t *row;
  double *x; /* values, or the dense matrix when row is NULL */
};

static double value_of(const struct writing *w, const struct tn_term_block *b, int64_t r,
                       int64_t k) {
  double count = b->count == NULL ? 1 : b->count[k];
  switch (w->value) {
    case TN_VALUE_BINARY: return 1;
    case TN_VALUE_COUNT: return count;
    case TN_VALUE_FREQ: return count / (double)b->length[r];
    case TN_VALUE_LOG: return (1 + log(count)) * w->weight[b->index[k]];
    default: return count * w->weight[b->index[k]];
  }
}

static void count_group(void *context, int64_t item) {
  struct writing *w = context;
  int32_t *count = w->place + item * w->rows->columns;
  int64_t from, to;
  tn_item_range(w->rows->n_blocks, w->groups, item, &from, &to);
  for (const struct tn_term_block *b = w->rows->block + from; b < w->rows->block + to; b++) {
    for (int64_t k = 0; k < b->n; k++) {
      count[b->index[k]]++;
    }
  }
}

/* Ones need not be put one by one into far apart places: see write_ones(). */
static void write_block(const struct writing *w, int64_t block, int32_t *place) {
  const struct tn_term_block *b = &w->rows->block[block];
  int ones = w->value == TN_VALUE_BINARY;
  for (int64_t r = 0; r < b->rows; r++) {
    for (int64_t k = b->start[r]; k < b->start[r + 1]; k++) {
      int32_t at = place[b->index[k]]++;
      w->row[at] = (int32_t)(w->first_row[block] + r);
      if (!ones) {
        w->x[at] = value_of(w, b, r, k);
      }
    }
  }
}

static void write_ones(void *context, int64_t item) {
  struct writing *w = context;
  int64_t from, to;
  tn_item_range(w->rows->entries, w->groups, item, &from, &to);
  for (int64_t k = from; k < to; k++) {
    w->x[k] = 1;
  }
}

static void write_group(void *context, int64_t item) {
  struct writing *w = context;
  int64_t from, to;
  tn_item_range(w->rows->n_blocks, w->groups, item, &from, &to);
  for (int64_t b = from; b < to; b++) {
    write_block(w, b, w->place + item * w->rows->columns);
  }
}

static void write_dense_block(void *context, int64_t item) {
  struct writing *w = context;
  const struct tn_term_block *b = &w->rows->block[item];
  for (int64_t r = 0; r < b->rows; r++) {
    for (int64_t k = b->start[r]; k < b->start[r + 1]; k++) {
      w->x[b->index[k] * w->rows->rows + w->first_row[item] + r] = value_of(w, b, r, k);
    }
  }
}

/* Counts become places: columns one after the other, in each the groups in their order. */
static void place_columns(struct writing *w, int32_t *start) {
  int64_t columns = w->rows->columns;
  int32_t at = 0;
  for (int64_t j = 0; j < columns; j++) {
    start[j] = at;
    for (int64_t g = 0; g < w->groups; g++) {
      int32_t n = w->place[g * columns + j];
      w->place[g * columns + j] = at;
      at += n;
    }
  }
  start[columns] = at;
}

static enum tn_status begin(struct writing *w, struct tn_error *err) {
  const struct tn_term_rows *rows = w->rows;
  if (rows->kind == TN_TERMS_SEQUENCE) {
    return tn_fail(err, TN_STATUS_STATE, "rows that keep their order make no matrix");
  }
  TN_TRY(tn_alloc_into(&w->first_row, rows->n_blocks, sizeof *w->first_row, err));
  for (int64_t b = 1; b < rows->n_blocks; b++) {
    w->first_row[b] = w->first_row[b - 1] + rows->block[b - 1].rows;
  }
  return TN_OK;
}

enum tn_status tn_term_rows_columns(const struct tn_term_rows *rows, enum tn_term_value value,
                                    const double *weight, int32_t *start, int32_t *row, double *x,
                                    struct tn_error *err) {
  struct writing w = {rows, value, weight, NULL, 0, NULL, row, x};
  if (rows->entries > INT32_MAX || rows->rows > INT32_MAX) {
    return tn_fail(err, TN_STATUS_SHAPE, "a sparse matrix holds at most %d entries, not %lld",
                   INT32_MAX, (long long)rows->entries);
  }
  enum tn_status status = begin(&w, err);
  w.groups = rows->n_blocks < MOST_GROUPS ? rows->n_blocks : MOST_GROUPS;
  if (status == TN_OK) {
    status = tn_alloc_into(&w.place, w.groups * rows->columns, sizeof *w.place, err);
  }
  if (status == TN_OK) {
    tn_parallel_for(w.groups, count_group, &w);
    place_columns(&w, start);
    tn_parallel_for(w.groups, write_group, &w);
    if (value == TN_VALUE_BINARY) {
      tn_parallel_for(w.groups, write_ones, &w);
    }
  }
  tn_free(w.first_row);
  tn_free(w.place);
  return status;
}

enum tn_status tn_term_rows_dense(const struct tn_term_rows *rows, enum tn_term_value value,
                                  const double *weight, double *x, struct tn_error *err) {
  struct writing w = {rows, value, weight, NULL, 0, NULL, NULL, x};
  enum tn_status status = begin(&w, err);
  if (status == TN_OK) {
    memset(x, 0, (size_t)(rows->rows * rows->columns) * sizeof *x);
    tn_parallel_for(rows->n_blocks, write_dense_block, &w);
  }
  tn_free(w.first_row);
  return status;
}
