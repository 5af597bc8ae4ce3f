/* Philox4x32-10. Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 * Blocks do not depend on each other: with AVX2 eight are made at a time, one in each lane. */
#include "platform/philox.h"

#include "platform/simd.h"

#if defined(TN_HAVE_AVX2)
#include <immintrin.h>
#endif

enum { ROUNDS = 10 };

#define MULTIPLIER_0 0xD2511F53u
#define MULTIPLIER_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

void tn_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]) {
  uint32_t k0 = key[0], k1 = key[1];
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t p0 = (uint64_t)MULTIPLIER_0 * c0;
    uint64_t p1 = (uint64_t)MULTIPLIER_1 * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = n0;
    c2 = n2;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

#if defined(TN_HAVE_AVX2)
#define AVX2 __attribute__((target("avx2")))

/* Both halves of the products of 8 numbers with m. */
AVX2 static inline void multiply(__m256i x, uint32_t m, __m256i *high, __m256i *low) {
  __m256i factor = _mm256_set1_epi64x((long long)m);
  __m256i even = _mm256_mul_epu32(x, factor);
  __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(x, 32), factor);
  *low = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
  *high = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
}

/* c[k] holds word k of 8 blocks; out gets them block by block. */
AVX2 static inline void store_blocks(const __m256i c[4], uint32_t *out) {
  __m256i a = _mm256_unpacklo_epi32(c[0], c[1]), b = _mm256_unpackhi_epi32(c[0], c[1]);
  __m256i d = _mm256_unpacklo_epi32(c[2], c[3]), e = _mm256_unpackhi_epi32(c[2], c[3]);
  __m256i q[4] = {_mm256_unpacklo_epi64(a, d), _mm256_unpackhi_epi64(a, d),
                  _mm256_unpacklo_epi64(b, e), _mm256_unpackhi_epi64(b, e)};
  __m256i *to = (__m256i *)(void *)out;
  _mm256_storeu_si256(to, _mm256_permute2x128_si256(q[0], q[1], 0x20));
  _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(q[2], q[3], 0x20));
  _mm256_storeu_si256(to + 2, _mm256_permute2x128_si256(q[0], q[1], 0x31));
  _mm256_storeu_si256(to + 3, _mm256_permute2x128_si256(q[2], q[3], 0x31));
}

AVX2 static void eight_blocks(const uint32_t key[2], const uint32_t counter[4], uint32_t *out) {
  uint32_t k0 = key[0], k1 = key[1];
  __m256i c[4] = {_mm256_add_epi32(_mm256_set1_epi32((int)counter[0]),
                                   _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)),
                  _mm256_set1_epi32((int)counter[1]), _mm256_set1_epi32((int)counter[2]),
                  _mm256_set1_epi32((int)counter[3])};
  for (int i = 0; i < ROUNDS; i++) {
    __m256i high0, low0, high1, low1;
    multiply(c[0], MULTIPLIER_0, &high0, &low0);
    multiply(c[2], MULTIPLIER_1, &high1, &low1);
    c[0] = _mm256_xor_si256(_mm256_xor_si256(high1, c[1]), _mm256_set1_epi32((int)k0));
    c[2] = _mm256_xor_si256(_mm256_xor_si256(high0, c[3]), _mm256_set1_epi32((int)k1));
    c[1] = low1;
    c[3] = low0;
    k0 += WEYL_0;
    k1 += WEYL_1;
  }
  store_blocks(c, out);
}
#endif

void tn_philox_run(const uint32_t key[2], const uint32_t counter[4], int64_t n, uint32_t *out) {
  uint32_t at[4] = {counter[0], counter[1], counter[2], counter[3]};
  int64_t i = 0;
#if defined(TN_HAVE_AVX2)
  for (; tn_simd_level() >= TN_SIMD_AVX2 && i + 8 <= n; i += 8, at[0] += 8) {
    eight_blocks(key, at, out + 4 * i);
  }
#endif
  for (; i < n; i++, at[0]++) {
    tn_philox(key, at, out + 4 * i);
  }
}
