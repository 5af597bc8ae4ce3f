#ifndef TN_INIT_ORTHOGONAL_H
#define TN_INIT_ORTHOGONAL_H

#include <stdint.h>

#include "platform/status.h"
#include "tensor/shape.h"

/* Leading axes are flattened to rows; Saxe, McClelland, Ganguli (ICLR 2014). */
enum tn_status tn_init_orthogonal(double gain, const struct tn_shape *shape, uint64_t seed,
                                  float *out, struct tn_error *err) TN_MUST_CHECK;
/* The same of a given draw, a row-major matrix (longer, shorter side of the flattened shape). */
enum tn_status tn_init_orthogonalise(double gain, const struct tn_shape *shape, const float *draw,
                                     float *out, struct tn_error *err) TN_MUST_CHECK;

#endif
