/* loss_cox: predictions (B) or (B,1), targets of the same shape; a value per sample (B), see kernels/cox.h. The
 * samples of a batch are the rows at risk. There is no gradient to the times. */
#include "kernels/cox.h"
#include "kernels/vector.h"
#include "ops/losses/loss_fit.h"
#include "ops/op.h"
#include "ops/op_inputs.h"
#include "ops/op_list.h"

static const char *const what = "the loss \"cox\"";

static enum tn_status cox_fit(const struct tn_shape *pred, const struct tn_shape *truth,
                              struct tn_error *err) {
  struct tn_loss_lines lines;
  TN_TRY(tn_loss_fit(what, 0, -1, pred, truth, &lines, err));
  if (pred->rank > 2 || lines.n != 1) {
    char text[80];
    return tn_fail(err, TN_STATUS_SHAPE, "%s needs one prediction a sample, not shape %s", what,
                   tn_shape_text(pred, text, sizeof text));
  }
  return TN_OK;
}

static enum tn_status cox_infer(const void *config, struct tn_infer *io, struct tn_error *err) {
  (void)config;
  TN_TRY(tn_inputs_float(io, what, err));
  TN_TRY(cox_fit(&io->in[0], &io->in[1], err));
  io->out[0] = tn_shape_1(io->in[0].dim[0]);
  io->scratch = tn_cox_work(io->in[0].dim[0]);
  return TN_OK;
}

static enum tn_status cox_forward(struct tn_call *call, struct tn_error *err) {
  TN_TRY(cox_fit(&call->in[0]->shape, &call->in[1]->shape, err));
  tn_cox(call->in[0]->shape.dim[0], call->in[1]->data, call->in[0]->data, call->out[0]->data,
         call->scratch);
  return TN_OK;
}

static enum tn_status cox_backward(struct tn_call *call, struct tn_error *err) {
  int64_t n = call->in[0]->shape.dim[0];
  (void)err;
  if (call->din[0] != NULL) {
    tn_cox_gradient(n, call->in[1]->data, call->in[0]->data, call->dout[0], call->din[0],
                    call->scratch);
  }
  if (call->din[1] != NULL) {
    tn_vec_fill(n, 0, call->din[1]);
  }
  return TN_OK;
}

const struct tn_op tn_op_loss_cox = {.name = "loss_cox", .infer = cox_infer,
                                     .forward = cox_forward, .backward = cox_backward};
