/* Transposes a matrix into another place, by blocks of registers where the processor has AVX2. */
#ifndef TN_KERNELS_TRANSPOSE_H
#define TN_KERNELS_TRANSPOSE_H

#include <stdint.h>

/* to[j * ld_to + i] = from[i * ld_from + j], i < rows, j < columns. */
void tn_transpose(int64_t rows, int64_t columns, const float *from, int64_t ld_from, float *to,
                  int64_t ld_to);

#endif
