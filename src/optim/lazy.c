/* Rows that steps did not touch. A row-sparse parameter remembers for each row the last update it
 * has seen; before a batch reads a row, the updates it missed are made up for. */
#include "optim/optim_kind.h"
#include "platform/threads.h"

enum { WEIGHTS_PER_ITEM = 1 << 19 };

struct job {
  struct tn_optimizer *opt;
  struct tn_segment *segment;
  const int32_t *rows; /* NULL: all */
  int64_t n, items;
};

static void rows_item(void *context, int64_t item) {
  const struct job *j = context;
  const struct tn_optimizer *opt = j->opt;
  struct tn_segment *s = j->segment;
  int64_t from, to, cols = s->param->cols;
  tn_item_range(j->n, j->items, item, &from, &to);
  for (int64_t k = from; k < to; k++) {
    int64_t row = j->rows == NULL ? k : j->rows[k];
    if (s->row_step[row] >= opt->step) {
      continue;
    }
    float *slot[TN_MAX_SLOTS];
    for (int i = 0; i < opt->n_slots; i++) {
      slot[i] = opt->slot[i] + s->offset + row * cols;
    }
    opt->config.kind->idle(opt, s->row_step[row], opt->step, cols,
                           s->param->value + row * cols, slot);
    s->row_step[row] = opt->step;
  }
}

void tn_lazy_rows(struct tn_optimizer *opt, struct tn_segment *s, int64_t n_rows,
                  const int32_t *rows) {
  struct job j = {opt, s, rows, n_rows, tn_items(n_rows, WEIGHTS_PER_ITEM / (s->param->cols + 1) + 1)};
  tn_parallel_for(j.items, rows_item, &j);
}

void tn_optimizer_catch_up(struct tn_optimizer *opt) {
  for (int i = 0; i < opt->n_segments; i++) {
    struct tn_segment *s = &opt->segment[i];
    if (s->param->row_sparse && s->param->trainable) {
      tn_lazy_rows(opt, s, s->param->n_touched, s->param->touched);
    }
  }
}

void tn_optimizer_flush(struct tn_optimizer *opt) {
  for (int i = 0; i < opt->n_segments; i++) {
    struct tn_segment *s = &opt->segment[i];
    if (s->param->row_sparse && s->param->trainable) {
      tn_lazy_rows(opt, s, s->param->rows, NULL);
    }
  }
}
