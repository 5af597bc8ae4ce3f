#include "platform/threads.h"

#include <stddef.h>

int64_t tn_items(int64_t n, int64_t grain) {
  int64_t items = grain < 1 ? n : n / grain;
  return n <= 0 ? 0 : items < 1 ? 1 : items;
}

int64_t tn_useful_items(int64_t most) {
  return tn_threads() < most ? tn_threads() : most;
}

void tn_item_range(int64_t n, int64_t items, int64_t item, int64_t *from, int64_t *to) {
  int64_t base = n / items, rest = n % items;
  *from = item * base + (item < rest ? item : rest);
  *to = *from + base + (item < rest);
}

static void alone(int64_t items, void (*work)(void *context, int64_t item), void *context) {
  for (int64_t i = 0; i < items; i++) {
    work(context, i);
  }
}

#if defined(TN_HAVE_THREADS)

#include <stdatomic.h>

#include "platform/fpenv.h"
#include "platform/system_threads.h"

/* Nanoseconds. To be woken takes a thread longer than many a loop, so one with nothing to do looks for work
 * before it goes to sleep. Where others want the processor too the system takes it away meanwhile, and the
 * thread sees a gap in its time: for a while, longer each time, nobody looks for long. */
enum { PATIENCE = 100000, LITTLE_PATIENCE = 4000, GAP = 200000, CROWDED = 20000000, CROWDED_MOST = 640000000 };

/* Turns between looks at the clock. */
enum { TURNS = 16 };

/* The items that nobody has begun, [next, end) as end << 32 | next. Whoever takes one has thereby kept the
 * loop from ending, and only then reads what the loop is: so a helper that comes late finds no item, or
 * one of another loop, which is as good. The caller takes from the front and helpers from the back:
 * most parts of the data are worked on by the same processor in every loop. */
static _Alignas(64) _Atomic uint64_t untaken;

/* Items that helpers have finished in this loop. */
static _Alignas(64) _Atomic uint32_t finished;

/* Threads that sleep or are about to, each changed under the lock. */
static _Alignas(64) _Atomic int idle;
static _Atomic int caller_waits, ending;

/* Written while no item is untaken or under way. */
static struct {
  void (*work)(void *context, int64_t item);
  void *context;
  uint32_t fpenv;
} loop;

/* Asking costs a few microseconds. `late` loops of a kind had no item left when the helpers that were asked
 * came, as happens on a busy machine: then they are asked only when the caller has done late / LATE_STEP
 * items, so not in loops of few. Forgotten when one comes in time, and every now and then. Loops are of a kind
 * that do the same work in as many items. */
enum { LATE_STEP = 2, LATE_MOST = 7, FORGOTTEN_AFTER = 64, KINDS = 16 };
static struct kind {
  uint32_t late, alone;
} kinds[KINDS];

static atomic_flag in_loop = ATOMIC_FLAG_INIT;
static int wanted = 1, watching = 0, in_child = 0;
static int asked = 0, helpers = 0; /* those that were asked for, and those that the system gave */

static void forked(void) { in_child = 1; }

int tn_threads(void) { return in_child ? 1 : wanted; }
int tn_threads_processors(void) { return tn_system_processors(); }
const char *tn_threads_name(void) { return tn_system_threads_name(); }

/* A forked child has none of the helpers: it works alone. */
void tn_threads_set(int n) {
  if (!watching) {
    tn_system_watch_forks(forked);
    watching = 1;
  }
  wanted = n < 1 ? 1 : n > TN_HELPERS_MOST ? TN_HELPERS_MOST : n;
}

/* ---- looking ------------------------------------------------------------------------------------ */

static _Atomic uint64_t crowded_until, crowded_for;

struct look {
  uint64_t since, last;
  int turns;
};

static struct look begin_to_look(void) {
  uint64_t now = tn_system_nanoseconds();
  return (struct look){now, now, 0};
}

static void note_crowd(uint64_t now) {
  uint64_t span = atomic_load(&crowded_for);
  int again = now < atomic_load(&crowded_until) + 4 * span;
  span = !again ? CROWDED : 2 * span > CROWDED_MOST ? CROWDED_MOST : 2 * span;
  atomic_store(&crowded_for, span);
  atomic_store(&crowded_until, now + span);
}

/* 0 when it is time to sleep. */
static int keep_looking(struct look *look) {
  tn_system_pause();
  if (++look->turns % TURNS != 0) {
    return 1;
  }
  uint64_t now = tn_system_nanoseconds();
  if (now - look->last > GAP) {
    note_crowd(now);
    return 0;
  }
  look->last = now;
  return now - look->since < (now < atomic_load(&crowded_until) ? LITTLE_PATIENCE : PATIENCE);
}

/* ---- items -------------------------------------------------------------------------------------- */

static int any_untaken(uint64_t span) { return (uint32_t)span < (uint32_t)(span >> 32); }

static int take(int from_back, uint32_t *item) {
  uint64_t span = atomic_load(&untaken);
  while (any_untaken(span)) {
    uint64_t rest = from_back ? span - ((uint64_t)1 << 32) : span + 1;
    if (atomic_compare_exchange_weak(&untaken, &span, rest)) {
      *item = from_back ? (uint32_t)(rest >> 32) : (uint32_t)span;
      return 1;
    }
  }
  return 0;
}

/* The caller reads `finished` after it has said that it waits, a helper the other way round: one of them
 * sees the other. */
static void help(uint32_t item) {
  tn_fpenv_set(loop.fpenv);
  loop.work(loop.context, item);
  atomic_fetch_add(&finished, 1);
  if (atomic_load(&caller_waits)) {
    tn_system_lock();
    tn_system_wake(TN_BED_CALLER, 1);
    tn_system_unlock();
  }
}

/* Returns 0 when the pool ends. */
static int sleep_until_asked(void) {
  tn_system_lock();
  atomic_fetch_add(&idle, 1);
  while (!any_untaken(atomic_load(&untaken)) && !atomic_load(&ending)) {
    tn_system_sleep(TN_BED_HELPERS);
  }
  atomic_fetch_sub(&idle, 1);
  tn_system_unlock();
  return !atomic_load(&ending);
}

static void helper_body(void) {
  do {
    struct look look = begin_to_look();
    do {
      uint32_t item;
      if (take(1, &item)) {
        help(item);
        look = begin_to_look();
      }
    } while (keep_looking(&look));
  } while (sleep_until_asked());
}

static void wake_helpers(uint32_t most) {
  int asleep = atomic_load(&idle), n = most < (uint32_t)helpers ? (int)most : helpers;
  if (asleep > 0) {
    tn_system_lock(); /* who is about to sleep does so first */
    tn_system_unlock();
    tn_system_wake(TN_BED_HELPERS, n < asleep ? n : asleep);
  }
}

void tn_threads_end(void) {
  if (!in_child && helpers > 0) {
    atomic_store(&ending, 1);
    wake_helpers((uint32_t)helpers);
    for (int k = 0; k < helpers; k++) {
      tn_system_join(k);
    }
    atomic_store(&ending, 0);
  }
  asked = helpers = 0;
}

/* Where the system gives fewer they are not asked for again at every loop. */
static void have_helpers(int n) {
  if (asked != n) {
    tn_threads_end();
    asked = n;
    while (helpers < n && tn_system_start(helpers, helper_body)) {
      helpers++;
    }
  }
}

static void wait_for_helpers(uint32_t items) {
  struct look look = begin_to_look();
  do {
    if (atomic_load(&finished) == items) {
      return;
    }
  } while (keep_looking(&look));
  tn_system_lock();
  atomic_store(&caller_waits, 1);
  while (atomic_load(&finished) != items) {
    tn_system_sleep(TN_BED_CALLER);
  }
  atomic_store(&caller_waits, 0);
  tn_system_unlock();
}

static struct kind *kind_of(uint32_t items, void (*work)(void *context, int64_t item)) {
  return &kinds[((uintptr_t)work / 16 + items) % KINDS];
}

static void note_late(struct kind *k, int asked, int came) {
  if (came || ++k->alone % FORGOTTEN_AFTER == 0) {
    k->late = 0;
  } else if (asked && k->late < LATE_MOST) {
    k->late++;
  }
}

static void shared(uint32_t items, void (*work)(void *context, int64_t item), void *context) {
  struct kind *kind = kind_of(items, work);
  uint32_t own = 0, item, before_asking = kind->late / LATE_STEP;
  loop.work = work;
  loop.context = context;
  loop.fpenv = tn_fpenv_get();
  atomic_store(&finished, 0);
  atomic_store(&untaken, (uint64_t)items << 32);
  do {
    if (own == before_asking && own + 1 < items) {
      wake_helpers(items - own - 1);
    }
    if (!take(0, &item)) {
      break;
    }
    work(context, item);
  } while (++own < items);
  wait_for_helpers(items - own);
  note_late(kind, before_asking + 1 < items, own < items);
}

void tn_parallel_for(int64_t items, void (*work)(void *context, int64_t item), void *context) {
  int threads = tn_threads();
  if (threads < 2 || items < 2 || items > UINT32_MAX || atomic_flag_test_and_set(&in_loop)) {
    alone(items, work, context);
    return;
  }
  have_helpers(threads - 1);
  shared((uint32_t)items, work, context);
  atomic_flag_clear(&in_loop);
}

#else

int tn_threads(void) { return 1; }
void tn_threads_set(int n) { (void)n; }
int tn_threads_processors(void) { return 1; }
const char *tn_threads_name(void) { return NULL; }
void tn_threads_end(void) {}

void tn_parallel_for(int64_t items, void (*work)(void *context, int64_t item), void *context) {
  alone(items, work, context);
}

#endif
