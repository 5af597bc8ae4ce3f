/* What the pool of threads.c asks of the system: threads, one lock, two places to sleep. One file for
 * each kind of system, system_threads_*.c. All of it belongs to the one pool of the process. */
#ifndef TN_PLATFORM_SYSTEM_THREADS_H
#define TN_PLATFORM_SYSTEM_THREADS_H

#include <stdint.h>

/* Helpers at most. */
enum { TN_HELPERS_MOST = 255 };

/* Where the threads come from: "POSIX threads", "Windows threads". */
const char *tn_system_threads_name(void);

/* Processors that this process may run on. */
int tn_system_processors(void);

/* Starts helper k, which runs body() and takes no signals; 0 where the system gives no thread. */
int tn_system_start(int k, void (*body)(void));
/* Waits for the end of helper k. */
void tn_system_join(int k);

void tn_system_lock(void);
void tn_system_unlock(void);

enum tn_bed { TN_BED_HELPERS, TN_BED_CALLER, TN_BEDS };

/* Sleeps until woken, or for no reason; the lock is held before and after, not in between. */
void tn_system_sleep(enum tn_bed bed);
/* Wakes up to n that sleep there. */
void tn_system_wake(enum tn_bed bed, int n);

/* Time since some moment. */
uint64_t tn_system_nanoseconds(void);

/* Has in_child() called in every process that is forked from now on; nothing where none are. */
void tn_system_watch_forks(void (*in_child)(void));

/* A moment of a loop that looks at memory until it changes. */
static inline void tn_system_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("isb");
#endif
}

#endif
