/* The order in which NumPy's RandomState(seed) shuffles: the Mersenne Twister MT19937 (Matsumoto
 * and Nishimura, 1998) and a Fisher-Yates shuffle from the end. Data sets are split by it. */
#ifndef TN_FILES_SHUFFLE_H
#define TN_FILES_SHUFFLE_H

#include <stdint.h>

struct tn_twister {
  uint32_t state[624];
  int at;
};

void tn_twister_init(struct tn_twister *t, uint32_t seed);
uint32_t tn_twister_next(struct tn_twister *t);

/* order = 0 ... n - 1, shuffled; the generator goes on from where it is. */
void tn_twister_shuffle(struct tn_twister *t, int32_t *order, int32_t n);

#endif
