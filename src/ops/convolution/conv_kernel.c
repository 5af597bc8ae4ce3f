/* The gradient of the kernel. Its rows (tap, channel of the large image) are cut into tiles that threads
 * share; each goes over all cells in chunks, in order. Neighbouring taps see neighbouring cells, so that
 * the rows of a tile lie side by side in the image: they are read where they are, and copied only where the
 * window sticks out. */
#include "ops/convolution/conv_kernel.h"

#include <string.h>

#include "kernels/conv_micro.h"
#include "kernels/vector.h"
#include "ops/convolution/conv_kernel_each.h"
#include "platform/threads.h"

enum {
  CHUNK = 192, /* cells whose sum joins the gradient */
  SHORT = 3    /* rows side by side are a tile of their own from so many on */
};

struct job {
  const struct tn_conv *c;
  const struct tn_conv_micro *micro;
  const float *large, *small;
  float *grad;
  int64_t rows, run;      /* of one group; as many in order lie side by side in the large image */
  int64_t tiles, per_run; /* of one group; of one run */
  int64_t items;
};

/* Cells of a chunk that lie on end in one row of the small image. */
struct line {
  int64_t image, y, x, at, n;
};

struct chunk {
  int64_t first, n, lines;
  struct line line[CHUNK];
  const float *a[CHUNK]; /* the rows of the present tile for each cell */
  float copied[CHUNK * TN_CONV_MAX_ROWS];
  float rest[CHUNK * TN_CONV_MAX_WIDTH]; /* the last panel of the small image where it is not whole */
};

/* Rows [row, row + n). Where 0 < from < to they lie side by side for the cells from <= x < to. */
struct tile {
  int64_t row, n, from, to;
};

/* Rows of a tile that belong to one tap: channels from `channel` on, behind `before` others. */
struct piece {
  int64_t y, x, channel, n, before;
};

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static void place_chunk(const struct job *j, int64_t first, int64_t n, struct chunk *k) {
  int64_t ny = j->c->y.out, nx = j->c->x.out, row = first / nx, x = first % nx;
  k->first = first;
  k->n = n;
  k->lines = 0;
  for (int64_t i = 0; i < n; row++, x = 0) {
    struct line line = {row / ny, row % ny, x, i, least(nx - x, n - i)};
    k->line[k->lines++] = line;
    i += line.n;
  }
}

/* ---- what a tile reads -------------------------------------------------------------------------- */

/* The first cell whose tap number `tap` is at `at` or behind it. */
static int64_t cell_from(const struct tn_window *w, int64_t tap, int64_t at) {
  int64_t distance = at - tn_window_at(w, 0, tap);
  return distance <= 0 ? 0 : (distance + w->stride - 1) / w->stride;
}

static struct tile tile_at(const struct job *j, int64_t number) {
  const struct tn_window *x = &j->c->x;
  int64_t channels = j->c->large_channels, height = j->micro->rows, from, to;
  if (j->per_run == 0) {
    return (struct tile){number * height, least(j->rows - number * height, height), 0, 0};
  }
  tn_item_range(j->run, j->per_run, number % j->per_run, &from, &to);
  int64_t row = number / j->per_run * j->run + from, n = to - from;
  return (struct tile){row, n, cell_from(x, row / channels % x->size, 0),
                       cell_from(x, (row + n - 1) / channels % x->size, x->in)};
}

static struct piece piece_at(const struct job *j, const struct tile *t, int64_t before) {
  int64_t channels = j->c->large_channels, row = t->row + before, tap = row / channels;
  return (struct piece){tap / j->c->x.size, tap % j->c->x.size, row % channels,
                        least(channels - row % channels, t->n - before), before};
}

/* The row of the large image that tap row y finds for a line, from group `group` on; NULL: none. */
static const float *source_row(const struct job *j, int64_t group, const struct line *line, int64_t y) {
  const struct tn_conv *c = j->c;
  int64_t at = tn_window_at(&c->y, line->y, y);
  return at < 0 || at >= c->y.in
             ? NULL
             : j->large + ((line->image * c->y.in + at) * c->x.in * c->groups + group) * c->large_channels;
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

/* A piece for the cells [from, to) of a line. */
static void copy_cells(const struct job *j, const float *row, const struct piece *p, const struct line *line,
                       int64_t from, int64_t to, struct chunk *k) {
  const struct tn_window *x = &j->c->x;
  int64_t step = j->c->groups * j->c->large_channels;
  for (int64_t i = from; i < to; i++) {
    float *copy = k->copied + (line->at + i) * TN_CONV_MAX_ROWS;
    int64_t at = tn_window_at(x, line->x + i, p->x);
    if (row == NULL || at < 0 || at >= x->in) {
      memset(copy + p->before, 0, (size_t)p->n * sizeof *copy);
    } else {
      copy_few(row + at * step + p->channel, p->n, copy + p->before);
    }
    k->a[line->at + i] = copy;
  }
}

static void aim(const struct job *j, int64_t group, const struct tile *t, struct chunk *k) {
  int64_t cell = j->c->groups * j->c->large_channels, step = j->c->x.stride * cell;
  struct piece p = piece_at(j, t, 0);
  for (int64_t before = 0; before < t->n; before += p.n) {
    p = piece_at(j, t, before);
    for (const struct line *line = k->line; line < k->line + k->lines; line++) {
      const float *row = source_row(j, group, line, p.y);
      int64_t from = t->from - line->x, to = t->to - line->x;
      to = row == NULL || to < 0 ? 0 : least(to, line->n);
      from = from < 0 ? 0 : least(from, to);
      copy_cells(j, row, &p, line, 0, from, k);
      copy_cells(j, row, &p, line, to, line->n, k);
      if (before == 0 && from < to) {
        const float *at = row + tn_window_at(&j->c->x, line->x + from, p.x) * cell + p.channel;
        for (int64_t i = line->at + from; i < line->at + to; i++, at += step) {
          k->a[i] = at;
        }
      }
    }
  }
}

/* ---- products ----------------------------------------------------------------------------------- */

static int64_t columns_of(const struct job *j, int64_t from) {
  return least(j->c->small_channels - from, j->micro->width);
}

/* Channels of the small image from group `group` on, of the first cell of a chunk. */
static const float *small_at(const struct job *j, int64_t group, const struct chunk *k) {
  return j->small + (k->first * j->c->groups + group) * j->c->small_channels;
}

/* The channels behind the last whole panel, with zeros. */
static void take_rest(const struct job *j, int64_t group, struct chunk *k) {
  int64_t width = j->micro->width, columns = j->c->small_channels % width;
  const float *rest = small_at(j, group, k) + j->c->small_channels - columns;
  if (columns > 0) {
    memset(k->rest, 0, (size_t)(k->n * width) * sizeof *k->rest);
  }
  for (int64_t i = 0; columns > 0 && i < k->n; i++, rest += j->c->groups * j->c->small_channels) {
    copy_few(rest, columns, k->rest + i * width);
  }
}

/* Adds what one tile gives over a chunk. */
static void one_tile(const struct job *j, int64_t group, int64_t number, struct chunk *k) {
  int64_t width = j->micro->width, channels = j->c->small_channels, step = j->c->groups * channels;
  struct tile t = tile_at(j, number);
  const float *small = small_at(j, group, k);
  float *to = j->grad + t.row * step + group * channels;
  aim(j, group, &t, k);
  for (int64_t from = 0; from < channels; from += width) {
    int64_t columns = columns_of(j, from);
    if (columns == width) {
      j->micro->outer((int)t.n, k->n, k->a, small + from, step, to + from, step);
      continue;
    }
    float sums[TN_CONV_MAX_ROWS * TN_CONV_MAX_WIDTH] = {0};
    j->micro->outer((int)t.n, k->n, k->a, k->rest, width, sums, width);
    for (int64_t r = 0; r < t.n; r++) {
      tn_vec_add(columns, sums + r * width, to + r * step + from);
    }
  }
}

static void kernel_item(void *context, int64_t item) {
  const struct job *j = context;
  struct chunk k;
  int64_t cells = j->c->images * j->c->y.out * j->c->x.out, from, to;
  tn_item_range(j->tiles, j->items, item, &from, &to);
  for (int64_t first = 0; first < cells; first += CHUNK) {
    place_chunk(j, first, least(cells - first, CHUNK), &k);
    for (int64_t group = 0; group < j->c->groups; group++) {
      take_rest(j, group, &k);
      for (int64_t tile = from; tile < to; tile++) {
        one_tile(j, group, tile, &k);
      }
    }
  }
}

/* Taps of a row find channels on end, unless there are gaps between them. */
static void cut(struct job *j) {
  const struct tn_conv *c = j->c;
  int64_t height = j->micro->rows;
  j->rows = c->y.size * c->x.size * c->large_channels;
  j->run = c->large_channels * (c->groups == 1 && c->x.dilation == 1 ? c->x.size : 1);
  j->per_run = j->run < SHORT ? 0 : (j->run + height - 1) / height;
  j->tiles = j->per_run == 0 ? (j->rows + height - 1) / height : j->rows / j->run * j->per_run;
}

void tn_conv_kernel(const struct tn_conv *c, const float *large, const float *small, float *grad,
                    float *work) {
  if (tn_conv_each(c)) {
    tn_conv_kernel_each(c, large, small, grad, work);
    return;
  }
  struct job j = {.c = c, .large = large, .small = small, .grad = grad};
  j.micro = tn_conv_micro_for(c->small_channels);
  cut(&j);
  double cells = (double)c->images * (double)c->y.out * (double)c->x.out;
  double weights = (double)j.rows * (double)c->small_channels * (double)c->groups;
  /* every item reads the whole small image: few of them */
  int64_t most = j.tiles < 32 ? 2 : j.tiles / 16;
  j.items = tn_conv_parts(2 * cells * weights, least(most, j.tiles));
  tn_parallel_for(j.items, kernel_item, &j);
}
