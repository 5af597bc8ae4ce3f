/* l2_normalize: x over the length of its line along `axis` (default the last), length
 * sqrt(max(sum of squares, 1e-12)). dx = dy / length - x (x . dy) / length^3. */
#include <math.h>

#include "ops/lines.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

struct config {
  int axis;
};

static enum tn_status normalize_configure(void *config, const struct tn_attrs *attrs,
                                          struct tn_error *err) {
  (void)err;
  ((struct config *)config)->axis = (int)tn_attrs_number(attrs, "axis", -1);
  return TN_OK;
}

static enum tn_status normalize_infer(const void *config, struct tn_infer *io,
                                      struct tn_error *err) {
  int axis;
  TN_TRY(tn_inputs_float(io, "k_l2_normalize()", err));
  TN_TRY(tn_axis_find(((const struct config *)config)->axis, &io->in[0], &axis, err));
  io->out[0] = io->in[0];
  return TN_OK;
}

static double line_dot(const struct tn_lines *s, const float *a, const float *b) {
  double sum = 0;
  for (int64_t j = 0; j < s->n; j++) {
    sum += (double)a[j * s->inner] * b[j * s->inner];
  }
  return sum;
}

static struct tn_lines lines_of(const struct tn_call *call) {
  return tn_lines_along(&call->in[0]->shape, ((const struct config *)call->config)->axis);
}

static enum tn_status normalize_forward(struct tn_call *call, struct tn_error *err) {
  struct tn_lines s = lines_of(call);
  (void)err;
  for (int64_t l = 0; l < s.outer * s.inner; l++) {
    const float *x = call->in[0]->data + tn_line_start(&s, l);
    float *y = call->out[0]->data + tn_line_start(&s, l);
    double sumsq = line_dot(&s, x, x), scale = 1 / sqrt(sumsq > 1e-12 ? sumsq : 1e-12);
    for (int64_t j = 0; j < s.n; j++) {
      y[j * s.inner] = (float)(x[j * s.inner] * scale);
    }
  }
  return TN_OK;
}

static enum tn_status normalize_backward(struct tn_call *call, struct tn_error *err) {
  struct tn_lines s = lines_of(call);
  (void)err;
  for (int64_t l = 0; call->din[0] != NULL && l < s.outer * s.inner; l++) {
    int64_t from = tn_line_start(&s, l);
    const float *x = call->in[0]->data + from, *dy = call->dout[0] + from;
    float *dx = call->din[0] + from;
    double sumsq = line_dot(&s, x, x), length = sqrt(sumsq > 1e-12 ? sumsq : 1e-12);
    double along = sumsq > 1e-12 ? line_dot(&s, x, dy) / (length * length * length) : 0;
    for (int64_t j = 0; j < s.n; j++) {
      dx[j * s.inner] = (float)(dy[j * s.inner] / length - x[j * s.inner] * along);
    }
  }
  return TN_OK;
}

const struct tn_op tn_op_l2_normalize = {
    .name = "l2_normalize", .config_size = sizeof(struct config), .configure = normalize_configure,
    .infer = normalize_infer, .forward = normalize_forward, .backward = normalize_backward};
