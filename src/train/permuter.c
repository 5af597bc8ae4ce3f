#include "train/permuter.h"

#include <string.h>

#include "platform/alloc.h"

enum tn_status tn_permuter_new(struct tn_source *s, struct tn_permuter **out,
                               struct tn_error *err) {
  struct tn_permuter *p;
  *out = NULL;
  TN_TRY(tn_alloc_into(&p, 1, sizeof *p, err));
  *out = p;
  p->source = s;
  TN_TRY(tn_alloc_into(&p->order, s->shape.dim[0], sizeof *p->order, err));
  if (s->dtype == TN_CSR) {
    TN_TRY(tn_alloc_into(&p->chosen, s->csr.view.cols, sizeof *p->chosen, err));
    TN_TRY(tn_csr_room_like(&s->csr.view, &p->spare, err));
  }
  return TN_OK;
}

void tn_permuter_free(struct tn_permuter *p) {
  if (p == NULL) {
    return;
  }
  tn_free(p->order);
  tn_free(p->column);
  tn_free(p->kept);
  tn_csr_owned_free(&p->spare);
  tn_free(p->chosen);
  tn_free(p);
}

/* ---- dense: the columns are copied out, then written back in another order ---- */

/* Both are four bytes wide: floats and ids are moved alike, as bytes. */
static void copy_cell(float *to, const float *from) { memcpy(to, from, sizeof *to); }

static void write_columns(const struct tn_permuter *p, const int64_t *order) {
  const struct tn_source *s = p->source;
  for (int64_t i = 0; i < s->shape.dim[0]; i++) {
    float *row = s->data + i * s->row_size;
    const float *kept = p->kept + (order == NULL ? i : order[i]) * p->n_columns;
    for (int64_t k = 0; k < p->n_columns; k++) {
      copy_cell(row + p->column[k], kept + k);
    }
  }
}

static void keep_columns(struct tn_permuter *p) {
  const struct tn_source *s = p->source;
  for (int64_t i = 0; i < s->shape.dim[0]; i++) {
    const float *row = s->data + i * s->row_size;
    for (int64_t k = 0; k < p->n_columns; k++) {
      copy_cell(p->kept + i * p->n_columns + k, row + p->column[k]);
    }
  }
}

/* Room grows to that of the widest set of columns so far. */
static enum tn_status reserve_columns(struct tn_permuter *p, int64_t n, struct tn_error *err) {
  int64_t cells = n * p->source->shape.dim[0];
  if (n > p->column_room) {
    tn_free(p->column);
    p->column = NULL;
    p->column_room = 0;
    TN_TRY(tn_alloc_into(&p->column, n, sizeof *p->column, err));
    p->column_room = n;
  }
  if (cells > p->kept_room) {
    tn_free(p->kept);
    p->kept = NULL;
    p->kept_room = 0;
    TN_TRY(tn_alloc_into(&p->kept, cells, sizeof *p->kept, err));
    p->kept_room = cells;
  }
  return TN_OK;
}

static enum tn_status apply_dense(struct tn_permuter *p, const int32_t *column, int64_t n,
                                  struct tn_error *err) {
  TN_TRY(reserve_columns(p, n, err));
  for (int64_t k = 0; k < n; k++) {
    p->column[k] = column[k];
  }
  p->n_columns = n;
  keep_columns(p);
  write_columns(p, p->order);
  return TN_OK;
}

/* ---- sparse: rows change their lengths, the whole matrix its size never ---- */

/* Row i of the permuted matrix from place `at` on: what row i has outside the chosen columns and row
 * order[i] inside them, ascending. Returns the place behind it. */
static int64_t merge_row(struct tn_permuter *p, int64_t i, int64_t at) {
  const struct tn_csr *x = &p->source->csr.view;
  int64_t a = x->start[i], a_end = x->start[i + 1];
  int64_t b = x->start[p->order[i]], b_end = x->start[p->order[i] + 1];
  for (;;) {
    while (a < a_end && p->chosen[x->index[a]]) {
      a++;
    }
    while (b < b_end && !p->chosen[x->index[b]]) {
      b++;
    }
    if (a == a_end && b == b_end) {
      return at;
    }
    int from_a = b == b_end || (a < a_end && x->index[a] < x->index[b]);
    int64_t k = from_a ? a++ : b++;
    p->spare.index[at] = x->index[k];
    if (x->value != NULL) {
      p->spare.value[at] = x->value[k];
    }
    at++;
  }
}

static void swap_matrices(struct tn_permuter *p) {
  struct tn_csr_owned other = p->spare;
  p->spare = p->source->csr;
  p->source->csr = other;
}

static void apply_sparse(struct tn_permuter *p, const int32_t *column, int64_t n) {
  const struct tn_csr *x = &p->source->csr.view;
  memset(p->chosen, 0, (size_t)x->cols);
  for (int64_t k = 0; k < n; k++) {
    p->chosen[column[k]] = 1;
  }
  p->spare.start[0] = 0;
  for (int64_t i = 0; i < x->rows; i++) {
    p->spare.start[i + 1] = merge_row(p, i, p->spare.start[i]);
  }
  swap_matrices(p);
}

/* ---- both ---- */

static void draw_order(struct tn_permuter *p, const struct tn_stream *stream) {
  int64_t rows = p->source->shape.dim[0];
  for (int64_t i = 0; i < rows; i++) {
    p->order[i] = i;
  }
  tn_stream_shuffle(stream, 0, rows, p->order);
}

enum tn_status tn_permuter_apply(struct tn_permuter *p, const int32_t *column, int64_t n_columns,
                                 const struct tn_stream *stream, struct tn_error *err) {
  struct tn_source *s = p->source;
  int64_t width = s->dtype == TN_CSR ? s->csr.view.cols : s->row_size;
  tn_permuter_restore(p);
  for (int64_t k = 0; k < n_columns; k++) {
    if (column[k] < 0 || column[k] >= width) {
      return tn_fail(err, TN_STATUS_ARG, "column %lld of an input with %lld",
                     (long long)column[k] + 1, (long long)width);
    }
  }
  draw_order(p, stream);
  if (s->dtype == TN_CSR) {
    apply_sparse(p, column, n_columns);
  } else {
    TN_TRY(apply_dense(p, column, n_columns, err));
  }
  p->active = 1;
  return TN_OK;
}

void tn_permuter_restore(struct tn_permuter *p) {
  if (!p->active) {
    return;
  }
  if (p->source->dtype == TN_CSR) {
    swap_matrices(p);
  } else {
    write_columns(p, NULL);
  }
  p->active = 0;
}
