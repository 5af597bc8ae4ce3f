/* What the bare-kernel loops share. */
#ifndef BENCH_BARE_H
#define BENCH_BARE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BARE_RUNS = 7 };

static inline double bare_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline float *bare_zeros(size_t n) { return calloc(n, sizeof(float)); }

static inline float *bare_random(size_t n, float scale) {
  float *x = bare_zeros(n);
  for (size_t i = 0; i < n; i++) {
    x[i] = scale * (2 * (float)rand() / (float)RAND_MAX - 1);
  }
  return x;
}

static inline int32_t *bare_order(int32_t n) {
  int32_t *order = malloc((size_t)n * sizeof *order);
  for (int32_t i = 0; i < n; i++) {
    order[i] = i;
  }
  return order;
}

static inline void bare_shuffle(int32_t *order, int32_t n) {
  for (int32_t i = n - 1; i > 0; i--) {
    int32_t j = rand() % (i + 1), keep = order[i];
    order[i] = order[j];
    order[j] = keep;
  }
}

/* A whole file of 32-bit integers. */
static inline int32_t *bare_read(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    return NULL;
  }
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  int32_t *raw = malloc((size_t)size);
  if (raw && fread(raw, 1, (size_t)size, file) != (size_t)size) {
    free(raw);
    raw = NULL;
  }
  fclose(file);
  return raw;
}

static inline int bare_compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static inline void bare_report(const char *label, double *seconds) {
  qsort(seconds, BARE_RUNS, sizeof *seconds, bare_compare);
  printf("%s\t%.6f\n", label, seconds[BARE_RUNS / 2]);
}

#endif
