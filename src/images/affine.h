/* Pixels between pixels: every pixel of a new image takes the value at a place of the old one, which is
 * an affine function of its own place. Values between four pixels are linear in both directions. */
#ifndef TN_IMAGES_AFFINE_H
#define TN_IMAGES_AFFINE_H

#include <stddef.h>
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

/* One image. in, out: (H, W, C), rows fastest, out of its own height and width. places: room for
 * tn_affine_room(). */
void tn_affine_sample(const double *in, struct tn_image_size size, const struct tn_affine *affine,
                      struct tn_outside outside, int64_t height, int64_t width, void *places, double *out);
size_t tn_affine_room(int64_t height);

#endif
