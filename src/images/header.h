/* What the first look at an image file tells: its format by content, its size, whether it is whole. A
 * decoder would fill what is missing with grey, or read past the end. */
#ifndef TN_IMAGES_HEADER_H
#define TN_IMAGES_HEADER_H

#include <stdint.h>

enum tn_image_format { TN_IMAGE_UNKNOWN = 0, TN_IMAGE_PNG, TN_IMAGE_JPEG, TN_IMAGE_OTHER };

struct tn_image_header {
  enum tn_image_format format; /* OTHER: BMP, GIF, TIFF, WebP, PNM, of which nothing more is told */
  int64_t height, width;
  int bits;          /* of one colour of a pixel */
  const char *fault; /* a sentence why the file cannot be read; NULL when it is whole */
};

void tn_image_header(const uint8_t *bytes, int64_t n, struct tn_image_header *out);

#endif
