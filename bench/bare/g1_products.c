/* G1: our own matrix product and OpenBLAS on one thread each, in turns, over the products of the rows P1 to P8
 * as training makes them, and some larger ones in all four forms. Argument: the instruction set to use (1 AVX2,
 * 2 AVX-512). Prints "label<TAB>seconds of ours<TAB>seconds of OpenBLAS": lower quartiles of the thread's own
 * time, since other programs may be at work. Exits with 3 where the processor has not that instruction set. */
#include <cblas.h>
#include <string.h>

#include "bare.h"
#include "kernels/gemm_own.h"
#include "platform/simd.h"

void openblas_set_num_threads(int n);

enum { MOST_RUNS = 4000, LEAST_RUNS = 7 };
static const double budget = 0.05; /* seconds for one product */

struct form {
  const char *row;
  int ta, tb, m, n, k;
};

/* A layer without its input's gradient: Z (batch, out) = X W; dW (in, out) += X' dZ. */
#define FIRST(row, batch, in, out) {row, 0, 0, batch, out, in}, {row, 1, 0, in, out, batch}
/* And with it: dX (batch, in) = dZ W'. */
#define LAYER(row, batch, in, out) FIRST(row, batch, in, out), {row, 0, 1, batch, in, out}
#define ALL(m, n, k) {"G1", 0, 0, m, n, k}, {"G1", 1, 0, m, n, k}, {"G1", 0, 1, m, n, k}, {"G1", 1, 1, m, n, k}

static const struct form forms[] = {
    ALL(32, 256, 256), ALL(256, 1024, 1024), ALL(64, 1024, 25088), ALL(1024, 1024, 1024),
    LAYER("P1", 512, 16, 16), LAYER("P1", 512, 16, 1),
    FIRST("P2", 32, 8, 256), LAYER("P2", 32, 256, 256), LAYER("P2", 32, 256, 128), LAYER("P2", 32, 128, 17),
    LAYER("P3", 64, 100, 70), LAYER("P3", 64, 70, 1),
    LAYER("P4", 64, 512, 64), LAYER("P4", 64, 64, 21),
    FIRST("P5", 64, 25088, 1024), LAYER("P5", 64, 1024, 256), LAYER("P5", 64, 256, 20),
    {"P7", 0, 0, 8, 4096, 25088}, {"P7", 0, 0, 8, 4096, 4096}, {"P7", 0, 0, 8, 1000, 4096},
    LAYER("P8", 2560, 128, 256), {"P8", 1, 0, 64, 256, 2560}, {"P8", 0, 0, 32, 256, 64}, {"P8", 0, 1, 32, 64, 256},
    LAYER("P8", 32, 64, 1),
    LAYER("512", 128, 512, 512), LAYER("512", 256, 512, 512), LAYER("512", 128, 512, 1),
};
enum { FORMS = sizeof forms / sizeof *forms };

static float *a, *b, *c;

static double thread_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Weight gradients are added to what is there, as in training. */
static void ours(const struct form *f) {
  tn_gemm_own(f->ta ? TN_TRANS : TN_NO_TRANS, f->tb ? TN_TRANS : TN_NO_TRANS, f->m, f->n, f->k, a,
              f->ta ? f->m : f->k, b, f->tb ? f->k : f->n, f->ta, c, f->n);
}

static void theirs(const struct form *f) {
  cblas_sgemm(CblasRowMajor, f->ta ? CblasTrans : CblasNoTrans, f->tb ? CblasTrans : CblasNoTrans, f->m, f->n,
              f->k, 1, a, f->ta ? f->m : f->k, b, f->tb ? f->k : f->n, f->ta ? 1 : 0, c, f->n);
}

/* Seconds of one call; small products are called once before the clock starts, and several times. */
static double seconds_of(void (*product)(const struct form *), const struct form *f, int calls) {
  if (calls > 1) product(f);
  double start = thread_seconds();
  for (int i = 0; i < calls; i++) product(f);
  return (thread_seconds() - start) / calls;
}

static void measure(const struct form *f) {
  static double own[MOST_RUNS], blas[MOST_RUNS];
  double size = (double)f->m * f->n * f->k, start = thread_seconds();
  int calls = size < 1e6 ? 1 + (int)(2e6 / size) : 1, runs = 0;
  for (; runs < MOST_RUNS && (runs < LEAST_RUNS || thread_seconds() - start < budget); runs++) {
    own[runs] = seconds_of(ours, f, calls);
    blas[runs] = seconds_of(theirs, f, calls);
  }
  qsort(own, (size_t)runs, sizeof *own, bare_compare);
  qsort(blas, (size_t)runs, sizeof *blas, bare_compare);
  printf("%-3s %c%c %d x %d x %d\t%.9f\t%.9f\n", f->row, "NT"[f->ta], "NT"[f->tb], f->m, f->n, f->k, own[runs / 4],
         blas[runs / 4]);
}

static size_t larger(size_t x, size_t y) { return x > y ? x : y; }

int main(int argc, char **argv) {
  enum tn_simd wanted = argc > 1 && atoi(argv[1]) == 2 ? TN_SIMD_AVX512 : TN_SIMD_AVX2;
  if (tn_simd_limit(wanted) != wanted) return 3;
  openblas_set_num_threads(1);
  size_t most_a = 0, most_b = 0, most_c = 0;
  for (int i = 0; i < FORMS; i++) {
    size_t m = (size_t)forms[i].m, n = (size_t)forms[i].n, k = (size_t)forms[i].k;
    most_a = larger(most_a, m * k);
    most_b = larger(most_b, k * n);
    most_c = larger(most_c, m * n);
  }
  a = bare_random(most_a, 1);
  b = bare_random(most_b, 1);
  c = bare_zeros(most_c);
  for (int i = 0; i < FORMS; i++) measure(&forms[i]);
  return 0;
}
