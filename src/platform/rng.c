/* Philox4x32-10. Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011). */
#include "platform/rng.h"

#include <math.h>

enum { ROUNDS = 10 };

void tn_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]) {
  uint32_t k0 = key[0], k1 = key[1];
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int i = 0; i < ROUNDS; i++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0;
    uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

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

void tn_stream_bits(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                    uint32_t *out) {
  uint32_t word[4];
  for (int64_t i = 0; i < n; i += 4) {
    block(s, item, (from + i) / 4, word);
    for (int64_t k = 0; k < 4 && i + k < n; k++) {
      out[i + k] = word[k];
    }
  }
}

void tn_stream_uniform(const struct tn_stream *s, uint32_t item, int64_t from, int64_t n,
                       float *out) {
  uint32_t word[4];
  for (int64_t i = 0; i < n; i += 4) {
    block(s, item, (from + i) / 4, word);
    for (int64_t k = 0; k < 4 && i + k < n; k++) {
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
  uint32_t word[4];
  float value[4];
  for (int64_t i = 0; i < n; i += 4) {
    block(s, item, (from + i) / 4, word);
    normal_pair(word[0], word[1], value);
    normal_pair(word[2], word[3], value + 2);
    for (int64_t k = 0; k < 4 && i + k < n; k++) {
      out[i + k] = value[k];
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
