#include <string.h>
#include <time.h>

#include "platform/alloc.h"
#include "r/ffi.h"
#include "r/r_convert.h"
#include "r/r_handles.h"

static void runner_finalize(SEXP xptr) {
  tn_runner_free(R_ExternalPtrAddr(xptr));
  R_ClearExternalPtr(xptr);
}

static double seconds_now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static enum tn_mode mode_of(SEXP x_sexp) {
  const char *name = r_text(x_sexp);
  return strcmp(name, "train") == 0 ? TN_MODE_TRAIN
         : strcmp(name, "test") == 0 ? TN_MODE_TEST : TN_MODE_PREDICT;
}

static enum tn_status add_measures(struct tn_runner *r, SEXP measures, struct tn_error *err) {
  for (int i = 0; i < r->n_measures; i++) {
    SEXP m = VECTOR_ELT(measures, i);
    const char *kind = r_text(r_element(m, "kind"));
    if (strcmp(kind, "value") == 0 || strcmp(kind, "value_rows") == 0) {
      TN_TRY(tn_runner_set_value(r, i, kind[5] == '\0' ? TN_MEASURE_VALUE : TN_MEASURE_VALUE_ROWS,
                                 (int)r_int64(r_element(m, "value")), err));
      continue;
    }
    struct tn_attrs attrs = r_attrs(r_element(m, "attrs"));
    r->measure[i].pred = (int)r_int64(r_element(m, "pred"));
    r->measure[i].truth = (int)r_int64(r_element(m, "truth"));
    r->measure[i].weight = (int)r_int64(r_element(m, "weight"));
    TN_TRY(tn_runner_set_metric(r, i, kind, &attrs, err));
  }
  return TN_OK;
}

static void set_sources(struct tn_runner *r, SEXP sources_sexp) {
  for (int i = 0; i < r->n_sources; i++) {
    r->source[i] = r_address(VECTOR_ELT(sources_sexp, i), R_TAG_SOURCE);
  }
}

/* settings: list(mode, batch_size, seed, outputs). optimizer NULL but for training. */
SEXP ffi_runner_new(SEXP graph_xptr, SEXP sources_sexp, SEXP settings_sexp, SEXP measures_sexp,
                    SEXP optimizer_xptr) {
  struct tn_error err;
  struct tn_runner *r;
  tn_error_init(&err);
  struct tn_graph *g = r_address(graph_xptr, R_TAG_GRAPH);
  SEXP outputs = PROTECT(Rf_coerceVector(r_element(settings_sexp, "outputs"), INTSXP));
  SEXP keep = PROTECT(Rf_list3(graph_xptr, sources_sexp, optimizer_xptr));
  SEXP xptr = PROTECT(r_pointer(R_TAG_RUNNER, keep, runner_finalize));
  enum tn_mode mode = mode_of(r_element(settings_sexp, "mode"));
  int n_outputs = mode == TN_MODE_PREDICT ? (int)XLENGTH(outputs) : 0;
  enum tn_status status =
      tn_runner_new(mode, g, (int)XLENGTH(sources_sexp), (int)XLENGTH(measures_sexp), n_outputs,
                    r_int64(r_element(settings_sexp, "batch_size")), &r, &err);
  R_SetExternalPtrAddr(xptr, r);
  r_check(status, &err);
  if (r->n_sources != g->n_inputs) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "%d sources for %d inputs", r->n_sources, g->n_inputs),
            &err);
  }
  set_sources(r, sources_sexp);
  for (int k = 0; k < n_outputs; k++) {
    r->output[k].value = INTEGER_RO(outputs)[k];
  }
  r->seed = (uint64_t)r_int64(r_element(settings_sexp, "seed"));
  r->clock = seconds_now;
  if (mode == TN_MODE_TRAIN) { /* the optimizer is the first member of its handle */
    r->optimizer = r_address(optimizer_xptr, R_TAG_OPTIMIZER);
  }
  r_check(add_measures(r, measures_sexp, &err), &err);
  UNPROTECT(3);
  return xptr;
}

SEXP ffi_runner_start(SEXP runner_xptr, SEXP range_sexp, SEXP shuffle_sexp, SEXP epoch_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  const char *name = r_text(shuffle_sexp);
  enum tn_shuffle shuffle = strcmp(name, "rows") == 0      ? TN_SHUFFLE_ROWS
                            : strcmp(name, "batches") == 0 ? TN_SHUFFLE_BATCHES
                                                           : TN_SHUFFLE_NONE;
  r_check(tn_runner_start(r_address(runner_xptr, R_TAG_RUNNER), (int64_t)REAL_RO(range_sexp)[0],
                          (int64_t)REAL_RO(range_sexp)[1], shuffle,
                          (uint64_t)r_int64(epoch_sexp), &err), &err);
  return R_NilValue;
}

/* Other sources for the same inputs: their rows are the next batch of the pass. */
SEXP ffi_runner_continue(SEXP runner_xptr, SEXP sources_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  if ((int)XLENGTH(sources_sexp) != r->n_sources) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "%d sources for %d inputs", (int)XLENGTH(sources_sexp),
                    r->n_sources), &err);
  }
  SETCADR(R_ExternalPtrProtected(runner_xptr), sources_sexp);
  set_sources(r, sources_sexp);
  r_check(tn_runner_continue(r, &err), &err);
  return R_NilValue;
}

/* The pass is over: its sources are emptied now. R does not know how much memory they hold, and would
 * keep them until its own is short. */
SEXP ffi_runner_release(SEXP runner_xptr) {
  const struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  SEXP sources = CADR(R_ExternalPtrProtected(runner_xptr));
  for (int i = 0; i < r->n_sources && r->position >= r->n; i++) {
    tn_source_empty(r_address(VECTOR_ELT(sources, i), R_TAG_SOURCE));
    R_SetExternalPtrProtected(VECTOR_ELT(sources, i), R_NilValue);
  }
  return R_NilValue;
}

/* list(done, batches, loss, finite) */
SEXP r_runner_status(const struct tn_runner *r) {
  const char *names[] = {"done", "batches", "loss", "finite", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_ScalarLogical(r->position >= r->n));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal((double)r->batches));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal(r->last_loss));
  SET_VECTOR_ELT(out, 3, Rf_ScalarLogical(r->finite));
  UNPROTECT(1);
  return out;
}

SEXP ffi_runner_run(SEXP runner_xptr, SEXP max_batches_sexp, SEXP seconds_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  r_check(tn_runner_run(r, r_int64(max_batches_sexp), r_double(seconds_sexp), &err), &err);
  return r_runner_status(r);
}

SEXP ffi_runner_result(SEXP runner_xptr) {
  struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  const char *names[] = {"loss", "metrics", "rows", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_ScalarReal(tn_runner_loss(r)));
  SEXP metrics = PROTECT(Rf_allocVector(VECSXP, r->n_measures));
  for (int i = 0; i < r->n_measures; i++) {
    SEXP value = PROTECT(Rf_allocVector(REALSXP, (R_xlen_t)r->measure[i].n_result));
    tn_runner_measure(r, i, REAL(value));
    SET_VECTOR_ELT(metrics, i, value);
    UNPROTECT(1);
  }
  SET_VECTOR_ELT(out, 1, metrics);
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal((double)tn_runner_rows(r)));
  UNPROTECT(2);
  return out;
}

/* Output k (from 1) of a finished prediction. */
SEXP ffi_runner_output(SEXP runner_xptr, SEXP k_sexp) {
  const struct tn_runner *r = r_address(runner_xptr, R_TAG_RUNNER);
  struct tn_error err;
  tn_error_init(&err);
  int64_t k = r_int64(k_sexp) - 1;
  if (k < 0 || k >= r->n_outputs || r->output[k].data == NULL || r->position < r->n) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "output %lld is not there yet", (long long)k + 1), &err);
  }
  return r_from_rows(r->output[k].data, &r->output[k].shape);
}
