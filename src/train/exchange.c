/* A message is the loss, then for each trained parameter the numbers of its listed pairs and its gradient: all of
 * it, or how many rows, which, and theirs. Every piece is filled up to a multiple of 8 bytes. */
#include "train/exchange.h"

#include <string.h>

#include "kernels/vector.h"
#include "optim/lazy.h"
#include "platform/fpenv.h"

static int64_t padded(int64_t bytes) { return (bytes + 7) / 8 * 8; }

static int travels(const struct tn_param *p) { return p->trainable && p->grad != NULL; }

static int64_t rows_size(const struct tn_param *p, int64_t n) {
  return 8 + padded(n * (int64_t)sizeof(int32_t)) + padded(n * p->cols * (int64_t)sizeof(float));
}

static int64_t gradient_size(const struct tn_param *p) {
  return p->row_sparse ? rows_size(p, p->n_touched) : padded(p->size * (int64_t)sizeof(float));
}

int64_t tn_exchange_size(const struct tn_optimizer *opt) {
  int64_t size = 8;
  for (int i = 0; i < opt->n_segments; i++) {
    const struct tn_param *p = opt->segment[i].param;
    size += travels(p) ? 16 + gradient_size(p) : 0;
  }
  return size;
}

static unsigned char *put(unsigned char *at, const void *x, int64_t bytes) {
  if (bytes > 0) {
    memcpy(at, x, (size_t)bytes);
  }
  memset(at + bytes, 0, (size_t)(padded(bytes) - bytes));
  return at + padded(bytes);
}

static unsigned char *put_rows(unsigned char *at, const struct tn_param *p) {
  int64_t row_bytes = p->cols * (int64_t)sizeof(float), bytes = p->n_touched * row_bytes;
  at = put(at, &p->n_touched, 8);
  at = put(at, p->touched, p->n_touched * (int64_t)sizeof(int32_t));
  for (int64_t k = 0; k < p->n_touched; k++) {
    memcpy(at + k * row_bytes, p->grad + p->touched[k] * p->cols, (size_t)row_bytes);
  }
  memset(at + bytes, 0, (size_t)(padded(bytes) - bytes));
  return at + padded(bytes);
}

static void clear(struct tn_param *p) {
  p->pair_sumsq = 0;
  p->has_pairs = 0;
  if (!p->row_sparse) {
    tn_vec_fill(p->size, 0, p->grad);
    return;
  }
  for (int64_t k = 0; k < p->n_touched; k++) {
    tn_vec_fill(p->cols, 0, p->grad + p->touched[k] * p->cols);
  }
  tn_param_forget_rows(p);
}

void tn_exchange_take(struct tn_optimizer *opt, double loss, unsigned char *out) {
  out = put(out, &loss, 8);
  for (int i = 0; i < opt->n_segments; i++) {
    struct tn_param *p = opt->segment[i].param;
    if (travels(p)) {
      int64_t has_pairs = p->has_pairs;
      out = put(out, &p->pair_sumsq, 8);
      out = put(out, &has_pairs, 8);
      out = p->row_sparse ? put_rows(out, p) : put(out, p->grad, p->size * (int64_t)sizeof(float));
      clear(p);
    }
  }
}

static int64_t number_at(const unsigned char *at) {
  int64_t n;
  memcpy(&n, at, 8);
  return n;
}

static double value_at(const unsigned char *at) {
  double x;
  memcpy(&x, at, 8);
  return x;
}

/* Whether a message of that size holds what the parameters need and no other rows than there are. */
static int message_fits(const struct tn_optimizer *opt, const unsigned char *at, int64_t left) {
  left -= 8;
  at += 8;
  for (int i = 0; i < opt->n_segments; i++) {
    const struct tn_param *p = opt->segment[i].param;
    if (!travels(p)) {
      continue;
    }
    int64_t n = 0, bytes = 16 + (p->row_sparse ? 8 : padded(p->size * (int64_t)sizeof(float)));
    if (left >= bytes && p->row_sparse) {
      n = number_at(at + 16);
      if (n < 0 || n > p->rows) {
        return 0;
      }
      bytes = 16 + rows_size(p, n);
    }
    if (left < bytes) {
      return 0;
    }
    for (int64_t k = 0; k < n; k++) {
      int32_t row;
      memcpy(&row, at + 24 + k * (int64_t)sizeof row, sizeof row);
      if (row < 0 || row >= p->rows) {
        return 0;
      }
    }
    at += bytes;
    left -= bytes;
  }
  return left == 0;
}

static const unsigned char *add_rows(struct tn_param *p, const unsigned char *at) {
  int64_t n = number_at(at);
  const unsigned char *rows = at + 8;
  const float *grad = (const void *)(rows + padded(n * (int64_t)sizeof(int32_t)));
  for (int64_t k = 0; k < n; k++) {
    int32_t row;
    memcpy(&row, rows + k * (int64_t)sizeof row, sizeof row);
    if (!p->mark[row]) {
      p->mark[row] = 1;
      p->touched[p->n_touched++] = row;
    }
    tn_vec_add(p->cols, grad + k * p->cols, p->grad + row * p->cols);
  }
  return at + rows_size(p, n);
}

static const unsigned char *add_gradient(struct tn_param *p, const unsigned char *at) {
  p->pair_sumsq += value_at(at);
  p->has_pairs |= number_at(at + 8) != 0;
  at += 16;
  if (p->row_sparse) {
    return add_rows(p, at);
  }
  tn_vec_add(p->size, (const void *)at, p->grad);
  return at + padded(p->size * (int64_t)sizeof(float));
}

static void add_message(struct tn_optimizer *opt, const unsigned char *at, double *loss) {
  *loss += value_at(at);
  at += 8;
  for (int i = 0; i < opt->n_segments; i++) {
    if (travels(opt->segment[i].param)) {
      at = add_gradient(opt->segment[i].param, at);
    }
  }
}

enum tn_status tn_exchange_add(struct tn_optimizer *opt, int64_t n, const int64_t *size, const unsigned char *message,
                                double *loss, struct tn_error *err) {
  const unsigned char *at = message;
  for (int64_t k = 0; k < n; at += size[k], k++) {
    if (size[k] < 8 || size[k] % 8 != 0 || !message_fits(opt, at, size[k])) {
      return tn_fail(err, TN_STATUS_STATE, "the gradients of rank %lld do not fit this model", (long long)k);
    }
  }
  uint32_t fpenv = tn_fpenv_enter();
  *loss = 0;
  for (int64_t k = 0; k < n; message += size[k], k++) {
    add_message(opt, message, loss);
  }
  tn_lazy_catch_up(opt); /* rows that only others read */
  tn_fpenv_leave(fpenv);
  return TN_OK;
}
