/* A value of the graph while it runs: a view, never an owner. */
#ifndef TN_TENSOR_TENSOR_H
#define TN_TENSOR_TENSOR_H

#include <stdint.h>

#include "sparse/csr.h"
#include "tensor/shape.h"

struct tn_tensor {
  struct tn_shape shape;
  enum tn_dtype dtype;
  float *data;             /* shape, row-major; ids as int32_t through tn_tensor_ids; NULL for CSR */
  struct tn_csr_rows csr;  /* dtype TN_CSR only */
  uint8_t *mask;           /* 1 = step counts; NULL = no mask */
  struct tn_shape mask_shape; /* (B,T) when there is a mask */
};

static inline int32_t *tn_tensor_ids(const struct tn_tensor *t) { return (int32_t *)(void *)t->data; }

#endif
