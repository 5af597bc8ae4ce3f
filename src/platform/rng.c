#include "platform/rng.h"

#include <math.h>
#include <string.h>

#include "platform/philox.h"

struct tn_stream tn_stream_make(uint64_t seed, enum tn_purpose purpose, uint32_t id,
                                uint64_t step) {
  struct tn_stream s = {{(uint32_t)seed, (uint32_t)(seed >> 32)},
                        (uint32_t)step,
                        (uint32_t)purpose << 24 | (id & 0xFFFFFFu)};
  return s;
}

static void block(const struct tn_stream *s, uint32_t item, int64_t number, uint32_t out[4]) {
  uint32_t counter[4] = {(uint32_t)number, item, s->step, s->tag};
  tn_philox(s->key, counter, out);
}

enum { WORDS = 64 };

/* Words from + i .. of the sequence into word, at most WORDS; returns how many of n. */
static int64_t some_words(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                          uint32_t *word) {
  uint32_t counter[4] = {(uint32_t)(from / 4), item, s->step, s->tag};
  int64_t count = n < WORDS ? n : WORDS;
  tn_philox_run(s->key, counter, (count + 3) / 4, word);
  return count;
}

void tn_stream_bits(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                    uint32_t *out) {
  uint32_t counter[4] = {(uint32_t)(from / 4), item, s->step, s->tag}, last[4];
  tn_philox_run(s->key, counter, n / 4, out);
  if (n % 4 > 0) {
    block(s, item, (from + n) / 4, last);
    memcpy(out + n / 4 * 4, last, (size_t)(n % 4) * sizeof *last);
  }
}

void tn_stream_uniform(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                       float *out) {
  uint32_t word[WORDS];
  for (int64_t i = 0, count; i < n; i += count) {
    count = some_words(s, item, from + i, n - i, word);
    for (int64_t k = 0; k < count; k++) {
      out[i + k] = (float)(word[k] >> 8) * 0x1p-24f;
    }
  }
}

/* Box-Muller on pairs of words; u in (0, 1] so that the logarithm is finite. */
static void normal_pair(uint32_t a, uint32_t b, float *out) {
  double u = ((double)a + 1) * 0x1p-32, angle = 6.283185307179586 * (double)b * 0x1p-32;
  double radius = sqrt(-2 * log(u));
  out[0] = (float)(radius * cos(angle));
  out[1] = (float)(radius * sin(angle));
}

void tn_stream_normal(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                      float *out) {
  uint32_t word[WORDS];
  float pair[2];
  for (int64_t i = 0, count; i < n; i += count) {
    count = some_words(s, item, from + i, n - i, word);
    for (int64_t k = 0; k < count; k += 2) {
      normal_pair(word[k], word[k + 1], pair);
      out[i + k] = pair[0];
      if (k + 1 < count) {
        out[i + k + 1] = pair[1];
      }
    }
  }
}

/* A whole number in 0..bound-1 without bias: draws are thrown away above the last full multiple. */
static uint64_t below(const struct tn_stream *s, uint32_t item, uint64_t bound, int64_t *used) {
  uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    uint32_t word[4];
    block(s, item, (*used)++, word);
    uint64_t draw = (uint64_t)word[0] << 32 | word[1];
    if (draw < limit) {
      return draw % bound;
    }
  }
}

void tn_stream_shuffle(const struct tn_stream *s, uint32_t item, int64_t n, int64_t *order) {
  int64_t used = 0;
  for (int64_t i = n - 1; i > 0; i--) {
    int64_t j = (int64_t)below(s, item, (uint64_t)i + 1, &used);
    int64_t kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}
