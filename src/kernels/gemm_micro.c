#include "kernels/gemm_micro.h"

#include <string.h>

#include "kernels/columns8.h"
#include "kernels/v8.h"
#include "platform/simd.h"

#define INLINE static inline __attribute__((always_inline))

/* ---- every processor --------------------------------------------------------------------------- */

INLINE v4f load_some(const float *p, int n) {
  v4f v = {0, 0, 0, 0};
  memcpy(&v, p, (size_t)n * sizeof *p);
  return v;
}

INLINE void columns4(const float *p, int64_t ld, v4f *v) {
#pragma GCC unroll 4
  for (int q = 0; q < 4; q++) {
    v[q] = (v4f){p[q], p[ld + q], p[2 * ld + q], p[3 * ld + q]};
  }
}

#include "kernels/vec_base.h"
#define NAME(x) base_##x
#define ROWS 4
#define WIDE 4
#define GROUPS 4
#define COLUMNS(p, ld, v) columns4(p, ld, v)
#define WHOLE 1
#define TAIL int
#define TAIL_OF(n) ((int)(n))
#define LOAD_TAIL(p, t) load_some(p, t)
#define STORE_TAIL(p, t, v) memcpy(p, &(v), (size_t)(t) * sizeof(float))
#include "kernels/gemm_micro_loops.h"
#include "kernels/vec_end.h"

/* ---- AVX2 -------------------------------------------------------------------------------------- */

#if defined(TN_HAVE_AVX2)
__attribute__((target("avx2,fma"))) INLINE __m256i first8(int64_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

#include "kernels/vec_avx2.h"
#define NAME(x) avx2_##x
#define ROWS 6
#define WIDE 4
#define GROUPS 4
#define COLUMNS(p, ld, v) tn_columns8(p, ld, v)
#define WHOLE 1
#define TAIL __m256i
#define TAIL_OF(n) first8(n)
#define LOAD_TAIL(p, t) _mm256_maskload_ps(p, t)
#define STORE_TAIL(p, t, v) _mm256_maskstore_ps(p, t, v)
#include "kernels/gemm_micro_loops.h"
#include "kernels/vec_end.h"
#endif

/* ---- AVX-512 ----------------------------------------------------------------------------------- */

#if defined(TN_HAVE_AVX512)
/* Rows i, i + 4, i + 8 and i + 12 side by side, then columns within fours of rows. */
__attribute__((target("avx512f"))) INLINE void columns16(const float *p, int64_t ld, __m512 *v) {
  __m512 row[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++, p += ld) {
    row[i] = _mm512_castps128_ps512(_mm_loadu_ps(p));
    row[i] = _mm512_insertf32x4(row[i], _mm_loadu_ps(p + 4 * ld), 1);
    row[i] = _mm512_insertf32x4(row[i], _mm_loadu_ps(p + 8 * ld), 2);
    row[i] = _mm512_insertf32x4(row[i], _mm_loadu_ps(p + 12 * ld), 3);
  }
  __m512 a = _mm512_unpacklo_ps(row[0], row[1]), b = _mm512_unpackhi_ps(row[0], row[1]);
  __m512 c = _mm512_unpacklo_ps(row[2], row[3]), d = _mm512_unpackhi_ps(row[2], row[3]);
  v[0] = _mm512_shuffle_ps(a, c, 0x44);
  v[1] = _mm512_shuffle_ps(a, c, 0xee);
  v[2] = _mm512_shuffle_ps(b, d, 0x44);
  v[3] = _mm512_shuffle_ps(b, d, 0xee);
}

#include "kernels/vec_avx512.h"
#define NAME(x) avx512_##x
#define ROWS 12
#define WIDE 8
#define GROUPS 2
#define COLUMNS(p, ld, v) columns16(p, ld, v)
#define WHOLE 0
#define TAIL __mmask16
#define TAIL_OF(n) ((__mmask16)((1u << (n)) - 1))
#define LOAD_TAIL(p, t) _mm512_maskz_loadu_ps(t, p)
#define STORE_TAIL(p, t, v) _mm512_mask_storeu_ps(p, t, v)
#include "kernels/gemm_micro_loops.h"
#include "kernels/vec_end.h"
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
