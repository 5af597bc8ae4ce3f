/* The gradient of the kernel. Its rows (tap, channel of the large image) are cut into tiles that threads
 * share; each goes over all cells in chunks, in order. Where a tap has fewer channels than a tile has
 * rows, the tile takes rows of several taps and its values are copied together. */
#include <string.h>

#include "kernels/conv_micro.h"
#include "ops/conv_grid.h"
#include "ops/conv_products.h"
#include "platform/threads.h"

enum { CHUNK = 192 };

struct job {
  const struct tn_conv *c;
  const struct tn_conv_micro *micro;
  struct tn_conv_grid grid;
  const float *large, *small, *zeros;
  float *grad;
  int64_t tiles, items; /* tiles of one group */
};

struct chunk {
  int64_t n;
  int64_t row[CHUNK];     /* of the large image: number of the image times its height */
  int64_t y[CHUNK], x[CHUNK];
  const float *at[CHUNK];
  float b[CHUNK * TN_CONV_MAX_WIDTH];    /* a panel of the small image */
  float copy[CHUNK * TN_CONV_MAX_ROWS];  /* rows of several taps */
};

static void place_chunk(const struct job *j, int64_t first, struct chunk *k) {
  int64_t ny = j->c->y.out, nx = j->c->x.out;
  int64_t image = first / (ny * nx), y = first / nx % ny, x = first % nx;
  for (int64_t i = 0; i < k->n; i++) {
    k->row[i] = image * j->c->y.in;
    k->y[i] = y;
    k->x[i] = x;
    if (++x == nx) {
      x = 0;
      if (++y == ny) {
        y = 0;
        image++;
      }
    }
  }
}

/* Where tap number `tap` finds the channels of group `group` for each cell. */
static void aim(const struct job *j, int64_t group, int64_t tap, struct chunk *k) {
  const struct tn_conv_axis *y = &j->grid.y, *x = &j->grid.x;
  int64_t jy = tap / x->taps, jx = tap % x->taps, step = j->c->groups * j->c->large_channels;
  const float *large = j->large + group * j->c->large_channels;
  for (int64_t i = 0; i < k->n; i++) {
    int32_t sy = y->at[k->y[i] * y->taps + jy], sx = x->at[k->x[i] * x->taps + jx];
    k->at[i] = (sy | sx) < 0 ? j->zeros : large + ((k->row[i] + sy) * x->source + sx) * step;
  }
}

/* Rows [first, first + rows) of the kernel side by side, zeros behind the last. */
static void copy_rows(const struct job *j, int64_t group, int64_t first, int64_t rows,
                      struct chunk *k) {
  int width = j->micro->rows;
  int64_t channels = j->c->large_channels;
  memset(k->copy, 0, sizeof k->copy);
  for (int64_t r = 0; r < rows;) {
    int64_t tap = (first + r) / channels, from = (first + r) % channels;
    int64_t n = channels - from < rows - r ? channels - from : rows - r;
    aim(j, group, tap, k);
    for (int64_t i = 0; i < k->n; i++) {
      for (int64_t s = 0; s < n; s++) {
        k->copy[i * width + r + s] = k->at[i][from + s];
      }
    }
    r += n;
  }
  for (int64_t i = 0; i < k->n; i++) {
    k->at[i] = k->copy + i * width;
  }
}

static void copy_panel(const struct job *j, int64_t group, int64_t first_cell, int64_t from,
                       int64_t columns, struct chunk *k) {
  int64_t step = j->c->groups * j->c->small_channels, width = j->micro->width;
  const float *small = j->small + first_cell * step + group * j->c->small_channels + from;
  if (columns < width) {
    memset(k->b, 0, sizeof k->b);
  }
  for (int64_t i = 0; i < k->n; i++) {
    memcpy(k->b + i * width, small + i * step, (size_t)columns * sizeof(float));
  }
}

/* Adds rows [skip, skip + rows) of the tile to rows of the gradient from `row` on. */
static void add_tile(const struct job *j, int64_t group, int64_t row, int64_t skip, int64_t rows,
                     int64_t from, int64_t columns, const float *acc) {
  int64_t step = j->c->groups * j->c->small_channels;
  for (int64_t r = 0; r < rows; r++) {
    float *to = j->grad + (row + r) * step + group * j->c->small_channels + from;
    const float *a = acc + (skip + r) * j->micro->width;
    for (int64_t i = 0; i < columns; i++) {
      to[i] += a[i];
    }
  }
}

/* One tile of the kernel's rows over one chunk. *aimed: the tap that k->at belongs to, -1 for none. */
static void one_tile(const struct job *j, int64_t group, int64_t tile, int64_t from,
                     int64_t columns, struct chunk *k, int64_t *aimed) {
  float acc[TN_CONV_MAX_ROWS * TN_CONV_MAX_WIDTH];
  int64_t height = j->micro->rows, channels = j->c->large_channels;
  int64_t row, rows, offset = 0, skip = 0;
  if (channels >= height) { /* tiles of one tap; the last begins early instead of ending late */
    int64_t per_tap = (channels + height - 1) / height, tap = tile / per_tap;
    int64_t first = tile % per_tap * height;
    offset = first + height > channels ? channels - height : first;
    skip = first - offset;
    rows = height - skip;
    row = tap * channels + first;
    if (*aimed != tap) {
      aim(j, group, tap, k);
      *aimed = tap;
    }
  } else {
    int64_t all = j->grid.y.taps * j->grid.x.taps * channels;
    row = tile * height;
    rows = all - row < height ? all - row : height;
    copy_rows(j, group, row, rows, k);
  }
  j->micro->outer(k->n, k->at, offset, k->b, acc);
  add_tile(j, group, row, skip, rows, from, columns, acc);
}

static void kernel_item(void *context, int64_t item) {
  const struct job *j = context;
  struct chunk k;
  int64_t cells = j->c->images * j->c->y.out * j->c->x.out, width = j->micro->width, from, to;
  tn_item_range(j->tiles, j->items, item, &from, &to);
  for (int64_t first = 0; first < cells; first += CHUNK) {
    k.n = cells - first < CHUNK ? cells - first : CHUNK;
    place_chunk(j, first, &k);
    for (int64_t group = 0; group < j->c->groups; group++) {
      int64_t aimed = -1;
      for (int64_t column = 0; column < j->c->small_channels; column += width) {
        int64_t columns = j->c->small_channels - column;
        columns = columns < width ? columns : width;
        copy_panel(j, group, first, column, columns, &k);
        for (int64_t tile = from; tile < to; tile++) {
          one_tile(j, group, tile, column, columns, &k, &aimed);
        }
      }
    }
  }
}

void tn_conv_kernel(const struct tn_conv *c, const float *large, const float *small, float *grad,
                    float *work) {
  struct job j = {.c = c, .large = large, .small = small, .grad = grad};
  int64_t tables = tn_conv_grid_size(&c->y, &c->x, 0), taps = c->y.size * c->x.size;
  j.micro = tn_conv_micro_for(c->small_channels);
  tn_conv_grid_make(&c->y, &c->x, 0, work, &j.grid);
  memset(work + tables, 0, (size_t)c->large_channels * sizeof(float));
  j.zeros = work + tables;
  int64_t height = j.micro->rows, channels = c->large_channels;
  j.tiles = channels >= height ? taps * ((channels + height - 1) / height)
                               : (taps * channels + height - 1) / height;
  double flop = 2.0 * (double)c->images * (double)c->y.out * (double)c->x.out * (double)taps *
                (double)channels * (double)c->small_channels * (double)c->groups;
  j.items = tn_conv_parts(flop, j.tiles);
  tn_parallel_for(j.items, kernel_item, &j);
}
