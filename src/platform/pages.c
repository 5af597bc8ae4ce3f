#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* for madvise() */
#endif
#include "platform/pages.h"

#ifdef __linux__
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

/* Smaller memory may lie among other things, and gains little. */
enum { LEAST = 1 << 22 };

void tn_pages_large(void *at, size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  long page = sysconf(_SC_PAGESIZE);
  if (bytes < LEAST || page <= 0) {
    return;
  }
  size_t before = (size_t)(-(uintptr_t)at & (uintptr_t)(page - 1)); /* up to a whole page */
  (void)madvise((char *)at + before, (bytes - before) & ~(size_t)(page - 1), MADV_HUGEPAGE);
#else
  (void)at;
  (void)bytes;
#endif
}
