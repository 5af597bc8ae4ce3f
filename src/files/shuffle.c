#include "files/shuffle.h"

enum { N = 624, M = 397 };

void tn_twister_init(struct tn_twister *t, uint32_t seed) {
  t->state[0] = seed;
  for (uint32_t k = 1; k < N; k++) {
    uint32_t before = t->state[k - 1];
    t->state[k] = 1812433253u * (before ^ before >> 30) + k;
  }
  t->at = N;
}

static void renew(uint32_t *s) {
  for (int k = 0; k < N; k++) {
    uint32_t mixed = (s[k] & 0x80000000u) | (s[(k + 1) % N] & 0x7FFFFFFFu);
    s[k] = s[(k + M) % N] ^ mixed >> 1 ^ (mixed & 1 ? 0x9908B0DFu : 0);
  }
}

uint32_t tn_twister_next(struct tn_twister *t) {
  if (t->at == N) {
    renew(t->state);
    t->at = 0;
  }
  uint32_t y = t->state[t->at++];
  y ^= y >> 11;
  y ^= y << 7 & 0x9D2C5680u;
  y ^= y << 15 & 0xEFC60000u;
  return y ^ y >> 18;
}

/* A whole number in 0 ... most: as many low bits as it takes, drawn again while too large. */
static uint32_t draw(struct tn_twister *t, uint32_t most) {
  uint32_t mask = most, value;
  for (int by = 1; by < 32; by *= 2) {
    mask |= mask >> by;
  }
  do {
    value = tn_twister_next(t) & mask;
  } while (value > most);
  return value;
}

void tn_twister_shuffle(struct tn_twister *t, int32_t *order, int32_t n) {
  for (int32_t k = 0; k < n; k++) {
    order[k] = k;
  }
  for (int32_t k = n - 1; k > 0; k--) {
    uint32_t with = draw(t, (uint32_t)k);
    int32_t kept = order[k];
    order[k] = order[with];
    order[with] = kept;
  }
}
