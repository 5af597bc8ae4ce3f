/* Names for the vectors of AVX-512; no guard, kernels/vec_end.h takes them back. */
#define TARGET __attribute__((target("avx512f")))
#define LANES 16
#define VEC __m512
#define ZERO _mm512_setzero_ps()
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SPLAT(p) _mm512_set1_ps(*(p))
#define MULADD(a, b, c) _mm512_fmadd_ps(a, b, c)
