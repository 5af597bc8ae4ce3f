#include "kernels/gemm_micro.h"

#include <string.h>

#include "kernels/v8.h"
#include "platform/simd.h"

#if defined(TN_HAVE_AVX2) || defined(TN_HAVE_AVX512)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

/* ---- every processor --------------------------------------------------------------------------- */

INLINE v4f load4(const float *p, int n) {
  v4f v = {0, 0, 0, 0};
  memcpy(&v, p, (size_t)n * sizeof *p);
  return v;
}

#define NAME(x) base_##x
#define TARGET
#define ROWS 4
#define LANES 4
#define VEC v4f
#define ZERO ((v4f){0, 0, 0, 0})
#define LOAD(p) load4(p, 4)
#define STORE(p, v) memcpy(p, &(v), sizeof(v4f))
#define SPLAT(p) ((v4f){*(p), *(p), *(p), *(p)})
#define MULADD(a, b, c) base_fma4(a, b, c)
#define ALWAYS_TAIL 0
#define TAIL int
#define TAIL_OF(n) ((int)(n))
#define LOAD_TAIL(p, t) load4(p, t)
#define STORE_TAIL(p, t, v) memcpy(p, &(v), (size_t)(t) * sizeof(float))
#include "kernels/gemm_micro_loops.h"
#undef NAME
#undef TARGET
#undef ROWS
#undef LANES
#undef VEC
#undef ZERO
#undef LOAD
#undef STORE
#undef SPLAT
#undef MULADD
#undef ALWAYS_TAIL
#undef TAIL
#undef TAIL_OF
#undef LOAD_TAIL
#undef STORE_TAIL

/* ---- AVX2 -------------------------------------------------------------------------------------- */

#if defined(TN_HAVE_AVX2)
__attribute__((target("avx2,fma"))) INLINE __m256i first8(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

#define NAME(x) avx2_##x
#define TARGET __attribute__((target("avx2,fma")))
#define ROWS 6
#define LANES 8
#define VEC __m256
#define ZERO _mm256_setzero_ps()
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SPLAT(p) _mm256_broadcast_ss(p)
#define MULADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#define ALWAYS_TAIL 0
#define TAIL __m256i
#define TAIL_OF(n) first8(n)
#define LOAD_TAIL(p, t) _mm256_maskload_ps(p, t)
#define STORE_TAIL(p, t, v) _mm256_maskstore_ps(p, t, v)
#include "kernels/gemm_micro_loops.h"
#undef NAME
#undef TARGET
#undef ROWS
#undef LANES
#undef VEC
#undef ZERO
#undef LOAD
#undef STORE
#undef SPLAT
#undef MULADD
#undef ALWAYS_TAIL
#undef TAIL
#undef TAIL_OF
#undef LOAD_TAIL
#undef STORE_TAIL
#endif

/* ---- AVX-512 ----------------------------------------------------------------------------------- */

#if defined(TN_HAVE_AVX512)
#define NAME(x) avx512_##x
#define TARGET __attribute__((target("avx512f")))
#define ROWS 12
#define LANES 16
#define VEC __m512
#define ZERO _mm512_setzero_ps()
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SPLAT(p) _mm512_set1_ps(*(p))
#define MULADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#define ALWAYS_TAIL 1
#define TAIL __mmask16
#define TAIL_OF(n) ((__mmask16)((1u << (n)) - 1))
#define LOAD_TAIL(p, t) _mm512_maskz_loadu_ps(t, p)
#define STORE_TAIL(p, t, v) _mm512_mask_storeu_ps(p, t, v)
#include "kernels/gemm_micro_loops.h"
#endif

const struct tn_micro *tn_micro_now(void) {
#if defined(TN_HAVE_AVX512)
  if (tn_simd_level() == TN_SIMD_AVX512) {
    return &avx512_micro;
  }
#endif
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return &avx2_micro;
  }
#endif
  return &base_micro;
}
