/* Flush-to-zero for a slice: decaying optimizer moments turn denormal and slow training down. */
#ifndef TN_PLATFORM_FPENV_H
#define TN_PLATFORM_FPENV_H

#include <stdint.h>

/* Sets flush-to-zero and denormals-are-zero on this thread, returns what stood before.
 * tn_parallel_for carries the setting of the calling thread to its workers. */
uint32_t tn_fpenv_enter(void);
void tn_fpenv_leave(uint32_t before);
/* The control word of this thread, and setting it (0 on machines without one). */
uint32_t tn_fpenv_get(void);
void tn_fpenv_set(uint32_t word);

#endif
