#include "images/affine.h"

#include <math.h>

struct tn_affine tn_affine_centred(double theta, double tx, double ty, double shear, double zx, double zy,
                                   int flip_horizontal, int flip_vertical, int64_t height, int64_t width) {
  const double degree = 3.14159265358979323846 / 180;
  double c = cos(theta * degree), s = sin(theta * degree);
  double slope = -sin(shear * degree), squeeze = cos(shear * degree);
  double ci = (double)(height - 1) / 2, cj = (double)(width - 1) / 2;
  double down = flip_vertical ? -zx : zx, along = flip_horizontal ? -zy : zy;
  struct tn_affine a = {{c * down, (c * slope - s * squeeze) * along, c * tx - s * ty + ci},
                        {s * down, (s * slope + c * squeeze) * along, s * tx + c * ty + cj}};
  a.row[2] -= a.row[0] * ci + a.row[1] * cj;
  a.column[2] -= a.column[0] * ci + a.column[1] * cj;
  return a;
}

static double stretch(int64_t from, int64_t to) {
  return to > 1 ? (double)(from - 1) / (double)(to - 1) : 1;
}

struct tn_affine tn_affine_stretched(struct tn_image_size from, int64_t height, int64_t width) {
  return (struct tn_affine){{stretch(from.height, height), 0, 0}, {0, stretch(from.width, width), 0}};
}

/* ---- places ---------------------------------------------------------------------------------------- */

/* Two neighbours on one axis and how much the second counts; inside is 0 where neither is looked at. */
struct between {
  int64_t first, second;
  double share;
  int inside;
};

/* Closer to the image than this is in it: what rounding takes from a right angle shall not show. */
#define EDGE 1e-9

static int64_t mirrored(int64_t k, int64_t n) { return k < n ? k : k < 2 * n ? 2 * n - 1 - k : 0; }

static double wrapped(double at, double period) {
  double rest = period > 0 ? fmod(at, period) : 0;
  return rest < 0 ? rest + period : rest;
}

/* A place that lies outside of 0 ... n - 1. */
static struct between place_outside(double at, int64_t n, enum tn_fill fill) {
  struct between b = {0, 0, 0, fill != TN_FILL_CONSTANT};
  if (fill == TN_FILL_REFLECT) {
    at = wrapped(at, 2 * (double)n);
  } else if (fill == TN_FILL_WRAP) {
    at = wrapped(at, (double)(n - 1));
  }
  double last = fill == TN_FILL_REFLECT ? 2 * (double)n : (double)(n - 1);
  at = at > 0 ? at < last ? at : last : 0; /* 0 for what is no number */
  b.first = (int64_t)at;
  b.share = at - (double)b.first;
  b.second = b.share > 0 ? b.first + 1 : b.first;
  if (fill == TN_FILL_REFLECT) {
    b.first = mirrored(b.first, n);
    b.second = mirrored(b.second, n);
  }
  return b;
}

static inline struct between place(double at, int64_t n, enum tn_fill fill) {
  double last = (double)(n - 1);
  if (!(at >= -EDGE && at <= last + EDGE)) {
    return place_outside(at, n, fill);
  }
  at = at > 0 ? at < last ? at : last : 0;
  struct between b = {(int64_t)at, 0, 0, 1};
  b.share = at - (double)b.first;
  b.second = b.first + (b.share > 0);
  return b;
}

/* ---- values ---------------------------------------------------------------------------------------- */

static inline struct tn_affine_place neighbours(const struct tn_affine *a, double i, double j,
                                                struct tn_image_size size, enum tn_fill fill) {
  struct between r = place(a->row[0] * i + a->row[1] * j + a->row[2], size.height, fill);
  struct between s = place(a->column[0] * i + a->column[1] * j + a->column[2], size.width, fill);
  int64_t left = s.first * size.height, right = s.second * size.height;
  return (struct tn_affine_place){{r.inside && s.inside ? r.first + left : -1, r.second + left, r.first + right,
                                   r.second + right}, r.share, s.share};
}

void tn_affine_places(const struct tn_affine *affine, struct tn_image_size size, enum tn_fill fill, int64_t j,
                      int64_t height, struct tn_affine_place *places) {
  for (int64_t i = 0; i < height; i++) {
    places[i] = neighbours(affine, (double)i, (double)j, size, fill);
  }
}

static inline double between_four(double a, double b, double c, double d, const struct tn_affine_place *f) {
  double left = a + f->down * (b - a), right = c + f->down * (d - c);
  return left + f->along * (right - left);
}

/* The same of planes of both kinds. */
#define SAMPLE(x, places, height, outside, out)                                                                  \
  for (int64_t i = 0; i < (height); i++) {                                                                       \
    const int64_t *at = (places)[i].at;                                                                          \
    (out)[i] = at[0] < 0 ? (outside) : between_four((x)[at[0]], (x)[at[1]], (x)[at[2]], (x)[at[3]], &(places)[i]); \
  }

void tn_affine_values(const double *plane, const struct tn_affine_place *places, int64_t height, double outside,
                      double *out) {
  SAMPLE(plane, places, height, outside, out)
}

void tn_affine_levels(const uint8_t *plane, const struct tn_affine_place *places, int64_t height, double outside,
                      double *out) {
  SAMPLE(plane, places, height, outside, out)
}
