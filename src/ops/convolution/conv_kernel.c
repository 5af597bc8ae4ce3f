/* The gradient of the kernel. Its rows (tap, channel of the large image) are cut into tiles that threads
 * share; each goes over all cells in chunks, in order. What a tile and a panel of columns read is copied
 * side by side first: cells lie at distances that are powers of two, where caches are at their worst. */
#include "ops/convolution/conv_kernel.h"

#include <string.h>

#include "kernels/conv_micro.h"
#include "kernels/vector.h"
#include "ops/convolution/conv_grid.h"
#include "platform/threads.h"

enum { CHUNK = 192, PANELS = 8 /* of the small image that share a copied tile */ };

struct job {
  const struct tn_conv *c;
  const struct tn_conv_micro *micro;
  struct tn_conv_grid grid;
  const float *large, *small, *zeros;
  float *grad;
  int64_t tiles, items; /* tiles of one group */
};

struct chunk {
  int64_t first, n;
  int64_t tap;            /* that `at` belongs to, -1 for none */
  int64_t row[CHUNK];     /* of the large image: number of the image times its height */
  int64_t y[CHUNK], x[CHUNK];
  const float *at[CHUNK];
  float a[CHUNK * TN_CONV_MAX_ROWS];
  float b[PANELS][CHUNK * TN_CONV_MAX_WIDTH];
};

static void place_chunk(const struct job *j, int64_t first, int64_t n, struct chunk *k) {
  int64_t ny = j->c->y.out, nx = j->c->x.out;
  int64_t image = first / (ny * nx), y = first / nx % ny, x = first % nx;
  k->first = first;
  k->n = n;
  for (int64_t i = 0; i < n; i++) {
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
  if (k->tap == tap) {
    return;
  }
  k->tap = tap;
  for (int64_t i = 0; i < k->n; i++) {
    int32_t sy = y->at[k->y[i] * y->taps + jy], sx = x->at[k->x[i] * x->taps + jx];
    k->at[i] = (sy | sx) < 0 ? j->zeros : large + ((k->row[i] + sy) * x->source + sx) * step;
  }
}

/* n floats, few: a call of memcpy() would take longer. */
static inline void copy_few(const float *from, int64_t n, float *to) {
  int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    memcpy(to + i, from + i, 4 * sizeof *to);
  }
  for (; i < n; i++) {
    to[i] = from[i];
  }
}

/* Rows [first, first + rows) of the kernel side by side, zeros behind the last. */
static void copy_rows(const struct job *j, int64_t group, int64_t first, int64_t rows,
                      struct chunk *k) {
  int64_t channels = j->c->large_channels, height = j->micro->rows;
  if (rows < height) {
    memset(k->a, 0, sizeof k->a);
  }
  for (int64_t r = 0; r < rows;) {
    int64_t from = (first + r) % channels;
    int64_t n = channels - from < rows - r ? channels - from : rows - r;
    aim(j, group, (first + r) / channels, k);
    for (int64_t i = 0; i < k->n; i++) {
      copy_few(k->at[i] + from, n, k->a + i * height + r);
    }
    r += n;
  }
}

static void copy_panel(const struct job *j, int64_t group, int64_t from, int64_t columns,
                       const struct chunk *k, float *b) {
  int64_t step = j->c->groups * j->c->small_channels, width = j->micro->width;
  const float *small = j->small + k->first * step + group * j->c->small_channels + from;
  if (columns < width) {
    memset(b, 0, (size_t)(k->n * width) * sizeof *b);
  }
  for (int64_t i = 0; i < k->n; i++) {
    memcpy(b + i * width, small + i * step, (size_t)columns * sizeof *b);
  }
}

static int64_t columns_of(const struct job *j, int64_t from) {
  int64_t rest = j->c->small_channels - from;
  return rest < j->micro->width ? rest : j->micro->width;
}

/* Adds what one tile and the panels from column `from` on give over a chunk. */
static void one_tile(const struct job *j, int64_t group, int64_t tile, int64_t from,
                     struct chunk *k) {
  float acc[TN_CONV_MAX_ROWS * TN_CONV_MAX_WIDTH];
  int64_t all = j->grid.y.taps * j->grid.x.taps * j->c->large_channels;
  int64_t height = j->micro->rows, width = j->micro->width, row = tile * height;
  int64_t rows = all - row < height ? all - row : height, step = j->c->groups * j->c->small_channels;
  copy_rows(j, group, row, rows, k);
  for (int p = 0; p < PANELS && from < j->c->small_channels; p++, from += width) {
    float *to = j->grad + row * step + group * j->c->small_channels + from;
    j->micro->outer(k->n, k->a, k->b[p], acc);
    for (int64_t r = 0; r < rows; r++) {
      tn_vec_add(columns_of(j, from), acc + r * width, to + r * step);
    }
  }
}

static void one_chunk(const struct job *j, int64_t group, int64_t from_tile, int64_t to_tile,
                      struct chunk *k) {
  int64_t width = j->micro->width, channels = j->c->small_channels;
  k->tap = -1;
  for (int64_t from = 0; from < channels; from += PANELS * width) {
    for (int64_t p = 0; p < PANELS && from + p * width < channels; p++) {
      copy_panel(j, group, from + p * width, columns_of(j, from + p * width), k, k->b[p]);
    }
    for (int64_t tile = from_tile; tile < to_tile; tile++) {
      one_tile(j, group, tile, from, k);
    }
  }
}

static void kernel_item(void *context, int64_t item) {
  const struct job *j = context;
  struct chunk k;
  int64_t cells = j->c->images * j->c->y.out * j->c->x.out, from, to;
  tn_item_range(j->tiles, j->items, item, &from, &to);
  for (int64_t first = 0; first < cells; first += CHUNK) {
    place_chunk(j, first, cells - first < CHUNK ? cells - first : CHUNK, &k);
    for (int64_t group = 0; group < j->c->groups; group++) {
      one_chunk(j, group, from, to, &k);
    }
  }
}

void tn_conv_kernel(const struct tn_conv *c, const float *large, const float *small, float *grad,
                    float *work) {
  struct job j = {.c = c, .large = large, .small = small, .grad = grad};
  int64_t tables = tn_conv_grid_size(&c->y, &c->x, 0);
  int64_t rows = c->y.size * c->x.size * c->large_channels;
  j.micro = tn_conv_micro_for(c->small_channels);
  tn_conv_grid_make(&c->y, &c->x, 0, work, &j.grid);
  memset(work + tables, 0, (size_t)c->large_channels * sizeof(float));
  j.zeros = work + tables;
  j.tiles = (rows + j.micro->rows - 1) / j.micro->rows;
  double cells = (double)c->images * (double)c->y.out * (double)c->x.out;
  double weights = (double)rows * (double)c->small_channels * (double)c->groups;
  /* every item copies all panels: few of them */
  int64_t most = j.tiles < 32 ? 2 : j.tiles / 16;
  j.items = tn_conv_parts(2 * cells * weights, most < j.tiles ? most : j.tiles);
  tn_parallel_for(j.items, kernel_item, &j);
}
