#include "train/source.h"

#include <stdlib.h>
#include <string.h>

#include "platform/alloc.h"
#include "platform/pages.h"

/* Of the memory that the columns take, the window has this part. */
enum { WINDOW_PART = 16 };
/* Rows that are taken as they lie are made just before they are read: so many numbers stay in the cache. */
enum { NEAR_NUMBERS = 1 << 17 };

void tn_source_empty(struct tn_source *s) {
  tn_free(s->data);
  s->data = NULL;
  tn_free(s->column);
  s->column = NULL;
  tn_free(s->window.pick);
  memset(&s->window, 0, sizeof s->window);
  tn_csr_owned_free(&s->csr);
  s->shape.dim[0] = 0;
}

void tn_source_free(struct tn_source *s) {
  if (s == NULL) {
    return;
  }
  tn_source_empty(s);
  tn_free(s);
}

/* Rows from..from+n, or those of pick, at the beginning of data. */
static void read_rows(struct tn_source *s, const struct tn_column *column,
                      const struct tn_row_place *pick, int64_t from, int64_t n) {
  if (s->dtype == TN_I32) {
    tn_columns_ids(column, s->row_size, pick, from, n, (int32_t *)(void *)s->data);
  } else {
    tn_columns_floats(column, s->row_size, pick, from, n, s->data);
  }
}

enum tn_status tn_source_fill(struct tn_source *s, struct tn_column *column, int64_t most,
                              struct tn_error *err) {
  int64_t size = tn_shape_size(&s->shape);
  if (size > most) {
    s->column = column;
    return TN_OK;
  }
  TN_TRY(tn_alloc_into(&s->data, size, sizeof *s->data, err));
  tn_pages_large(s->data, (size_t)size * sizeof *s->data);
  read_rows(s, column, NULL, 0, s->shape.dim[0]);
  tn_free(column);
  return TN_OK;
}

/* ---- windows ------------------------------------------------------------------------------------ */

static int64_t window_rows(const struct tn_source *s, int64_t batch_size) {
  double bytes = 0, row = (double)s->row_size * sizeof(float) + sizeof(struct tn_row_place);
  for (int64_t j = 0; j < s->row_size; j++) {
    bytes += (double)s->shape.dim[0] * (s->column[j].real != NULL ? sizeof(double) : sizeof(int32_t));
  }
  int64_t rows = (int64_t)(bytes / WINDOW_PART / row);
  rows = rows < batch_size ? batch_size : rows;
  return rows < s->shape.dim[0] ? rows : s->shape.dim[0];
}

enum tn_status tn_source_begin(struct tn_source *s, int64_t batch_size, struct tn_error *err) {
  struct tn_window *w = &s->window;
  w->n = 0;
  if (s->column == NULL) {
    return TN_OK;
  }
  int64_t rows = window_rows(s, batch_size);
  if (rows <= w->room) {
    return TN_OK;
  }
  tn_free(s->data);
  tn_free(w->pick);
  s->data = NULL;
  w->pick = NULL;
  w->room = 0;
  TN_TRY(tn_alloc_into(&s->data, rows * s->row_size, sizeof *s->data, err));
  tn_pages_large(s->data, (size_t)(rows * s->row_size) * sizeof *s->data);
  TN_TRY(tn_alloc_into(&w->pick, rows, sizeof *w->pick, err));
  w->room = rows;
  return TN_OK;
}

static int by_row(const void *a, const void *b) {
  int64_t x = ((const struct tn_row_place *)a)->row, y = ((const struct tn_row_place *)b)->row;
  return (x > y) - (x < y);
}

/* Rows are read in the order in which they lie, whatever the order in which they are taken. */
static void fill_window(struct tn_source *s, const struct tn_batch *b) {
  struct tn_window *w = &s->window;
  w->from = b->from;
  w->n = b->left < w->room ? b->left : w->room;
  if (b->row == NULL && w->n * s->row_size > NEAR_NUMBERS) {
    int64_t near = NEAR_NUMBERS / s->row_size;
    w->n = near < b->n ? b->n : near;
  }
  for (int64_t i = 0; i < w->n && b->row != NULL; i++) {
    w->pick[i] = (struct tn_row_place){b->row[i], i};
  }
  if (b->row != NULL) {
    qsort(w->pick, (size_t)w->n, sizeof *w->pick, by_row);
  }
  read_rows(s, s->column, b->row == NULL ? NULL : w->pick, b->from, w->n);
}

static void load_window(struct tn_source *s, const struct tn_batch *b, struct tn_tensor *t) {
  struct tn_window *w = &s->window;
  if (b->from < w->from || b->from + b->n > w->from + w->n) {
    fill_window(s, b);
  }
  t->data = s->data + (b->from - w->from) * s->row_size;
}

/* ---- batches ------------------------------------------------------------------------------------ */

void tn_source_load(struct tn_source *s, const struct tn_batch *b, struct tn_tensor *t) {
  if (s->dtype == TN_CSR) {
    t->csr.matrix = &s->csr.view;
    t->csr.row = b->row;
    t->csr.n = b->n;
    return;
  }
  if (s->column != NULL) {
    load_window(s, b, t);
    return;
  }
  if (b->row == NULL) {
    t->data = s->data + b->from * s->row_size;
    return;
  }
  for (int64_t i = 0; i < b->n; i++) {
    memcpy(t->data + i * s->row_size, s->data + b->row[i] * s->row_size,
           (size_t)s->row_size * sizeof(float));
  }
}
