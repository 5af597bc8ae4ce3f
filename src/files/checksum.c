#include "files/checksum.h"

#include <string.h>

/* Bit by bit, lowest first, the polynomial of the standard. */
uint32_t tn_crc32(uint32_t before, const uint8_t *bytes, size_t n) {
  uint32_t table[256], crc = ~before;
  for (uint32_t k = 0; k < 256; k++) {
    uint32_t c = k;
    for (int bit = 0; bit < 8; bit++) {
      c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
    }
    table[k] = c;
  }
  for (size_t k = 0; k < n; k++) {
    crc = table[(crc ^ bytes[k]) & 0xFF] ^ crc >> 8;
  }
  return ~crc;
}

/* Fractional parts of the cube roots of the first 64 primes; of the square roots of the first 8. */
static const uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t first_state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

static uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void add_block(uint32_t state[8], const uint8_t block[64]) {
  uint32_t w[64], v[8];
  for (int k = 0; k < 16; k++) {
    w[k] = (uint32_t)block[4 * k] << 24 | (uint32_t)block[4 * k + 1] << 16 |
           (uint32_t)block[4 * k + 2] << 8 | block[4 * k + 3];
  }
  for (int k = 16; k < 64; k++) {
    uint32_t a = w[k - 15], b = w[k - 2];
    w[k] = w[k - 16] + w[k - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
           (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  memcpy(v, state, sizeof v);
  for (int k = 0; k < 64; k++) {
    uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    uint32_t one = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) + choice +
                   round_constant[k] + w[k];
    uint32_t two = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) + majority;
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += one;
    v[0] = one + two;
  }
  for (int k = 0; k < 8; k++) {
    state[k] += v[k];
  }
}

void tn_sha256_init(struct tn_sha256 *s) {
  memset(s, 0, sizeof *s);
  memcpy(s->state, first_state, sizeof first_state);
}

void tn_sha256_add(struct tn_sha256 *s, const uint8_t *bytes, size_t n) {
  while (n > 0) {
    size_t used = s->n % 64, part = 64 - used < n ? 64 - used : n;
    memcpy(s->block + used, bytes, part);
    s->n += part;
    bytes += part;
    n -= part;
    if (used + part == 64) {
      add_block(s->state, s->block);
    }
  }
}

void tn_sha256_text(struct tn_sha256 *s, char out[65]) {
  static const char digits[] = "0123456789abcdef";
  static const uint8_t filler[64] = {0x80};
  uint8_t length[8];
  for (int k = 0; k < 8; k++) {
    length[k] = (uint8_t)(8 * s->n >> (56 - 8 * k));
  }
  tn_sha256_add(s, filler, 1 + (119 - s->n % 64) % 64);
  tn_sha256_add(s, length, sizeof length);
  for (int k = 0; k < 64; k++) {
    out[k] = digits[s->state[k / 8] >> (28 - 4 * (k % 8)) & 0xF];
  }
  out[64] = '\0';
}
