/* Products with compressed rows: the cost follows the entries. */
#include "sparse/csr.h"

#include <stddef.h>
#include <string.h>

#include "kernels/gather.h"
#include "kernels/vector.h"
#include "platform/threads.h"

/* Products that an item is worth: some 20 microseconds. */
#define GRAIN 1e5
/* A weight that another thread wrote costs as much as so many products with it. */
enum { PRICE = 16 };
/* Weights that do not fit into the caches come from memory anyway. */
#define LARGE 4e6

/* Entries of the batch, as if its rows were of the matrix's mean length. */
static double entries_of(const struct tn_csr_rows *x) {
  const struct tn_csr *m = x->matrix;
  return m->rows == 0 ? 0 : (double)m->start[m->rows] / (double)m->rows * (double)x->n;
}

/* No bit depends on the number of items, and each takes the way over its rows anew: no more of them than
 * threads can use. */
int64_t tn_csr_items(const struct tn_csr_rows *x, int64_t units, int trained, int64_t most) {
  double cols = (double)x->matrix->cols, products = entries_of(x) * (double)units;
  int travels = trained && cols * (double)units < LARGE && entries_of(x) < PRICE * cols;
  double items = travels ? 1 : products / GRAIN;
  int64_t useful = tn_useful_items(most);
  return items < 2 ? 1 : items > (double)useful ? useful : (int64_t)items;
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
    int64_t k = m->start[r];
    tn_gather(units, m->start[r + 1] - k, m->index + k, m->value == NULL ? NULL : m->value + k,
              p->from, y);
  }
}

void tn_csr_forward(const struct tn_csr_rows *x, int64_t units, int trained, const float *w,
                    const float *bias, float *y) {
  struct product p = {x, units, tn_csr_items(x, units, trained, x->n), w, bias, y};
  tn_parallel_for(p.items, forward_item, &p);
}

/* First entry from k on, before `end`, that lies in column `col` or behind it. */
static int64_t entry_from(const struct tn_csr *m, int64_t k, int64_t end, int32_t col) {
  while (k < end) {
    int64_t middle = k + (end - k) / 2;
    if (m->index[middle] < col) {
      k = middle + 1;
    } else {
      end = middle;
    }
  }
  return k;
}

/* Some bands of columns for all rows: every cell is summed by one thread in row order. */
static void backward_item(void *context, int64_t item) {
  const struct product *p = context;
  const struct tn_csr *m = p->x->matrix;
  int64_t from, to;
  tn_item_range(TN_CSR_BANDS, p->items, item, &from, &to);
  for (int64_t i = 0; i < p->x->n; i++) {
    int64_t r = row_of(p->x, i), k = m->start[r], end = m->start[r + 1];
    if (p->items > 1) {
      k = entry_from(m, k, end, m->band[from]);
      end = entry_from(m, k, end, m->band[to]);
    }
    tn_scatter(p->units, end - k, m->index + k, m->value == NULL ? NULL : m->value + k,
               p->from + i * p->units, p->to);
  }
}

void tn_csr_backward(const struct tn_csr_rows *x, int64_t units, const float *dy, float *g) {
  struct product p = {x, units, tn_csr_items(x, units, 1, TN_CSR_BANDS), dy, NULL, g};
  tn_parallel_for(p.items, backward_item, &p);
}

/* More entries than columns touch most of them: naming all of them costs less than looking. */
static int64_t touch_all(int64_t cols, int32_t *touched, uint8_t *mark) {
  memset(mark, 1, (size_t)cols);
  for (int64_t c = 0; c < cols; c++) {
    touched[c] = (int32_t)c;
  }
  return cols;
}

int64_t tn_csr_touch(const struct tn_csr_rows *x, int64_t n_touched, int32_t *touched,
                     uint8_t *mark) {
  const struct tn_csr *m = x->matrix;
  if (entries_of(x) >= (double)m->cols) {
    return touch_all(m->cols, touched, mark);
  }
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
