/* Convolutions: values by hand, random options against plain loops on every instruction set, gradients
 * against differences, the same bits on one and two threads, edges and errors. */
#include "conv_fixture.h"
#include "ops/convolution/conv_products.h"
#include "ops/images/window.h"
#include "platform/simd.h"
#include "platform/threads.h"

TEST(values_by_hand) {
  struct op_check c;
  struct tn_shape in = SHAPE(1, 5, 1);
  CHECK(op_make(&c, "conv", ATTRS(NUMBERS("axes", 1), NUMBERS("filters", 1),
                                  NUMBERS("kernel_size", 3), NUMBERS("use_bias", 0)),
                1, &in) == TN_OK);
  op_set(&c, 0, (float[]){1, 2, 3, 4, 5});
  memcpy(c.param[0].value, (float[]){1, 0, -1}, 3 * sizeof(float));
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].shape.rank == 3 && c.out[0].shape.dim[1] == 3);
  CHECK(c.out[0].data[0] == -2 && c.out[0].data[2] == -2); /* the kernel is not turned */
  op_free(&c);
  CHECK(op_make(&c, "conv", ATTRS(NUMBERS("axes", 1), NUMBERS("filters", 1),
                                  NUMBERS("kernel_size", 2), NUMBERS("dilation_rate", 2),
                                  TEXT("padding", "causal"), TEXT("activation", "relu")),
                1, &in) == TN_OK);
  op_set(&c, 0, (float[]){1, 2, 3, 4, 5});
  memcpy(c.param[0].value, (float[]){10, 1}, 2 * sizeof(float));
  c.param[1].value[0] = -2;
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].data[0] == 0 && c.out[0].data[1] == 0); /* 1 - 2 and 2 - 2 */
  CHECK(c.out[0].data[2] == 11 && c.out[0].data[4] == 33);
  op_free(&c);
}

TEST(values_for_random_options) {
  static const enum tn_simd levels[] = {TN_SIMD_BASE, TN_SIMD_AVX2, TN_SIMD_AVX512};
  for (int level = 0; level < 3; level++) {
    tn_simd_limit(levels[level]);
    for (uint64_t seed = 1; seed <= 60; seed++) {
      for (int kind = 0; kind < 3; kind++) {
        struct plain_conv p = conv_options(seed, (enum plain_kind)kind, seed % 4 ? 7 : 40);
        conv_check_values(&p);
      }
    }
  }
  tn_simd_limit(TN_SIMD_AVX512);
}

TEST(values_of_many_taps) {
  struct plain_conv p = {PLAIN_CONV, 2, 13, 14, 3, 9, 11, 1, 1, 1, 1, "same", 5, 1, -1};
  conv_check_values(&p);
  p.kind = PLAIN_TRANSPOSE;
  conv_check_values(&p);
  p.kind = PLAIN_DEPTHWISE;
  conv_check_values(&p);
  p = (struct plain_conv){PLAIN_TRANSPOSE, 1, 2, 3, 2, 2, 2, 5, 4, 1, 1, "valid", 3, 1, -1};
  conv_check_values(&p); /* cells that no window reaches */
  p = (struct plain_conv){PLAIN_CONV, 1, 7, 7, 2, 2, 2, 9, 9, 1, 1, "same", 3, 1, -1};
  conv_check_values(&p); /* strides larger than the image */
}

TEST(gradients) {
  static const char *const activation[] = {"linear", "tanh", "swish", "softmax"};
  for (uint64_t seed = 1; seed <= 12; seed++) {
    for (int kind = 0; kind < 3; kind++) {
      struct plain_conv p = conv_options(100 + seed, (enum plain_kind)kind, seed % 5 ? 2 : 14);
      struct op_check c;
      p.n = 1;
      if (conv_make(&c, &p, activation[seed % 4], seed % 3 > 0) != TN_OK) {
        tn_complain(__FILE__, __LINE__, c.err.message);
        continue;
      }
      op_fill(&c, 0, -1, 1);
      op_check_gradients(&c, 3e-3);
      op_free(&c);
    }
  }
}

/* Gradients add to what the parameters have; those not wanted are not written. */
TEST(gradients_that_are_wanted) {
  for (int kind = 0; kind < 3; kind++) {
    struct plain_conv p = conv_options(7, (enum plain_kind)kind, 5);
    struct op_check c;
    CHECK(conv_make(&c, &p, "tanh", 1) == TN_OK);
    op_fill(&c, 0, -1, 1);
    op_random(3, tn_shape_size(&c.out[0].shape), -1, 1, c.dout[0]);
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    float kernel = c.param[0].grad[0], bias = c.param[1].grad[0], x = c.din[0][0];
    CHECK(c.op->backward(&c.call, &c.err) == TN_OK);
    CHECK_NEAR(c.param[0].grad[0], 2 * kernel, 1e-5);
    CHECK_NEAR(c.param[1].grad[0], 2 * bias, 1e-5);
    CHECK(c.din[0][0] == x);
    float *grad = c.param[0].grad, *other = c.param[1].grad;
    c.param[0].grad = c.param[1].grad = NULL;
    c.call.din[0] = NULL;
    CHECK(c.op->backward(&c.call, &c.err) == TN_OK);
    c.param[0].grad = grad;
    c.param[1].grad = other;
    op_free(&c);
  }
}

/* Large enough that work is shared. */
TEST(threads_change_no_bit) {
  CHECK(tn_conv_parts(2.0 * 6 * 40 * 40 * 9 * 64 * 96 / 4, 64) > 1);
  CHECK(tn_conv_parts(TN_CONV_EACH * 12.0 * 40 * 40 * 9 * 128, 64) > 1);
  for (int kind = 0; kind < 3; kind++) {
    int64_t stride = kind == PLAIN_TRANSPOSE ? 2 : 1, filters = kind == PLAIN_DEPTHWISE ? 2 : 96;
    int64_t images = kind == PLAIN_DEPTHWISE ? 12 : 6;
    struct plain_conv p = {(enum plain_kind)kind, images, 40, 40, 64, 3, 3, stride, stride, 1, 1, "same",
                           filters, 1, -1};
    struct op_check one, two;
    CHECK(conv_make(&one, &p, "tanh", 1) == TN_OK && conv_make(&two, &p, "tanh", 1) == TN_OK);
    struct op_check *both[2] = {&one, &two};
    for (int k = 0; k < 2; k++) {
      tn_threads_set(k + 1);
      op_fill(both[k], 0, -1, 1);
      op_random(3, tn_shape_size(&one.out[0].shape), -1, 1, both[k]->dout[0]);
      CHECK(op_forward(both[k]) == TN_OK && op_backward(both[k]) == TN_OK);
    }
    tn_threads_set(1);
    int64_t n = tn_shape_size(&one.out[0].shape), m = tn_shape_size(&one.in[0].shape);
    CHECK(memcmp(one.out[0].data, two.out[0].data, (size_t)n * sizeof(float)) == 0);
    CHECK(memcmp(one.din[0], two.din[0], (size_t)m * sizeof(float)) == 0);
    for (int k = 0; k < 2; k++) {
      CHECK(memcmp(one.param[k].grad, two.param[k].grad,
                   (size_t)one.param[k].size * sizeof(float)) == 0);
    }
    op_free(&one);
    op_free(&two);
  }
}

TEST(empty_batches_and_images) {
  for (int kind = 0; kind < 3; kind++) {
    struct plain_conv p = {(enum plain_kind)kind, 0, 5, 4, 3, 2, 2, 1, 1, 1, 1, "same", 2, 1, -1};
    struct op_check c;
    CHECK(conv_make(&c, &p, "tanh", 1) == TN_OK);
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    op_free(&c);
    p.n = 2;
    p.w = 0;
    enum tn_status status = conv_make(&c, &p, "tanh", 1);
    CHECK(status == (kind == PLAIN_TRANSPOSE ? TN_STATUS_SHAPE : TN_OK));
    if (status == TN_OK) {
      CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    }
    op_free(&c);
  }
}

TEST(leading_axes_are_samples) {
  struct op_check four, five;
  struct tn_shape in4 = SHAPE(6, 4, 5, 2), in5 = SHAPE(2, 3, 4, 5, 2);
  struct tn_attrs *attrs = ATTRS(NUMBERS("filters", 3), NUMBERS("kernel_size", 2));
  CHECK(op_make(&four, "conv", attrs, 1, &in4) == TN_OK);
  CHECK(op_make(&five, "conv", attrs, 1, &in5) == TN_OK);
  op_fill(&four, 0, -1, 1);
  op_fill(&five, 0, -1, 1);
  CHECK(op_forward(&four) == TN_OK && op_forward(&five) == TN_OK);
  CHECK(five.out[0].shape.rank == 5 && five.out[0].shape.dim[2] == 3);
  CHECK(memcmp(four.out[0].data, five.out[0].data,
               (size_t)tn_shape_size(&four.out[0].shape) * sizeof(float)) == 0);
  op_free(&four);
  op_free(&five);
}

static void refuses(const struct plain_conv *p, enum tn_status status, const char *words) {
  struct op_check c;
  CHECK(conv_make(&c, p, "linear", 1) == status);
  if (strstr(c.err.message, words) == NULL) {
    tn_complain(__FILE__, __LINE__, c.err.message);
  }
  op_free(&c);
}

TEST(what_does_not_fit) {
  const struct plain_conv fine = {PLAIN_CONV, 2, 5, 4, 4, 3, 3, 1, 1, 1, 1, "valid", 6, 1, -1};
  struct plain_conv p = fine;
  p.kh = 6;
  refuses(&p, TN_STATUS_SHAPE, "6 cells along the height, the input has only 5");
  p = fine;
  p.dw = 2;
  refuses(&p, TN_STATUS_SHAPE, "5 cells along the width, the input has only 4");
  p = fine;
  p.groups = 4;
  refuses(&p, TN_STATUS_ARG, "multiple of `groups`");
  p.groups = 3;
  refuses(&p, TN_STATUS_SHAPE, "4 channels cannot be split into 3 groups");
  p = fine;
  p.filters = 0;
  refuses(&p, TN_STATUS_ARG, "`filters` must be");
  p = fine;
  p.sh = p.dh = 2;
  refuses(&p, TN_STATUS_ARG, "cannot both");
  p = fine;
  p.padding = "causal";
  refuses(&p, TN_STATUS_ARG, "along time only");
  p.padding = "full";
  refuses(&p, TN_STATUS_ARG, "`padding` must be");
  p = fine;
  p.channels = 0;
  refuses(&p, TN_STATUS_SHAPE, "no channels");
  p = fine;
  p.kind = PLAIN_TRANSPOSE;
  p.out_pad = 1;
  refuses(&p, TN_STATUS_ARG, "`output_padding` must be");
  p = fine;
  p.kh = p.kw = INT32_MAX;
  p.padding = "same";
  refuses(&p, TN_STATUS_SHAPE, "more than memory");
  struct op_check c;
  struct tn_shape flat = SHAPE(2, 5);
  CHECK(op_make(&c, "conv", ATTRS(NUMBERS("filters", 2), NUMBERS("kernel_size", 2)), 1, &flat) ==
        TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "at least 4 axes") != NULL);
  op_free(&c);
}

/* What pooling needs of windows: which cells exist. */
TEST(windows) {
  struct tn_window w;
  int64_t from, to;
  CHECK(tn_window_place(7, 3, 2, 1, TN_PAD_SAME, "steps", &w, NULL) == TN_OK);
  CHECK(w.out == 4 && w.pad_before == 1);
  tn_window_inside(&w, 0, &from, &to);
  CHECK(from == 1 && to == 3);
  tn_window_inside(&w, 3, &from, &to);
  CHECK(from == 0 && to == 2);
  CHECK(tn_window_place(5, 3, 1, 2, TN_PAD_CAUSAL, "steps", &w, NULL) == TN_OK);
  CHECK(w.out == 5 && w.pad_before == 4);
  tn_window_inside(&w, 1, &from, &to);
  CHECK(from == 2 && to == 3);
  CHECK(tn_window_place(5, 3, 3, 1, TN_PAD_VALID, "steps", &w, NULL) == TN_OK && w.out == 1);
  CHECK(tn_window_place(2, 3, 1, 1, TN_PAD_VALID, "steps", &w, NULL) == TN_STATUS_SHAPE);
}

int main(void) {
  RUN(values_by_hand);
  RUN(values_for_random_options);
  RUN(values_of_many_taps);
  RUN(gradients);
  RUN(gradients_that_are_wanted);
  RUN(threads_change_no_bit);
  RUN(empty_batches_and_images);
  RUN(leading_axes_are_samples);
  RUN(what_does_not_fit);
  RUN(windows);
  return tn_test_summary();
}
