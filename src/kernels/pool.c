#include "kernels/pool.h"

#include <stddef.h>
#include <string.h>

#include "kernels/v8.h"

/* Windows of up to so many cells are added up in float, which takes no longer than fetching them. */
enum { FEW = 9 };

/* A window: where its first row begins and how long it is, in floats; what a cell has of its sum. */
struct span {
  int64_t column, from, length, row_step;
  double share;
};

static double share_of(const struct tn_pool_row *r, int64_t from, int64_t to) {
  int64_t n = to - from;
  for (int64_t j = from; r->kept != NULL && j < to; j++) {
    n -= !r->kept[j];
  }
  return n * r->rows == 0 ? 0 : 1 / (double)(n * r->rows);
}

static inline struct span span_of(const struct tn_pool_row *r, int64_t o) {
  int64_t from = o * r->stride - r->before, to = from + r->size;
  from = from < 0 ? 0 : from;
  to = to > r->width ? r->width : to;
  return (struct span){from, from * r->channels, (to - from) * r->channels,
                       r->width * r->channels, r->mean ? share_of(r, from, to) : 1};
}

static inline int counts(const struct tn_pool_row *r, int64_t j) {
  return r->kept == NULL || r->kept[j];
}

struct loops {
  void (*max)(const struct tn_pool_row *r, const float *x, float *y);
  void (*max_place)(const struct tn_pool_row *r, const float *x, float *y, int32_t *place);
  void (*max_first)(const struct tn_pool_row *r, const float *x, const float *y, const float *dy,
                    float *dx);
  void (*max_shared)(const struct tn_pool_row *r, const float *x, const float *y, const int32_t *place,
                     const float *dy, float *dx);
  void (*sum)(const struct tn_pool_row *r, const float *x, float *y);
  void (*spread)(const struct tn_pool_row *r, const float *dy, float *dx);
};

#define TN_LOOPS "kernels/pool_loops.h"
#include "kernels/two_builds.h"

void tn_pool_max(const struct tn_pool_row *r, const float *x, float *y) { loops()->max(r, x, y); }

void tn_pool_max_first(const struct tn_pool_row *r, const float *x, const float *y, const float *dy,
                       float *dx) {
  loops()->max_first(r, x, y, dy, dx);
}

void tn_pool_max_place(const struct tn_pool_row *r, const float *x, float *y, int32_t *place) {
  loops()->max_place(r, x, y, place);
}

void tn_pool_max_shared(const struct tn_pool_row *r, const float *x, const float *y, const int32_t *place,
                        const float *dy, float *dx) {
  memset(dx, 0, (size_t)(r->width * r->channels) * sizeof *dx);
  loops()->max_shared(r, x, y, place, dy, dx);
}

void tn_pool_sum(const struct tn_pool_row *r, const float *x, float *y) { loops()->sum(r, x, y); }

void tn_pool_spread(const struct tn_pool_row *r, const float *dy, float *dx) {
  loops()->spread(r, dy, dx);
}
