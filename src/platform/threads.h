/* A pool of threads that share loops. Work is cut into items that depend on shapes alone; how many
 * threads share the items changes nothing but the time.
 *
 * The calling thread takes items like every helper, and none is kept for a helper: where other programs
 * keep the processors busy and no helper comes, it does all of them. It waits only for an item that a
 * helper has begun. So an item should be short, but be worth the way to it: 10 microseconds or more.
 * Helpers are made by the first loop that can use them, sleep when there is nothing to do, and are asked
 * for by the next loop. */
#ifndef TN_PLATFORM_THREADS_H
#define TN_PLATFORM_THREADS_H

#include <stdint.h>

/* Threads that will be used at most, the caller among them (1 in a forked child, and where the build has
 * none). */
int tn_threads(void);
/* n >= 1. More than the processors are possible, but no use. */
void tn_threads_set(int n);
/* Processors that this process may use. */
int tn_threads_processors(void);
/* What the helpers are made of; NULL where the build has none. */
const char *tn_threads_name(void);
/* Ends the helpers; the next loop makes new ones. Not within a loop. */
void tn_threads_end(void);

/* Calls work(context, item) for item 0..items-1, each exactly once, in any order and on any thread, in
 * the floating-point environment of the caller. With one thread or one item, and within an item of
 * another loop, it is a plain loop. */
void tn_parallel_for(int64_t items, void (*work)(void *context, int64_t item), void *context);

/* Items, `most` at most, of a loop whose bits do not depend on how it is cut and whose items cost something to
 * begin: one for each thread. */
int64_t tn_useful_items(int64_t most);
/* Items for n units of work when one item should be at least `grain` units; at least 1 if n > 0. */
int64_t tn_items(int64_t n, int64_t grain);
/* Units [*from, *to) of item number `item` when n units are spread over `items`. */
void tn_item_range(int64_t n, int64_t items, int64_t item, int64_t *from, int64_t *to);

#endif
