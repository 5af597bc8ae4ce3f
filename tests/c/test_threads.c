/* The pool of threads: every item once, whatever comes between. */
#define _GNU_SOURCE /* signals and forks */
#include "platform/threads.h"

#include <stdatomic.h>

#include "platform/fpenv.h"
#include "tn_test.h"

#if !defined(_WIN32)
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

enum { MOST = 300 };

struct count {
  atomic_int times[MOST];
  double made[MOST];
};

/* Some 5 microseconds. */
static double busy(int64_t item) {
  double x = (double)item;
  for (int k = 0; k < 1000; k++) {
    x = x * 0.999 + 1;
  }
  return x;
}

static void count_item(void *context, int64_t item) {
  struct count *c = context;
  atomic_fetch_add(&c->times[item], 1);
  c->made[item] = busy(item);
}

/* Items that were not done once, or whose result is not seen by the caller. */
static int wrong_items(int64_t items) {
  static struct count c;
  int wrong = 0;
  memset(&c, 0, sizeof c);
  tn_parallel_for(items, count_item, &c);
  for (int64_t i = 0; i < MOST; i++) {
    wrong += atomic_load(&c.times[i]) != (i < items) || c.made[i] != (i < items ? busy(i) : 0);
  }
  return wrong;
}

TEST(every_item_is_done_once) {
  for (int threads = 1; threads <= 8; threads++) {
    tn_threads_set(threads);
    for (int64_t items = 0; items <= MOST; items += items < 20 ? 1 : 70) {
      CHECK(wrong_items(items) == 0);
    }
  }
}

/* Whoever begins an item pays for it: nobody pays twice alone. */
TEST(one_thread_cuts_nothing) {
  for (int64_t most = 1; most <= 64; most *= 4) {
    tn_threads_set(1);
    CHECK(tn_useful_items(most) == 1);
    for (int threads = 2; tn_threads_name() != NULL && threads <= 8; threads++) {
      tn_threads_set(threads);
      CHECK(tn_useful_items(most) == (most < threads ? most : threads));
    }
  }
  tn_threads_set(1);
  CHECK(tn_useful_items(0) == 0);
}

static void add_item(void *context, int64_t item) {
  int64_t *slot = context;
  slot[item] += item + 1;
}

/* Loops follow each other closely, with pauses in which helpers fall asleep. */
TEST(loops_follow_each_other) {
  int64_t slot[5] = {0};
  enum { LOOPS = 30000 };
  for (int threads = 2; threads <= 4; threads += 2) {
    tn_threads_set(threads);
    memset(slot, 0, sizeof slot);
    for (int loop = 0; loop < LOOPS; loop++) {
      tn_parallel_for(5, add_item, slot);
      for (int k = 0; k < (loop % 64 == 0 ? 20 : 0); k++) {
        busy(k);
      }
    }
    for (int64_t i = 0; i < 5; i++) {
      CHECK(slot[i] == LOOPS * (i + 1));
    }
  }
}

static void note_word(void *context, int64_t item) {
  uint32_t *word = context;
  busy(item);
  word[item] = tn_fpenv_get();
}

TEST(helpers_compute_as_the_caller_does) {
  uint32_t word[64], plain = tn_fpenv_get();
  tn_threads_set(4);
  for (int turn = 0; turn < 20; turn++) {
    uint32_t before = turn % 2 ? tn_fpenv_enter() : plain, want = tn_fpenv_get();
    tn_parallel_for(64, note_word, word);
    for (int i = 0; i < 64; i++) {
      CHECK(word[i] == want);
    }
    tn_fpenv_leave(before);
    CHECK(tn_fpenv_get() == plain);
  }
}

static _Thread_local int here;

struct inner {
  int *thread;
  int64_t next;
  int wrong;
};

static void inner_item(void *context, int64_t item) {
  struct inner *in = context;
  in->wrong += in->thread != &here || in->next++ != item;
}

static void outer_item(void *context, int64_t item) {
  struct inner *in = (struct inner *)context + item;
  in->thread = &here;
  tn_parallel_for(10, inner_item, in);
}

TEST(a_loop_within_an_item_is_a_plain_loop) {
  struct inner in[40];
  tn_threads_set(4);
  memset(in, 0, sizeof in);
  tn_parallel_for(40, outer_item, in);
  for (int i = 0; i < 40; i++) {
    CHECK(in[i].wrong == 0 && in[i].next == 10);
  }
}

TEST(pools_are_made_and_ended) {
  for (int k = 0; k < 1000; k++) {
    tn_threads_set(2 + k % 3);
    CHECK(wrong_items(4 + k % 5) == 0);
    tn_threads_end();
  }
  tn_threads_end();
  CHECK(wrong_items(7) == 0);
}

#if !defined(_WIN32)

static atomic_int others;

static void *call_loops(void *wrong) {
  int64_t slot[5] = {0};
  for (int loop = 0; loop < 5000; loop++) {
    tn_parallel_for(5, add_item, slot);
  }
  for (int64_t i = 0; i < 5; i++) {
    *(int *)wrong += slot[i] != 5000 * (i + 1);
  }
  atomic_fetch_add(&others, 1);
  return NULL;
}

TEST(callers_may_be_several) {
  pthread_t thread[3];
  int wrong[3] = {0}, own = 0;
  tn_threads_set(3);
  tn_threads_end();
  for (int k = 0; k < 3; k++) {
    CHECK(pthread_create(&thread[k], NULL, call_loops, &wrong[k]) == 0);
  }
  call_loops(&own);
  for (int k = 0; k < 3; k++) {
    pthread_join(thread[k], NULL);
    own += wrong[k];
  }
  CHECK(own == 0);
  CHECK(atomic_load(&others) == 4);
}

static void hold_item(void *context, int64_t item) {
  (void)item;
  while (!atomic_load((atomic_int *)context)) {
    busy(0);
  }
}

static void *hold_loop(void *free) {
  tn_parallel_for(2, hold_item, free);
  return NULL;
}

/* The pool is another caller's, who does not come to an end. */
TEST(no_helper_is_waited_for) {
  pthread_t thread;
  atomic_int free = 0;
  tn_threads_set(2);
  CHECK(wrong_items(2) == 0);
  CHECK(pthread_create(&thread, NULL, hold_loop, &free) == 0);
  for (int k = 0; k < 200; k++) {
    CHECK(wrong_items(20) == 0);
  }
  atomic_store(&free, 1);
  pthread_join(thread, NULL);
}

#if defined(TN_HAVE_THREADS)

static int child_of_fork(void) {
  int wrong = tn_threads() != 1;
  alarm(60); /* a loop that waits for helpers that are not there would wait for ever */
  wrong += wrong_items(50);
  tn_threads_set(4);
  wrong += tn_threads() != 1 || wrong_items(50) != 0;
  tn_threads_end();
  return wrong;
}

TEST(a_forked_child_works_alone) {
  for (int turn = 0; turn < 10; turn++) {
    int status = -1;
    tn_threads_set(4);
    CHECK(wrong_items(50) == 0);
    pid_t child = fork();
    if (child == 0) {
      _exit(child_of_fork());
    }
    CHECK(wrong_items(50) == 0);
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(tn_threads() == 4);
  }
}

static int *main_thread;
static atomic_int signals, elsewhere;

static void on_signal(int number) {
  (void)number;
  atomic_fetch_add(&signals, 1);
  atomic_fetch_add(&elsewhere, &here != main_thread);
}

static void signal_item(void *context, int64_t item) {
  (void)context;
  if (item % 10 == 0) {
    kill(getpid(), SIGINT);
  }
  busy(item);
}

/* An interrupt in the middle of a loop comes to the caller, and the loop to its end. */
TEST(signals_are_the_callers) {
  main_thread = &here;
  struct sigaction before, action = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGINT, &action, &before);
  tn_threads_set(4);
  tn_threads_end();
  for (int k = 0; k < 50; k++) {
    tn_parallel_for(100, signal_item, NULL);
    CHECK(wrong_items(20) == 0);
  }
  sigaction(SIGINT, &ignore, NULL); /* forgets one that is still on its way */
  sigaction(SIGINT, &before, NULL);
  CHECK(atomic_load(&signals) > 0);
  CHECK(atomic_load(&elsewhere) == 0);
}

#endif
#endif

TEST(the_build_says_what_its_threads_are) {
  tn_threads_set(0);
  CHECK(tn_threads() == 1);
  CHECK(tn_threads_processors() >= 1);
  tn_threads_set(3);
  CHECK(tn_threads() == (tn_threads_name() == NULL ? 1 : 3));
}

int main(void) {
  RUN(every_item_is_done_once);
  RUN(one_thread_cuts_nothing);
  RUN(loops_follow_each_other);
  RUN(helpers_compute_as_the_caller_does);
  RUN(a_loop_within_an_item_is_a_plain_loop);
  RUN(pools_are_made_and_ended);
#if !defined(_WIN32)
  RUN(callers_may_be_several);
  RUN(no_helper_is_waited_for);
#endif
#if !defined(_WIN32) && defined(TN_HAVE_THREADS)
  RUN(a_forked_child_works_alone);
  RUN(signals_are_the_callers);
#endif
  RUN(the_build_says_what_its_threads_are);
  return tn_test_summary();
}
