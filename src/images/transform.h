/* What a generator of images does to each of them: an affine transform, then other levels. */
#ifndef TN_IMAGES_TRANSFORM_H
#define TN_IMAGES_TRANSFORM_H

#include "images/affine.h"
#include "platform/status.h"

struct tn_transform {
  struct tn_affine affine;
  double channel_shift; /* added to all levels, which stay between the least and the largest of the image */
  int brighten;         /* whether whole levels of 0 to 255 are multiplied by brightness, as Pillow does */
  double brightness;
};

/* Images of one size, as R's arrays hold them: (n, H, W, C), the values of all samples at one place side by
 * side. */
struct tn_images {
  int64_t n;
  struct tn_image_size size;
};

/* Where images are taken from: as above, or packed: levels of a byte, the values of an image (H, W, C) side by side. One
 * of the two is NULL. Of many images a few are found in half the time when packed: those of a batch lie anywhere. */
struct tn_image_values {
  const double *value;
  const uint8_t *packed;
};

/* Packs n images of `values` values each; 0 when one of these is no whole number from 0 to 255. */
int tn_images_pack(const double *x, int64_t n, int64_t values, uint8_t *out);

/* Image k of `new` is made of image sample[k] of `old`, which has as many channels, as plan[k] says. Images
 * are made column by column, so that all steps of a column are done while it lies in the cache; any number of threads
 * gives the same bits. */
enum tn_status tn_transform_images(struct tn_image_values x, const struct tn_images *old, const int64_t *sample,
                                   const struct tn_transform *plan, struct tn_outside outside, double *out,
                                   const struct tn_images *new, struct tn_error *err) TN_MUST_CHECK;

#endif
