/* Compiles the loops of the header TN_LOOPS for the plain instruction set and for AVX2, and picks at run
 * time: loops() is the table for this processor. AVX-512 machines run the AVX2 loops, which are bound by
 * memory, not by width. The including file has declared `struct loops`; TN_LOOPS defines its functions as
 * TN_LOOP_TARGET TN_LOOP(name) and closes with a `struct loops` TN_LOOP(table). Not guarded: it is
 * included once by each file that has such loops. */
#include "platform/simd.h"

#define TN_LOOP(name) base_##name
#define TN_LOOP_TARGET
#include TN_LOOPS
#undef TN_LOOP
#undef TN_LOOP_TARGET

#if defined(TN_HAVE_AVX2)
#define TN_LOOP(name) avx2_##name
#define TN_LOOP_TARGET __attribute__((target("avx2,fma")))
#include TN_LOOPS
#undef TN_LOOP
#undef TN_LOOP_TARGET
#endif

static const struct loops *loops(void) {
#if defined(TN_HAVE_AVX2)
  if (tn_simd_level() >= TN_SIMD_AVX2) {
    return &avx2_table;
  }
#endif
  return &base_table;
}
