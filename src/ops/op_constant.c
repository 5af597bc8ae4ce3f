/* constant: the numbers of attribute `value` (row-major) in `shape`. parameter: the values of a
 * weight as a tensor (attribute `shape`), so that penalties written in R can be traced over it; the
 * gradient is added to that of the weight. */
#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_list.h"
#include "platform/alloc.h"

struct config {
  struct tn_shape shape;
  float *value; /* owned; constants only */
};

static enum tn_status read_shape(struct config *c, const struct tn_attrs *attrs,
                                 struct tn_error *err) {
  const struct tn_attr *shape = tn_attrs_find(attrs, "shape");
  int64_t dim[TN_MAX_RANK];
  if (shape != NULL && shape->count > TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE, "tensors have at most %d axes, not %lld", TN_MAX_RANK,
                   (long long)shape->count);
  }
  int rank = tn_attrs_integers(attrs, "shape", TN_MAX_RANK, dim);
  c->shape = tn_shape_make(rank, dim);
  for (int k = 0; k < rank; k++) {
    if (dim[k] < 0) {
      return tn_fail(err, TN_STATUS_SHAPE, "the size of an axis cannot be %lld", (long long)dim[k]);
    }
  }
  return TN_OK;
}

static enum tn_status constant_configure(void *config, const struct tn_attrs *attrs,
                                         struct tn_error *err) {
  struct config *c = config;
  const struct tn_attr *value = tn_attrs_find(attrs, "value");
  TN_TRY(read_shape(c, attrs, err));
  int64_t n = tn_shape_size(&c->shape);
  int64_t given = value == NULL || value->number == NULL ? 0 : value->count;
  if (given != n) {
    return tn_fail(err, TN_STATUS_ARG, "a constant has %lld values, its shape wants %lld",
                   (long long)given, (long long)n);
  }
  TN_TRY(tn_alloc_into(&c->value, n, sizeof *c->value, err));
  for (int64_t i = 0; i < n; i++) {
    c->value[i] = (float)value->number[i];
  }
  return TN_OK;
}

static void constant_free(void *config) {
  struct config *c = config;
  tn_free(c->value);
  c->value = NULL;
}

static enum tn_status constant_infer(const void *config, struct tn_infer *io,
                                     struct tn_error *err) {
  (void)err;
  io->out[0] = ((const struct config *)config)->shape;
  return TN_OK;
}

static enum tn_status constant_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  (void)err;
  tn_vec_copy(tn_shape_size(&c->shape), c->value, call->out[0]->data);
  return TN_OK;
}

const struct tn_op tn_op_constant = {.name = "constant", .config_size = sizeof(struct config),
                                     .configure = constant_configure, .infer = constant_infer,
                                     .forward = constant_forward, .free_config = constant_free};

static enum tn_status parameter_configure(void *config, const struct tn_attrs *attrs,
                                          struct tn_error *err) {
  return read_shape(config, attrs, err);
}

static enum tn_status parameter_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  (void)err;
  io->out[0] = ((const struct config *)config)->shape;
  io->n_params = 1;
  io->param[0] = (struct tn_param_spec){"weight", io->out[0], TN_ROLE_TRAINED};
  return TN_OK;
}

static enum tn_status parameter_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  tn_vec_copy(call->param[0]->size, call->param[0]->value, call->out[0]->data);
  return TN_OK;
}

static enum tn_status parameter_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->param[0]->grad != NULL) {
    tn_vec_add(call->param[0]->size, call->dout[0], call->param[0]->grad);
  }
  return TN_OK;
}

const struct tn_op tn_op_parameter = {.name = "parameter", .config_size = sizeof(struct config),
                                      .configure = parameter_configure, .infer = parameter_infer,
                                      .forward = parameter_forward,
                                      .backward = parameter_backward};
