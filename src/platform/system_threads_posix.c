#if !defined(_WIN32)
#if defined(__linux__)
#define _GNU_SOURCE /* sched_getaffinity() */
#include <sched.h>
#endif
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#endif

#include "platform/system_threads.h"

#if !defined(_WIN32)

/* Some systems give threads 128 KB. */
enum { STACK_BYTES = 2 << 20 };

static pthread_t thread[TN_HELPERS_MOST];
static void (*body_of[TN_HELPERS_MOST])(void);
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bed_of[TN_BEDS] = {PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER};

const char *tn_system_threads_name(void) { return "POSIX threads"; }

int tn_system_processors(void) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    return CPU_COUNT(&allowed);
  }
#endif
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : (int)n;
}

static void *run(void *body) {
  (*(void (**)(void))body)();
  return NULL;
}

/* Signals are for the thread of the caller, who knows what an interrupt means. */
int tn_system_start(int k, void (*body)(void)) {
  pthread_attr_t attr;
  sigset_t all, before;
  if (pthread_attr_init(&attr) != 0) {
    return 0;
  }
  body_of[k] = body;
  pthread_attr_setstacksize(&attr, STACK_BYTES);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread[k], &attr, run, &body_of[k]);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attr);
  return !failed;
}

void tn_system_join(int k) { pthread_join(thread[k], NULL); }

void tn_system_lock(void) { pthread_mutex_lock(&lock); }
void tn_system_unlock(void) { pthread_mutex_unlock(&lock); }

void tn_system_sleep(enum tn_bed bed) { pthread_cond_wait(&bed_of[bed], &lock); }

void tn_system_wake(enum tn_bed bed, int n) {
  for (int k = 0; k < n; k++) {
    pthread_cond_signal(&bed_of[bed]);
  }
}

uint64_t tn_system_nanoseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void tn_system_watch_forks(void (*in_child)(void)) { pthread_atfork(NULL, NULL, in_child); }

#endif
