/* The axis of a normalisation. */
#ifndef TN_OPS_NORMALISATION_NORM_AXIS_H
#define TN_OPS_NORMALISATION_NORM_AXIS_H

#include <stdint.h>

#include "platform/status.h"
#include "tensor/shape.h"

/* axis from 0, negative from the end. The axis of the samples is refused: their number may change. */
enum tn_status tn_norm_axis(int64_t axis, const struct tn_shape *shape, int *out,
                            struct tn_error *err) TN_MUST_CHECK;

#endif
