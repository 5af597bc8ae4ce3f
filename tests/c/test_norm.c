/* Batch and layer normalization: values by hand and against plain loops, gradients against differences,
 * moving statistics, frozen layers, axes. */
#include "op_check.h"

static void set_param(struct op_check *c, int k, const float *value) {
  memcpy(c->param[k].value, value, (size_t)c->param[k].size * sizeof(float));
}

/* ---- values by hand ------------------------------------------------------------------------------ */

/* Columns (1, 3) and (2, 2): means 2 and 2, variances 1 and 0. */
static void by_hand(struct op_check *c, const struct tn_attrs *attrs) {
  struct tn_shape in[1] = {SHAPE(2, 2)};
  CHECK(op_make(c, "batch_norm", attrs, 1, in) == TN_OK);
  op_set(c, 0, (float[]){1, 2, 3, 2});
}

TEST(statistics_of_the_batch) {
  struct op_check c;
  by_hand(&c, ATTRS(NUMBERS("epsilon", 3), NUMBERS("momentum", 0.75)));
  CHECK(c.io.n_params == 4);
  CHECK(strcmp(c.io.param[0].name, "gamma") == 0 && c.io.param[0].role == TN_ROLE_TRAINED);
  CHECK(strcmp(c.io.param[1].name, "beta") == 0 && c.io.param[1].role == TN_ROLE_TRAINED);
  CHECK(strcmp(c.io.param[2].name, "moving_mean") == 0 && c.io.param[2].role == TN_ROLE_MOVING);
  CHECK(strcmp(c.io.param[3].name, "moving_variance") == 0 && c.io.param[3].role == TN_ROLE_MOVING);
  set_param(&c, 0, (float[]){4, 1});
  set_param(&c, 1, (float[]){0.5f, -1});
  set_param(&c, 2, (float[]){8, 0});
  set_param(&c, 3, (float[]){1, 4});
  c.call.training = 1;
  CHECK(op_forward(&c) == TN_OK);
  float want[4] = {-1.5f, -1, 2.5f, -1}; /* 4 (x - 2) / sqrt(1 + 3) + 0.5; beta where x is constant */
  for (int i = 0; i < 4; i++) {
    CHECK_NEAR(c.out[0].data[i], want[i], 1e-6);
  }
  CHECK(c.param[2].value[0] == 8); /* not before the batch counts */
  c.op->after_step(&c.call);
  CHECK_NEAR(c.param[2].value[0], 0.75 * 8 + 0.25 * 2, 1e-6);
  CHECK_NEAR(c.param[2].value[1], 0.25 * 2, 1e-6);
  CHECK_NEAR(c.param[3].value[0], 0.75 * 1 + 0.25 * 1, 1e-6);
  CHECK_NEAR(c.param[3].value[1], 0.75 * 4, 1e-6);
  op_free(&c);
}

/* Moving values are used and kept, in inference and in a frozen layer. */
static void check_moving(int training, int frozen) {
  struct op_check c;
  by_hand(&c, ATTRS(NUMBERS("epsilon", 3)));
  set_param(&c, 0, (float[]){2, 2});
  set_param(&c, 1, (float[]){0, 1});
  set_param(&c, 2, (float[]){1, 0});
  set_param(&c, 3, (float[]){1, 13});
  for (int k = 0; k < 4; k++) {
    c.param[k].frozen = frozen;
  }
  c.call.training = training;
  CHECK(op_forward(&c) == TN_OK);
  float want[4] = {0, 2, 2, 2}; /* (x - 1) 2 / 2, x 2 / 4 + 1 */
  for (int i = 0; i < 4; i++) {
    CHECK_NEAR(c.out[0].data[i], want[i], 1e-6);
  }
  c.op->after_step(&c.call);
  CHECK(c.param[2].value[0] == 1 && c.param[3].value[0] == 1 && c.param[3].value[1] == 13);
  op_check_gradients(&c, 1e-3);
  for (int k = 2; k < 4; k++) {
    CHECK(c.param[k].grad[0] == 0 && c.param[k].grad[1] == 0);
  }
  op_free(&c);
}

TEST(moving_statistics) {
  check_moving(0, 0);
  check_moving(0, 1);
  check_moving(1, 1);
}

TEST(lines_of_a_layer_normalization) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 2)};
  CHECK(op_make(&c, "layer_norm", ATTRS(NUMBERS("epsilon", 3)), 1, in) == TN_OK);
  CHECK(c.io.n_params == 2 && c.op->after_step == NULL);
  op_set(&c, 0, (float[]){1, 3, 7, 7});
  set_param(&c, 0, (float[]){4, 2});
  set_param(&c, 1, (float[]){0.5f, -1});
  CHECK(op_forward(&c) == TN_OK);
  float want[4] = {-1.5f, 0, 0.5f, -1};
  for (int i = 0; i < 4; i++) {
    CHECK_NEAR(c.out[0].data[i], want[i], 1e-6);
  }
  op_free(&c);
}

/* ---- against plain loops ------------------------------------------------------------------------- */

/* Which group of values (a channel, or a line) and which weight a cell belongs to, given the chosen axes:
 * `inside` numbers the places on the chosen axes, `outside` those on the others, both in row-major order. */
static void place(const struct tn_shape *s, const int *chosen, int64_t cell, int64_t *inside,
                  int64_t *outside) {
  int64_t step_in = 1, step_out = 1;
  *inside = *outside = 0;
  for (int k = s->rank - 1; k >= 0; k--) {
    int64_t *to = chosen[k] ? inside : outside, *step = chosen[k] ? &step_in : &step_out;
    *to += cell % s->dim[k] * *step;
    *step *= s->dim[k];
    cell /= s->dim[k];
  }
}

/* by_channel: a group is what shares `inside` (batch), else `outside` (layer). */
static void check_plain(struct op_check *c, const int *chosen, int by_channel, double epsilon) {
  const struct tn_shape *s = &c->in[0].shape;
  int64_t size = tn_shape_size(s);
  for (int64_t i = 0; i < size; i++) {
    int64_t inside, outside, other_in, other_out, n = 0;
    double sum = 0, square = 0;
    place(s, chosen, i, &inside, &outside);
    for (int pass = 0; pass < 2; pass++) {
      n = 0;
      for (int64_t j = 0; j < size; j++) {
        place(s, chosen, j, &other_in, &other_out);
        if (by_channel ? other_in == inside : other_out == outside) {
          double x = c->in[0].data[j];
          n++;
          pass == 0 ? (sum += x) : (square += (x - sum) * (x - sum));
        }
      }
      sum = pass == 0 ? sum / (double)n : sum;
    }
    double want = (c->in[0].data[i] - sum) / sqrt(square / (double)n + epsilon) *
                  c->param[0].value[inside] + c->param[1].value[inside];
    CHECK_NEAR(c->out[0].data[i], want, 2e-5);
  }
}

static void check_batch(struct tn_shape shape, int axis) {
  struct op_check c;
  int chosen[TN_MAX_RANK] = {0};
  chosen[axis < 0 ? axis + shape.rank : axis] = 1;
  CHECK(op_make(&c, "batch_norm", ATTRS(NUMBERS("axis", axis), NUMBERS("epsilon", 0.25)), 1,
                &shape) == TN_OK);
  op_fill(&c, 0, -2, 2);
  op_fill_params(&c, 0.25, 1.5);
  c.call.training = 1;
  CHECK(op_forward(&c) == TN_OK);
  check_plain(&c, chosen, 1, 0.25);
  op_check_gradients(&c, 2e-3);
  c.call.training = 0;
  op_check_gradients(&c, 2e-3);
  op_free(&c);
}

TEST(axes_of_batch_normalizations) {
  check_batch(SHAPE(5, 3), -1);
  check_batch(SHAPE(3, 8), 1);
  check_batch(SHAPE(4, 17), -1);
  check_batch(SHAPE(3, 4, 9), -1);
  check_batch(SHAPE(3, 4, 2), 1);
  check_batch(SHAPE(2, 3, 11), -2);
  check_batch(SHAPE(2, 2, 3, 4), 3);
  check_batch(SHAPE(2, 2, 3, 4), 1);
  check_batch(SHAPE(2, 3, 2, 3), 2);
  check_batch(SHAPE(1, 4), -1); /* variance 0 */
}

static void check_layer(struct tn_shape shape, const struct tn_attrs *attrs, const int *chosen) {
  struct op_check c;
  CHECK(op_make(&c, "layer_norm", attrs, 1, &shape) == TN_OK);
  op_fill(&c, 0, -2, 2);
  op_fill_params(&c, 0.25, 1.5);
  CHECK(op_forward(&c) == TN_OK);
  check_plain(&c, chosen, 0, 0.25);
  op_check_gradients(&c, 2e-3);
  op_free(&c);
}

#define LAYER(shape, axes, ...)                                                                 \
  check_layer(shape, ATTRS(axes, NUMBERS("epsilon", 0.25)), (const int[TN_MAX_RANK]){__VA_ARGS__})

TEST(axes_of_layer_normalizations) {
  LAYER(SHAPE(3, 4), NUMBERS("axis", -1), 0, 1);
  LAYER(SHAPE(2, 17), NUMBERS("axis", 1), 0, 1);
  LAYER(SHAPE(2, 3, 9), NUMBERS("axis", -1), 0, 0, 1);
  LAYER(SHAPE(2, 3, 4), NUMBERS("axis", 1), 0, 1, 0);
  LAYER(SHAPE(2, 3, 4), NUMBERS("axis", 1, 2), 0, 1, 1);
  LAYER(SHAPE(2, 3, 3), NUMBERS("axis", -1, 1), 0, 1, 1);
  LAYER(SHAPE(2, 2, 3, 2), NUMBERS("axis", 2, 3), 0, 0, 1, 1);
  LAYER(SHAPE(2, 2, 3, 2), NUMBERS("axis", 1, 3), 0, 1, 0, 1);
  LAYER(SHAPE(2, 2, 3, 2), NUMBERS("axis", 1, 2), 0, 1, 1, 0);
  LAYER(SHAPE(3, 1), NUMBERS("axis", -1), 0, 1); /* variance 0 */
}

TEST(weights_have_the_axes_in_the_order_named) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 3, 4)};
  CHECK(op_make(&c, "layer_norm", ATTRS(NUMBERS("axis", 2, 1)), 1, in) == TN_OK);
  CHECK(c.param[0].shape.rank == 2 && c.param[0].shape.dim[0] == 4 && c.param[0].shape.dim[1] == 3);
  op_free(&c);
}

TEST(weights_left_out) {
  const char *ops[] = {"batch_norm", "layer_norm"};
  struct tn_shape in[1] = {SHAPE(4, 3)};
  for (int k = 0; k < 8; k++) {
    struct op_check c;
    CHECK(op_make(&c, ops[k / 4], ATTRS(NUMBERS("center", k & 1), NUMBERS("scale", k / 2 & 1),
                                        NUMBERS("epsilon", 0.25)), 1, in) == TN_OK);
    CHECK(c.io.n_params == (k & 1) + (k / 2 & 1) + (k < 4 ? 2 : 0));
    op_fill(&c, 0, -2, 2);
    op_fill_params(&c, 0.25, 1.5);
    for (c.call.training = 0; c.call.training < 2; c.call.training++) {
      op_check_gradients(&c, 2e-3);
    }
    op_free(&c);
  }
}

/* What is not wanted is not written, and gradients of weights are added to. */
TEST(gradients_that_are_not_wanted) {
  const char *ops[] = {"batch_norm", "layer_norm"};
  struct tn_shape shapes[] = {SHAPE(4, 3), SHAPE(2, 3, 2)};
  for (int k = 0; k < 4; k++) {
    struct op_check c;
    CHECK(op_make(&c, ops[k / 2], ATTRS(NUMBERS("axis", 1)), 1, &shapes[k % 2]) == TN_OK);
    op_fill(&c, 0, -2, 2);
    op_fill_params(&c, 0.25, 1.5);
    op_random(7, tn_shape_size(&c.out[0].shape), -1, 1, c.dout[0]);
    c.call.training = 1;
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    float gamma = c.param[0].grad[0], beta = c.param[1].grad[0], *grad = c.param[0].grad;
    c.call.din[0] = NULL;
    c.param[0].grad = NULL;
    CHECK(c.op->backward(&c.call, &c.err) == TN_OK);
    CHECK(c.param[1].grad[0] == beta + beta && grad[0] == gamma);
    c.param[0].grad = grad;
    op_free(&c);
  }
}

/* ---- moving statistics --------------------------------------------------------------------------- */

static double variance_after(struct tn_shape shape, const struct tn_attrs *attrs) {
  struct op_check c;
  CHECK(op_make(&c, "batch_norm", attrs, 1, &shape) == TN_OK);
  for (int64_t i = 0; i < tn_shape_size(&shape); i++) {
    c.in[0].data[i] = (float)(i / shape.dim[shape.rank - 1] % 2); /* 0, 1, 0, 1 in each channel */
  }
  c.param[3].value[0] = 0;
  c.call.training = 1;
  CHECK(op_forward(&c) == TN_OK);
  c.op->after_step(&c.call);
  double found = c.param[3].value[0];
  op_free(&c);
  return found;
}

TEST(images_feed_the_variance_over_n_minus_1) {
  CHECK_NEAR(variance_after(SHAPE(2, 1, 2, 3), ATTRS(NUMBERS("momentum", 0))), 0.25 * 4 / 3, 1e-6);
  CHECK_NEAR(variance_after(SHAPE(2, 1, 2, 3), ATTRS(NUMBERS("momentum", 0.5))), 0.125 * 4 / 3, 1e-6);
  CHECK_NEAR(variance_after(SHAPE(2, 1, 2, 3), ATTRS(NUMBERS("momentum", 0), NUMBERS("unbiased", 0))),
             0.25, 1e-6);
  CHECK_NEAR(variance_after(SHAPE(2, 2, 3), ATTRS(NUMBERS("momentum", 0))), 0.25, 1e-6);
  CHECK_NEAR(variance_after(SHAPE(4, 3), ATTRS(NUMBERS("momentum", 0))), 0.25, 1e-6);
  CHECK(variance_after(SHAPE(1, 1, 1, 3), ATTRS(NUMBERS("momentum", 0))) == 0); /* n = 1 */
}

/* A mean of 10,000 times the spread leaves the digits that the input has; a constant has none. */
TEST(large_means) {
  struct op_check c;
  const char *ops[] = {"batch_norm", "layer_norm"};
  for (int k = 0; k < 2; k++) {
    struct tn_shape in[1] = {k == 0 ? SHAPE(64, 1) : SHAPE(1, 64)};
    CHECK(op_make(&c, ops[k], ATTRS(NUMBERS("epsilon", 0), NUMBERS("center", 0), NUMBERS("scale", 0)),
                  1, in) == TN_OK);
    for (int i = 0; i < 64; i++) {
      c.in[0].data[i] = 10000 + (float)(i % 4) / 1024;
    }
    c.call.training = 1;
    CHECK(op_forward(&c) == TN_OK);
    for (int i = 0; i < 64; i++) {
      CHECK_NEAR(c.out[0].data[i], (i % 4 - 1.5) / sqrt(1.25), 1e-6);
    }
    op_free(&c);
    CHECK(op_make(&c, ops[k], NO_ATTRS, 1, in) == TN_OK);
    for (int i = 0; i < 64; i++) {
      c.in[0].data[i] = 1234567;
    }
    c.call.training = 1;
    CHECK(op_forward(&c) == TN_OK);
    for (int i = 0; i < 64; i++) {
      CHECK(c.out[0].data[i] == c.param[1].value[k == 0 ? 0 : i]); /* beta */
    }
    op_free(&c);
  }
}

int main(void) {
  RUN(statistics_of_the_batch);
  RUN(moving_statistics);
  RUN(lines_of_a_layer_normalization);
  RUN(axes_of_batch_normalizations);
  RUN(axes_of_layer_normalizations);
  RUN(weights_have_the_axes_in_the_order_named);
  RUN(weights_left_out);
  RUN(gradients_that_are_not_wanted);
  RUN(images_feed_the_variance_over_n_minus_1);
  RUN(large_means);
  return tn_test_summary();
}
