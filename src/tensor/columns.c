#include "tensor/columns.h"

#include <stddef.h>

#include "platform/threads.h"

/* Squares of so many rows and columns are read at once: a column is walked along its cache lines, and
 * the lines of the rows that are written stay at hand until they are full. */
enum { TILE = 64, TILES_OF_AN_ITEM = 64 };

struct reading {
  const struct tn_column *column;
  int64_t columns;
  const struct tn_row_place *pick;
  int64_t from, n;
  int64_t tiles_across, tiles, items;
  float *floats;
  int32_t *ids; /* where floats is NULL */
};

void tn_columns_of_array(struct tn_column x, const struct tn_shape *shape, struct tn_column *column) {
  int64_t at[TN_MAX_RANK] = {0}, stride[TN_MAX_RANK], step = 1, place = 0, n = 1;
  for (int k = 0; k < shape->rank; k++) {
    stride[k] = step;
    step *= shape->dim[k];
    n *= k > 0 ? shape->dim[k] : 1;
  }
  for (int64_t j = 0; j < n; j++) {
    column[j].real = x.real == NULL ? NULL : x.real + place;
    column[j].whole = x.whole == NULL ? NULL : x.whole + place;
    for (int k = shape->rank - 1; k > 0; k--) {
      place += stride[k];
      if (++at[k] < shape->dim[k]) {
        break;
      }
      place -= stride[k] * shape->dim[k];
      at[k] = 0;
    }
  }
}

/* Ids end far below; what is beyond stays outside every table. */
static int32_t whole_number(double x) {
  return x >= INT32_MAX ? INT32_MAX : x > INT32_MIN ? (int32_t)x : INT32_MIN;
}

/* Where rows r.. of a tile come from and go to. */
struct tile_rows {
  int64_t n, from[TILE], to[TILE];
};

static void find_rows(const struct reading *x, int64_t first, struct tile_rows *rows) {
  rows->n = x->n - first < TILE ? x->n - first : TILE;
  for (int64_t r = 0; r < rows->n; r++) {
    rows->from[r] = x->pick != NULL ? x->pick[first + r].row : x->from + first + r;
    rows->to[r] = (x->pick != NULL ? x->pick[first + r].place : first + r) * x->columns;
  }
}

static void read_floats(const struct reading *x, const struct tile_rows *rows, int64_t j) {
  const double *real = x->column[j].real;
  const int32_t *whole = x->column[j].whole;
  if (real != NULL) {
    for (int64_t r = 0; r < rows->n; r++) {
      x->floats[rows->to[r] + j] = (float)real[rows->from[r]];
    }
  } else {
    for (int64_t r = 0; r < rows->n; r++) {
      x->floats[rows->to[r] + j] = (float)whole[rows->from[r]];
    }
  }
}

static void read_ids(const struct reading *x, const struct tile_rows *rows, int64_t j) {
  const double *real = x->column[j].real;
  for (int64_t r = 0; r < rows->n; r++) {
    x->ids[rows->to[r] + j] = real != NULL ? whole_number(real[rows->from[r]])
                                           : x->column[j].whole[rows->from[r]];
  }
}

static void read_tile(const struct reading *x, int64_t tile) {
  struct tile_rows rows;
  int64_t first = tile % x->tiles_across * TILE;
  int64_t last = first + TILE < x->columns ? first + TILE : x->columns;
  find_rows(x, tile / x->tiles_across * TILE, &rows);
  for (int64_t j = first; j < last; j++) {
    if (x->floats != NULL) {
      read_floats(x, &rows, j);
    } else {
      read_ids(x, &rows, j);
    }
  }
}

static void read_item(void *context, int64_t item) {
  const struct reading *x = context;
  int64_t from, to;
  tn_item_range(x->tiles, x->items, item, &from, &to);
  for (int64_t tile = from; tile < to; tile++) {
    read_tile(x, tile);
  }
}

static void read_all(struct reading *x) {
  x->tiles_across = (x->columns + TILE - 1) / TILE;
  x->tiles = (x->n + TILE - 1) / TILE * x->tiles_across;
  x->items = tn_items(x->tiles, TILES_OF_AN_ITEM);
  tn_parallel_for(x->items, read_item, x);
}

void tn_columns_floats(const struct tn_column *column, int64_t columns,
                       const struct tn_row_place *pick, int64_t from, int64_t n, float *out) {
  struct reading x = {column, columns, pick, from, n, 0, 0, 0, out, NULL};
  read_all(&x);
}

void tn_columns_ids(const struct tn_column *column, int64_t columns,
                    const struct tn_row_place *pick, int64_t from, int64_t n, int32_t *out) {
  struct reading x = {column, columns, pick, from, n, 0, 0, 0, NULL, out};
  read_all(&x);
}
