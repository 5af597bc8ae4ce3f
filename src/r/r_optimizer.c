#include <string.h>

#include "optim/lazy.h"
#include "platform/alloc.h"
#include "r/ffi.h"
#include "r/r_handles.h"

/* The optimizer with the arrays it points into; its state slots are R's raw vector. */
struct optimizer_handle {
  struct tn_optimizer optimizer;
  int64_t *row_step;
  double *owed;
  double *pieces;       /* the numbers of the schedule */
  struct tn_pace *pace; /* of all segments */
  struct tn_course *course;
};

#define MOST_STEPS 9007199254740992.0 /* a double counts no further */

static void optimizer_finalize(SEXP xptr) {
  struct optimizer_handle *h = R_ExternalPtrAddr(xptr);
  if (h != NULL) {
    tn_free(h->optimizer.segment);
    tn_free(h->row_step);
    tn_free(h->owed);
    tn_free(h->pieces);
    tn_free(h->pace);
    tn_free(h->course);
    tn_free(h->optimizer.kept);
    tn_free(h);
  }
  R_ClearExternalPtr(xptr);
}

static struct tn_constraint constraint_of(SEXP list_sexp) {
  struct tn_constraint c;
  memset(&c, 0, sizeof c);
  if (Rf_isNull(list_sexp)) {
    return c;
  }
  const char *names[] = {"none", "maxnorm", "nonneg", "unitnorm", "minmaxnorm"};
  for (int k = 0; k < 5; k++) {
    if (strcmp(r_text(r_element(list_sexp, "kind")), names[k]) == 0) {
      c.kind = (enum tn_constraint_kind)k;
    }
  }
  struct tn_attrs attrs = r_attrs(list_sexp);
  int64_t axis[TN_MAX_RANK];
  c.n_axes = tn_attrs_integers(&attrs, "axis", TN_MAX_RANK, axis);
  for (int k = 0; k < c.n_axes; k++) {
    c.axis[k] = (int)axis[k];
  }
  c.min_value = (float)tn_attrs_number(&attrs, "min_value", 0);
  c.max_value = (float)tn_attrs_number(&attrs, "max_value", 1);
  c.rate = (float)tn_attrs_number(&attrs, "rate", 1);
  return c;
}

/* Floats per slot: the trainable parameters one after the other. */
static int64_t slot_size(const struct tn_graph *g) {
  int64_t size = 0;
  for (int i = 0; i < g->n_params; i++) {
    size += g->param[i].trainable ? g->param[i].size : 0;
  }
  return size;
}

SEXP ffi_optimizer_size(SEXP graph_xptr, SEXP config_sexp) {
  struct tn_error err;
  struct tn_optimizer_config config;
  tn_error_init(&err);
  const struct tn_graph *g = r_address(graph_xptr, R_TAG_GRAPH);
  struct tn_attrs attrs = r_attrs(config_sexp);
  r_check(tn_optimizer_read(&attrs, &config, &err), &err);
  return Rf_ScalarReal((double)(slot_size(g) * tn_optimizer_slots(&config)));
}

static int64_t owed_size(const struct tn_graph *g, int i) {
  const struct tn_penalty *penalty = &g->penalty[i];
  int counts = penalty->allow_rows && (penalty->l1 != 0 || penalty->l2 != 0);
  return counts ? g->param[i].rows * tn_row_parts(g->param[i].cols) : 0;
}

/* paces: NULL, or for each parameter NULL or list(rate, decay), two vectors of equal length. */
static R_xlen_t n_paces(SEXP paces, int i) {
  int any = !Rf_isNull(paces) && !Rf_isNull(VECTOR_ELT(paces, i));
  return any ? Rf_xlength(r_element(VECTOR_ELT(paces, i), "rate")) : 0;
}

/* Before it is settled which rows may wait: then there is room for more of them than will. */
static enum tn_status make_arrays(struct optimizer_handle *h, const struct tn_graph *g, SEXP paces,
                                  struct tn_error *err) {
  int64_t rows = 0, owed = 0, n = 0;
  for (int i = 0; i < g->n_params; i++) {
    rows += g->penalty[i].allow_rows ? g->param[i].rows : 0;
    owed += owed_size(g, i);
    n += n_paces(paces, i);
  }
  h->optimizer.n_segments = g->n_params;
  TN_TRY(tn_alloc_into(&h->optimizer.segment, g->n_params, sizeof(struct tn_segment), err));
  TN_TRY(tn_alloc_into(&h->row_step, rows, sizeof(int64_t), err));
  TN_TRY(tn_alloc_into(&h->pace, n, sizeof *h->pace, err));
  return tn_alloc_into(&h->owed, owed, sizeof(double), err);
}

static enum tn_status set_paces(struct optimizer_handle *h, const struct tn_graph *g, SEXP paces,
                                struct tn_error *err) {
  struct tn_pace *next = h->pace;
  for (int i = 0; i < g->n_params; i++) {
    struct tn_segment *s = &h->optimizer.segment[i];
    R_xlen_t n = n_paces(paces, i);
    if (n == 0) {
      continue;
    }
    SEXP rate = r_element(VECTOR_ELT(paces, i), "rate"), decay = r_element(VECTOR_ELT(paces, i), "decay");
    if (TYPEOF(rate) != REALSXP || TYPEOF(decay) != REALSXP || XLENGTH(decay) != n ||
        (n > 1 && n != g->param[i].rows)) {
      return tn_fail(err, TN_STATUS_STATE, "parameter %d has %lld factors", i, (long long)n);
    }
    for (R_xlen_t k = 0; k < n; k++) {
      next[k] = (struct tn_pace){(float)REAL_RO(rate)[k], REAL_RO(decay)[k]};
    }
    s->n_paces = n;
    s->pace = next;
    next += n;
  }
  return TN_OK;
}

/* Segments in the order of the graph's parameters. */
static void make_segments(struct optimizer_handle *h, struct tn_graph *g, SEXP params) {
  int64_t offset = 0;
  for (int i = 0; i < g->n_params; i++) {
    struct tn_segment *s = &h->optimizer.segment[i];
    s->param = &g->param[i];
    s->l1 = g->penalty[i].l1;
    s->l2 = g->penalty[i].l2;
    s->constraint = constraint_of(r_element(VECTOR_ELT(params, i), "constraint"));
    s->offset = offset;
    offset += g->param[i].trainable ? g->param[i].size : 0;
  }
}

/* By what the optimizer does, rows of some parameters may not wait, whatever the graph allows. */
static void settle_rows(struct optimizer_handle *h, struct tn_graph *g) {
  int64_t rows = 0, owed = 0;
  for (int i = 0; i < g->n_params; i++) {
    struct tn_segment *s = &h->optimizer.segment[i];
    if (!tn_optimizer_may_wait(&h->optimizer.config, s)) {
      g->penalty[i].allow_rows = 0;
      g->param[i].row_sparse = 0;
    }
    if (g->penalty[i].allow_rows) {
      s->row_step = h->row_step + rows;
      rows += g->param[i].rows;
    }
    if (owed_size(g, i) > 0) {
      s->owed = h->owed + owed;
      owed += owed_size(g, i);
    }
  }
}

/* What a schedule points to would end with the call in which it was read. */
static enum tn_status keep_pieces(struct optimizer_handle *h, struct tn_error *err) {
  struct tn_schedule *s = &h->optimizer.config.schedule;
  int64_t n = s->n_boundaries;
  if (s->values == NULL) {
    return TN_OK;
  }
  TN_TRY(tn_alloc_into(&h->pieces, 2 * n + 1, sizeof(double), err));
  memcpy(h->pieces, s->values, (size_t)(n + 1) * sizeof(double));
  memcpy(h->pieces + n + 1, s->boundaries, (size_t)n * sizeof(double));
  s->values = h->pieces;
  s->boundaries = h->pieces + n + 1;
  return TN_OK;
}

/* state: raw vector of all slots, changed in place; fresh: fill it with the start values. */
SEXP ffi_optimizer_new(SEXP graph_xptr, SEXP config_sexp, SEXP state_sexp, SEXP step_sexp,
                       SEXP fresh_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  double step = r_double(step_sexp);
  struct tn_graph *g = r_address(graph_xptr, R_TAG_GRAPH);
  SEXP keep = PROTECT(Rf_list3(graph_xptr, state_sexp, R_NilValue /* see ffi_optimizer_courses() */));
  SEXP xptr = PROTECT(r_pointer(R_TAG_OPTIMIZER, keep, optimizer_finalize));
  struct optimizer_handle *h;
  r_check(tn_alloc_into(&h, 1, sizeof *h, &err), &err);
  R_SetExternalPtrAddr(xptr, h);
  struct tn_optimizer *opt = &h->optimizer;
  r_check(tn_alloc_into(&opt->kept, 1, tn_optimizer_kept_size(), &err), &err);
  struct tn_attrs attrs = r_attrs(config_sexp);
  r_check(tn_optimizer_read(&attrs, &opt->config, &err), &err);
  r_check(keep_pieces(h, &err), &err);
  opt->size = slot_size(g);
  opt->n_slots = tn_optimizer_slots(&opt->config);
  if (!(step >= 0 && step <= MOST_STEPS) || TYPEOF(state_sexp) != RAWSXP ||
      (int64_t)XLENGTH(state_sexp) != 4 * opt->size * opt->n_slots) {
    r_check(tn_fail(&err, TN_STATUS_STATE, "the optimizer state has %lld bytes, not %lld, at step %.0f",
                    (long long)XLENGTH(state_sexp), (long long)(4 * opt->size * opt->n_slots), step),
            &err);
  }
  for (int k = 0; k < opt->n_slots; k++) {
    opt->slot[k] = (float *)(void *)RAW(state_sexp) + k * opt->size;
  }
  SEXP paces = r_element(config_sexp, "paces");
  r_check(make_arrays(h, g, paces, &err), &err);
  r_check(set_paces(h, g, paces, &err), &err);
  make_segments(h, g, R_ExternalPtrProtected(graph_xptr));
  settle_rows(h, g); /* nothing fails from make_segments() on */
  tn_optimizer_begin(opt, (int64_t)step, r_flag(fresh_sexp));
  UNPROTECT(2);
  return xptr;
}

static struct tn_optimizer *optimizer_of(SEXP xptr) {
  return &((struct optimizer_handle *)r_address(xptr, R_TAG_OPTIMIZER))->optimizer;
}

/* Rows that wait for their steps get them with the old rate first. */
SEXP ffi_optimizer_set_rate(SEXP optimizer_xptr, SEXP rate_sexp) {
  struct tn_optimizer *opt = optimizer_of(optimizer_xptr);
  tn_lazy_flush(opt);
  opt->config.learning_rate = r_double(rate_sexp);
  return R_NilValue;
}

static int64_t course_nodes(SEXP courses) {
  int64_t n = 0;
  for (R_xlen_t k = 0; k < XLENGTH(courses); k++) {
    n += (int64_t)XLENGTH(r_element(VECTOR_ELT(courses, k), "nodes"));
  }
  return n;
}

/* One for each node of each course. */
static enum tn_status read_courses(SEXP courses, int n_nodes, struct tn_course *out, struct tn_error *err) {
  for (R_xlen_t k = 0; k < XLENGTH(courses); k++) {
    SEXP nodes = r_element(VECTOR_ELT(courses, k), "nodes");
    SEXP factors = r_element(VECTOR_ELT(courses, k), "factors");
    int64_t first = r_int64(r_element(VECTOR_ELT(courses, k), "first")), n = (int64_t)XLENGTH(factors);
    if (TYPEOF(nodes) != INTSXP || TYPEOF(factors) != REALSXP || n == 0) {
      return tn_fail(err, TN_STATUS_STATE, "course %lld has no nodes or factors", (long long)k);
    }
    for (R_xlen_t j = 0; j < XLENGTH(nodes); j++) {
      int node = INTEGER_RO(nodes)[j];
      if (node < -1 || node >= n_nodes) {
        return tn_fail(err, TN_STATUS_STATE, "there is no node %d for a course", node);
      }
      *out++ = (struct tn_course){node, first, n, REAL_RO(factors)};
    }
  }
  return TN_OK;
}

/* courses: list of list(nodes, first, factors): nodes from 0, -1 for the weight decay; first: updates
 * done when the factors, doubles, begin. They replace those there were; without any all is as configured. */
SEXP ffi_optimizer_courses(SEXP optimizer_xptr, SEXP courses_sexp) {
  struct tn_error err;
  tn_error_init(&err);
  struct tn_optimizer *opt = optimizer_of(optimizer_xptr);
  struct optimizer_handle *h = R_ExternalPtrAddr(optimizer_xptr);
  SEXP keep = R_ExternalPtrProtected(optimizer_xptr);
  struct tn_graph *g = r_address(CAR(keep), R_TAG_GRAPH);
  int64_t n = course_nodes(courses_sexp);
  opt->decay_factor = 1;
  opt->n_courses = 0;
  for (int i = 0; i < g->n_nodes; i++) {
    tn_graph_scale_rate(g, i, 1);
  }
  tn_free(h->course);
  h->course = NULL;
  r_check(tn_alloc_into(&h->course, n, sizeof *h->course, &err), &err);
  r_check(read_courses(courses_sexp, g->n_nodes, h->course, &err), &err);
  SETCADDR(keep, courses_sexp);
  opt->course = h->course;
  opt->n_courses = (int)n;
  return R_NilValue;
}

SEXP ffi_optimizer_flush(SEXP optimizer_xptr) {
  tn_lazy_flush(optimizer_of(optimizer_xptr));
  return R_NilValue;
}

SEXP ffi_optimizer_step(SEXP optimizer_xptr) {
  return Rf_ScalarReal((double)optimizer_of(optimizer_xptr)->step);
}

/* The rates of a schedule after so many updates. */
SEXP ffi_schedule_rate(SEXP schedule_sexp, SEXP done_sexp) {
  struct tn_error err;
  struct tn_schedule schedule;
  tn_error_init(&err);
  struct tn_attrs attrs = r_attrs(schedule_sexp);
  r_check(tn_schedule_read(&attrs, &schedule, &err), &err);
  SEXP out = PROTECT(Rf_allocVector(REALSXP, XLENGTH(done_sexp)));
  for (R_xlen_t i = 0; i < XLENGTH(done_sexp); i++) {
    REAL(out)[i] = schedule.rate(&schedule, REAL_RO(done_sexp)[i]);
  }
  UNPROTECT(1);
  return out;
}
