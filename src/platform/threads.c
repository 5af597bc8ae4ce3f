#include "platform/threads.h"

#include "platform/fpenv.h"

#if defined(_OPENMP) && defined(TN_HAVE_OPENMP)
#include <omp.h>
#define WITH_OPENMP 1
#else
#define WITH_OPENMP 0
#endif
#if !defined(_WIN32)
#include <pthread.h>
#endif

static int wanted = 1;
static int in_child = 0;

#if !defined(_WIN32)
static void forked(void) { in_child = 1; }
#endif

int tn_threads_processors(void) {
#if WITH_OPENMP
  return omp_get_num_procs();
#else
  return 1;
#endif
}

/* A forked child has none of the pool's threads: it works alone. */
static void watch_forks(void) {
#if !defined(_WIN32)
  static int watching = 0;
  if (!watching) {
    watching = pthread_atfork(NULL, NULL, forked) == 0;
  }
#endif
}

int tn_threads(void) { return in_child ? 1 : wanted; }

void tn_threads_set(int n) {
  int most = tn_threads_processors();
  watch_forks();
  wanted = n < 1 ? 1 : n > most ? most : n;
}

void tn_parallel_for(int64_t items, void (*work)(void *context, int64_t item), void *context) {
  int64_t threads = tn_threads() < items ? tn_threads() : items;
#if WITH_OPENMP
  if (threads > 1 && !omp_in_parallel()) {
    uint32_t word = tn_fpenv_get();
#pragma omp parallel num_threads((int)threads)
    {
      uint32_t before = tn_fpenv_get();
      tn_fpenv_set(word);
#pragma omp for schedule(static)
      for (int64_t i = 0; i < items; i++) {
        work(context, i);
      }
      tn_fpenv_set(before);
    }
    return;
  }
#endif
  (void)threads;
  for (int64_t i = 0; i < items; i++) {
    work(context, i);
  }
}

int64_t tn_items(int64_t n, int64_t grain) {
  int64_t items = grain < 1 ? n : n / grain;
  return n <= 0 ? 0 : items < 1 ? 1 : items;
}

void tn_item_range(int64_t n, int64_t items, int64_t item, int64_t *from, int64_t *to) {
  int64_t base = n / items, rest = n % items;
  *from = item * base + (item < rest ? item : rest);
  *to = *from + base + (item < rest);
}
