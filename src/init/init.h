/* Initial weights: one entry per kind, drawn from a Philox stream in fixed blocks. */
#ifndef TN_INIT_INIT_H
#define TN_INIT_INIT_H

#include <stdint.h>

#include "platform/status.h"
#include "tensor/attrs.h"
#include "tensor/shape.h"

/* kind: zeros, ones, constant, random_normal, random_uniform, truncated_normal, variance_scaling,
 * orthogonal, identity (the glorot, he and lecun names are variance_scaling with their numbers).
 * Attributes as the R arguments (value, mean, stddev, minval, maxval, scale, mode, distribution,
 * gain). Fans by position as in API.md section 5. Fills out (size of shape). */
enum tn_status tn_init_fill(const char *kind, const struct tn_attrs *attrs,
                            const struct tn_shape *shape, uint64_t seed, float *out,
                            struct tn_error *err) TN_MUST_CHECK;

#endif
