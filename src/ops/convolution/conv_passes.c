/* The passes over whole images before and after the products of a convolution. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/convolution/conv_options.h"
#include "platform/threads.h"

enum { ROWS = 128 /* summed as floats before they join a sum of doubles */, MOST = 16 };

struct pass {
  const struct tn_activation *act;
  int64_t rows, n, items;
  const float *z, *y, *dy;
  float *out, *chunk; /* chunk (items, n) */
  double *sums;       /* (items, n); NULL: not wanted */
};

static int64_t items_of(int64_t rows, int64_t n) {
  int64_t items = tn_items(rows * n, 1 << 19);
  items = items < MOST ? items : MOST;
  return items < rows ? items : rows;
}

static void activate_item(void *context, int64_t item) {
  const struct pass *p = context;
  int64_t from, to;
  tn_item_range(p->rows, p->items, item, &from, &to);
  tn_activation_forward(p->act, to - from, p->n, p->z + from * p->n, p->out + from * p->n);
}

void tn_conv_activate(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                      float *y) {
  struct pass p = {.act = act, .rows = rows, .n = n, .items = items_of(rows, n), .z = z, .out = y};
  if (act->kind != TN_ACT_LINEAR) {
    tn_parallel_for(p.items, activate_item, &p);
  }
}

static void slope_item(void *context, int64_t item) {
  const struct pass *p = context;
  int64_t from, to, n = p->n;
  double *sums = p->sums == NULL ? NULL : p->sums + item * n;
  float *chunk = p->chunk + item * n;
  for (int64_t j = 0; sums != NULL && j < n; j++) {
    sums[j] = 0;
  }
  tn_item_range(p->rows, p->items, item, &from, &to);
  for (int64_t rows = 0; from < to; from += rows) {
    const float *dz = p->dy + from * n;
    rows = to - from < ROWS ? to - from : ROWS;
    if (p->act->kind != TN_ACT_LINEAR) {
      tn_activation_backward(p->act, rows, n, p->z == NULL ? NULL : p->z + from * n,
                             p->y + from * n, dz, p->out + from * n);
      dz = p->out + from * n;
    }
    if (sums != NULL) {
      memset(chunk, 0, (size_t)n * sizeof *chunk);
      tn_rows_sum(rows, n, dz, chunk);
      for (int64_t j = 0; j < n; j++) {
        sums[j] += chunk[j];
      }
    }
  }
}

int64_t tn_conv_slope_work(int64_t rows, int64_t n) {
  int64_t floats = 3 * items_of(rows, n) * n + rows * n;
  return floats + floats % 2;
}

const float *tn_conv_slope(const struct tn_activation *act, int64_t rows, int64_t n, const float *z,
                           const float *y, const float *dy, float *bias, float *work) {
  struct pass p = {.act = act, .rows = rows, .n = n, .items = items_of(rows, n), .z = z, .y = y,
                   .dy = dy};
  p.sums = bias == NULL ? NULL : (double *)(void *)work;
  p.chunk = work + 2 * p.items * n;
  p.out = p.chunk + p.items * n;
  if (act->kind == TN_ACT_LINEAR && bias == NULL) {
    return dy;
  }
  tn_parallel_for(p.items, slope_item, &p);
  for (int64_t j = 0; bias != NULL && j < n; j++) {
    double sum = 0;
    for (int64_t i = 0; i < p.items; i++) {
      sum += p.sums[i * n + j];
    }
    bias[j] += (float)sum;
  }
  return act->kind == TN_ACT_LINEAR ? dy : p.out;
}
