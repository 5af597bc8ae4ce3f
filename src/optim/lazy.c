#include "optim/lazy.h"

#include "optim/optim_kind.h"
#include "optim/rates_kept.h"
#include "platform/fpenv.h"
#include "platform/threads.h"

/* Weights of an item: some 10 microseconds or more; under a penalty each is taken through all the steps it
 * missed. */
enum { WEIGHTS_PER_ITEM = 1 << 15, PENALISED_PER_ITEM = 1 << 10 };

/* Steps after which all rows with a penalty are brought up to date. The work is the same whenever it is
 * done, but then it is enough to be shared by threads. Divides TN_RATES_KEPT. */
enum { SWEEP = 128 };

struct job {
  struct tn_optimizer *opt;
  struct tn_segment *segment;
  const int32_t *rows; /* NULL: all */
  int64_t n, items;
};

static void slots_at(const struct tn_optimizer *opt, int64_t at, float *slot[TN_MAX_SLOTS]) {
  for (int k = 0; k < opt->n_slots; k++) {
    slot[k] = opt->slot[k] + at;
  }
}

static float rate_factor(const struct tn_segment *s, int64_t row) {
  const struct tn_pace *pace = tn_pace_of(s, row);
  return pace == NULL ? 1 : pace->rate;
}

/* tn_lazy_sweep() sees to it that the numbers of the missed steps lie side by side. */
static void penalised_row(const struct tn_optimizer *opt, const struct tn_segment *s, int64_t row) {
  int64_t cols = s->param->cols, parts = tn_row_parts(cols);
  int64_t first = tn_kept_at(s->row_step[row] + 1);
  struct tn_missed missed = {opt->kept->rates + first, opt->kept->weight + first,
                             opt->step - s->row_step[row], rate_factor(s, row), s->l1, s->l2};
  tn_missed_loop *loop = opt->config.kind->rule(&opt->config)->missed;
  for (int64_t part = 0; part < parts; part++) {
    int64_t from = part * TN_ROW_PART, n = cols - from < TN_ROW_PART ? cols - from : TN_ROW_PART;
    float *slot[TN_MAX_SLOTS];
    slots_at(opt, s->offset + row * cols + from, slot);
    loop(&missed, n, s->param->value + row * cols + from, slot, s->owed + row * parts + part);
  }
}

static void idle_row(const struct tn_optimizer *opt, const struct tn_segment *s, int64_t row) {
  int64_t cols = s->param->cols;
  float *slot[TN_MAX_SLOTS];
  slots_at(opt, s->offset + row * cols, slot);
  opt->config.kind->idle(opt, s->row_step[row], opt->step, rate_factor(s, row), cols,
                         s->param->value + row * cols, slot);
}

static void rows_item(void *context, int64_t item) {
  const struct job *j = context;
  struct tn_segment *s = j->segment;
  int64_t from, to;
  tn_item_range(j->n, j->items, item, &from, &to);
  for (int64_t k = from; k < to; k++) {
    int64_t row = j->rows == NULL ? k : j->rows[k];
    if (s->row_step[row] >= j->opt->step) {
      continue;
    }
    if (s->owed != NULL) {
      penalised_row(j->opt, s, row);
    } else {
      idle_row(j->opt, s, row);
    }
    s->row_step[row] = j->opt->step;
  }
}

static int waits(const struct tn_segment *s) { return s->param->row_sparse && s->param->trainable; }

/* Whatever rows without a penalty share on their short way. */
static void prepare(struct tn_optimizer *opt) {
  int wanted = 0;
  for (int i = 0; i < opt->n_segments; i++) {
    wanted |= waits(&opt->segment[i]) && opt->segment[i].owed == NULL;
  }
  if (wanted && opt->config.kind->prepare != NULL) {
    opt->config.kind->prepare(opt);
  }
}

/* The listed rows of a segment, or all of them. */
static void bring_up_to_date(struct tn_optimizer *opt, struct tn_segment *s, const int32_t *rows,
                             int64_t n) {
  int64_t weights_per_item = s->owed == NULL ? WEIGHTS_PER_ITEM : PENALISED_PER_ITEM;
  struct job j = {opt, s, rows, n, tn_items(n, weights_per_item / (s->param->cols + 1) + 1)};
  tn_parallel_for(j.items, rows_item, &j);
}

void tn_lazy_catch_up(struct tn_optimizer *opt) {
  prepare(opt);
  for (int i = 0; i < opt->n_segments; i++) {
    struct tn_segment *s = &opt->segment[i];
    if (waits(s)) {
      bring_up_to_date(opt, s, s->param->touched, s->param->n_touched);
    }
  }
}

/* Also called between slices, so it sets the floating-point environment that updates are made in. */
static void flush(struct tn_optimizer *opt, int only_penalised) {
  uint32_t fpenv = tn_fpenv_enter();
  if (!only_penalised) {
    prepare(opt);
  }
  for (int i = 0; i < opt->n_segments; i++) {
    struct tn_segment *s = &opt->segment[i];
    if (waits(s) && (s->owed != NULL || !only_penalised)) {
      bring_up_to_date(opt, s, NULL, s->param->rows);
    }
  }
  tn_fpenv_leave(fpenv);
}

void tn_lazy_flush(struct tn_optimizer *opt) { flush(opt, 0); }

void tn_lazy_sweep(struct tn_optimizer *opt) {
  if (opt->step % SWEEP == 0) {
    flush(opt, 1);
  }
}

static int64_t owed_size(const struct tn_segment *s) {
  return s->owed == NULL ? 0 : s->param->rows * tn_row_parts(s->param->cols);
}

void tn_lazy_begin_pass(struct tn_optimizer *opt) {
  tn_lazy_flush(opt);
  for (int i = 0; i < opt->n_segments; i++) {
    struct tn_segment *s = &opt->segment[i];
    for (int64_t k = 0; k < owed_size(s); k++) {
      s->owed[k] = 0;
    }
  }
}

/* Rows without a penalty are left alone: it is asked at any time, and their way to the present step is
 * not the same to the last bit in two parts. */
double tn_lazy_owed(struct tn_optimizer *opt) {
  double sum = 0;
  flush(opt, 1);
  for (int i = 0; i < opt->n_segments; i++) {
    const struct tn_segment *s = &opt->segment[i];
    for (int64_t k = 0; k < owed_size(s); k++) {
      sum += s->owed[k];
    }
  }
  return sum;
}
