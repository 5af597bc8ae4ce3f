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

/* Image k of `new` is made of image sample[k] of `old`, which has as many channels, as plan[k] says. All steps of
 * an image are done while it lies in a buffer; any number of threads gives the same bits. */
enum tn_status tn_transform_images(const double *x, const struct tn_images *old, const int64_t *sample,
                                   const struct tn_transform *plan, struct tn_outside outside, double *out,
                                   const struct tn_images *new, struct tn_error *err) TN_MUST_CHECK;

#endif
