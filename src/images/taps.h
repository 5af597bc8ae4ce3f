/* Which pixels of an axis make the pixels of a longer or shorter one, and how much each counts. The
 * filters and all rounding are Pillow's. */
#ifndef TN_IMAGES_TAPS_H
#define TN_IMAGES_TAPS_H

#include <stdint.h>

#include "platform/status.h"

struct tn_taps {
  int64_t n, most;  /* pixels of the new axis; no one has more taps than this */
  int64_t *first;   /* n: the first old pixel */
  int64_t *count;   /* n: how many from there on */
  double *weight;   /* n x most: shares of 1 */
  int32_t *fixed;   /* n x most: the same with 22 bits behind the point */
};

/* filter: box, bilinear, hamming, bicubic or lanczos. taps is freed by tn_taps_free, also after an error. */
enum tn_status tn_taps_init(struct tn_taps *taps, const char *filter, int64_t old, int64_t new,
                            struct tn_error *err) TN_MUST_CHECK;
void tn_taps_free(struct tn_taps *taps);

/* The one old pixel that each of the `new` ones shows. */
void tn_taps_nearest(int64_t old, int64_t new, int64_t *place);

#endif
