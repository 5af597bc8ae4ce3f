/* activation: y = act(x) elementwise, or softmax along `axis` (from 0 with the batch axis, negative
 * from the end). prelu: x > 0 ? x : a x with learned slopes a, shared along shared_axes. */
#include <string.h>

#include "ops/elementwise/activation.h"
#include "ops/op.h"
#include "ops/op_list.h"

struct config {
  struct tn_activation act;
  int axis;
};

static enum tn_status activation_configure(void *config, const struct tn_attrs *attrs,
                                           struct tn_error *err) {
  struct config *c = config;
  c->axis = (int)tn_attrs_number(attrs, "axis", -1);
  return tn_activation_read(attrs, &c->act, err);
}

static int last_axis(const struct config *c, int rank) {
  return c->act.kind != TN_ACT_SOFTMAX || c->axis == -1 || c->axis == rank - 1;
}

static enum tn_status activation_infer(const void *config, struct tn_infer *io,
                                       struct tn_error *err) {
  const struct config *c = config;
  int rank = io->in[0].rank;
  if (c->act.kind == TN_ACT_SOFTMAX && (rank < 2 || c->axis >= rank || c->axis < -rank)) {
    return tn_fail(err, TN_STATUS_SHAPE, "softmax needs an input of at least 2 axes with axis %d",
                   c->axis);
  }
  io->out[0] = io->in[0];
  io->out_mask[0] = TN_MASK_PASS;
  io->work = last_axis(c, rank) ? 0 : 4 * tn_shape_size(&io->in[0]);
  return TN_OK;
}

/* Softmax along an inner axis works on a copy whose lines lie together. */
struct lines {
  int64_t outer, n, inner;
};

static struct lines lines_of(const struct config *c, const struct tn_shape *s) {
  struct lines l = {1, 1, 1};
  int axis = c->axis < 0 ? c->axis + s->rank : c->axis;
  for (int k = 0; k < s->rank; k++) {
    *(k < axis ? &l.outer : k == axis ? &l.n : &l.inner) *= s->dim[k];
  }
  return l;
}

static void gather(const struct lines *l, const float *x, float *y, int back) {
  for (int64_t o = 0; o < l->outer; o++) {
    for (int64_t i = 0; i < l->inner; i++) {
      for (int64_t j = 0; j < l->n; j++) {
        int64_t spread = (o * l->n + j) * l->inner + i, packed = (o * l->inner + i) * l->n + j;
        y[back ? spread : packed] = x[back ? packed : spread];
      }
    }
  }
}

static enum tn_status activation_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_shape *s = &call->in[0]->shape;
  (void)err;
  if (last_axis(c, s->rank)) {
    tn_activation_forward(&c->act, tn_shape_rows(s), tn_shape_last(s), call->in[0]->data,
                          call->out[0]->data);
    return TN_OK;
  }
  struct lines l = lines_of(c, s);
  gather(&l, call->in[0]->data, call->work, 0);
  tn_activation_forward(&c->act, l.outer * l.inner, l.n, call->work, call->work);
  gather(&l, call->work, call->out[0]->data, 1);
  return TN_OK;
}

static enum tn_status activation_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_shape *s = &call->in[0]->shape;
  int64_t size = tn_shape_size(s);
  (void)err;
  if (call->din[0] == NULL) {
    return TN_OK;
  }
  if (last_axis(c, s->rank)) {
    tn_activation_backward(&c->act, tn_shape_rows(s), tn_shape_last(s), call->in[0]->data,
                           call->out[0]->data, call->dout[0], call->din[0]);
    return TN_OK;
  }
  struct lines l = lines_of(c, s);
  float *y = call->work, *dy = y + size, *dz = dy + size;
  gather(&l, call->out[0]->data, y, 0);
  gather(&l, call->dout[0], dy, 0);
  tn_activation_backward(&c->act, l.outer * l.inner, l.n, NULL, y, dy, dz);
  gather(&l, dz, call->din[0], 1);
  return TN_OK;
}

const struct tn_op tn_op_activation = {
    .name = "activation",
    .config_size = sizeof(struct config),
    .configure = activation_configure,
    .infer = activation_infer,
    .forward = activation_forward,
    .backward = activation_backward,
};

struct prelu {
  int n_shared;
  int64_t shared[TN_MAX_RANK]; /* axes from 0 = batch */
};

static enum tn_status prelu_configure(void *config, const struct tn_attrs *attrs,
                                      struct tn_error *err) {
  struct prelu *c = config;
  (void)err;
  c->n_shared = tn_attrs_integers(attrs, "shared_axes", TN_MAX_RANK, c->shared);
  return TN_OK;
}

static struct tn_shape slopes_shape(const struct prelu *c, const struct tn_shape *in) {
  struct tn_shape s = tn_shape_make(in->rank - 1, in->dim + 1);
  for (int k = 0; k < c->n_shared; k++) {
    if (c->shared[k] >= 1 && c->shared[k] < in->rank) {
      s.dim[c->shared[k] - 1] = 1;
    }
  }
  return s;
}

static enum tn_status prelu_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  if (io->in[0].rank < 2) {
    return tn_fail(err, TN_STATUS_SHAPE, "a parametric relu needs an input of at least 2 axes");
  }
  io->out[0] = io->in[0];
  io->out_mask[0] = TN_MASK_PASS;
  io->n_params = 1;
  io->param[0] = (struct tn_param_spec){"alpha", slopes_shape(config, &io->in[0]), TN_ROLE_TRAINED};
  return TN_OK;
}

/* Which slope belongs to element i of a sample. */
static int64_t slope_index(const struct tn_shape *in, const struct tn_shape *slopes, int64_t i) {
  int64_t index = 0, step = 1;
  for (int k = slopes->rank - 1; k >= 0; k--) {
    int64_t at = i % in->dim[k + 1];
    i /= in->dim[k + 1];
    index += slopes->dim[k] == 1 ? 0 : at * step;
    step *= slopes->dim[k];
  }
  return index;
}

static enum tn_status prelu_forward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *s = &call->in[0]->shape;
  int64_t batch = s->dim[0], row = batch == 0 ? 0 : tn_shape_size(s) / batch;
  const float *x = call->in[0]->data;
  (void)err;
  for (int64_t i = 0; i < row; i++) {
    float a = call->param[0]->value[slope_index(s, &call->param[0]->shape, i)];
    for (int64_t b = 0; b < batch; b++) {
      float v = x[b * row + i];
      call->out[0]->data[b * row + i] = v > 0 ? v : a * v;
    }
  }
  return TN_OK;
}

static enum tn_status prelu_backward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *s = &call->in[0]->shape;
  int64_t batch = s->dim[0], row = batch == 0 ? 0 : tn_shape_size(s) / batch;
  const float *x = call->in[0]->data, *dy = call->dout[0];
  (void)err;
  for (int64_t i = 0; i < row; i++) {
    int64_t at = slope_index(s, &call->param[0]->shape, i);
    float a = call->param[0]->value[at];
    double sum = 0;
    for (int64_t b = 0; b < batch; b++) {
      int64_t k = b * row + i;
      sum += x[k] > 0 ? 0 : (double)dy[k] * x[k];
      if (call->din[0] != NULL) {
        call->din[0][k] = x[k] > 0 ? dy[k] : a * dy[k];
      }
    }
    if (call->param[0]->grad != NULL) {
      call->param[0]->grad[at] += (float)sum;
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_prelu = {
    .name = "prelu",
    .config_size = sizeof(struct prelu),
    .configure = prelu_configure,
    .infer = prelu_infer,
    .forward = prelu_forward,
    .backward = prelu_backward,
};
