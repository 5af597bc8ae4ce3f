/* From the list that describes a graph to a graph, and single runs of it. */
#include <string.h>

#include "platform/alloc.h"
#include "platform/fpenv.h"
#include "kernels/gemm.h"
#include "r/ffi.h"
#include "r/r_convert.h"
#include "r/r_handles.h"

static void graph_finalize(SEXP xptr) {
  tn_graph_free(R_ExternalPtrAddr(xptr));
  R_ClearExternalPtr(xptr);
}

static enum tn_dtype dtype_of(SEXP x_sexp) {
  const char *name = r_text(x_sexp);
  return strcmp(name, "sparse") == 0 ? TN_CSR : strcmp(name, "integer") == 0 ? TN_I32 : TN_F32;
}

static int count_of(SEXP list_sexp, int capacity, int *out) {
  int n = (int)XLENGTH(list_sexp);
  for (int k = 0; k < n && k < capacity; k++) {
    out[k] = TYPEOF(list_sexp) == INTSXP ? INTEGER_RO(list_sexp)[k] : (int)REAL_RO(list_sexp)[k];
  }
  return n;
}

static void add_params(struct tn_graph *g, SEXP params) {
  struct tn_error err;
  tn_error_init(&err);
  for (int i = 0; i < g->n_params; i++) {
    SEXP p = VECTOR_ELT(params, i);
    SEXP data = r_element(p, "data");
    struct tn_shape shape = r_shape(r_element(p, "shape"));
    struct tn_penalty penalty = {(float)r_double(r_element(p, "l1")),
                                 (float)r_double(r_element(p, "l2")), 0};
    penalty.allow_rows = Rf_isNull(r_element(p, "constraint"));
    if (TYPEOF(data) != RAWSXP || (int64_t)XLENGTH(data) != 4 * tn_shape_size(&shape)) {
      r_check(tn_fail(&err, TN_STATUS_STATE, "parameter %d holds no floats of its shape", i), &err);
    }
    tn_graph_set_param(g, i, &shape, (float *)(void *)RAW(data),
                       r_flag(r_element(p, "trainable")), penalty);
    if (r_flag(r_element(p, "frozen"))) {
      tn_graph_freeze_param(g, i);
    }
  }
}

static enum tn_status add_nodes(struct tn_graph *g, SEXP nodes, struct tn_error *err) {
  for (int i = 0; i < g->n_nodes; i++) {
    SEXP node = VECTOR_ELT(nodes, i);
    int in[TN_MAX_INPUTS], params[TN_MAX_PARAMS], out[TN_MAX_OUTPUTS];
    int n_in = count_of(r_element(node, "inputs"), TN_MAX_INPUTS, in);
    int n_params = count_of(r_element(node, "params"), TN_MAX_PARAMS, params);
    int n_out = count_of(r_element(node, "outputs"), TN_MAX_OUTPUTS, out);
    struct tn_attrs attrs = r_attrs(r_element(node, "attrs"));
    TN_TRY(tn_graph_set_node(g, i, r_text(r_element(node, "op")), &attrs, n_in, in, n_params,
                             params, n_out, out, err));
  }
  return TN_OK;
}

static void keep_values(struct tn_graph *g, SEXP ids) {
  for (R_xlen_t k = 0; k < XLENGTH(ids); k++) {
    tn_graph_keep(g, INTEGER_RO(ids)[k]);
  }
}

SEXP ffi_graph_new(SEXP spec_sexp, SEXP with_grad_sexp, SEXP input_grad_sexp) {
  struct tn_error err;
  struct tn_graph *g;
  tn_error_init(&err);
  SEXP inputs = r_element(spec_sexp, "inputs"), params = r_element(spec_sexp, "params");
  SEXP nodes = r_element(spec_sexp, "nodes");
  SEXP outputs = PROTECT(Rf_coerceVector(r_element(spec_sexp, "outputs"), INTSXP));
  SEXP extra = PROTECT(Rf_coerceVector(r_element(spec_sexp, "extra"), INTSXP));
  SEXP xptr = PROTECT(r_pointer(R_TAG_GRAPH, params, graph_finalize));
  enum tn_status status =
      tn_graph_new((int)r_int64(r_element(spec_sexp, "n_values")), (int)XLENGTH(nodes),
                   (int)XLENGTH(params), (int)XLENGTH(inputs), &g, &err);
  R_SetExternalPtrAddr(xptr, g);
  r_check(status, &err);
  add_params(g, params);
  for (int i = 0; i < g->n_inputs; i++) {
    SEXP input = VECTOR_ELT(inputs, i);
    struct tn_shape shape = r_shape(r_element(input, "shape"));
    r_check(tn_graph_set_input(g, i, (int)r_int64(r_element(input, "value")),
                               dtype_of(r_element(input, "dtype")), &shape, &err), &err);
  }
  r_check(add_nodes(g, nodes, &err), &err);
  keep_values(g, outputs);
  keep_values(g, extra);
  g->loss = (int)r_int64(r_element(spec_sexp, "loss"));
  if (g->loss >= 0) {
    tn_graph_keep(g, g->loss);
  }
  if (r_flag(with_grad_sexp)) {
    tn_graph_want_gradients(g, r_flag(input_grad_sexp));
  }
  UNPROTECT(3);
  return xptr;
}

/* Sizes the graph for the sources' rows, loads all of them and runs forward. */
static enum tn_status run_whole(struct tn_graph *g, SEXP sources, const struct tn_run *run,
                                struct tn_error *err) {
  int64_t rows = 1;
  if (XLENGTH(sources) != g->n_inputs) {
    return tn_fail(err, TN_STATUS_STATE, "%d sources for %d inputs", (int)XLENGTH(sources),
                   g->n_inputs);
  }
  for (int i = 0; i < g->n_inputs; i++) {
    const struct tn_source *s = r_address(VECTOR_ELT(sources, i), R_TAG_SOURCE);
    if (i > 0 && s->shape.dim[0] != rows) {
      return tn_fail(err, TN_STATUS_SHAPE, "all inputs must have as many rows as the first, %lld, "
                     "not %lld", (long long)rows, (long long)s->shape.dim[0]);
    }
    rows = s->shape.dim[0];
    tn_graph_fit_input(g, i, &s->shape);
  }
  TN_TRY(tn_graph_size(g, rows, err));
  for (int i = 0; i < g->n_inputs; i++) {
    struct tn_source *s = r_address(VECTOR_ELT(sources, i), R_TAG_SOURCE);
    struct tn_batch all = {NULL, 0, rows, rows};
    TN_TRY(tn_source_begin(s, rows, err));
    tn_source_load(s, &all, &g->value[g->input[i]].tensor);
  }
  TN_TRY(tn_graph_touch(g, err));
  return tn_graph_forward(g, run, err);
}

static SEXP values_of(struct tn_graph *g, SEXP ids) {
  R_xlen_t n = XLENGTH(ids);
  SEXP out = PROTECT(Rf_allocVector(VECSXP, n));
  for (R_xlen_t k = 0; k < n; k++) {
    const struct tn_tensor *t = &g->value[INTEGER_RO(ids)[k]].tensor;
    SET_VECTOR_ELT(out, k, t->dtype == TN_I32 ? r_from_ids(tn_tensor_ids(t), &t->shape)
                                              : r_from_rows(t->data, &t->shape));
  }
  UNPROTECT(1);
  return out;
}

static struct tn_run run_of(SEXP training_sexp, SEXP seed_sexp, SEXP step_sexp) {
  struct tn_run run = {r_flag(training_sexp), (uint64_t)r_int64(seed_sexp),
                       (uint64_t)r_int64(step_sexp)};
  return run;
}

SEXP ffi_graph_run(SEXP graph_xptr, SEXP sources_sexp, SEXP outputs_sexp, SEXP training_sexp,
                   SEXP seed_sexp, SEXP step_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_graph *g = r_address(graph_xptr, R_TAG_GRAPH);
  struct tn_run run = run_of(training_sexp, seed_sexp, step_sexp);
  int blas = tn_gemm_enter();
  enum tn_status status = run_whole(g, sources_sexp, &run, &err);
  if (status == TN_OK) {
    tn_graph_after_step(g, &run);
  }
  tn_gemm_leave(blas);
  r_check(status, &err);
  return values_of(g, outputs_sexp);
}

static enum tn_status whole_gradients(struct tn_graph *g, SEXP sources, SEXP outputs,
                                      SEXP upstream, const struct tn_run *run,
                                      struct tn_error *err) {
  TN_TRY(run_whole(g, sources, run, err));
  tn_graph_backward_begin(g);
  tn_graph_zero_gradients(g);
  for (R_xlen_t k = 0; k < XLENGTH(upstream); k++) {
    struct tn_tensor *t = &g->value[INTEGER_RO(outputs)[k]].tensor;
    float *values = (float *)R_alloc((size_t)tn_shape_size(&t->shape) + 1, sizeof(float));
    r_to_rows(VECTOR_ELT(upstream, k), &t->shape, values);
    tn_graph_seed_gradient(g, INTEGER_RO(outputs)[k], values);
  }
  if (g->loss >= 0) {
    tn_graph_seed_gradient(g, g->loss, NULL);
  }
  TN_TRY(tn_graph_backward(g, run, err));
  tn_graph_after_step(g, run);
  return TN_OK;
}

/* list(outputs, inputs, params, loss): gradients of sum(upstream * output) plus the loss, penalties
 * on parameters left out of the gradients and of the loss. */
SEXP ffi_graph_gradients(SEXP graph_xptr, SEXP sources_sexp, SEXP outputs_sexp,
                         SEXP upstream_sexp, SEXP training_sexp, SEXP seed_sexp, SEXP step_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_graph *g = r_address(graph_xptr, R_TAG_GRAPH);
  struct tn_run run = run_of(training_sexp, seed_sexp, step_sexp);
  const char *names[] = {"outputs", "inputs", "params", "loss", ""};
  int blas = tn_gemm_enter();
  enum tn_status status = whole_gradients(g, sources_sexp, outputs_sexp, upstream_sexp, &run, &err);
  tn_gemm_leave(blas);
  r_check(status, &err);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, values_of(g, outputs_sexp));
  SEXP inputs = PROTECT(Rf_allocVector(VECSXP, g->n_inputs));
  for (int i = 0; i < g->n_inputs; i++) {
    const struct tn_value *v = &g->value[g->input[i]];
    if (v->grad_written) {
      SET_VECTOR_ELT(inputs, i, r_from_rows(v->grad, &v->tensor.shape));
    }
  }
  SET_VECTOR_ELT(out, 1, inputs);
  SEXP params = PROTECT(Rf_allocVector(VECSXP, g->n_params));
  for (int i = 0; i < g->n_params; i++) {
    if (g->param[i].grad != NULL) {
      SET_VECTOR_ELT(params, i, r_from_rows(g->param[i].grad, &g->param[i].shape));
    }
  }
  SET_VECTOR_ELT(out, 2, params);
  double loss = g->loss >= 0 ? g->value[g->loss].tensor.data[0] : 0;
  SET_VECTOR_ELT(out, 3, Rf_ScalarReal(loss + tn_graph_penalty(g)));
  tn_graph_zero_gradients(g);
  UNPROTECT(3);
  return out;
}
