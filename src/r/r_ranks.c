/* A runner as one of several ranks: R carries the messages between them. */
#include <string.h>

#include "r/ffi.h"
#include "r/r_handles.h"
#include "train/exchange.h"

/* Numbers of R as integers, which live as long as the call. */
static int64_t *integers(SEXP numbers) {
  R_xlen_t n = XLENGTH(numbers);
  int64_t *out = (int64_t *)(void *)R_alloc((size_t)n, sizeof *out);
  for (R_xlen_t k = 0; k < n; k++) {
    out[k] = (int64_t)REAL_RO(numbers)[k];
  }
  return out;
}

/* ranks: c(rank, number of ranks); rows: of each rank, NULL when all have the same; steps: of an epoch. */
SEXP ffi_runner_join(SEXP runner_xptr, SEXP ranks_sexp, SEXP rows_sexp, SEXP steps_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  int rank = (int)REAL_RO(ranks_sexp)[0], n = (int)REAL_RO(ranks_sexp)[1];
  int64_t *rows = Rf_isNull(rows_sexp) ? NULL : integers(rows_sexp);
  r_check(tn_runner_join(r_address(runner_xptr, R_TAG_RUNNER), rank, n, rows, r_int64(steps_sexp), &err), &err);
  return R_NilValue;
}

/* The gradients of this rank's part of the next batch, as a message. */
SEXP ffi_runner_gradients(SEXP runner_xptr) {
  struct tn_error err;
  double loss;
  tn_error_init(&err);
  struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  r_check(tn_runner_gradients(r, &loss, &err), &err);
  SEXP out = PROTECT(Rf_allocVector(RAWSXP, (R_xlen_t)tn_exchange_size(r->optimizer)));
  tn_exchange_take(r->optimizer, loss, RAW(out));
  UNPROTECT(1);
  return out;
}

/* message: those of all ranks, one behind the other; sizes: their bytes. */
SEXP ffi_runner_update(SEXP runner_xptr, SEXP message_sexp, SEXP sizes_sexp) {
  struct tn_error err;
  double loss;
  tn_error_init(&err);
  struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  int64_t n = (int64_t)XLENGTH(sizes_sexp), *size = integers(sizes_sexp), all = 0;
  for (int64_t k = 0; k < n; k++) {
    all += size[k];
  }
  if (all != (int64_t)XLENGTH(message_sexp)) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "messages of %lld bytes, not %lld", (long long)XLENGTH(message_sexp),
                    (long long)all), &err);
  }
  r_check(tn_exchange_add(r->optimizer, n, size, RAW_RO(message_sexp), &loss, &err), &err);
  r_check(tn_runner_update(r, loss, &err), &err);
  return r_runner_status(r);
}

static int64_t sums_length(const struct tn_runner *r) {
  int64_t n = 0;
  for (int i = 0; i < r->n_measures; i++) {
    n += r->measure[i].n_state;
  }
  return n;
}

/* What measures have added up, one behind the other: sums over rows, so that those of ranks may be added. */
SEXP ffi_runner_sums(SEXP runner_xptr) {
  const struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  SEXP out = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)sums_length(r)));
  double *to = REAL(out);
  for (int i = 0; i < r->n_measures; to += r->measure[i].n_state, i++) {
    memcpy(to, r->measure[i].state, (size_t)r->measure[i].n_state * sizeof *to);
  }
  UNPROTECT(1);
  return out;
}

SEXP ffi_runner_set_sums(SEXP runner_xptr, SEXP sums_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  if (sums_length(r) != (int64_t)XLENGTH(sums_sexp)) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "sums of other measures"), &err);
  }
  const double *from = REAL_RO(sums_sexp);
  for (int i = 0; i < r->n_measures; from += r->measure[i].n_state, i++) {
    memcpy(r->measure[i].state, from, (size_t)r->measure[i].n_state * sizeof *from);
  }
  return R_NilValue;
}
