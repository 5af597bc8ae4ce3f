/* Values put elsewhere. */
#include <string.h>

#include "walk.h"

/* y = the cells of x in the order of a walk over it. */
static void arrange(const float *x, const struct walk *w, float *y, int n) {
  for (int i = 0; i < n; i++) {
    y[i] = x[place(w, i)];
  }
}

/* The cells of x to the places of a walk over y. */
static void spread(const float *x, float *y, const struct walk *w, int n) {
  for (int i = 0; i < n; i++) {
    y[place(w, i)] = x[i];
  }
}

/* Blocks number `index` of `inner` cells, of the n that each of the `outer` parts of x has. */
static void take(const float *x, const int *index, int count, float *y, int outer, int n,
                 int inner) {
  for (int o = 0; o < outer; o++, x += n * inner) {
    for (int i = 0; i < count; i++, y += inner) {
      memcpy(y, x + index[i] * inner, (size_t)inner * sizeof *y);
    }
  }
}

/* Numbers outside of the table count as the nearest row, NaN as row 0. */
static int row_of(float id, int rows) {
  return id >= (float)rows ? rows - 1 : id > 0 ? (int)id : 0;
}

/* y (n, width) = rows of a table. */
static void look_up(const float *ids, int n, const float *table, int rows, int width, float *y) {
  for (int i = 0; i < n; i++) {
    memcpy(y + i * width, table + row_of(ids[i], rows) * width, (size_t)width * sizeof *y);
  }
}
