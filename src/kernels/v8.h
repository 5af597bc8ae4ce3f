/* Vectors of 8 floats as the compiler's own types: where the machine has shorter ones it splits them.
 *
 * The compiler fuses no product with an addition by itself (configure asks for -ffp-contract=off): it
 * would do so or not by processor, flags and place. FMA8(a, b, c) and FMA1(a, b, c), a * b + c of vectors
 * and of floats, are fused wherever the machine can: in functions compiled for AVX2, and in those for the
 * machine's base where that has the instruction. So a cell has the same bits in a vector and in the rest
 * behind the last one, on every processor that fuses; doubles are never fused. In functions that stand
 * alone they are written base_fma8() and avx2_fma8(). */
#ifndef TN_KERNELS_V8_H
#define TN_KERNELS_V8_H

#include <stdint.h>
#include <string.h>

#if defined(TN_HAVE_AVX2) || defined(__FMA__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef float v4f __attribute__((vector_size(16)));
typedef double v4d __attribute__((vector_size(32)));
typedef float v8f __attribute__((vector_size(32)));
typedef uint32_t v8u __attribute__((vector_size(32)));
typedef int32_t v8i __attribute__((vector_size(32)));

#define splat8(a) ((v8f){(a), (a), (a), (a), (a), (a), (a), (a)})

/* The first `bytes` of 8 floats; a call of memcpy would cost more than small work. */
__attribute__((always_inline)) static inline void move_8(void *to, const void *from, size_t bytes) {
  char *y = to;
  const char *x = from;
  if (bytes == 32) {
    memcpy(y, x, 32);
    return;
  }
  if (bytes & 16) {
    memcpy(y, x, 16);
  }
  if (bytes & 8) {
    memcpy(y + (bytes & 16), x + (bytes & 16), 8);
  }
  if (bytes & 4) {
    memcpy(y + (bytes & 24), x + (bytes & 24), 4);
  }
}

static inline v4f v4_load(const float *p) {
  v4f v;
  memcpy(&v, p, sizeof v);
  return v;
}
static inline void v4_store(float *p, v4f v) { memcpy(p, &v, sizeof v); }

/* Of the build that is being compiled: kernels/two_builds.h. */
#define FMA8 TN_LOOP(fma8)
#define FMA1 TN_LOOP(fma1)
/* Doubles of four floats, by one instruction where there is one: compilers make two of the general form. */
#define WIDEN4 TN_LOOP(widen4)

#define avx2_fma8(a, b, c) ((v8f)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#define avx2_fma1(a, b, c) __builtin_fmaf(a, b, c)
#define avx2_widen4(v) ((v4d)_mm256_cvtps_pd((__m128)(v)))

#if defined(__FMA__)
#define base_widen4 avx2_widen4
#else
#define base_widen4(v) __builtin_convertvector(v, v4d)
#endif

#if defined(__FMA__)
#define base_fma4(a, b, c) ((v4f)_mm_fmadd_ps((__m128)(a), (__m128)(b), (__m128)(c)))
#define base_fma8 avx2_fma8
#define base_fma1 avx2_fma1

#elif defined(__FP_FAST_FMAF)
#define base_fma1(a, b, c) __builtin_fmaf(a, b, c)

static inline v4f base_fma4(v4f a, v4f b, v4f c) {
#if defined(__aarch64__)
  return (v4f)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  for (int k = 0; k < 4; k++) {
    c[k] = base_fma1(a[k], b[k], c[k]);
  }
  return c;
#endif
}

static inline v8f base_fma8(v8f a, v8f b, v8f c) {
  v4f x[2], y[2], z[2];
  memcpy(x, &a, sizeof x);
  memcpy(y, &b, sizeof y);
  memcpy(z, &c, sizeof z);
  z[0] = base_fma4(x[0], y[0], z[0]);
  z[1] = base_fma4(x[1], y[1], z[1]);
  memcpy(&c, z, sizeof c);
  return c;
}

#else
#define base_fma4(a, b, c) ((a) * (b) + (c))
#define base_fma8(a, b, c) ((a) * (b) + (c))
#define base_fma1(a, b, c) ((a) * (b) + (c))
#endif

#endif
