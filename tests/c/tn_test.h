/* The smallest test frame: TEST(name) { CHECK(..); }, RUN(name) in main, tn_test_summary() at its
 * end. Prints "ok name" or "not ok name: why" and closes with "N passed, N failed". */
#ifndef TN_TESTS_TN_TEST_H
#define TN_TESTS_TN_TEST_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/threads.h"

static int tn_passed, tn_failed, tn_broken;

#define TEST(name) static void test_##name(void)

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      tn_complain(__FILE__, __LINE__, #condition);                                 \
    }                                                                              \
  } while (0)

/* |a - b| <= tolerance; NaN fails. */
#define CHECK_NEAR(a, b, tolerance)                                                \
  do {                                                                             \
    double near_a = (double)(a), near_b = (double)(b);                             \
    if (!(fabs(near_a - near_b) <= (double)(tolerance))) {                         \
      char near_text[160];                                                         \
      snprintf(near_text, sizeof near_text, "%s = %.9g, expected %.9g", #a, near_a, near_b); \
      tn_complain(__FILE__, __LINE__, near_text);                                  \
    }                                                                              \
  } while (0)

#define RUN(name)                                  \
  do {                                             \
    tn_broken = 0;                                 \
    test_##name();                                 \
    tn_note(#name);                                \
  } while (0)

static inline void tn_complain(const char *file, int line, const char *what) {
  if (tn_broken++ < 5) {
    printf("  %s:%d: %s\n", file, line, what);
  }
}

static inline void tn_note(const char *name) {
  if (tn_broken == 0) {
    tn_passed++;
    printf("ok %s\n", name);
  } else {
    tn_failed++;
    printf("not ok %s: %d checks failed\n", name, tn_broken);
  }
}

/* The next of a stream of numbers below a bound (xorshift); the state must not be 0. */
static inline uint32_t chance(uint64_t *state, uint32_t below) {
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (uint32_t)((*state >> 32) % below);
}

/* Argument k as a number; where it is not given, the environment's variable, if it has one, or `usual`. */
static inline int64_t tn_test_number(int argc, char **argv, int k, const char *variable, int64_t usual) {
  const char *text = argc > k ? argv[k] : variable != NULL ? getenv(variable) : NULL;
  return text != NULL ? (int64_t)atoll(text) : usual;
}

static inline int tn_test_summary(void) {
  tn_threads_end();
  printf("%d passed, %d failed\n", tn_passed, tn_failed);
  return tn_failed == 0 ? 0 : 1;
}

#endif
