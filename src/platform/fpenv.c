#include "platform/fpenv.h"

#if defined(__SSE2__)
#include <xmmintrin.h>

uint32_t tn_fpenv_get(void) { return _mm_getcsr(); }
void tn_fpenv_set(uint32_t word) { _mm_setcsr(word); }
static uint32_t flushing(uint32_t word) { return word | 0x8040u; } /* FTZ and DAZ */

#elif defined(__aarch64__)

uint32_t tn_fpenv_get(void) {
  uint64_t word;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(word));
  return (uint32_t)word;
}
void tn_fpenv_set(uint32_t word) {
  uint64_t wide = word;
  __asm__ __volatile__("msr fpcr, %0" : : "r"(wide));
}
static uint32_t flushing(uint32_t word) { return word | 1u << 24; } /* FZ */

#else

uint32_t tn_fpenv_get(void) { return 0; }
void tn_fpenv_set(uint32_t word) { (void)word; }
static uint32_t flushing(uint32_t word) { return word; }

#endif

uint32_t tn_fpenv_enter(void) {
  uint32_t before = tn_fpenv_get();
  tn_fpenv_set(flushing(before));
  return before;
}

void tn_fpenv_leave(uint32_t before) { tn_fpenv_set(before); }
