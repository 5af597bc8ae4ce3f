/* Pixels between pixels: every pixel of a new image takes the value at a place of the old one, which is
 * an affine function of its own place. Values between four pixels are linear in both directions. */
#ifndef TN_IMAGES_AFFINE_H
#define TN_IMAGES_AFFINE_H

#include <stdint.h>

/* What stands outside of the image: its nearest pixel; `value`; the image mirrored (b a | a b c | c b); the
 * image again, its first and last pixel being the same place. */
enum tn_fill { TN_FILL_NEAREST, TN_FILL_CONSTANT, TN_FILL_REFLECT, TN_FILL_WRAP };

struct tn_outside {
  enum tn_fill fill;
  double value;
};

/* Place (row, column) that pixel (i, j) takes its value at, counted from 0: row[0] * i + row[1] * j + row[2],
 * and the same for the column. */
struct tn_affine {
  double row[3], column[3];
};

struct tn_image_size {
  int64_t height, width, channels;
};

/* rotation(theta) * shift(tx, ty) * shear * zoom about the centre of the image, angles in degrees, the first
 * coordinate the row; then the flips. */
struct tn_affine tn_affine_centred(double theta, double tx, double ty, double shear, double zx, double zy,
                                   int flip_horizontal, int flip_vertical, int64_t height, int64_t width);
/* The whole image in another size; corners keep their place. */
struct tn_affine tn_affine_stretched(struct tn_image_size from, int64_t height, int64_t width);

/* Four neighbours in a plane (H, W), rows fastest; the first is -1 where the pixel has the value of outside. */
struct tn_affine_place {
  int64_t at[4]; /* row and column: first first, second first, first second, second second */
  double down, along;
};

/* Where the `height` pixels of column j are found in images of this size. */
void tn_affine_places(const struct tn_affine *affine, struct tn_image_size size, enum tn_fill fill, int64_t j,
                      int64_t height, struct tn_affine_place *places);
/* The values of these pixels in one channel, of numbers or of levels of a byte. */
void tn_affine_values(const double *plane, const struct tn_affine_place *places, int64_t height, double outside,
                      double *out);
void tn_affine_levels(const uint8_t *plane, const struct tn_affine_place *places, int64_t height, double outside,
                      double *out);

#endif
