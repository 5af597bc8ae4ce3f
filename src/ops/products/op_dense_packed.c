/* dense_packed: M dense layers side by side, y_m (B,U) = act(x_m K_m + b_m), K (M,I,U), b (M,U), output
 * (B,M,U). Input (B,M,I) holds an x_m for each; (B,I) is that of all of them. Members lie inside the rows, so
 * a member's matrix is read and written in place, by its row stride.
 *   dz = dy * act'(z);  K_m += t(x_m) dz_m;  b += column sums of dz;  dx_m = dz_m t(K_m), of a shared x their sum */
#include "kernels/gemm.h"
#include "kernels/vector.h"
#include "ops/elementwise/activation.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"
#include "platform/threads.h"

struct config {
  struct tn_activation act;
  int64_t units, members;
  int use_bias;
};

static enum tn_status packed_configure(void *config, const struct tn_attrs *attrs,
                                       struct tn_error *err) {
  struct config *c = config;
  c->units = (int64_t)tn_attrs_number(attrs, "units", 0);
  c->members = (int64_t)tn_attrs_number(attrs, "members", 0);
  c->use_bias = tn_attrs_flag(attrs, "use_bias", 1);
  if (c->units < 1 || c->members < 1) {
    return tn_fail(err, TN_STATUS_ARG, "`units` and `members` must be at least 1, not %lld and %lld",
                   (long long)c->units, (long long)c->members);
  }
  return tn_activation_read(attrs, &c->act, err);
}

static enum tn_status packed_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  const struct config *c = config;
  const struct tn_shape *x = &io->in[0];
  TN_TRY(tn_inputs_float(io, "a packed dense layer", err));
  if (x->rank != 2 && !(x->rank == 3 && x->dim[1] == c->members)) {
    char text[80];
    return tn_fail(err, TN_STATUS_SHAPE,
                   "a packed dense layer of %lld members needs an input of shape (samples, features) or "
                   "(samples, %lld, features), not %s",
                   (long long)c->members, (long long)c->members, tn_shape_text(x, text, sizeof text));
  }
  int64_t out[] = {x->dim[0], c->members, c->units};
  int64_t kernel[] = {c->members, tn_shape_last(x), c->units};
  io->out[0] = tn_shape_make(3, out);
  io->n_params = 1 + c->use_bias;
  io->param[0] = (struct tn_param_spec){"kernel", tn_shape_make(3, kernel), TN_ROLE_TRAINED};
  io->param[1] = (struct tn_param_spec){"bias", tn_shape_2(c->members, c->units), TN_ROLE_TRAINED};
  io->scratch = tn_activation_needs_input(&c->act) ? tn_shape_size(&io->out[0]) : 0;
  io->work = tn_shape_size(&io->out[0]);
  return TN_OK;
}

struct job {
  const struct tn_call *call;
  int64_t rows, features, units, members, items;
  int64_t x_row, x_member; /* from one row, one member of x to the next */
  float *z;                /* forward: what the products give; backward: the gradient there */
};

static struct job job_of(const struct tn_call *call, float *z) {
  const struct config *c = call->config;
  const struct tn_shape *x = &call->in[0]->shape;
  struct job j = {call, x->dim[0], tn_shape_last(x), c->units, c->members, 0, 0, 0, z};
  double work = 2.0 * (double)j.rows * (double)j.features * (double)j.units;
  j.items = tn_items(j.members, work > 1e6 ? 1 : (int64_t)(1e6 / (work + 1)));
  j.x_member = x->rank == 3 ? j.features : 0;
  j.x_row = x->rank == 3 ? j.features * j.members : j.features;
  return j;
}

static void forward_members(void *context, int64_t item) {
  const struct job *j = context;
  const struct config *c = j->call->config;
  int64_t from, to, width = j->members * j->units;
  tn_item_range(j->members, j->items, item, &from, &to);
  for (int64_t m = from; m < to; m++) {
    float *z = j->z + m * j->units;
    for (int64_t i = 0; i < j->rows && c->use_bias; i++) {
      tn_vec_copy(j->units, j->call->param[1]->value + m * j->units, z + i * width);
    }
    tn_gemm(TN_NO_TRANS, TN_NO_TRANS, j->rows, j->units, j->features,
            j->call->in[0]->data + m * j->x_member, j->x_row,
            j->call->param[0]->value + m * j->features * j->units, j->units, c->use_bias, z, width);
  }
}

static enum tn_status packed_forward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  struct tn_tensor *y = call->out[0];
  struct job j = job_of(call, tn_activation_needs_input(&c->act) ? call->scratch : y->data);
  (void)err;
  tn_parallel_for(j.items, forward_members, &j);
  if (c->act.kind != TN_ACT_LINEAR) {
    tn_activation_forward(&c->act, tn_shape_rows(&y->shape), c->units, j.z, y->data);
  }
  return TN_OK;
}

/* Kernel and input of one member, as far as they are wanted. add: to the gradient of a shared input. */
static void member_gradient(const struct job *j, int64_t m, float *kernel_grad, float *dx, int add) {
  int64_t width = j->members * j->units, size = j->features * j->units;
  const float *dz = j->z + m * j->units;
  if (kernel_grad != NULL) {
    tn_gemm_gradient(TN_TRANS, TN_NO_TRANS, j->features, j->units, j->rows,
                     j->call->in[0]->data + m * j->x_member, j->x_row, dz, width, 1,
                     kernel_grad + m * size, j->units);
  }
  if (dx != NULL) {
    tn_gemm_gradient(TN_NO_TRANS, TN_TRANS, j->rows, j->features, j->units, dz, width,
                     j->call->param[0]->value + m * size, j->units, add, dx + m * j->x_member,
                     j->x_row);
  }
}

static void backward_members(void *context, int64_t item) {
  const struct job *j = context;
  int64_t from, to;
  tn_item_range(j->members, j->items, item, &from, &to);
  for (int64_t m = from; m < to; m++) {
    member_gradient(j, m, j->call->param[0]->grad, j->x_member > 0 ? j->call->din[0] : NULL, 0);
  }
}

static enum tn_status packed_backward(struct tn_call *call, struct tn_error *err) {
  const struct config *c = call->config;
  const struct tn_tensor *y = call->out[0];
  const float *dz = call->dout[0];
  (void)err;
  if (c->act.kind != TN_ACT_LINEAR) {
    tn_activation_backward(&c->act, tn_shape_rows(&y->shape), c->units, call->scratch, y->data, dz,
                           call->work);
    dz = call->work;
  }
  struct job j = job_of(call, (float *)dz);
  if (c->use_bias && call->param[1]->grad != NULL) {
    tn_rows_sum(j.rows, j.members * j.units, dz, call->param[1]->grad);
  }
  tn_parallel_for(j.items, backward_members, &j);
  for (int64_t m = 0; call->din[0] != NULL && j.x_member == 0 && m < j.members; m++) {
    member_gradient(&j, m, NULL, call->din[0], m > 0);
  }
  return TN_OK;
}

const struct tn_op tn_op_dense_packed = {
    .name = "dense_packed", .config_size = sizeof(struct config), .configure = packed_configure,
    .infer = packed_infer, .forward = packed_forward, .backward = packed_backward};
