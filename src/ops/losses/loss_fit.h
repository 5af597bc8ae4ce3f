/* How targets fit predictions; shared by the loss ops and the metrics. */
#ifndef TN_OPS_LOSSES_LOSS_FIT_H
#define TN_OPS_LOSSES_LOSS_FIT_H

#include <stdint.h>

#include "platform/status.h"
#include "tensor/shape.h"

/* Predictions as lines of n values, `inner` apart; line l begins at l / inner * n * inner + l % inner.
 * Targets have the same lines, or one class number for each line. */
struct tn_loss_lines {
  int64_t lines, n, inner;
  int64_t members; /* lines in a row that have the same target; 1 from tn_loss_fit() */
  int classes; /* targets are class numbers */
};

/* axis: that of the lines, from 0, negative from the end. Predictions of one axis (B) count as
 * (B,1). A last axis of size 1 may stand in one shape and be missing in the other. what: "the loss
 * \"huber\"", begins the message. */
enum tn_status tn_loss_fit(const char *what, int classes, int axis, const struct tn_shape *pred,
                           const struct tn_shape *truth, struct tn_loss_lines *out,
                           struct tn_error *err) TN_MUST_CHECK;

/* Class numbers must lie in 0..n-1. */
enum tn_status tn_loss_check_classes(const char *what, const struct tn_loss_lines *lines,
                                     const float *truth, struct tn_error *err) TN_MUST_CHECK;

#endif
