/* Weights in raw vectors, initial values, single metrics, shapes, settings of this build. */
#include <stdlib.h>
#include <string.h>

#include "init/init.h"
#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "metrics/registry_metrics.h"
#include "ops/registry.h"
#include "platform/alloc.h"
#include "platform/simd.h"
#include "platform/threads.h"
#include "r/ffi.h"
#include "r/r_convert.h"
#include "r/r_handles.h"

static float *floats_of(SEXP raw_sexp) { return (float *)(void *)RAW(raw_sexp); }

/* The floats of a shape: all there are, or some from float number `from` on. */
SEXP ffi_raw_read(SEXP raw_sexp, SEXP dim_sexp, SEXP from_sexp) {
  struct tn_shape shape = r_shape(dim_sexp);
  struct tn_error err;
  tn_error_init(&err);
  int64_t size = tn_shape_size(&shape), floats = (int64_t)XLENGTH(raw_sexp) / 4;
  int64_t from = Rf_isNull(from_sexp) ? 0 : r_int64(from_sexp);
  int fits = Rf_isNull(from_sexp) ? (int64_t)XLENGTH(raw_sexp) == 4 * size : from >= 0 && from <= floats && size <= floats - from;
  if (!fits) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "%lld bytes do not hold floats of this shape",
                    (long long)XLENGTH(raw_sexp)), &err);
  }
  return r_from_rows(floats_of(raw_sexp) + from, &shape);
}

/* In place: everything that points at these weights sees the new values. A raw vector is copied as
 * it is, numbers are turned into rows of floats. */
SEXP ffi_raw_write(SEXP raw_sexp, SEXP values_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  int64_t floats = (int64_t)XLENGTH(raw_sexp) / 4, given = (int64_t)XLENGTH(values_sexp);
  if (TYPEOF(values_sexp) == RAWSXP) {
    given /= 4;
  }
  if (given != floats) {
    r_check(tn_fail(&err, TN_STATUS_SHAPE, "%lld values where %lld are needed", (long long)given,
                    (long long)floats), &err);
  }
  if (TYPEOF(values_sexp) == RAWSXP) {
    memcpy(RAW(raw_sexp), RAW(values_sexp), (size_t)XLENGTH(raw_sexp));
  } else {
    struct tn_shape shape = r_shape_of(values_sexp);
    r_to_rows(values_sexp, &shape, floats_of(raw_sexp));
  }
  return raw_sexp;
}

static void place_floats(SEXP values_sexp, float *at) {
  struct tn_shape shape = {.rank = 1, .dim = {(int64_t)XLENGTH(values_sexp)}};
  r_to_rows(values_sexp, &shape, at);
}

/* Numbers as floats, in the order in which they lie there, whatever their axes. */
SEXP ffi_raw_floats(SEXP values_sexp) {
  SEXP out = PROTECT(Rf_allocVector(RAWSXP, 4 * XLENGTH(values_sexp)));
  place_floats(values_sexp, floats_of(out));
  UNPROTECT(1);
  return out;
}

/* The same into a raw vector, from float number `from` on. */
SEXP ffi_raw_place(SEXP raw_sexp, SEXP values_sexp, SEXP from_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  int64_t from = r_int64(from_sexp), floats = (int64_t)XLENGTH(raw_sexp) / 4;
  if (from < 0 || from > floats || (int64_t)XLENGTH(values_sexp) > floats - from) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "%lld floats have no room for these numbers", (long long)floats), &err);
  }
  place_floats(values_sexp, floats_of(raw_sexp) + from);
  return raw_sexp;
}

SEXP ffi_raw_finite(SEXP raw_sexp) {
  return Rf_ScalarLogical(tn_vec_all_finite((int64_t)XLENGTH(raw_sexp) / 4, floats_of(raw_sexp)));
}

SEXP ffi_raw_copy(SEXP raw_sexp) {
  SEXP out = PROTECT(Rf_allocVector(RAWSXP, XLENGTH(raw_sexp)));
  memcpy(RAW(out), RAW(raw_sexp), (size_t)XLENGTH(raw_sexp));
  UNPROTECT(1);
  return out;
}

SEXP ffi_init(SEXP kind_sexp, SEXP attrs_sexp, SEXP shape_sexp, SEXP seed_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_shape shape = r_shape(shape_sexp);
  struct tn_attrs attrs = r_attrs(attrs_sexp);
  SEXP out = PROTECT(Rf_allocVector(RAWSXP, (R_xlen_t)(4 * tn_shape_size(&shape))));
  r_check(tn_init_fill(r_text(kind_sexp), &attrs, &shape, (uint64_t)r_int64(seed_sexp),
                       floats_of(out), &err), &err);
  UNPROTECT(1);
  return out;
}

static SEXP shape_sexp_of(const struct tn_shape *shape) {
  SEXP out = PROTECT(Rf_allocVector(REALSXP, shape->rank));
  for (int k = 0; k < shape->rank; k++) {
    REAL(out)[k] = (double)shape->dim[k];
  }
  UNPROTECT(1);
  return out;
}

static SEXP params_of(const struct tn_infer *io) {
  const char *names[] = {"name", "shape", "role", ""};
  const char *roles[] = {"moving", "trained", "state"};
  SEXP out = PROTECT(Rf_allocVector(VECSXP, io->n_params));
  for (int k = 0; k < io->n_params; k++) {
    SEXP p = PROTECT(Rf_mkNamed(VECSXP, names));
    SET_VECTOR_ELT(p, 0, Rf_mkString(io->param[k].name));
    SET_VECTOR_ELT(p, 1, shape_sexp_of(&io->param[k].shape));
    SET_VECTOR_ELT(p, 2, Rf_mkString(roles[io->param[k].role]));
    SET_VECTOR_ELT(out, k, p);
    UNPROTECT(1);
  }
  UNPROTECT(1);
  return out;
}

static enum tn_status infer_op(const char *name, const struct tn_attrs *attrs, void *config,
                               const struct tn_op *op, struct tn_infer *io, struct tn_error *err) {
  if (op == NULL) {
    return tn_fail(err, TN_STATUS_ARG, "there is no op \"%s\"", name);
  }
  TN_TRY(tn_op_configure(op, config, attrs, err));
  return tn_op_infer(op, config, io, err);
}

/* Shapes, kinds and axes of masks of the outputs and the parameters an op wants for given inputs. */
SEXP ffi_infer(SEXP op_sexp, SEXP attrs_sexp, SEXP shapes_sexp, SEXP integer_sexp,
               SEXP masks_sexp) {
  struct tn_error err;
  struct tn_infer io;
  tn_error_init(&err);
  memset(&io, 0, sizeof io);
  io.n_in = (int)XLENGTH(shapes_sexp);
  io.n_out = 1;
  for (int k = 0; k < io.n_in && k < TN_MAX_INPUTS; k++) {
    io.in[k] = r_shape(VECTOR_ELT(shapes_sexp, k));
    io.in_dtype[k] = LOGICAL_RO(integer_sexp)[k] ? TN_I32 : TN_F32;
    io.in_mask[k] = INTEGER_RO(masks_sexp)[k];
  }
  if (io.n_in > TN_MAX_INPUTS) {
    r_check(tn_fail(&err, TN_STATUS_ARG, "an op takes at most %d inputs, not %d", TN_MAX_INPUTS,
                    io.n_in), &err);
  }
  const struct tn_op *op = tn_op_find(r_text(op_sexp));
  struct tn_attrs attrs = r_attrs(attrs_sexp);
  void *config = R_alloc(op == NULL ? 1 : op->config_size + 1, 1);
  memset(config, 0, op == NULL ? 1 : op->config_size + 1);
  enum tn_status status = infer_op(r_text(op_sexp), &attrs, config, op, &io, &err);
  if (op != NULL && op->free_config != NULL) {
    op->free_config(config);
  }
  r_check(status, &err);
  const char *names[] = {"shapes", "integer", "masks", "params", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SEXP shapes = PROTECT(Rf_allocVector(VECSXP, io.n_out));
  SEXP integer = PROTECT(Rf_allocVector(LGLSXP, io.n_out));
  SEXP masks = PROTECT(Rf_allocVector(INTSXP, io.n_out));
  for (int k = 0; k < io.n_out; k++) {
    SET_VECTOR_ELT(shapes, k, shape_sexp_of(&io.out[k]));
    LOGICAL(integer)[k] = io.out_dtype[k] == TN_I32;
    INTEGER(masks)[k] = tn_infer_mask_axes(&io, k);
  }
  SET_VECTOR_ELT(out, 0, shapes);
  SET_VECTOR_ELT(out, 1, integer);
  SET_VECTOR_ELT(out, 2, masks);
  SET_VECTOR_ELT(out, 3, params_of(&io));
  UNPROTECT(4);
  return out;
}

static float *rows_of(SEXP x_sexp, const struct tn_shape *shape) {
  float *out = (float *)R_alloc((size_t)tn_shape_size(shape) + 1, sizeof(float));
  r_to_rows(x_sexp, shape, out);
  return out;
}

/* Value per sample of a metric, or its result; *out is left unprotected. */
static enum tn_status metric_value(const struct tn_metric *metric, void *config,
                                   const struct tn_attrs *attrs,
                                   const struct tn_metric_batch *batch, int per_sample, SEXP *out,
                                   struct tn_error *err) {
  TN_TRY(metric->configure(config, attrs, err));
  if (per_sample) {
    struct tn_shape shape = batch->pred_shape;
    shape.rank = shape.rank > 1 ? shape.rank - 1 : shape.rank;
    float *value = (float *)R_alloc((size_t)tn_shape_size(&shape) + 1, sizeof(float));
    if (metric->per_sample == NULL) {
      return tn_fail(err, TN_STATUS_ARG, "this metric has no value per sample");
    }
    TN_TRY(metric->per_sample(config, batch, value, err));
    *out = r_from_rows(value, &shape);
    return TN_OK;
  }
  size_t n = (size_t)metric->state_size(config);
  double *state = (double *)R_alloc(n + 1, sizeof(double));
  memset(state, 0, n * sizeof(double));
  TN_TRY(metric->update(config, batch, state, err));
  *out = Rf_allocVector(REALSXP, (R_xlen_t)metric->result_size(config));
  metric->result(config, state, REAL(*out));
  return TN_OK;
}

/* A metric of arrays at once: its value per sample, or its result. */
SEXP ffi_metric(SEXP kind_sexp, SEXP attrs_sexp, SEXP pred_sexp, SEXP truth_sexp,
                SEXP weight_sexp, SEXP per_sample_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  const struct tn_metric *metric = tn_metric_find(r_text(kind_sexp));
  if (metric == NULL) {
    r_check(tn_fail(&err, TN_STATUS_ARG, "there is no metric \"%s\"", r_text(kind_sexp)), &err);
  }
  struct tn_attrs attrs = r_attrs(attrs_sexp);
  void *config = R_alloc(metric->config_size + 1, 1);
  memset(config, 0, metric->config_size + 1);
  struct tn_shape pred = r_shape_of(pred_sexp), truth = r_shape_of(truth_sexp);
  struct tn_metric_batch batch = {pred, truth, rows_of(pred_sexp, &pred),
                                  rows_of(truth_sexp, &truth), NULL, 0};
  if (!Rf_isNull(weight_sexp)) {
    struct tn_shape weight = r_shape_of(weight_sexp);
    batch.weight = rows_of(weight_sexp, &weight);
    batch.n_weights = tn_shape_size(&weight);
  }
  SEXP out = R_NilValue;
  enum tn_status status =
      metric_value(metric, config, &attrs, &batch, r_flag(per_sample_sexp), &out, &err);
  PROTECT(out);
  if (metric->free_config != NULL) {
    metric->free_config(config);
  }
  r_check(status, &err);
  UNPROTECT(1);
  return out;
}

SEXP ffi_is_null(SEXP xptr) {
  return Rf_ScalarLogical(TYPEOF(xptr) != EXTPTRSXP || R_ExternalPtrAddr(xptr) == NULL);
}

static SEXP string_or_na(const char *text) {
  return text == NULL ? Rf_ScalarString(NA_STRING) : Rf_mkString(text);
}

SEXP ffi_config(void) {
  const char *names[] = {"blas", "gradients", "openblas", "simd", "pool", "threads", "processors", "fma", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_mkString(tn_gemm_describe(TN_GEMM_OWN)));
  SET_VECTOR_ELT(out, 1, Rf_mkString(tn_gemm_describe(tn_gemm_current())));
  SET_VECTOR_ELT(out, 2, string_or_na(tn_gemm_describe(TN_GEMM_OPENBLAS)));
  SET_VECTOR_ELT(out, 3, Rf_mkString(tn_simd_name(tn_simd_level())));
  SET_VECTOR_ELT(out, 4, string_or_na(tn_threads_name()));
  SET_VECTOR_ELT(out, 5, Rf_ScalarInteger(tn_threads()));
  SET_VECTOR_ELT(out, 6, Rf_ScalarInteger(tn_threads_processors()));
  SET_VECTOR_ELT(out, 7, Rf_ScalarLogical(tn_simd_fuses()));
  UNPROTECT(1);
  return out;
}

SEXP ffi_processors(void) { return Rf_ScalarInteger(tn_threads_processors()); }

SEXP ffi_set_threads(SEXP n_sexp) {
  tn_threads_set((int)r_int64(n_sexp));
  return Rf_ScalarInteger(tn_threads());
}

/* Threads that sleep in our code must not outlive it. R calls no R_unload_*() of a library whose symbols
 * are not looked up by name. */
SEXP ffi_end_threads(void) {
  tn_threads_end();
  return R_NilValue;
}

/* FALSE where the build has no OpenBLAS. */
SEXP ffi_set_product(SEXP openblas_sexp) {
  int openblas = Rf_asLogical(openblas_sexp) == TRUE;
  return Rf_ScalarLogical(tn_gemm_select(openblas ? TN_GEMM_OPENBLAS : TN_GEMM_OWN));
}

SEXP ffi_limit_simd(SEXP level_sexp) {
  return Rf_ScalarInteger((int)tn_simd_limit((enum tn_simd)Rf_asInteger(level_sexp)));
}

/* For tests: the allocation after `after` others fails, and all that follow; negative ends it. Only a
 * process that was started for it takes this. */
SEXP ffi_fail_allocations(SEXP after_sexp) {
  const char *allowed = getenv("TILDENET_FAULTS");
  if (allowed == NULL || strcmp(allowed, "1") != 0) {
    struct tn_error err;
    tn_error_init(&err);
    r_check(tn_fail(&err, TN_STATUS_STATE, "faults are for tests: TILDENET_FAULTS is not 1"), &err);
  }
  tn_alloc_fail_after(r_int64(after_sexp));
  return R_NilValue;
}

SEXP ffi_live_allocations(void) { return Rf_ScalarReal((double)tn_alloc_live()); }
