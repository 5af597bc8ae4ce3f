#include "images/picture.h"

#define BLOCK 256

int32_t tn_level_product(int32_t a, int32_t b) {
  int32_t x = a * b + 128;
  return (x + (x >> 8)) >> 8;
}

int tn_picture_has_alpha(const struct tn_picture *picture) {
  return picture->planes == 2 || (picture->planes == 4 && !picture->cmyk);
}

int tn_picture_is_deep_grey(const struct tn_picture *picture) {
  return picture->deep && picture->planes == 1;
}

int tn_picture_is(const struct tn_picture *picture, int channels) {
  return picture->planes == channels && !picture->cmyk && !picture->deep;
}

/* Rounded by the last place of a number this large: a conversion to a whole number takes several times as long. */
#define ROUND 6755399441055744.0

void tn_picture_levels(double *value, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    value[i] = (value[i] * 255 + ROUND) - ROUND;
  }
}

/* 0 to 1 as 0 to `most`; NaN is 0. */
static inline int32_t scaled(double v, double most) {
  return (int32_t)((v > 0 ? v < 1 ? v : 1 : 0) * most + 0.5);
}

/* The functions below give `size` pixels, the first of them pixel `from`. */

static void plane_levels(const struct tn_picture *p, int plane, int64_t from, int64_t size,
                         int32_t *out) {
  const double *v = p->value + plane * p->height * p->width + from;
  if (!p->deep) {
    for (int64_t i = 0; i < size; i++) {
      out[i] = scaled(v[i], 255);
    }
    return;
  }
  int shift = tn_picture_is_deep_grey(p) ? 0 : 8;
  for (int64_t i = 0; i < size; i++) {
    out[i] = scaled(v[i], 65535) >> shift;
  }
}

/* Red, green or blue: of inks what key and the ink of that colour leave. */
static void colour_levels(const struct tn_picture *p, int c, int64_t from, int64_t size,
                          int32_t *out) {
  plane_levels(p, p->planes < 3 ? 0 : c, from, size, out);
  if (p->cmyk) {
    int32_t key[BLOCK];
    plane_levels(p, 3, from, size, key);
    for (int64_t i = 0; i < size; i++) {
      out[i] = key[i] - tn_level_product(255 - out[i], key[i]);
    }
  } else if (tn_picture_is_deep_grey(p)) {
    for (int64_t i = 0; i < size; i++) {
      out[i] = out[i] < 255 ? out[i] : 255;
    }
  }
}

static void grey_levels(const struct tn_picture *p, int64_t from, int64_t size, int32_t *out) {
  if (p->planes < 3) {
    plane_levels(p, 0, from, size, out);
    return;
  }
  int32_t red[BLOCK], green[BLOCK];
  colour_levels(p, 0, from, size, red);
  colour_levels(p, 1, from, size, green);
  colour_levels(p, 2, from, size, out);
  for (int64_t i = 0; i < size; i++) {
    out[i] = (19595 * red[i] + 38470 * green[i] + 7471 * out[i] + 32768) >> 16;
  }
}

static void alpha_levels(const struct tn_picture *p, int64_t from, int64_t size, int32_t *out) {
  if (tn_picture_has_alpha(p)) {
    plane_levels(p, p->planes - 1, from, size, out);
    return;
  }
  for (int64_t i = 0; i < size; i++) {
    out[i] = 255;
  }
}

void tn_picture_plane(const struct tn_picture *p, int channels, int c, int premultiplied,
                      int32_t *out) {
  int64_t n = p->height * p->width;
  int32_t alpha[BLOCK];
  for (int64_t from = 0; from < n; from += BLOCK, out += BLOCK) {
    int64_t size = n - from < BLOCK ? n - from : BLOCK;
    if (c == 3) {
      alpha_levels(p, from, size, out);
      continue;
    }
    if (channels == 1) {
      grey_levels(p, from, size, out);
    } else {
      colour_levels(p, c, from, size, out);
    }
    if (premultiplied) {
      alpha_levels(p, from, size, alpha);
      for (int64_t i = 0; i < size; i++) {
        out[i] = tn_level_product(out[i], alpha[i]);
      }
    }
  }
}
