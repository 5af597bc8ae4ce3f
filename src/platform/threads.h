/* The only file that knows OpenMP. Work is cut into items that depend on shapes alone; how many
 * threads share the items changes nothing but the time.
 *
 * All threads must arrive at the end of a loop. Where other programs keep the processors busy, one may
 * be waited for until the system lets it run, a few milliseconds: so an item should be worth at least
 * about half a millisecond (measured: rows of 0.3 ms made a fit 20 times slower on a busy machine). */
#ifndef TN_PLATFORM_THREADS_H
#define TN_PLATFORM_THREADS_H

#include <stdint.h>

/* Threads that will be used at most (1 without OpenMP and in a forked child). */
int tn_threads(void);
/* n >= 1; capped by the processors and by the limit given once by the caller of the core. */
void tn_threads_set(int n);
int tn_threads_processors(void);

/* Calls work(context, item) for item 0..items-1, each exactly once, in any order and on any thread.
 * With one thread or one item it is a plain loop. Must not be nested. */
void tn_parallel_for(int64_t items, void (*work)(void *context, int64_t item), void *context);

/* Items for n units of work when one item should be at least `grain` units; at least 1 if n > 0. */
int64_t tn_items(int64_t n, int64_t grain);
/* Units [*from, *to) of item number `item` when n units are spread over `items`. */
void tn_item_range(int64_t n, int64_t items, int64_t item, int64_t *from, int64_t *to);

#endif
