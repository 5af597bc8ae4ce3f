/* Products with compressed rows: the cost follows the entries. */
#include "sparse/csr.h"

#include <stddef.h>

#include "kernels/vector.h"
#include "platform/threads.h"

enum { ROWS_PER_ITEM = 32, UNITS_PER_ITEM = 64 };

/* Below this many products a second thread costs more than it brings. */
#define WORTH_SHARING 5e5

static int worth_sharing(const struct tn_csr_rows *x, int64_t units) {
  const struct tn_csr *m = x->matrix;
  double entries = m->rows == 0 ? 0 : (double)m->start[m->rows] / (double)m->rows;
  return entries * (double)x->n * (double)units >= WORTH_SHARING;
}

struct product {
  const struct tn_csr_rows *x;
  int64_t units, items;
  const float *from;
  const float *bias;
  float *to;
};

static int64_t row_of(const struct tn_csr_rows *x, int64_t i) {
  return x->row == NULL ? i : x->row[i];
}

void tn_csr_rows_dense(const struct tn_csr_rows *x, float *out) {
  const struct tn_csr *m = x->matrix;
  tn_vec_fill(x->n * m->cols, 0, out);
  for (int64_t i = 0; i < x->n; i++) {
    int64_t r = row_of(x, i);
    for (int64_t k = m->start[r]; k < m->start[r + 1]; k++) {
      out[i * m->cols + m->index[k]] += m->value == NULL ? 1 : m->value[k];
    }
  }
}

static void forward_item(void *context, int64_t item) {
  const struct product *p = context;
  const struct tn_csr *m = p->x->matrix;
  int64_t from, to, units = p->units;
  tn_item_range(p->x->n, p->items, item, &from, &to);
  for (int64_t i = from; i < to; i++) {
    float *y = p->to + i * units;
    int64_t r = row_of(p->x, i);
    if (p->bias == NULL) {
      tn_vec_fill(units, 0, y);
    } else {
      tn_vec_copy(units, p->bias, y);
    }
    for (int64_t k = m->start[r]; k < m->start[r + 1]; k++) {
      tn_vec_axpy(units, m->value == NULL ? 1 : m->value[k], p->from + m->index[k] * units, y);
    }
  }
}

void tn_csr_forward(const struct tn_csr_rows *x, int64_t units, const float *w, const float *bias,
                    float *y) {
  int64_t items = worth_sharing(x, units) ? tn_items(x->n, ROWS_PER_ITEM) : x->n > 0;
  struct product p = {x, units, items, w, bias, y};
  tn_parallel_for(p.items, forward_item, &p);
}

/* One band of units for all rows: every cell is summed by one thread in row order. */
static void backward_item(void *context, int64_t item) {
  const struct product *p = context;
  const struct tn_csr *m = p->x->matrix;
  int64_t from, to, units = p->units;
  tn_item_range(units, p->items, item, &from, &to);
  for (int64_t i = 0; i < p->x->n; i++) {
    const float *dy = p->from + i * units + from;
    int64_t r = row_of(p->x, i);
    for (int64_t k = m->start[r]; k < m->start[r + 1]; k++) {
      tn_vec_axpy(to - from, m->value == NULL ? 1 : m->value[k], dy,
                  p->to + m->index[k] * units + from);
    }
  }
}

void tn_csr_backward(const struct tn_csr_rows *x, int64_t units, const float *dy, float *g) {
  int64_t items = worth_sharing(x, units) ? tn_items(units, UNITS_PER_ITEM) : units > 0;
  struct product p = {x, units, items, dy, NULL, g};
  tn_parallel_for(p.items, backward_item, &p);
}

int64_t tn_csr_touch(const struct tn_csr_rows *x, int64_t n_touched, int32_t *touched,
                     uint8_t *mark) {
  const struct tn_csr *m = x->matrix;
  for (int64_t i = 0; i < x->n; i++) {
    int64_t r = row_of(x, i);
    for (int64_t k = m->start[r]; k < m->start[r + 1]; k++) {
      int32_t c = m->index[k];
      if (!mark[c]) {
        mark[c] = 1;
        touched[n_touched++] = c;
      }
    }
  }
  return n_touched;
}
