/* The update loops for each instruction set. They are vectorised by the compiler: square roots and
 * divisions set no errno here, and nothing is reordered (no fast-math). */
#include <math.h>

#include "kernels/simd.h"
#include "optim/optim_kind.h"

#if defined(__GNUC__) && !defined(__clang__)
#define VECTORISE optimize("O3", "no-math-errno", "no-trapping-math")
#define TN_LOOP_TARGET __attribute__((VECTORISE))
#else
#define TN_LOOP_TARGET
#endif
#define TN_LOOP(name) base_##name
#include "optim/optim_loops.h"
#undef TN_LOOP
#undef TN_LOOP_TARGET

#if defined(TN_HAVE_AVX2)
#if defined(VECTORISE)
#define TN_LOOP_TARGET __attribute__((VECTORISE, target("avx2,fma")))
#else
#define TN_LOOP_TARGET __attribute__((target("avx2,fma")))
#endif
#define TN_LOOP(name) avx2_##name
#include "optim/optim_loops.h"
#undef TN_LOOP
#undef TN_LOOP_TARGET
#endif

const struct tn_update_loops *tn_update_loops_now(void) {
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return &avx2_table;
  }
#endif
  return &base_table;
}
