#include "kernels/conv_micro.h"

#include <stddef.h>
#include <string.h>

#include "kernels/v8.h"
#include "platform/simd.h"

static inline v4f load4(const float *p) {
  v4f v;
  memcpy(&v, p, sizeof v);
  return v;
}

static inline void store4(float *p, v4f v) { memcpy(p, &v, sizeof v); }

#define TARGET
#define ROWS 4
#define LANES 4
#define PAIRS 0
#define VEC v4f
#define ZERO ((v4f){0, 0, 0, 0})
#define LOAD(p) load4(p)
#define STORE(p, v) store4(p, v)
#define SPLAT(p) ((v4f){*(p), *(p), *(p), *(p)})
#define MULADD(a, b, c) base_fma4(a, b, c)
#define COLUMNS 1
#define NAME(x) base_1_##x
#include "kernels/conv_micro_loops.h"
#undef COLUMNS
#undef NAME
#define COLUMNS 2
#define NAME(x) base_2_##x
#include "kernels/conv_micro_loops.h"
#undef COLUMNS
#undef NAME
#undef TARGET
#undef ROWS
#undef LANES
#undef PAIRS
#undef VEC
#undef ZERO
#undef LOAD
#undef STORE
#undef SPLAT
#undef MULADD

#if defined(TN_HAVE_AVX2)
#define TARGET __attribute__((target("avx2,fma")))
#define ROWS 6
#define LANES 8
#define PAIRS 0
#define VEC __m256
#define ZERO _mm256_setzero_ps()
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SPLAT(p) _mm256_broadcast_ss(p)
#define MULADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#define COLUMNS 1
#define NAME(x) avx2_1_##x
#include "kernels/conv_micro_loops.h"
#undef COLUMNS
#undef NAME
#define COLUMNS 2
#define NAME(x) avx2_2_##x
#include "kernels/conv_micro_loops.h"
#undef COLUMNS
#undef NAME
#undef TARGET
#undef ROWS
#undef LANES
#undef PAIRS
#undef VEC
#undef ZERO
#undef LOAD
#undef STORE
#undef SPLAT
#undef MULADD
#endif

#if defined(TN_HAVE_AVX512)
#define TARGET __attribute__((target("avx512f")))
#define ROWS 12
#define LANES 16
#define PAIRS 1
#define VEC __m512
#define ZERO _mm512_setzero_ps()
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SPLAT(p) _mm512_set1_ps(*(p))
#define MULADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#define COLUMNS 1
#define NAME(x) avx512_1_##x
#include "kernels/conv_micro_loops.h"
#undef COLUMNS
#undef NAME
#define COLUMNS 2
#define NAME(x) avx512_2_##x
#include "kernels/conv_micro_loops.h"
#endif

const struct tn_conv_micro *tn_conv_micro_for(int64_t channels) {
#if defined(TN_HAVE_AVX512)
  if (tn_simd_level() == TN_SIMD_AVX512) {
    return channels <= 16 ? &avx512_1_kernels : &avx512_2_kernels;
  }
#endif
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return channels <= 8 ? &avx2_1_kernels : &avx2_2_kernels;
  }
#endif
  return channels <= 4 ? &base_1_kernels : &base_2_kernels;
}
