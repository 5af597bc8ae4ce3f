/* Random streams: known answers of Philox4x32-10, the same words however they are asked for, moments,
 * shuffles. */
#include "platform/philox.h"
#include "platform/rng.h"
#include "platform/simd.h"
#include "tn_test.h"

/* Answers of the reference implementation, Random123 (kat_vectors). */
TEST(known_answers) {
  static const uint32_t cases[3][10] = {
      {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
      {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d,
       0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
      {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
       0x94fdcceb, 0x5001e420, 0x24126ea1}};
  for (int k = 0; k < 3; k++) {
    uint32_t out[4];
    tn_philox(cases[k] + 4, cases[k], out);
    CHECK(memcmp(out, cases[k] + 6, sizeof out) == 0);
  }
}

TEST(runs_of_blocks_are_single_blocks) {
  const uint32_t key[2] = {17, 4}, start[4] = {0xfffffffb, 2, 3, 4}; /* counter 0 wraps round */
  static const int64_t sizes[] = {0, 1, 7, 8, 9, 21};
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX512; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (int k = 0; k < 6; k++) {
      uint32_t run[84], one[4], at[4] = {start[0], start[1], start[2], start[3]};
      tn_philox_run(key, start, sizes[k], run);
      for (int64_t b = 0; b < sizes[k]; b++, at[0]++) {
        tn_philox(key, at, one);
        CHECK(memcmp(one, run + 4 * b, sizeof one) == 0);
      }
    }
  }
}

TEST(parts_of_a_sequence_are_the_sequence) {
  struct tn_stream s = tn_stream_make(5, TN_PURPOSE_DROPOUT, 3, 9);
  uint32_t bits[300], part[300];
  float normal[300], some[300], uniform[300];
  tn_stream_bits(&s, 1, 0, 300, bits);
  tn_stream_normal(&s, 1, 0, 300, normal);
  tn_stream_uniform(&s, 1, 0, 300, uniform);
  for (int64_t from = 0; from < 300; from += 52) {
    for (int64_t n = 1; from + n <= 300; n += 31) {
      tn_stream_bits(&s, 1, from, n, part);
      CHECK(memcmp(part, bits + from, (size_t)n * sizeof *part) == 0);
      tn_stream_normal(&s, 1, from, n, some);
      CHECK(memcmp(some, normal + from, (size_t)n * sizeof *some) == 0);
      tn_stream_uniform(&s, 1, from, n, some);
      CHECK(memcmp(some, uniform + from, (size_t)n * sizeof *some) == 0);
    }
  }
}

TEST(names_tell_streams_apart) {
  uint32_t first[4], other[4];
  struct tn_stream s = tn_stream_make(5, TN_PURPOSE_DROPOUT, 3, 9);
  tn_stream_bits(&s, 1, 0, 4, first);
  struct tn_stream others[] = {
      tn_stream_make(6, TN_PURPOSE_DROPOUT, 3, 9), tn_stream_make(5, TN_PURPOSE_NOISE, 3, 9),
      tn_stream_make(5, TN_PURPOSE_DROPOUT, 4, 9), tn_stream_make(5, TN_PURPOSE_DROPOUT, 3, 8),
      tn_stream_make(5 + (UINT64_C(1) << 32), TN_PURPOSE_DROPOUT, 3, 9)};
  for (int k = 0; k < 5; k++) {
    tn_stream_bits(&others[k], 1, 0, 4, other);
    CHECK(memcmp(first, other, sizeof other) != 0);
  }
  tn_stream_bits(&s, 2, 0, 4, other);
  CHECK(memcmp(first, other, sizeof other) != 0);
}

TEST(moments) {
  enum { N = 200000 };
  static float x[N];
  struct tn_stream s = tn_stream_make(1, TN_PURPOSE_SAMPLE, 0, 0);
  double sum = 0, square = 0;
  tn_stream_uniform(&s, 0, 0, N, x);
  for (int i = 0; i < N; i++) {
    CHECK(x[i] >= 0 && x[i] < 1);
    sum += x[i];
  }
  CHECK_NEAR(sum / N, 0.5, 5 * 0.2887 / sqrt(N)); /* five standard errors */
  tn_stream_normal(&s, 0, 0, N, x);
  sum = 0;
  for (int i = 0; i < N; i++) {
    sum += x[i];
    square += (double)x[i] * x[i];
  }
  CHECK_NEAR(sum / N, 0, 5 / sqrt(N));
  CHECK_NEAR(square / N, 1, 5 * sqrt(2.0 / N));
}

TEST(shuffles) {
  struct tn_stream s = tn_stream_make(1, TN_PURPOSE_SHUFFLE, 0, 0);
  int64_t order[50], seen[50] = {0}, moved = 0;
  for (int64_t i = 0; i < 50; i++) {
    order[i] = i;
  }
  tn_stream_shuffle(&s, 0, 50, order);
  for (int64_t i = 0; i < 50; i++) {
    CHECK(order[i] >= 0 && order[i] < 50 && seen[order[i]]++ == 0);
    moved += order[i] != i;
  }
  CHECK(moved > 40);
  tn_stream_shuffle(&s, 0, 0, order);
  tn_stream_shuffle(&s, 0, 1, order);
}

int main(void) {
  RUN(known_answers);
  RUN(runs_of_blocks_are_single_blocks);
  RUN(parts_of_a_sequence_are_the_sequence);
  RUN(names_tell_streams_apart);
  RUN(moments);
  RUN(shuffles);
  return tn_test_summary();
}
