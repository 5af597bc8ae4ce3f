/* batch_dot: sample by sample the product of x (B,...) and y (B,...) over one axis of each, `axes`
 * (from 0, the batch axis; negative from the end). Output: axes left of x, then those of y; (B,1)
 * when none is left. dx = dz y, dy = t(dz) x, sample by sample. */
#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

struct config {
  int64_t axis[2];
};

static enum tn_status batch_dot_configure(void *config, const struct tn_attrs *attrs,
                                          struct tn_error *err) {
  struct config *c = config;
  int n = tn_attrs_integers(attrs, "axes", 2, c->axis);
  if (n < 1) {
    return tn_fail(err, TN_STATUS_ARG, "`axes` must be one axis or a pair of axes");
  }
  c->axis[1] = n == 1 ? c->axis[0] : c->axis[1];
  return TN_OK;
}

/* One factor of a sample: `blocks` matrices of `rows` lines of length n; a block lies as (rows,n),
 * or as (n,rows) when the axis is not the last. */
struct factor {
  int64_t blocks, rows, n;
  int turned;
};

static struct factor factor_of(const struct tn_shape *shape, int axis) {
  struct tn_lines s = tn_lines_along(shape, axis);
  int64_t outer = 1;
  for (int k = 1; k < axis; k++) {
    outer *= shape->dim[k];
  }
  struct factor f = {outer, s.inner, s.n, 1};
  if (s.inner == 1) {
    f.blocks = 1;
    f.rows = outer;
    f.turned = 0;
  }
  return f;
}

static enum tn_status batch_dot_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  const struct config *c = config;
  struct tn_shape *out = &io->out[0];
  int axis[2];
  char one[80], two[80];
  TN_TRY(tn_inputs_float(io, "a dot product", err));
  for (int k = 0; k < 2; k++) {
    TN_TRY(tn_axis_find(c->axis[k], &io->in[k], &axis[k], err));
    if (axis[k] == 0) {
      return tn_fail(err, TN_STATUS_SHAPE, "a dot product cannot run over the batch axis");
    }
  }
  const struct tn_shape *x = &io->in[0], *y = &io->in[1];
  if (x->dim[0] != y->dim[0] || x->dim[axis[0]] != y->dim[axis[1]] ||
      x->rank + y->rank - 3 > TN_MAX_RANK) {
    return tn_fail(err, TN_STATUS_SHAPE,
                   "a dot product of shapes %s and %s cannot run over axis %d of the first and axis "
                   "%d of the second (0 is the batch axis): both must have the same size",
                   tn_shape_text(x, one, sizeof one), tn_shape_text(y, two, sizeof two), axis[0],
                   axis[1]);
  }
  *out = tn_shape_1(x->dim[0]);
  for (int side = 0; side < 2; side++) {
    for (int k = 1; k < io->in[side].rank; k++) {
      if (k != axis[side]) {
        out->dim[out->rank++] = io->in[side].dim[k];
      }
    }
  }
  if (out->rank == 1) {
    out->dim[out->rank++] = 1;
  }
  return TN_OK;
}

/* Both factors of a call; strides from one sample to the next in x, y and the output. */
struct pair {
  struct factor side[2];
  int64_t samples, step[2], out_step, out_width;
};

static struct pair pair_of(const struct tn_call *call) {
  const struct config *c = call->config;
  struct pair p;
  for (int k = 0; k < 2; k++) {
    const struct tn_shape *s = &call->in[k]->shape;
    struct factor *f = &p.side[k];
    *f = factor_of(s, (int)(c->axis[k] < 0 ? c->axis[k] + s->rank : c->axis[k]));
    p.step[k] = f->blocks * f->rows * f->n;
  }
  p.samples = call->in[0]->shape.dim[0];
  p.out_width = p.side[1].blocks * p.side[1].rows;
  p.out_step = p.side[0].blocks * p.side[0].rows * p.out_width;
  return p;
}

static enum tn_status batch_dot_forward(struct tn_call *call, struct tn_error *err) {
  struct pair p = pair_of(call);
  const struct factor *x = &p.side[0], *y = &p.side[1];
  (void)err;
  for (int64_t i = 0; i < p.samples; i++) {
    const float *a = call->in[0]->data + i * p.step[0], *b = call->in[1]->data + i * p.step[1];
    float *z = call->out[0]->data + i * p.out_step;
    if (p.out_step == 1) {
      z[0] = (float)tn_vec_dot(x->n, a, b);
      continue;
    }
    for (int64_t u = 0; u < x->blocks; u++) {
      for (int64_t v = 0; v < y->blocks; v++) {
        tn_gemm(x->turned ? TN_TRANS : TN_NO_TRANS, y->turned ? TN_NO_TRANS : TN_TRANS, x->rows,
                y->rows, x->n, a + u * x->rows * x->n, x->turned ? x->rows : x->n,
                b + v * y->rows * y->n, y->turned ? y->rows : y->n, 0,
                z + u * x->rows * p.out_width + v * y->rows, p.out_width);
      }
    }
  }
  return TN_OK;
}

/* Gradient of one block of a factor: += D o, D (rows of mine, rows of other) the gradient of the
 * output's block, lying the other way round when flip. */
static void block_gradient(const struct factor *mine, const struct factor *other, const float *d,
                           int64_t d_width, int flip, const float *o, int add, float *grad) {
  int64_t ld_other = other->turned ? other->rows : other->n;
  if (!mine->turned) {
    tn_gemm_gradient(flip ? TN_TRANS : TN_NO_TRANS, other->turned ? TN_TRANS : TN_NO_TRANS,
                     mine->rows, mine->n, other->rows, d, d_width, o, ld_other, add, grad, mine->n);
  } else {
    tn_gemm_gradient(other->turned ? TN_NO_TRANS : TN_TRANS, flip ? TN_NO_TRANS : TN_TRANS, mine->n,
                     mine->rows, other->rows, o, ld_other, d, d_width, add, grad, mine->rows);
  }
}

static void side_gradient(const struct tn_call *call, const struct pair *p, int side, int64_t i) {
  const struct factor *mine = &p->side[side], *other = &p->side[1 - side];
  const float *o = call->in[1 - side]->data + i * p->step[1 - side];
  const float *dz = call->dout[0] + i * p->out_step;
  float *grad = call->din[side] + i * p->step[side];
  if (p->out_step == 1) {
    tn_vec_fill(mine->n, 0, grad);
    tn_vec_axpy(mine->n, dz[0], o, grad);
    return;
  }
  for (int64_t u = 0; u < mine->blocks; u++) {
    if (other->blocks == 0) {
      tn_vec_fill(mine->rows * mine->n, 0, grad + u * mine->rows * mine->n);
    }
    for (int64_t v = 0; v < other->blocks; v++) {
      int64_t row = side == 0 ? u * mine->rows : v * other->rows;
      int64_t col = side == 0 ? v * other->rows : u * mine->rows;
      block_gradient(mine, other, dz + row * p->out_width + col, p->out_width, side == 1,
                     o + v * other->rows * other->n, v > 0, grad + u * mine->rows * mine->n);
    }
  }
}

static enum tn_status batch_dot_backward(struct tn_call *call, struct tn_error *err) {
  struct pair p = pair_of(call);
  (void)err;
  for (int side = 0; side < 2; side++) {
    for (int64_t i = 0; call->din[side] != NULL && i < p.samples; i++) {
      side_gradient(call, &p, side, i);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_batch_dot = {
    .name = "batch_dot", .config_size = sizeof(struct config), .configure = batch_dot_configure,
    .infer = batch_dot_infer, .forward = batch_dot_forward, .backward = batch_dot_backward};
