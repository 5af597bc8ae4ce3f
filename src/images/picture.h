/* Pixels as decoders of R give them, and the colours that are read from them. */
#ifndef TN_IMAGES_PICTURE_H
#define TN_IMAGES_PICTURE_H

#include <stdint.h>

struct tn_picture {
  const double *value;   /* (H, W, planes), rows fastest; 0 to 1 */
  int64_t height, width;
  int planes;            /* 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha, or CMYK */
  int cmyk;              /* as JPEG files hold it: 1 is no ink */
  int deep;              /* 16 bits a value, not 8 */
};

/* Grey levels of channel c (of 1: grey, 3: RGB, 4: RGB and alpha) as (H, W), rows fastest. 0 to 255; one
 * channel of deep grey keeps its 16 bits, others take what is above 255 as 255. Deep colours keep their
 * upper 8 bits. Alpha is left out, not blended; where there is none it is 255. premultiplied: colours times
 * alpha. */
void tn_picture_plane(const struct tn_picture *picture, int channels, int c, int premultiplied,
                      int32_t *out);

/* Whether its channels are those that are wanted, so that tn_picture_levels() gives them. */
int tn_picture_is(const struct tn_picture *picture, int channels);
/* Values k / 255 as levels k, in place. */
void tn_picture_levels(double *value, int64_t n);

int tn_picture_has_alpha(const struct tn_picture *picture);
/* Whether one channel of it has 16 bits. */
int tn_picture_is_deep_grey(const struct tn_picture *picture);

/* a * b / 255, rounded, for 0 to 255. */
int32_t tn_level_product(int32_t a, int32_t b);

#endif
