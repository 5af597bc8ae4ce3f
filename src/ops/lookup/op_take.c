/* take: the places `index` (from 0, any number of them, also twice) along `axis` (from 0, negative
 * from the end). The gradient of a place is the sum over its copies. */
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"
#include "platform/alloc.h"

struct config {
  int64_t axis, n, last; /* last: the largest place */
  int64_t *index;        /* owned */
};

static enum tn_status take_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  struct config *c = config;
  const struct tn_attr *index = tn_attrs_find(attrs, "index");
  c->axis = (int64_t)tn_attrs_number(attrs, "axis", 0);
  c->n = index == NULL || index->number == NULL ? 0 : index->count;
  c->last = -1;
  TN_TRY(tn_alloc_into(&c->index, c->n, sizeof *c->index, err));
  for (int64_t i = 0; i < c->n; i++) {
    c->index[i] = (int64_t)index->number[i];
    c->last = c->index[i] > c->last ? c->index[i] : c->last;
    if (c->index[i] < 0) {
      return tn_fail(err, TN_STATUS_ARG, "places along an axis cannot be negative");
    }
  }
  return TN_OK;
}

static void take_free(void *config) {
  struct config *c = config;
  tn_free(c->index);
  c->index = NULL;
}

static enum tn_status take_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  int axis;
  char text[80];
  TN_TRY(tn_inputs_float(io, "`[`", err));
  TN_TRY(tn_axis_find(c->axis, &io->in[0], &axis, err));
  if (c->last >= io->in[0].dim[axis]) {
    return tn_fail(err, TN_STATUS_SHAPE, "there is no place %lld along axis %d of shape %s",
                   (long long)c->last + 1, axis + 1,
                   tn_shape_text(&io->in[0], text, sizeof text));
  }
  io->out[0] = io->in[0];
  io->out[0].dim[axis] = c->n;
  return TN_OK;
}

static struct tn_lines lines_of(const struct tn_call *call) {
  const struct config *c = call->config;
  int rank = call->in[0]->shape.rank;
  return tn_lines_along(&call->in[0]->shape, (int)(c->axis < 0 ? c->axis + rank : c->axis));
}

static enum tn_status take_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_lines s = lines_of(call);
  (void)err;
  for (int64_t o = 0; o < s.outer; o++) {
    for (int64_t i = 0; i < c->n; i++) {
      tn_vec_copy(s.inner, call->in[0]->data + (o * s.n + c->index[i]) * s.inner,
                  call->out[0]->data + (o * c->n + i) * s.inner);
    }
  }
  return TN_OK;
}

static enum tn_status take_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_lines s = lines_of(call);
  (void)err;
  if (call->din[0] == NULL) {
    return TN_OK;
  }
  tn_vec_fill(s.outer * s.n * s.inner, 0, call->din[0]);
  for (int64_t o = 0; o < s.outer; o++) {
    for (int64_t i = 0; i < c->n; i++) {
      tn_vec_add(s.inner, call->dout[0] + (o * c->n + i) * s.inner,
                 call->din[0] + (o * s.n + c->index[i]) * s.inner);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_take = {
    .name = "take", .config_size = sizeof(struct config), .configure = take_configure,
    .infer = take_infer, .forward = take_forward, .backward = take_backward,
    .free_config = take_free};
