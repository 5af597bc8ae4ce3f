/* What two threads bring to a matrix of weights that every step reads, adds a gradient to and updates as Adam does,
 * by the way in which they share it. No product, so nothing but memory is in the way; threads that wait spin.
 * By hand: cc -O3 -march=native -ffast-math -pthread bench/bare/halves.c -lm */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "bare.h"

enum way { OWN_ROWS, OWN_COLUMNS, READ_ALL, WAYS };
static const char *const name[WAYS] = {"half of the rows each", "half of each row",
                                       "half of the rows, but both read all"};

static struct {
  long rows, cols, steps;
  enum way way;
  float *w, *g, *m, *v, seen[2];
  atomic_long arrived;
} job;

static void read_run(int t, long from, long to) {
  float sum = 0;
  for (long i = from; i < to; i++) {
    sum += job.w[i];
  }
  job.seen[t] += sum;
}

static void gradient_run(int t, long from, long to) {
  float *restrict g = job.g, slope = 1e-3f + 1e-9f * (float)t;
  for (long i = from; i < to; i++) {
    g[i] += slope;
  }
}

static void update_run(int t, long from, long to) {
  float *restrict w = job.w, *restrict g = job.g, *restrict m = job.m, *restrict v = job.v;
  (void)t;
  for (long i = from; i < to; i++) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    w[i] -= 0.001f * m[i] / (sqrtf(v[i]) + 1e-7f);
    g[i] = 0;
  }
}

static void shared(int t, void (*run)(int t, long from, long to)) {
  long half = job.rows / 2 * job.cols, cut = job.cols / 2;
  if (job.way != OWN_COLUMNS) {
    run(t, t * half, (t + 1) * half);
    return;
  }
  for (long r = 0; r < job.rows; r++) {
    run(t, r * job.cols + t * cut, r * job.cols + (t + 1) * cut);
  }
}

static void meet(long *met) {
  *met += 2;
  atomic_fetch_add(&job.arrived, 1);
  while (atomic_load(&job.arrived) < *met) {
  }
}

static void *steps(void *thread) {
  int t = thread != NULL;
  long met = 0;
  for (long s = 0; s < job.steps; s++) {
    if (job.way == READ_ALL) {
      read_run(t, 0, job.rows * job.cols);
    } else {
      shared(t, read_run);
    }
    meet(&met);
    shared(t, gradient_run);
    meet(&met);
    shared(t, update_run);
    meet(&met);
  }
  return NULL;
}

static double one_thread(void) {
  long n = job.rows * job.cols;
  double begin = bare_now();
  for (long s = 0; s < job.steps; s++) {
    read_run(0, 0, n);
    gradient_run(0, 0, n);
    update_run(0, 0, n);
  }
  return bare_now() - begin;
}

static double two_threads(enum way way) {
  pthread_t other;
  job.way = way;
  atomic_store(&job.arrived, 0);
  double begin = bare_now();
  if (pthread_create(&other, NULL, steps, &job) != 0) {
    exit(1);
  }
  steps(NULL);
  pthread_join(other, NULL);
  return bare_now() - begin;
}

static void measure(long rows, long cols) {
  size_t n = (size_t)(rows * cols);
  float *all = bare_zeros(4 * n);
  job.rows = rows;
  job.cols = cols;
  job.steps = 4 + 100000000 / (rows * cols);
  job.w = all;
  job.g = all + n;
  job.m = all + 2 * n;
  job.v = all + 3 * n;
  for (size_t i = 0; i < n; i++) {
    job.v[i] = 1e-6f;
  }
  one_thread(); /* first touches of memory */
  double one = one_thread();
  printf("%ld x %ld: %.3f ms a step with one thread; two:", rows, cols, one / (double)job.steps * 1e3);
  for (int way = 0; way < WAYS; way++) {
    printf("%s %s %.2f times as fast", way == 0 ? "" : ";", name[way], one / two_threads((enum way)way));
  }
  printf("\n");
  free(all);
}

int main(void) {
  static const long shape[][2] = {{128, 256}, {512, 512}, {1500, 512}, {8192, 1024}, {25088, 1024}};
  for (int i = 0; i < 5; i++) {
    measure(shape[i][0], shape[i][1]);
  }
  return 0;
}
