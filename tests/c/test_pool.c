/* Pooling: values by hand, against plain loops with options by chance, gradients against differences,
 * masks, ties, edges, errors, any number of threads. */
#include "image_check.h"
#include "platform/simd.h"

struct window {
  int size, stride, same;
};

static int windows(struct window k, int n) {
  return k.same ? (n + k.stride - 1) / k.stride : n < k.size ? 0 : (n - k.size) / k.stride + 1;
}

static int start(struct window k, int n, int o) {
  int missing = (windows(k, n) - 1) * k.stride + k.size - n;
  return o * k.stride - (k.same && missing > 0 ? missing / 2 : 0);
}

static double pooled(const float *x, struct sizes s, struct window kh, struct window kw, int max,
                     int b, int oh, int ow, int c) {
  double sum = 0, top = -1e9, n = 0;
  for (int h = start(kh, s.h, oh); h < start(kh, s.h, oh) + kh.size; h++) {
    for (int w = start(kw, s.w, ow); w < start(kw, s.w, ow) + kw.size; w++) {
      if (h >= 0 && h < s.h && w >= 0 && w < s.w) {
        double v = cell(x, s, b, h, w, c);
        sum += v;
        top = v > top ? v : top;
        n++;
      }
    }
  }
  return max ? top : sum / n;
}

static enum tn_status make_pool(struct op_check *c, struct sizes s, struct window kh,
                                struct window kw, int max) {
  struct tn_shape in[1] = {shape_of(s)};
  const char *op = max ? "max_pool" : "average_pool", *padding = kw.same ? "same" : "valid";
  if (s.axes == 1) {
    return op_make(c, op, ATTRS(NUMBERS("pool_size", kw.size), NUMBERS("strides", kw.stride),
                                TEXT("padding", padding)), 1, in);
  }
  return op_make(c, op, ATTRS(NUMBERS("pool_size", kh.size, kw.size),
                              NUMBERS("strides", kh.stride, kw.stride), TEXT("padding", padding)),
                 1, in);
}

/* Numbers that lie apart by more than the steps of differences. */
static void fill_apart(struct op_check *c) {
  for (int64_t i = 0; i < tn_shape_size(&c->in[0].shape); i++) {
    c->in[0].data[i] = (float)((i * 7919 + 13) % 1009) / 16;
  }
}

static void check_pool(struct sizes s, struct window kh, struct window kw, int max) {
  struct op_check c;
  int oh = windows(kh, s.h), ow = windows(kw, s.w);
  if (oh == 0 || ow == 0) {
    CHECK(make_pool(&c, s, kh, kw, max) == TN_STATUS_SHAPE);
    op_free(&c);
    return;
  }
  CHECK(make_pool(&c, s, kh, kw, max) == TN_OK);
  struct sizes y = {s.axes, s.b, oh, ow, s.c};
  struct tn_shape want = shape_of(y);
  CHECK(tn_shape_equal(&c.out[0].shape, &want));
  fill_apart(&c);
  CHECK(op_forward(&c) == TN_OK);
  for (int64_t i = 0; i < tn_shape_size(&want); i++) {
    int ch = (int)(i % s.c), w = (int)(i / s.c % ow), h = (int)(i / s.c / ow % oh);
    double v = pooled(c.in[0].data, s, kh, kw, max, (int)(i / s.c / ow / oh), h, w, ch);
    CHECK_NEAR(c.out[0].data[i], v, max ? 0 : 1e-5 * fabs(v));
  }
  op_check_gradients(&c, 2e-3);
  op_free(&c);
}

TEST(windows_by_chance) {
  for (int k = 0; k < 120; k++) {
    struct sizes s = sizes_by_chance();
    struct window kw = {between(1, 4), between(1, 4), below(2)};
    struct window kh = {between(1, 4), between(1, 4), kw.same};
    if (s.axes == 1) {
      kh = (struct window){1, 1, 0};
    }
    check_pool(s, kh, kw, k % 2);
  }
}

/* The loops without vector instructions of the processor are others. */
TEST(windows_on_any_processor) {
  enum tn_simd before = tn_simd_level();
  tn_simd_limit(TN_SIMD_BASE);
  for (int k = 0; k < 30; k++) {
    struct sizes s = sizes_by_chance();
    check_pool(s, (struct window){1, 1, 1}, (struct window){between(1, 3), between(1, 3), 1}, k % 2);
  }
  tn_simd_limit(before);
}

/* Blocks of channels, whole and cut; windows that leave cells out, or between them, or share some. */
TEST(channels_around_the_vectors) {
  static const int channels[] = {1, 7, 8, 9, 31, 32, 33, 41, 71};
  static const struct window along[] = {{2, 2, 0}, {2, 2, 1}, {3, 2, 1}, {2, 3, 0}};
  enum tn_simd before = tn_simd_level();
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX2; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
      for (size_t k = 0; k < sizeof along / sizeof *along; k++) {
        check_pool((struct sizes){1, 1, 1, 5, channels[i]}, (struct window){1, 1, 0}, along[k], (int)(i + k) % 2);
      }
      check_pool((struct sizes){2, 1, 3, 5, channels[i]}, along[i % 2], along[i % 2], (int)i / 2 % 2);
    }
  }
  tn_simd_limit(before);
}

/* ---- by hand ------------------------------------------------------------------------------------- */

TEST(windows_by_hand) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(1, 5, 1)};
  const float x[] = {4, 1, 2, 2, 6};
  CHECK(op_make(&c, "average_pool", ATTRS(NUMBERS("pool_size", 2), NUMBERS("strides", 2),
                                          TEXT("padding", "same")), 1, in) == TN_OK);
  op_set(&c, 0, x);
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].data[0] == 2.5f && c.out[0].data[1] == 2 && c.out[0].data[2] == 6);
  for (int k = 0; k < 3; k++) {
    c.dout[0][k] = (float)(k + 1);
  }
  for (int k = 0; k < 5; k++) {
    c.din[0][k] = 99; /* is written over */
  }
  CHECK(op_backward(&c) == TN_OK);
  const float mean_slope[] = {0.5f, 0.5f, 1, 1, 3};
  CHECK(memcmp(c.din[0], mean_slope, sizeof mean_slope) == 0);
  c.call.din[0] = NULL; /* not wanted */
  CHECK(op_backward(&c) == TN_OK);
  op_free(&c);
}

/* Of equal largest cells the first of a window has the gradient; windows without padding leave the last
 * cell out. */
TEST(first_of_equal_cells) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(1, 5, 1)};
  const float x[] = {3, 3, 3, 3, 9};
  CHECK(op_make(&c, "max_pool", ATTRS(NUMBERS("pool_size", 3)), 1, in) == TN_OK); /* strides 1 */
  op_set(&c, 0, x);
  CHECK(op_forward(&c) == TN_OK);
  c.dout[0][0] = 1;
  c.dout[0][1] = 2;
  c.dout[0][2] = 4;
  CHECK(op_backward(&c) == TN_OK);
  const float slope[] = {1, 2, 0, 0, 4};
  CHECK(memcmp(c.din[0], slope, sizeof slope) == 0);
  op_free(&c);
}

TEST(equal_cells_share_globally) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(1, 2, 2, 9)};
  CHECK(op_make(&c, "global_max_pool", ATTRS(NUMBERS("axes", 2)), 1, in) == TN_OK);
  CHECK(c.out[0].shape.rank == 2);
  for (int k = 0; k < 36; k++) {
    c.in[0].data[k] = k / 9 == 0 ? -1 : 5;
  }
  CHECK(op_forward(&c) == TN_OK);
  for (int k = 0; k < 9; k++) {
    c.dout[0][k] = 3;
  }
  CHECK(op_backward(&c) == TN_OK);
  for (int k = 0; k < 36; k++) {
    CHECK(c.din[0][k] == (k / 9 == 0 ? 0 : 1));
  }
  op_free(&c);
}

/* dx of a sample (cells, channels) of the largest values, plainly. */
static float shared_slope(const float *x, int cells, int channels, int i, float dy) {
  float top = x[i % channels];
  int n = 0;
  for (int k = i % channels; k < cells * channels; k += channels) {
    top = x[k] > top || x[k] != x[k] ? x[k] : top;
  }
  for (int k = i % channels; k < cells * channels; k += channels) {
    n += !(x[k] < top);
  }
  return x[i] < top ? 0 : dy / (float)n;
}

/* Some channels have one largest value, some several, one a NaN. */
TEST(largest_alone_and_in_company) {
  static const int channels[] = {1, 5, 8, 9, 32, 47, 73};
  enum tn_simd before = tn_simd_level();
  for (int level = TN_SIMD_BASE; level <= TN_SIMD_AVX2; level++) {
    tn_simd_limit((enum tn_simd)level);
    for (size_t k = 0; k < sizeof channels / sizeof *channels; k++) {
      int n = channels[k], cells = 6;
      struct op_check c;
      struct tn_shape in[1] = {SHAPE(2, cells, n)};
      CHECK(op_make(&c, "global_max_pool", NO_ATTRS, 1, in) == TN_OK);
      for (int i = 0; i < 2 * cells * n; i++) {
        c.in[0].data[i] = (float)((i * 7919 + 13) % 1009 % (i % 3 == 0 ? 1009 : 4));
        c.din[0][i] = 99;
      }
      c.in[0].data[(2 * cells - 1) * n] = NAN;
      op_random(5, 2 * n, -1, 1, c.dout[0]);
      CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
      int wrong = 0;
      for (int i = 0; i < 2 * cells * n; i++) {
        int sample = i / (cells * n);
        float want = shared_slope(c.in[0].data + sample * cells * n, cells, n, i % (cells * n), c.dout[0][sample * n + i % n]);
        wrong += c.din[0][i] != want;
      }
      CHECK(wrong == 0 && isnan(c.out[0].data[n]));
      op_free(&c);
    }
  }
  tn_simd_limit(before);
}

TEST(not_a_number_stays) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(1, 4, 1)};
  const float x[] = {NAN, 1, 2, 3};
  static const char *const ops[] = {"max_pool", "average_pool"};
  for (int k = 0; k < 2; k++) {
    CHECK(op_make(&c, ops[k], ATTRS(NUMBERS("pool_size", 2), NUMBERS("strides", 2)), 1, in) ==
          TN_OK);
    op_set(&c, 0, x);
    CHECK(op_forward(&c) == TN_OK);
    CHECK(isnan(c.out[0].data[0]) && !isnan(c.out[0].data[1]));
    op_free(&c);
  }
}

/* ---- whole samples ------------------------------------------------------------------------------- */

TEST(global_by_chance) {
  struct op_check c;
  for (int k = 0; k < 40; k++) {
    struct sizes s = sizes_by_chance();
    struct tn_shape in[1] = {shape_of(s)};
    int max = k % 2, keep = below(2);
    CHECK(op_make(&c, max ? "global_max_pool" : "global_average_pool",
                  ATTRS(NUMBERS("axes", s.axes), NUMBERS("keepdims", keep)), 1, in) == TN_OK);
    CHECK(c.out[0].shape.rank == (keep ? s.axes + 2 : 2));
    fill_apart(&c);
    CHECK(op_forward(&c) == TN_OK);
    struct window h = {s.h, 1, 0}, w = {s.w, 1, 0};
    for (int i = 0; i < s.b * s.c; i++) {
      double v = pooled(c.in[0].data, s, h, w, max, i / s.c, 0, 0, i % s.c);
      CHECK_NEAR(c.out[0].data[i], v, max ? 0 : 1e-5 * fabs(v));
    }
    op_check_gradients(&c, 2e-3);
    op_free(&c);
  }
}

/* Samples with two, all and no steps that count; NaN stands where it must not be seen. */
TEST(masked_steps) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(3, 3, 9)};
  uint8_t mask[] = {1, 0, 1, 1, 1, 1, 0, 0, 0};
  CHECK(op_make(&c, "global_average_pool", NO_ATTRS, 1, in) == TN_OK);
  op_fill(&c, 0, -1, 1);
  c.in[0].mask = mask;
  c.in[0].mask_shape = SHAPE(3, 3);
  op_check_gradients(&c, 1e-3);
  CHECK(op_forward(&c) == TN_OK);
  for (int ch = 0; ch < 9; ch++) {
    const float *x = c.in[0].data + ch;
    CHECK_NEAR(c.out[0].data[ch], ((double)x[0] + x[18]) / 2, 1e-6);
    CHECK_NEAR(c.out[0].data[9 + ch], ((double)x[27] + x[36] + x[45]) / 3, 1e-6);
    CHECK(c.out[0].data[18 + ch] == 0);
    CHECK(c.din[0][9 + ch] == 0 && c.din[0][54 + ch] == 0 && c.din[0][ch] == c.dout[0][ch] / 2);
  }
  c.in[0].data[9] = NAN;
  CHECK(op_forward(&c) == TN_OK && !isnan(c.out[0].data[0]));
  op_free(&c);
  CHECK(op_make(&c, "global_max_pool", NO_ATTRS, 1, in) == TN_OK); /* does not look */
  fill_apart(&c);
  c.in[0].mask = mask;
  op_check_gradients(&c, 1e-3);
  CHECK(op_forward(&c) == TN_OK);
  for (int ch = 0; ch < 9; ch++) {
    const float *x = c.in[0].data + 54 + ch;
    CHECK(c.out[0].data[18 + ch] == fmaxf(x[0], fmaxf(x[9], x[18])));
  }
  op_free(&c);
}

/* ---- edges and threads --------------------------------------------------------------------------- */

TEST(nothing_to_do) {
  const struct tn_attrs *same = ATTRS(NUMBERS("pool_size", 2), TEXT("padding", "same"));
  check_empty("max_pool", same);
  check_empty("average_pool", same);
  check_empty("global_max_pool", NO_ATTRS);
  check_empty("global_average_pool", NO_ATTRS);
}

/* As k_max() and, for a sample whose steps are all masked, the mean have it. */
TEST(samples_without_steps) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 0, 3)};
  CHECK(op_make(&c, "global_max_pool", NO_ATTRS, 1, in) == TN_OK);
  CHECK(op_forward(&c) == TN_OK && c.out[0].data[5] == -INFINITY);
  op_free(&c);
  CHECK(op_make(&c, "global_average_pool", NO_ATTRS, 1, in) == TN_OK);
  c.out[0].data[5] = 7;
  CHECK(op_forward(&c) == TN_OK && c.out[0].data[5] == 0);
  op_free(&c);
}

TEST(what_is_refused) {
  refused("max_pool", ATTRS(NUMBERS("pool_size", 2)), SHAPE(2, 4), TN_STATUS_SHAPE,
          "3 axes (samples, steps, features), not shape (2, 4)");
  refused("max_pool", ATTRS(NUMBERS("pool_size", 2, 2)), SHAPE(2, 4, 3), TN_STATUS_SHAPE,
          "4 axes (samples, height, width, channels), not shape (2, 4, 3)");
  refused("max_pool", ATTRS(NUMBERS("pool_size", 2, 5)), SHAPE(2, 4, 4, 3), TN_STATUS_SHAPE, "width");
  refused("max_pool", NO_ATTRS, SHAPE(2, 4, 3), TN_STATUS_ARG, "pool_size");
  refused("max_pool", ATTRS(NUMBERS("pool_size", 0)), SHAPE(2, 4, 3), TN_STATUS_ARG, "pool_size");
  refused("max_pool", ATTRS(NUMBERS("pool_size", 2), TEXT("padding", "causal")), SHAPE(2, 4, 3),
          TN_STATUS_ARG, "padding");
  refused("global_max_pool", ATTRS(NUMBERS("axes", 3)), SHAPE(2, 4, 3), TN_STATUS_ARG, "axes");
}

TEST(threads_change_nothing) {
  const struct tn_attrs *overlap = ATTRS(NUMBERS("pool_size", 3, 3), NUMBERS("strides", 2, 2),
                                         TEXT("padding", "same"));
  check_threads("max_pool", overlap);
  check_threads("average_pool", overlap);
  check_threads("global_max_pool", ATTRS(NUMBERS("axes", 2)));
  check_threads("global_average_pool", ATTRS(NUMBERS("axes", 2)));
}

int main(void) {
  RUN(windows_by_chance);
  RUN(windows_on_any_processor);
  RUN(channels_around_the_vectors);
  RUN(windows_by_hand);
  RUN(first_of_equal_cells);
  RUN(equal_cells_share_globally);
  RUN(largest_alone_and_in_company);
  RUN(not_a_number_stays);
  RUN(global_by_chance);
  RUN(masked_steps);
  RUN(nothing_to_do);
  RUN(samples_without_steps);
  RUN(what_is_refused);
  RUN(threads_change_nothing);
  return tn_test_summary();
}
