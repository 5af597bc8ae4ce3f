#include "text/word_hash.h"

#include <string.h>

int64_t tn_word_hash(struct tn_text word, int64_t m) {
  uint64_t h = 0xCBF29CE484222325u;
  for (int64_t i = 0; i < word.n; i++) {
    h = (h ^ (unsigned char)word.at[i]) * 0x100000001B3u;
  }
  h ^= h >> 32;
  h *= 0x9E3779B97F4A7C15u;
  h ^= h >> 32;
  return (int64_t)(h % (uint64_t)m);
}

/* The constants of RFC 1321: floor(2^32 |sin(i + 1)|). */
static const uint32_t sines[64] = {
    0xD76AA478, 0xE8C7B756, 0x242070DB, 0xC1BDCEEE, 0xF57C0FAF, 0x4787C62A, 0xA8304613, 0xFD469501,
    0x698098D8, 0x8B44F7AF, 0xFFFF5BB1, 0x895CD7BE, 0x6B901122, 0xFD987193, 0xA679438E, 0x49B40821,
    0xF61E2562, 0xC040B340, 0x265E5A51, 0xE9B6C7AA, 0xD62F105D, 0x02441453, 0xD8A1E681, 0xE7D3FBC8,
    0x21E1CDE6, 0xC33707D6, 0xF4D50D87, 0x455A14ED, 0xA9E3E905, 0xFCEFA3F8, 0x676F02D9, 0x8D2A4C8A,
    0xFFFA3942, 0x8771F681, 0x6D9D6122, 0xFDE5380C, 0xA4BEEA44, 0x4BDECFA9, 0xF6BB4B60, 0xBEBFBC70,
    0x289B7EC6, 0xEAA127FA, 0xD4EF3085, 0x04881D05, 0xD9D4D039, 0xE6DB99E5, 0x1FA27CF8, 0xC4AC5665,
    0xF4292244, 0x432AFF97, 0xAB9423A7, 0xFC93A039, 0x655B59C3, 0x8F0CCC92, 0xFFEFF47D, 0x85845DD1,
    0x6FA87E4F, 0xFE2CE6E0, 0xA3014314, 0x4E0811A1, 0xF7537E82, 0xBD3AF235, 0x2AD7D2BB, 0xEB86D391};
static const uint8_t turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static void md5_block(uint32_t state[4], const uint8_t *block) {
  uint32_t m[16], a = state[0], b = state[1], c = state[2], d = state[3];
  for (int k = 0; k < 16; k++) {
    const uint8_t *p = block + 4 * k;
    m[k] = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
  }
  for (int k = 0; k < 64; k++) {
    int round = k / 16, word = k;
    uint32_t f;
    switch (round) {
      case 0: f = (b & c) | (~b & d); break;
      case 1: f = (d & b) | (~d & c); word = 5 * k + 1; break;
      case 2: f = b ^ c ^ d; word = 3 * k + 5; break;
      default: f = c ^ (b | ~d); word = 7 * k;
    }
    uint32_t sum = a + f + sines[k] + m[word % 16];
    int turn = turns[round][k % 4];
    a = d;
    d = c;
    c = b;
    b += sum << turn | sum >> (32 - turn);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

void tn_md5(struct tn_text text, uint8_t digest[16]) {
  uint32_t state[4] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  uint8_t tail[128] = {0};
  int64_t whole = text.n / 64 * 64, rest = text.n - whole;
  for (int64_t i = 0; i < whole; i += 64) {
    md5_block(state, (const uint8_t *)text.at + i);
  }
  if (rest > 0) {
    memcpy(tail, text.at + whole, (size_t)rest);
  }
  tail[rest] = 0x80;
  int size = rest < 56 ? 64 : 128;
  for (int k = 0; k < 8; k++) {
    tail[size - 8 + k] = (uint8_t)((uint64_t)text.n * 8 >> (8 * k));
  }
  for (int i = 0; i < size; i += 64) {
    md5_block(state, tail + i);
  }
  for (int k = 0; k < 16; k++) {
    digest[k] = (uint8_t)(state[k / 4] >> (8 * (k % 4)));
  }
}

int64_t tn_word_md5(struct tn_text word, int64_t m) {
  uint8_t digest[16];
  uint64_t rest = 0;
  tn_md5(word, digest);
  for (int k = 0; k < 16; k++) {
    rest = (rest << 8 | digest[k]) % (uint64_t)m;
  }
  return (int64_t)rest;
}
