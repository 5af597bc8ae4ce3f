/* Ops around the step axis, the second one. fold_steps: (B,T,...) becomes (B T,...), each step a
 * sample of its own; a mask (B,T,S) of parts of steps becomes (B T,S), one of steps ends here.
 * unfold_steps: rows of input 1 back to the samples and steps of input 0, (B T,...) to (B,T,...), with
 * the mask of the rows, else with that of the steps of input 0, of which nothing else is read.
 * reverse_steps: the last step first; a mask stays as it is, since what is turned belongs to steps in
 * the order of the input. Values are copied; the gradient takes the same way back. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

static enum tn_status need_steps(const struct tn_infer *io, int axes, struct tn_error *err) {
  char text[80];
  TN_TRY(tn_input_check(io, 0, 1, "a step", err));
  if (io->in[0].rank < axes) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "it takes samples of steps, so at least %d axes with the batch axis, not shape %s",
                   axes, tn_shape_text(&io->in[0], text, sizeof text));
  }
  return TN_OK;
}

/* ---- fold and unfold ---------------------------------------------------------------------------- */

static enum tn_status fold_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *in = &io->in[0];
  (void)config;
  TN_TRY(need_steps(io, 3, err));
  io->out[0] = tn_shape_make(in->rank - 1, in->dim + 1);
  io->out[0].dim[0] = in->dim[0] * in->dim[1];
  io->out_dtype[0] = io->in_dtype[0];
  if (io->in_mask[0] > 2) {
    io->out_mask[0] = TN_MASK_OWN;
    io->own_axes[0] = io->in_mask[0] - 1;
  }
  return TN_OK;
}

static void copy_mask(const struct tn_tensor *from, struct tn_tensor *to) {
  memcpy(to->mask, from->mask, (size_t)tn_shape_size(&from->mask_shape));
}

static enum tn_status fold_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->out[0]->mask != NULL) {
    copy_mask(call->in[0], call->out[0]);
  }
  tn_vec_copy(tn_shape_size(&call->in[0]->shape), call->in[0]->data, call->out[0]->data);
  return TN_OK;
}

static enum tn_status fold_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_copy(tn_shape_size(&call->in[0]->shape), call->dout[0], call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_fold_steps = {
    .name = "fold_steps", .infer = fold_infer, .forward = fold_forward, .backward = fold_backward};

/* Whether the rows are those of B samples of T steps is only known when B is: forward looks. */
static enum tn_status unfold_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct tn_shape *rows = &io->in[1];
  struct tn_shape *out = &io->out[0];
  (void)config;
  TN_TRY(need_steps(io, 2, err));
  TN_TRY(tn_input_check(io, 1, 0, "a step", err));
  if (rows->rank < 1 || rows->rank >= TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE, "each of its steps must have 1 to %d axes with the batch "
                   "axis, not %d", TN_MAX_RANK - 1, rows->rank);
  }
  *out = tn_shape_make(2, io->in[0].dim);
  for (int k = 1; k < rows->rank; k++) {
    out->dim[out->rank++] = rows->dim[k];
  }
  io->out_mask[0] = io->in_mask[0] > 2 || io->in_mask[1] > 0 ? TN_MASK_OWN : TN_MASK_PASS;
  io->own_axes[0] = io->in_mask[1] > 0 ? io->in_mask[1] + 1 : 2;
  return TN_OK;
}

/* A step counts when any part of it does. */
static void mask_steps(const struct tn_tensor *from, struct tn_tensor *to) {
  int64_t steps = tn_shape_size(&to->mask_shape);
  int64_t parts = steps == 0 ? 0 : tn_shape_size(&from->mask_shape) / steps;
  for (int64_t i = 0; i < steps; i++) {
    to->mask[i] = memchr(from->mask + i * parts, 1, (size_t)parts) != NULL;
  }
}

static enum tn_status unfold_forward(struct tn_call *call, struct tn_error *err) {
  const struct tn_shape *s = &call->out[0]->shape, *rows = &call->in[1]->shape;
  if (rows->dim[0] != s->dim[0] * s->dim[1]) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "a layer made %lld rows of %lld samples of %lld steps: it must keep the batch axis",
                   (long long)rows->dim[0], (long long)s->dim[0], (long long)s->dim[1]);
  }
  tn_vec_copy(tn_shape_size(s), call->in[1]->data, call->out[0]->data);
  if (call->in[1]->mask != NULL) {
    copy_mask(call->in[1], call->out[0]);
  } else if (call->in[0]->mask != NULL && call->in[0]->mask_shape.rank > 2) {
    mask_steps(call->in[0], call->out[0]);
  }
  return TN_OK;
}

static enum tn_status unfold_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    tn_vec_fill(tn_shape_size(&call->in[0]->shape), 0, call->din[0]);
  }
  if (call->din[1] != NULL) {
    tn_vec_copy(tn_shape_size(&call->in[1]->shape), call->dout[0], call->din[1]);
  }
  return TN_OK;
}

const struct tn_op tn_op_unfold_steps = {
    .name = "unfold_steps", .infer = unfold_infer,
    .forward = unfold_forward, .backward = unfold_backward};

/* ---- reverse ------------------------------------------------------------------------------------ */

static enum tn_status reverse_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  TN_TRY(need_steps(io, 2, err));
  io->out[0] = io->in[0];
  io->out_dtype[0] = io->in_dtype[0];
  io->out_mask[0] = TN_MASK_PASS;
  return TN_OK;
}

static void reverse(const struct tn_shape *s, const float *x, float *y) {
  int64_t steps = s->dim[1], rows = s->dim[0] * steps;
  int64_t width = rows == 0 ? 0 : tn_shape_size(s) / rows;
  for (int64_t i = 0; i < rows; i++) {
    int64_t turned = i - i % steps + steps - 1 - i % steps;
    tn_vec_copy(width, x + i * width, y + turned * width);
  }
}

static enum tn_status reverse_forward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  reverse(&call->in[0]->shape, call->in[0]->data, call->out[0]->data);
  return TN_OK;
}

static enum tn_status reverse_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  if (call->din[0] != NULL) {
    reverse(&call->in[0]->shape, call->dout[0], call->din[0]);
  }
  return TN_OK;
}

const struct tn_op tn_op_reverse_steps = {
    .name = "reverse_steps", .infer = reverse_infer,
    .forward = reverse_forward, .backward = reverse_backward};
