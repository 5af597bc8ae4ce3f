#include "kernels/conv_micro.h"

#include <stddef.h>

#include "kernels/v8.h"
#include "platform/simd.h"

#define INLINE static inline __attribute__((always_inline))

#include "kernels/vec_base.h"
#define ROWS 4
#define PAIRS 0
#define COLUMNS 1
#define NAME(x) base_1_##x
#include "kernels/conv_micro_loops.h"
#define COLUMNS 2
#define NAME(x) base_2_##x
#include "kernels/conv_micro_loops.h"
#undef ROWS
#undef PAIRS
#include "kernels/vec_end.h"

#if defined(TN_HAVE_AVX2)
#include "kernels/vec_avx2.h"
#define ROWS 6
#define PAIRS 0
#define COLUMNS 1
#define NAME(x) avx2_1_##x
#include "kernels/conv_micro_loops.h"
#define COLUMNS 2
#define NAME(x) avx2_2_##x
#include "kernels/conv_micro_loops.h"
#undef ROWS
#undef PAIRS
#include "kernels/vec_end.h"
#endif

#if defined(TN_HAVE_AVX512)
#include "kernels/vec_avx512.h"
#define ROWS 12
#define PAIRS 1
#define COLUMNS 1
#define NAME(x) avx512_1_##x
#include "kernels/conv_micro_loops.h"
#define COLUMNS 2
#define NAME(x) avx512_2_##x
#include "kernels/conv_micro_loops.h"
#undef ROWS
#undef PAIRS
#include "kernels/vec_end.h"
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
