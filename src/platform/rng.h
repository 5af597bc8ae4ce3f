/* Counter-based random numbers, Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC 2011).
 * A stream is named by what it is for, never by who draws: the same numbers for any thread count. */
#ifndef TN_PLATFORM_RNG_H
#define TN_PLATFORM_RNG_H

#include <stdint.h>

enum tn_purpose {
  TN_PURPOSE_INIT = 1,
  TN_PURPOSE_SHUFFLE = 2,
  TN_PURPOSE_DROPOUT = 3,
  TN_PURPOSE_NOISE = 4,
  TN_PURPOSE_SAMPLE = 5,
  TN_PURPOSE_PERMUTE = 6
};

/* One stream: key = seed, counter = (block, item, step, purpose << 24 | id). */
struct tn_stream {
  uint32_t key[2];
  uint32_t step;
  uint32_t tag;
};

/* id (node, layer) below 2^24; step is taken modulo 2^32. */
struct tn_stream tn_stream_make(uint64_t seed, enum tn_purpose purpose, uint32_t id, uint64_t step);

/* Element i of item's sequence: out[k] = value number (from + k). item is a row of the batch, an
 * epoch, whatever numbers the work. from must be a multiple of 4. */
void tn_stream_uniform(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                       float *out); /* [0, 1), multiples of 2^-24 */
void tn_stream_normal(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                      float *out); /* N(0, 1), Box-Muller */
void tn_stream_bits(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                    uint32_t *out);

/* Fisher-Yates of order[0..n), unbiased, by stream and item. */
void tn_stream_shuffle(const struct tn_stream *s, uint32_t item, int64_t n, int64_t *order);

#endif
