#include "platform/simd.h"

static enum tn_simd best_level(void) {
#if (defined(TN_HAVE_AVX2) || defined(TN_HAVE_AVX512)) && (defined(__x86_64__) || defined(__i386__))
  __builtin_cpu_init();
#if defined(TN_HAVE_AVX512)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx2") &&
      __builtin_cpu_supports("fma")) {
    return TN_SIMD_AVX512;
  }
#endif
#if defined(TN_HAVE_AVX2)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return TN_SIMD_AVX2;
  }
#endif
#endif
  return TN_SIMD_BASE;
}

/* Asked once; every thread would write the same answer. */
static int level = -1;

enum tn_simd tn_simd_level(void) {
  if (level < 0) {
    level = (int)best_level();
  }
  return (enum tn_simd)level;
}

enum tn_simd tn_simd_limit(enum tn_simd wanted) {
  enum tn_simd best = best_level();
  level = (int)(wanted < best ? wanted : best);
  return (enum tn_simd)level;
}

int tn_simd_fuses(void) {
#if defined(__FP_FAST_FMAF)
  return 1;
#else
  return tn_simd_level() >= TN_SIMD_AVX2;
#endif
}

const char *tn_simd_name(enum tn_simd which) {
  return which == TN_SIMD_AVX512 ? "AVX-512" : which == TN_SIMD_AVX2 ? "AVX2" : "baseline";
}
