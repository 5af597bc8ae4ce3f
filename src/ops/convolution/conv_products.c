/* Ahead and back: both gather, cell by cell of the image that is written, what the taps of the kernel
 * find in the image that is read. Cells go in blocks, so that the pointers to what the taps find are made
 * once for all channels that are written; taps go in passes over many cells, so that the part of the
 * kernel that a pass reads stays in the second cache. Where every channel goes by itself there is nothing to
 * add up over channels: cells and taps meet in vectors of channels. */
#include "ops/convolution/conv_products.h"

#include <string.h>

#include "kernels/conv_micro.h"
#include "kernels/row_products.h"
#include "ops/convolution/conv_grid.h"
#include "ops/convolution/conv_pack.h"
#include "platform/threads.h"

enum {
  CELLS = 96,       /* of a block; a multiple of the rows of every kernel */
  TAPS = 32,        /* of a pass at most */
  WEIGHTS = 1 << 18, /* about so many in a pass */
  RUNS = 288         /* floats of a window at most whose taps go in runs */
};

struct gather {
  const struct tn_conv *c;
  const struct tn_conv_micro *micro;
  struct tn_conv_grid grid;
  struct tn_conv_packed kernel;
  int each;                  /* channels go by themselves */
  int64_t channels, written; /* of one group: read and written */
  int64_t run; /* taps on end that are read as one: their channels lie side by side in image and kernel */
  const float *source, *zeros, *bias;
  float *out;
  int64_t parts, pass_taps;
  void (*done)(void *context, int64_t cell, int64_t n);
  void *context;
};

struct place {
  int64_t image, y, x;
  float *out; /* channels of group 0 */
};

/* Cells of one block, all of the same phase. */
struct block {
  int64_t phase_y, phase_x, n;
  struct place cell[CELLS];
  int n_taps;
  int64_t tap_y[TAPS], tap_x[TAPS];
  const float *at[CELLS * TAPS]; /* (tile, tap, row of the tile) */
  float edge[CELLS * RUNS];      /* runs of windows that stick out */
};

static void place_cells(const struct gather *g, int64_t first, struct block *b) {
  const struct tn_conv_axis *y = &g->grid.y, *x = &g->grid.x;
  int64_t ny = tn_conv_phase_cells(y, b->phase_y), nx = tn_conv_phase_cells(x, b->phase_x);
  int64_t image = first / (ny * nx), iy = first / nx % ny, ix = first % nx, channels = g->c->groups * g->written;
  for (int64_t i = 0; i < b->n; i++) {
    int64_t at_y = b->phase_y + iy * y->phases, at_x = b->phase_x + ix * x->phases;
    float *out = g->out + ((image * y->cells + at_y) * x->cells + at_x) * channels;
    b->cell[i] = (struct place){image, at_y, at_x, out};
    if (++ix == nx) {
      ix = 0;
      if (++iy == ny) {
        iy = 0;
        image++;
      }
    }
  }
}

/* The next taps of the phase, from number *tap on. */
static void choose_taps(const struct gather *g, struct block *b, int64_t *tap) {
  int64_t all = g->grid.y.taps * g->grid.x.taps;
  b->n_taps = 0;
  for (; *tap < all && b->n_taps < g->pass_taps; *tap += g->run) {
    int64_t jy = *tap / g->grid.x.taps, jx = *tap % g->grid.x.taps;
    if (tn_conv_phase_has(&g->c->y, g->grid.back, b->phase_y, jy) &&
        tn_conv_phase_has(&g->c->x, g->grid.back, b->phase_x, jx)) {
      b->tap_y[b->n_taps] = jy;
      b->tap_x[b->n_taps++] = jx;
    }
  }
}

/* A run that is not wholly inside the image, with zeros. */
static void copy_run(const struct gather *g, const int32_t *at, const float *row, float *to) {
  for (int64_t j = 0; j < g->run; j++, to += g->channels) {
    if (at[j] < 0) {
      memset(to, 0, (size_t)g->channels * sizeof *to);
    } else {
      memcpy(to, row + at[j] * g->channels, (size_t)g->channels * sizeof *to);
    }
  }
}

/* Where the taps of a block find the channels of group 0 for a cell: every rows-th pointer from `at` on. */
static void aim_cell(const struct gather *g, int64_t i, struct block *b, const float **at) {
  const struct tn_conv_axis *y = &g->grid.y, *x = &g->grid.x;
  const struct place *cell = &b->cell[i];
  const int32_t *at_y = y->at + cell->y * y->taps, *at_x = x->at + cell->x * x->taps;
  int64_t step = g->c->groups * g->channels, line = x->source * step;
  const float *image = g->source + cell->image * y->source * line;
  for (int t = 0; t < b->n_taps; t++, at += g->micro->rows) {
    int32_t sy = at_y[b->tap_y[t]], sx = at_x[b->tap_x[t]], last = at_x[b->tap_x[t] + g->run - 1];
    if ((sy | sx | last) >= 0) {
      *at = image + sy * line + sx * step;
    } else if (g->run == 1 || sy < 0) {
      *at = g->zeros;
    } else {
      float *edge = b->edge + (i * b->n_taps + t) * g->run * step;
      copy_run(g, at_x, image + sy * line, edge);
      *at = edge;
    }
  }
}

static void aim(const struct gather *g, struct block *b) {
  int rows = g->micro->rows;
  const float **tile = b->at;
  for (int64_t i = 0; i < b->n; i += rows, tile += b->n_taps * rows) {
    for (int r = 0; r < rows; r++) {
      if (i + r < b->n) {
        aim_cell(g, i + r, b, tile + r);
      }
      for (int t = 0; i + r >= b->n && t < b->n_taps; t++) { /* the last cell once more */
        tile[t * rows + r] = tile[t * rows + r - 1];
      }
    }
  }
}

/* Channels on end that are written: of which the first is number `channel` of all and what they read begins
 * `from` floats behind the pointers. */
struct panel {
  int64_t channel, columns, from;
  const float *kernel[TAPS], *start;
};

static void products(const struct gather *g, const struct block *b, const struct panel *p, int64_t tile,
                     float *const *to) {
  g->micro->gather(b->n_taps, g->run * g->channels, b->at + tile * b->n_taps * g->micro->rows, p->from, p->kernel,
                   p->start, to);
}

/* One tile by way of a buffer: some of its rows or columns are not there. */
static void edge_tile(const struct gather *g, const struct block *b, const struct panel *p, int64_t tile,
                      float *const *to) {
  float buffer[TN_CONV_MAX_ROWS * TN_CONV_MAX_WIDTH], *row[TN_CONV_MAX_ROWS];
  int rows = g->micro->rows, width = g->micro->width;
  int64_t n = b->n - tile * rows < rows ? b->n - tile * rows : rows;
  memset(buffer, 0, sizeof buffer);
  for (int r = 0; r < rows; r++) {
    row[r] = buffer + r * width;
    if (p->start == NULL && r < n) {
      memcpy(row[r], to[r], (size_t)p->columns * sizeof(float));
    }
  }
  products(g, b, p, tile, row);
  for (int64_t r = 0; r < n; r++) {
    memcpy(to[r], row[r], (size_t)p->columns * sizeof(float));
  }
}

static void all_tiles(const struct gather *g, const struct block *b, const struct panel *p) {
  float *to[TN_CONV_MAX_ROWS] = {0};
  int rows = g->micro->rows;
  for (int64_t i = 0; i < b->n; i += rows) {
    for (int64_t r = 0; r < rows && i + r < b->n; r++) {
      to[r] = b->cell[i + r].out + p->channel;
    }
    if (i + rows > b->n || p->columns < g->micro->width) {
      edge_tile(g, b, p, i / rows, to);
    } else {
      products(g, b, p, i / rows, to);
    }
  }
}

/* first: the pass that starts from the bias. */
static void group_panel(const struct gather *g, int64_t group, int64_t number, int first, const struct block *b) {
  float start[TN_CONV_MAX_WIDTH] = {0};
  int64_t width = g->micro->width, from = number * width;
  struct panel p = {group * g->written + from, g->written - from < width ? g->written - from : width,
                    group * g->channels, {0}, first ? start : NULL};
  if (g->bias != NULL) {
    memcpy(start, g->bias + p.channel, (size_t)p.columns * sizeof(float));
  }
  for (int t = 0; t < b->n_taps; t++) {
    p.kernel[t] = tn_conv_packed_at(&g->kernel, group, number, b->tap_y[t] * g->grid.x.taps + b->tap_x[t]);
  }
  all_tiles(g, b, &p);
}

/* The channels from number `from` on, too few for a panel. */
static void few_channels(const struct gather *g, const struct block *b, int64_t from, const float *const *kernel,
                         const float *start) {
  const float *source[TAPS], *weights[TAPS];
  int rows = g->micro->rows;
  for (int64_t i = 0; i < b->n && from < g->c->groups; i++) {
    const float *const *at = b->at + i / rows * b->n_taps * rows + i % rows;
    for (int t = 0; t < b->n_taps; t++) {
      source[t] = at[t * rows] + from;
      weights[t] = kernel[t] + from;
    }
    tn_row_products(g->c->groups - from, b->n_taps, source, weights, start == NULL ? NULL : start + from,
                    b->cell[i].out + from);
  }
}

static void each_channel(const struct gather *g, int first, const struct block *b) {
  const float *kernel[TAPS], *start = !first ? NULL : g->bias == NULL ? g->zeros : g->bias;
  float *to[TN_CONV_MAX_ROWS];
  int rows = g->micro->rows;
  int64_t n = g->c->groups, whole = n / g->micro->width * g->micro->width;
  for (int t = 0; t < b->n_taps; t++) {
    kernel[t] = g->kernel.data + (b->tap_y[t] * g->grid.x.taps + b->tap_x[t]) * n;
  }
  for (int64_t i = 0; i < b->n; i += rows) {
    for (int64_t r = 0; r < rows; r++) {
      to[r] = b->cell[i + r < b->n ? i + r : b->n - 1].out;
    }
    g->micro->each(b->n_taps, whole, b->at + i * b->n_taps, kernel, start, to);
  }
  few_channels(g, b, whole, kernel, start);
}

static void gather_block(const struct gather *g, int64_t first, int first_pass, struct block *b) {
  place_cells(g, first, b);
  aim(g, b);
  if (g->each) {
    each_channel(g, first_pass, b);
    return;
  }
  for (int64_t group = 0; group < g->c->groups; group++) {
    for (int64_t p = 0; p < g->kernel.panels; p++) {
      group_panel(g, group, p, first_pass, b);
    }
  }
}

static void gather_item(void *context, int64_t item) {
  const struct gather *g = context;
  struct block b;
  int64_t phase = item / g->parts, from, to, tap = 0, all = g->grid.y.taps * g->grid.x.taps;
  b.phase_y = phase / g->grid.x.phases;
  b.phase_x = phase % g->grid.x.phases;
  int64_t cells = g->c->images * tn_conv_phase_cells(&g->grid.y, b.phase_y) *
                  tn_conv_phase_cells(&g->grid.x, b.phase_x);
  tn_item_range(cells, g->parts, item % g->parts, &from, &to);
  for (int first_pass = 1; first_pass || tap < all; first_pass = 0) {
    choose_taps(g, &b, &tap);
    for (int64_t first = from; first < to; first += CELLS) {
      b.n = to - first < CELLS ? to - first : CELLS;
      gather_block(g, first, first_pass, &b);
      if (g->done != NULL && tap == all) {
        g->done(g->context, first, b.n);
      }
    }
  }
}

/* Most parts for so many cells: each reads the whole kernel, so a part should have many of them. */
static int64_t parts_for(int64_t cells) {
  int64_t fine = cells / (4 * CELLS), coarse = cells / (16 * CELLS);
  return fine <= 8 ? fine : coarse > 8 ? coarse : 8;
}

/* Taps of a row that find neighbouring cells. Where windows are large, pointers are few beside products. */
static int64_t run_of(const struct tn_conv *c, int back) {
  int64_t window = c->y.size * c->x.size * c->large_channels;
  return !back && c->groups == 1 && c->x.dilation == 1 && window <= RUNS ? c->x.size : 1;
}

static int64_t zeros_of(const struct tn_conv *c, int back) {
  return run_of(c, back) * c->groups * (back ? c->small_channels : c->large_channels);
}

/* Whole lines of the cache. */
static int64_t lines(int64_t floats) { return (floats + 15) / 16 * 16; }

/* Work memory: tables of the grid, zeros, the kernel in panels. */
static void gather(struct gather *g, const float *kernel, int back, float *work) {
  const struct tn_conv *c = g->c;
  int64_t tables = lines(tn_conv_grid_size(&c->y, &c->x, back)), zeros = lines(zeros_of(c, back));
  g->run = run_of(c, back);
  g->channels = back ? c->small_channels : c->large_channels;
  g->written = back ? c->large_channels : c->small_channels;
  g->each = tn_conv_each(c);
  g->micro = g->each ? tn_conv_micro_each(c->groups) : tn_conv_micro_for(g->written);
  tn_conv_grid_make(&c->y, &c->x, back, work, &g->grid);
  int64_t cells = c->images * g->grid.y.cells * g->grid.x.cells;
  if (cells == 0) {
    return;
  }
  memset(work + tables, 0, (size_t)zeros * sizeof(float));
  g->zeros = work + tables;
  if (g->each) {
    g->kernel.data = kernel;
  } else {
    tn_conv_pack(c, back, kernel, g->micro->width, work + tables + zeros, &g->kernel);
  }
  int64_t phases = g->grid.y.phases * g->grid.x.phases;
  int64_t of_tap = g->channels * g->written * c->groups;
  g->pass_taps = of_tap * TAPS <= WEIGHTS ? TAPS : of_tap < WEIGHTS ? WEIGHTS / of_tap : 1;
  double reads = (double)(c->y.size * c->x.size) * (double)g->channels * (double)g->written * (double)c->groups;
  double windows = (double)c->images * (double)c->y.out * (double)c->x.out;
  g->parts = tn_conv_parts((g->each ? TN_CONV_EACH : 2) * reads * windows / (double)phases, parts_for(cells / phases));
  tn_parallel_for(phases * g->parts, gather_item, g);
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

int64_t tn_conv_work(const struct tn_conv *c) {
  int64_t tables = larger(tn_conv_grid_size(&c->y, &c->x, 0), tn_conv_grid_size(&c->y, &c->x, 1));
  return lines(tables) + lines(larger(zeros_of(c, 0), zeros_of(c, 1))) +
         larger(tn_conv_packed_size(c, 0), tn_conv_packed_size(c, 1));
}

void tn_conv_ahead(const struct tn_conv *c, const float *kernel, const float *large,
                   const float *bias, float *small, float *work,
                   void (*done)(void *context, int64_t cell, int64_t n), void *context) {
  struct gather g = {.c = c, .source = large, .bias = bias, .out = small, .done = done,
                     .context = context};
  gather(&g, kernel, 0, work);
}

void tn_conv_back(const struct tn_conv *c, const float *kernel, const float *small,
                  const float *bias, float *large, float *work) {
  struct gather g = {.c = c, .source = small, .bias = bias, .out = large};
  gather(&g, kernel, 1, work);
}
