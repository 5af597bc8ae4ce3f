/* One op by itself, without a graph: its buffers are heap blocks of the very size that infer asks
 * for, so that a sanitizer sees the first float too many, and its gradients are compared with
 * differences of sum(upstream * outputs).
 *
 *   struct op_check c;
 *   struct tn_shape in[] = {tn_shape_2(3, 4)};
 *   if (op_make(&c, "reduce", ATTRS(TEXT("fn", "sum"), NUMBERS("axis", 1)), 1, in) == TN_OK) {
 *     op_fill(&c, 0, -1, 1);           random numbers for input 0
 *     CHECK(op_forward(&c) == TN_OK);  c.out[0].data holds the result
 *     op_check_gradients(&c, 1e-3);
 *   }
 *   op_free(&c); */
#ifndef TN_TESTS_OP_CHECK_H
#define TN_TESTS_OP_CHECK_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ops/registry.h"
#include "platform/rng.h"
#include "tn_test.h"

#define NUMBERS(name, ...) \
  {name, (double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double), NULL}
#define TEXT(name, text) {name, NULL, 0, text}
#define ATTRS(...) \
  (&(struct tn_attrs){(struct tn_attr[]){__VA_ARGS__}, \
                      sizeof((struct tn_attr[]){__VA_ARGS__}) / sizeof(struct tn_attr)})
#define NO_ATTRS (&(struct tn_attrs){NULL, 0})
#define SHAPE(...)                                                    \
  tn_shape_make(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t), \
                (int64_t[]){__VA_ARGS__})
#define SCALAR tn_shape_make(0, NULL)

struct op_check {
  const struct tn_op *op;
  void *config;
  struct tn_infer io;
  struct tn_call call;
  struct tn_tensor in[TN_MAX_INPUTS], out[TN_MAX_OUTPUTS];
  struct tn_param param[TN_MAX_PARAMS];
  float *din[TN_MAX_INPUTS], *dout[TN_MAX_OUTPUTS];
  struct tn_error err;
};

/* `seed` names the stream; the same call gives the same numbers. */
static inline void op_random(uint64_t seed, int64_t n, double low, double high, float *out) {
  struct tn_stream s = tn_stream_make(seed, TN_PURPOSE_SAMPLE, 0, 0);
  tn_stream_uniform(&s, 0, 0, n, out);
  for (int64_t i = 0; i < n; i++) {
    out[i] = (float)(low + (high - low) * out[i]);
  }
}

static inline float *op_floats(int64_t n) { return calloc((size_t)n, sizeof(float)); }

static inline void op_make_params(struct op_check *c) {
  for (int k = 0; k < c->io.n_params; k++) {
    struct tn_param *p = &c->param[k];
    p->shape = c->io.param[k].shape;
    p->size = tn_shape_size(&p->shape);
    p->rows = p->shape.rank == 0 ? 1 : p->shape.dim[0];
    p->cols = p->rows == 0 ? 0 : p->size / p->rows;
    p->trainable = c->io.param[k].role == TN_ROLE_TRAINED;
    p->value = op_floats(p->size);
    p->grad = op_floats(p->size);
    op_random(100 + (uint64_t)k, p->size, -1, 1, p->value);
    c->call.param[k] = p;
  }
}

static inline void op_make_buffers(struct op_check *c) {
  struct tn_call *call = &c->call;
  call->config = c->config;
  call->n_in = c->io.n_in;
  call->n_out = c->io.n_out;
  call->n_params = c->io.n_params;
  for (int k = 0; k < c->io.n_in; k++) {
    c->in[k].shape = c->io.in[k];
    c->in[k].dtype = c->io.in_dtype[k];
    c->in[k].data = op_floats(tn_shape_size(&c->io.in[k]));
    c->din[k] = op_floats(tn_shape_size(&c->io.in[k]));
    call->in[k] = &c->in[k];
    call->din[k] = c->in[k].dtype == TN_F32 ? c->din[k] : NULL;
  }
  for (int k = 0; k < c->io.n_out; k++) {
    c->out[k].shape = c->io.out[k];
    c->out[k].dtype = c->io.out_dtype[k];
    c->out[k].data = op_floats(tn_shape_size(&c->io.out[k]));
    c->dout[k] = op_floats(tn_shape_size(&c->io.out[k]));
    call->out[k] = &c->out[k];
    call->dout[k] = c->dout[k];
  }
  call->scratch = op_floats(c->io.scratch);
  call->work = op_floats(c->io.work);
}

/* dtypes: NULL when all inputs are floats. The error is in c->err. */
static inline enum tn_status op_make_typed(struct op_check *c, const char *name,
                                           const struct tn_attrs *attrs, int n_in,
                                           const struct tn_shape *in,
                                           const enum tn_dtype *dtypes) {
  memset(c, 0, sizeof *c);
  tn_error_init(&c->err);
  c->op = tn_op_find(name);
  if (c->op == NULL) {
    return TN_STATUS_STATE;
  }
  c->config = calloc(1, c->op->config_size + 1);
  enum tn_status status = tn_op_configure(c->op, c->config, attrs, &c->err);
  if (status != TN_OK) {
    return status;
  }
  c->io.n_in = n_in;
  c->io.n_out = 1;
  for (int k = 0; k < n_in; k++) {
    c->io.in[k] = in[k];
    c->io.in_dtype[k] = dtypes == NULL ? TN_F32 : dtypes[k];
  }
  status = c->op->infer(c->config, &c->io, &c->err);
  if (status == TN_OK) {
    op_make_buffers(c);
    op_make_params(c);
  }
  return status;
}

static inline enum tn_status op_make(struct op_check *c, const char *name,
                                     const struct tn_attrs *attrs, int n_in,
                                     const struct tn_shape *in) {
  return op_make_typed(c, name, attrs, n_in, in, NULL);
}

static inline void op_free(struct op_check *c) {
  if (c->op != NULL && c->op->free_config != NULL) {
    c->op->free_config(c->config);
  }
  free(c->config);
  for (int k = 0; k < TN_MAX_INPUTS; k++) {
    free(c->in[k].data);
    free(c->din[k]);
  }
  for (int k = 0; k < TN_MAX_OUTPUTS; k++) {
    free(c->out[k].data);
    free(c->dout[k]);
  }
  for (int k = 0; k < TN_MAX_PARAMS; k++) {
    free(c->param[k].value);
    free(c->param[k].grad);
  }
  free(c->call.scratch);
  free(c->call.work);
  memset(c, 0, sizeof *c);
}

/* All weights: random numbers. */
static inline void op_fill_params(struct op_check *c, double low, double high) {
  for (int k = 0; k < c->io.n_params; k++) {
    op_random(200 + (uint64_t)k, c->param[k].size, low, high, c->param[k].value);
  }
}

/* Input k: random numbers, or the given ones. */
static inline void op_fill(struct op_check *c, int k, double low, double high) {
  op_random(1 + (uint64_t)k, tn_shape_size(&c->in[k].shape), low, high, c->in[k].data);
}

static inline void op_set(struct op_check *c, int k, const float *values) {
  int64_t n = tn_shape_size(&c->in[k].shape);
  if (n > 0) {
    memcpy(c->in[k].data, values, (size_t)n * sizeof(float));
  }
}

static inline enum tn_status op_forward(struct op_check *c) {
  return c->op->forward(&c->call, &c->err);
}

/* With the upstream gradients in c->dout; parameter gradients start from 0. */
static inline enum tn_status op_backward(struct op_check *c) {
  for (int k = 0; k < c->io.n_params; k++) {
    memset(c->param[k].grad, 0, (size_t)c->param[k].size * sizeof(float));
  }
  return c->op->backward(&c->call, &c->err);
}

static inline double op_total(struct op_check *c) {
  double sum = 0;
  CHECK(op_forward(c) == TN_OK);
  for (int k = 0; k < c->io.n_out; k++) {
    for (int64_t i = 0; i < tn_shape_size(&c->out[k].shape); i++) {
      sum += (double)c->dout[k][i] * c->out[k].data[i];
    }
  }
  return sum;
}

static inline double op_difference(struct op_check *c, float *x, double step) {
  float before = *x, up = before + (float)step, down = before - (float)step;
  *x = up;
  double high = op_total(c);
  *x = down;
  double low = op_total(c);
  *x = before;
  return (high - low) / ((double)up - (double)down);
}

/* Central differences of two steps, extrapolated: the error falls with the fourth power. */
static inline void op_compare(struct op_check *c, float *x, const float *gradient, int64_t n,
                              double tolerance, const char *what) {
  for (int64_t i = 0; i < n; i++) {
    double near = op_difference(c, &x[i], 1.0 / 128), far = op_difference(c, &x[i], 1.0 / 64);
    double slope = (4 * near - far) / 3;
    if (!(fabs(gradient[i] - slope) <= tolerance * fmax(1, fabs(slope)))) {
      char text[160];
      snprintf(text, sizeof text, "%s, %s[%d]: gradient %g, differences %g", c->op->name, what,
               (int)i, (double)gradient[i], slope);
      tn_complain(__FILE__, __LINE__, text);
    }
  }
}

/* Every input that is asked for and every trained parameter, with a random upstream gradient. */
static inline void op_check_gradients(struct op_check *c, double tolerance) {
  for (int k = 0; k < c->io.n_out; k++) {
    op_random(50 + (uint64_t)k, tn_shape_size(&c->out[k].shape), -1, 1, c->dout[k]);
  }
  CHECK(op_forward(c) == TN_OK);
  CHECK(op_backward(c) == TN_OK);
  for (int k = 0; k < c->io.n_in; k++) {
    if (c->call.din[k] != NULL) {
      op_compare(c, c->in[k].data, c->din[k], tn_shape_size(&c->in[k].shape), tolerance, "input");
    }
  }
  for (int k = 0; k < c->io.n_params; k++) {
    if (c->io.param[k].role == TN_ROLE_TRAINED) {
      op_compare(c, c->param[k].value, c->param[k].grad, c->param[k].size, tolerance, "weight");
    }
  }
}

#endif
