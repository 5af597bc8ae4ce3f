/* The gradient of the kernel where every channel goes by itself: for each tap and channel one chain over all
 * cells, in order. Threads share the panels of channels. */
#include "ops/convolution/conv_kernel_each.h"

#include <string.h>

#include "kernels/conv_micro.h"
#include "kernels/row_products.h"
#include "platform/threads.h"

enum { CELLS = 48 /* what they read stays in the first cache for all panels */ };

struct job {
  const struct tn_conv *c;
  const struct tn_conv_micro *micro;
  const float *large, *small, *zeros;
  float *grad;
  int64_t panels, items;
};

/* Some taps and some cells: pointers to what the taps find in channel 0, as micro-kernels read them. */
struct chunk {
  int64_t tap, first;
  int n, taps;
  const float *at[CELLS * TN_CONV_MAX_ROWS];
};

static void aim(const struct job *j, struct chunk *k) {
  const struct tn_conv *c = j->c;
  int64_t row = k->first / c->x.out, cell_x = k->first % c->x.out, cell_y = row % c->y.out, image = row / c->y.out;
  for (const float **at = k->at; at < k->at + k->n * j->micro->rows; at += j->micro->rows) {
    for (int t = 0; t < k->taps; t++) {
      int64_t y = tn_window_at(&c->y, cell_y, (k->tap + t) / c->x.size);
      int64_t x = tn_window_at(&c->x, cell_x, (k->tap + t) % c->x.size);
      int inside = y >= 0 && y < c->y.in && x >= 0 && x < c->x.in;
      at[t] = inside ? j->large + ((image * c->y.in + y) * c->x.in + x) * c->groups : j->zeros;
    }
    if (++cell_x == c->x.out) {
      cell_x = 0;
      cell_y = cell_y + 1 < c->y.out ? cell_y + 1 : 0;
      image += cell_y == 0;
    }
  }
}

/* Fewer channels than a panel has. */
static void few_channels(const struct job *j, int64_t from, const struct chunk *k) {
  const float *a[CELLS], *b[CELLS];
  for (int t = 0; t < k->taps; t++) {
    for (int i = 0; i < k->n; i++) {
      a[i] = k->at[i * j->micro->rows + t] + from;
      b[i] = j->small + (k->first + i) * j->c->groups + from;
    }
    tn_row_products(j->c->groups - from, k->n, a, b, NULL, j->grad + (k->tap + t) * j->c->groups + from);
  }
}

static void kernel_item(void *context, int64_t item) {
  const struct job *j = context;
  struct chunk k;
  int64_t cells = j->c->images * j->c->y.out * j->c->x.out, taps = j->c->y.size * j->c->x.size;
  int64_t n = j->c->groups, width = j->micro->width, from, to;
  tn_item_range(j->panels, j->items, item, &from, &to);
  for (k.first = 0; k.first < cells; k.first += CELLS) {
    k.n = (int)(cells - k.first < CELLS ? cells - k.first : CELLS);
    for (k.tap = 0; k.tap < taps; k.tap += k.taps) {
      k.taps = (int)(taps - k.tap < j->micro->rows ? taps - k.tap : j->micro->rows);
      aim(j, &k);
      for (int64_t channel = from * width; channel < to * width && channel < n; channel += width) {
        if (channel + width <= n) {
          j->micro->outer_each(k.taps, k.n, k.at, channel, j->small + k.first * n + channel, n,
                               j->grad + k.tap * n + channel, n);
        } else {
          few_channels(j, channel, &k);
        }
      }
    }
  }
}

void tn_conv_kernel_each(const struct tn_conv *c, const float *large, const float *small, float *grad, float *work) {
  const struct tn_conv_micro *micro = tn_conv_micro_each(c->groups);
  struct job j = {c, micro, large, small, work, grad, (c->groups + micro->width - 1) / micro->width, 1};
  double cells = (double)c->images * (double)c->y.out * (double)c->x.out;
  memset(work, 0, (size_t)c->groups * sizeof *work);
  j.items = tn_conv_parts(TN_CONV_EACH * cells * (double)(c->y.size * c->x.size * c->groups), j.panels);
  tn_parallel_for(j.items, kernel_item, &j);
}
