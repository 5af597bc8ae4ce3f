/* Names for the vectors of AVX2; no guard, kernels/vec_end.h takes them back. */
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 8
#define VEC __m256
#define ZERO _mm256_setzero_ps()
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SPLAT(p) _mm256_broadcast_ss(p)
#define MULADD(a, b, c) _mm256_fmadd_ps(a, b, c)
