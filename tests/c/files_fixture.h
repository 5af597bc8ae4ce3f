/* Small .npy files and pickles, written by hand. */
#ifndef TN_TESTS_FILES_FIXTURE_H
#define TN_TESTS_FILES_FIXTURE_H

#include <string.h>

#include "files/npy.h"
#include "files/sequences.h"
#include "platform/alloc.h"
#include "tn_test.h"

/* Bytes that grow; tests stay below its size. */
struct bytes {
  uint8_t at[4096];
  int64_t n;
};

static inline void put(struct bytes *b, const void *from, size_t n) {
  memcpy(b->at + b->n, from, n);
  b->n += (int64_t)n;
}

/* A literal without its last zero; it may hold zeros. */
#define PUT(b, literal) put(b, literal, sizeof(literal) - 1)

/* Magic, version, header, values. */
static inline void put_npy(struct bytes *b, int version, const char *header, const void *values,
                           size_t n) {
  uint32_t length = (uint32_t)strlen(header);
  uint8_t low[4] = {(uint8_t)length, (uint8_t)(length >> 8), 0, 0},
          numbers[2] = {(uint8_t)version, 0};
  PUT(b, "\x93NUMPY");
  put(b, numbers, 2);
  put(b, low, version == 1 ? 2 : 4);
  put(b, header, length);
  put(b, values, n);
}

enum byte_order { LOW_FIRST, HIGH_FIRST, NATIVE };

/* The bytes of n doubles. */
static inline void put_doubles(uint8_t *to, const double *values, int n, enum byte_order order) {
  memcpy(to, values, (size_t)n * sizeof *values);
  for (int k = 0; k < 8 * n && order != NATIVE; k++) {
    uint64_t bits;
    memcpy(&bits, values + k / 8, sizeof bits);
    int shift = order == LOW_FIRST ? k % 8 : 7 - k % 8;
    to[k] = (uint8_t)(bits >> (8 * shift));
  }
}

#define RECONSTRUCT                             \
  "\x80\x02"                                    \
  "cnumpy.core.multiarray\n_reconstruct\nq\x00" \
  "cnumpy\nndarray\nq\x01"                      \
  "K\x00\x85q\x02U\x01"                         \
  "bq\x03\x87q\x04Rq\x05"
#define OBJECT_TYPE                                                \
  "cnumpy\ndtype\nq\x07U\x02O8q\x08K\x00K\x01\x87q\x09Rq\x0a"      \
  "(K\x03U\x01|q\x0bNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tq\x0c" \
  "b\x89"

/* What NumPy writes for an array of two objects, protocol 2: the lists [1, 300] and [70000]. */
static inline void put_two_lists(struct bytes *b) {
  PUT(b, RECONSTRUCT "(K\x01K\x02\x85q\x06" OBJECT_TYPE);
  PUT(b,
      "]q\x0d(]q\x0e(K\x01M\x2c\x01"
      "e]q\x0fJ\x70\x11\x01\x00"
      "ae"
      "tq\x10"
      "b.");
}

#endif
