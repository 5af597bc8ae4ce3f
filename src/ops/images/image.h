/* Samples of cells in rows, channels innermost: (B,H,W,C); (B,T,C) counts as images of height 1. */
#ifndef TN_OPS_IMAGES_IMAGE_H
#define TN_OPS_IMAGES_IMAGE_H

#include "ops/op.h"

struct tn_image {
  int64_t batch, height, width, channels;
};

/* Input 0 must be floats of `axes` axes (1 or 2) between samples and channels. who: "a pooling layer",
 * begins the message. */
enum tn_status tn_image_check(const struct tn_infer *io, int axes, const char *who,
                              struct tn_error *err) TN_MUST_CHECK;
/* Of rank 3 or 4. */
struct tn_image tn_image_of(const struct tn_shape *s);
/* The shape of an output; one of more values than can be counted is an error. */
enum tn_status tn_image_shape(const struct tn_image *image, int axes, struct tn_shape *out,
                              struct tn_error *err) TN_MUST_CHECK;
/* Floats of one sample. */
static inline int64_t tn_image_size(const struct tn_image *image) {
  return image->height * image->width * image->channels;
}
/* Items into which `units` fall (samples, rows) that handle `floats` in all. */
int64_t tn_image_items(int64_t units, int64_t floats);

#endif
