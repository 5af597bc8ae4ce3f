/* Vectors of 8 floats as the compiler's own types: where the machine has shorter ones it splits them. */
#ifndef TN_KERNELS_V8_H
#define TN_KERNELS_V8_H

#include <stdint.h>

typedef float v4f __attribute__((vector_size(16)));
typedef double v4d __attribute__((vector_size(32)));
typedef float v8f __attribute__((vector_size(32)));
typedef uint32_t v8u __attribute__((vector_size(32)));
typedef int32_t v8i __attribute__((vector_size(32)));

#define splat8(a) ((v8f){(a), (a), (a), (a), (a), (a), (a), (a)})

#endif
