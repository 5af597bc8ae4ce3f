/* Upsampling, padding, cropping: against plain loops with options by chance, gradients against
 * differences, edges, errors, any number of threads. */
#include "image_check.h"

/* ---- upsampling ---------------------------------------------------------------------------------- */

static double between_cells(const float *x, struct sizes s, double h, double w, int b, int c) {
  double h0 = floor(h), w0 = floor(w), sum = 0;
  for (int k = 0; k < 4; k++) {
    double a = h0 + k / 2, e = w0 + k % 2;
    double weight = (1 - fabs(h - a)) * (1 - fabs(w - e));
    sum += weight * cell(x, s, b, (int)fmin(fmax(a, 0), s.h - 1), (int)fmin(fmax(e, 0), s.w - 1), c);
  }
  return sum;
}

TEST(upsampling_by_chance) {
  struct op_check c;
  for (int k = 0; k < 60; k++) {
    struct sizes s = sizes_by_chance();
    struct tn_shape in[1] = {shape_of(s)};
    int sh = s.axes == 1 ? 1 : between(1, 4), sw = between(1, 4), bilinear = k % 2;
    const char *way = bilinear ? "bilinear" : "nearest";
    const struct tn_attrs *one = ATTRS(NUMBERS("size", sw), TEXT("interpolation", way));
    const struct tn_attrs *two = ATTRS(NUMBERS("size", sh, sw), TEXT("interpolation", way));
    CHECK(op_make(&c, "upsample", s.axes == 1 ? one : two, 1, in) == TN_OK);
    struct sizes y = {s.axes, s.b, s.h * sh, s.w * sw, s.c};
    struct tn_shape want = shape_of(y);
    CHECK(tn_shape_equal(&c.out[0].shape, &want));
    op_fill(&c, 0, -1, 1);
    CHECK(op_forward(&c) == TN_OK);
    for (int64_t i = 0; i < tn_shape_size(&want); i++) {
      int ch = (int)(i % s.c), w = (int)(i / s.c % y.w), h = (int)(i / s.c / y.w % y.h);
      int b = (int)(i / s.c / y.w / y.h);
      double v = bilinear ? between_cells(c.in[0].data, s, (h + 0.5) / sh - 0.5,
                                          (w + 0.5) / sw - 0.5, b, ch)
                          : cell(c.in[0].data, s, b, h / sh, w / sw, ch);
      CHECK_NEAR(c.out[0].data[i], v, bilinear ? 1e-6 : 0);
    }
    op_check_gradients(&c, 2e-3);
    op_free(&c);
  }
}

/* ---- sides --------------------------------------------------------------------------------------- */

static void check_sides(struct sizes s, const int *side, int crop) {
  struct op_check c;
  struct tn_shape in[1] = {shape_of(s)};
  int sign = crop ? -1 : 1;
  struct sizes y = {s.axes, s.b, s.h + sign * (side[0] + side[1]),
                    s.w + sign * (side[2] + side[3]), s.c};
  const struct tn_attrs *one = ATTRS(NUMBERS("sides", side[2], side[3]));
  const struct tn_attrs *two = ATTRS(NUMBERS("sides", side[0], side[1], side[2], side[3]));
  enum tn_status status = op_make(&c, crop ? "cropping" : "zero_padding",
                                  s.axes == 1 ? one : two, 1, in);
  if (y.h < 1 || y.w < 1) {
    CHECK(status == TN_STATUS_SHAPE && strstr(c.err.message, "nothing would be left"));
    op_free(&c);
    return;
  }
  struct tn_shape want = shape_of(y);
  CHECK(status == TN_OK && tn_shape_equal(&c.out[0].shape, &want));
  op_fill(&c, 0, -1, 1);
  memset(c.out[0].data, 7, (size_t)tn_shape_size(&want) * sizeof(float));
  CHECK(op_forward(&c) == TN_OK);
  for (int64_t i = 0; i < tn_shape_size(&want); i++) {
    int ch = (int)(i % s.c), w = (int)(i / s.c % y.w) - sign * side[2];
    int h = (int)(i / s.c / y.w % y.h) - sign * side[0], b = (int)(i / s.c / y.w / y.h);
    int inside = h >= 0 && h < s.h && w >= 0 && w < s.w;
    CHECK(c.out[0].data[i] == (inside ? cell(c.in[0].data, s, b, h, w, ch) : 0));
  }
  memset(c.din[0], 7, (size_t)tn_shape_size(&in[0]) * sizeof(float));
  op_check_gradients(&c, 1e-3);
  op_free(&c);
}

TEST(sides_by_chance) {
  for (int k = 0; k < 80; k++) {
    struct sizes s = sizes_by_chance();
    int side[4] = {between(0, 3), between(0, 3), between(0, 3), between(0, 3)};
    if (s.axes == 1) {
      side[0] = side[1] = 0;
    }
    check_sides(s, side, k % 2);
  }
}

/* ---- edges and threads --------------------------------------------------------------------------- */

TEST(nothing_to_do) {
  check_empty("upsample", ATTRS(NUMBERS("size", 2)));
  check_empty("upsample", ATTRS(NUMBERS("size", 2), TEXT("interpolation", "bilinear")));
  check_empty("zero_padding", ATTRS(NUMBERS("sides", 1, 0)));
  check_empty("cropping", ATTRS(NUMBERS("sides", 0, 0)));
}

TEST(what_is_refused) {
  refused("upsample", ATTRS(NUMBERS("size", 2), TEXT("interpolation", "area")), SHAPE(2, 4, 3),
          TN_STATUS_ARG, "area");
  refused("upsample", ATTRS(NUMBERS("size", 2147483647, 2147483647)), SHAPE(2, 4, 4, 3),
          TN_STATUS_SHAPE, "too large");
  refused("cropping", ATTRS(NUMBERS("sides", 2, 2)), SHAPE(2, 4, 3), TN_STATUS_SHAPE,
          "takes 4 away along the steps, of 4: nothing would be left");
  refused("zero_padding", ATTRS(NUMBERS("sides", 1, -1)), SHAPE(2, 4, 3), TN_STATUS_ARG, "sides");
  refused("zero_padding", ATTRS(NUMBERS("sides", 1)), SHAPE(2, 4, 3), TN_STATUS_ARG, "sides");
}

TEST(threads_change_nothing) {
  check_threads("upsample", ATTRS(NUMBERS("size", 1, 2)));
  check_threads("upsample", ATTRS(NUMBERS("size", 1, 2), TEXT("interpolation", "bilinear")));
  check_threads("zero_padding", ATTRS(NUMBERS("sides", 1, 2, 0, 3)));
  check_threads("cropping", ATTRS(NUMBERS("sides", 1, 2, 0, 3)));
}

int main(void) {
  RUN(upsampling_by_chance);
  RUN(sides_by_chance);
  RUN(nothing_to_do);
  RUN(what_is_refused);
  RUN(threads_change_nothing);
  return tn_test_summary();
}
