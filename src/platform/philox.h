/* The block function of the random streams; private to platform/rng.c and its tests. */
#ifndef TN_PLATFORM_PHILOX_H
#define TN_PLATFORM_PHILOX_H

#include <stdint.h>

/* 128 random bits from key and counter. */
void tn_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]);

/* The blocks of counters counter[0], counter[0] + 1, ... (n of them), one after the other. */
void tn_philox_run(const uint32_t key[2], const uint32_t counter[4], int64_t n, uint32_t *out);

#endif
