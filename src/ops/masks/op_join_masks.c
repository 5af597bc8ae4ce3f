/* join_masks: input 0 as it is, with a mask made from those of all inputs: a cell is masked when any of
 * them masks it. A mask of one step holds for all steps, one of fewer axes for all cells of the others.
 * With `along`, the number of an axis, the masks of inputs 1, 2 ... follow each other on it instead, what
 * comes from an input without a mask being unmasked, as their cells do in a concatenation. Only input 0 has
 * a gradient. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

struct config {
  int along; /* 0: none, since masks of samples do not follow each other */
};

static enum tn_status join_configure(void *config, const struct tn_attrs *attrs,
                                     struct tn_error *err) {
  (void)err;
  ((struct config *)config)->along = (int)tn_attrs_number(attrs, "along", 0);
  return TN_OK;
}

/* A mask of samples alone is made one of steps where there are some: whatever reads steps needs those. */
static int joined_axes(const struct tn_infer *io) {
  int axes = io->in[0].rank > 2 ? 2 : 1;
  for (int k = 0; k < io->n_in; k++) {
    axes = io->in_mask[k] > axes ? io->in_mask[k] : axes;
  }
  return axes;
}

static enum tn_status join_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *to = &io->in[0];
  int axes = joined_axes(io);
  int64_t sum = 0;
  TN_TRY(tn_inputs_float(io, "a mask", err));
  if (to->rank < axes || c->along < 0 || c->along >= to->rank) {
    return tn_fail(err, TN_STATUS_SHAPE, "a mask of %d axes does not fit a tensor of %d", axes, to->rank);
  }
  for (int k = 0; k < io->n_in; k++) {
    const struct tn_shape *own = &io->in[k];
    if (c->along > 0 && own->rank != to->rank) {
      return tn_fail(err, TN_STATUS_SHAPE, "masks that follow each other need tensors of %d axes, not %d",
                     to->rank, own->rank);
    }
    sum += k > 0 ? own->dim[c->along] : 0;
    for (int d = 1; d < io->in_mask[k]; d++) {
      if (own->dim[d] != to->dim[d] && own->dim[d] != 1 && (c->along == 0 || d != c->along)) {
        char one[80], two[80];
        return tn_fail(err, TN_STATUS_SHAPE, "the mask of a tensor of shape %s does not fit one of %s",
                       tn_shape_text(own, one, sizeof one), tn_shape_text(to, two, sizeof two));
      }
    }
  }
  if (c->along > 0 && sum != to->dim[c->along]) {
    return tn_fail(err, TN_STATUS_SHAPE, "masks of %lld steps do not make one of %lld", (long long)sum,
                   (long long)to->dim[c->along]);
  }
  io->out[0] = *to;
  io->out_mask[0] = TN_MASK_OWN;
  io->own_axes[0] = axes;
  return TN_OK;
}

/* What the mask of `in`, whose cells begin at `offset` of the axis `along`, says of the cell `at`. */
static int is_kept(const struct tn_tensor *in, const int64_t *at, int along, int64_t offset) {
  int64_t index = 0;
  for (int d = 0; d < in->mask_shape.rank; d++) {
    int64_t own = in->mask_shape.dim[d], i = at[d] - (d > 0 && d == along ? offset : 0);
    index = index * own + (own == 1 ? 0 : i);
  }
  return in->mask[index] != 0;
}

static void mask_and(const struct tn_tensor *in, int along, int64_t offset, struct tn_tensor *out) {
  const struct tn_shape *s = &out->mask_shape;
  int64_t at[TN_MAX_RANK], n = tn_shape_size(s);
  for (int64_t i = 0; i < n; i++) {
    int64_t rest = i;
    for (int d = s->rank - 1; d >= 0; d--) {
      at[d] = rest % s->dim[d];
      rest /= s->dim[d];
    }
    int inside = along == 0 || along >= s->rank ||
                 (at[along] >= offset && at[along] < offset + in->shape.dim[along]);
    out->mask[i] = (uint8_t)(out->mask[i] && (!inside || is_kept(in, at, along, offset)));
  }
}

static enum tn_status join_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_tensor *out = call->out[0];
  int64_t offset = 0;
  (void)err;
  tn_vec_copy(tn_shape_size(&out->shape), call->in[0]->data, out->data);
  memset(out->mask, 1, (size_t)tn_shape_size(&out->mask_shape));
  for (int k = c->along > 0 ? 1 : 0; k < call->n_in; k++) {
    if (call->in[k]->mask != NULL) {
      mask_and(call->in[k], c->along, offset, out);
    }
    offset += c->along > 0 ? call->in[k]->shape.dim[c->along] : 0;
  }
  return TN_OK;
}

static enum tn_status join_backward(struct tn_call *call, struct tn_error *err) {
  (void)err;
  for (int k = 0; k < call->n_in; k++) {
    int64_t n = tn_shape_size(&call->in[k]->shape);
    if (call->din[k] != NULL && k == 0) {
      tn_vec_copy(n, call->dout[0], call->din[k]);
    } else if (call->din[k] != NULL) {
      tn_vec_fill(n, 0, call->din[k]);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_join_masks = {
    .name = "join_masks", .config_size = sizeof(struct config), .configure = join_configure,
    .infer = join_infer, .forward = join_forward, .backward = join_backward};
