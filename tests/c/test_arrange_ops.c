/* Ops that arrange cells anew, multiply sample by sample, draw and join masks: against plain loops,
 * gradients against differences, edge shapes, errors. */
#include "op_check.h"

/* ---- products sample by sample --------------------------------------------------------------- */

/* Place of cell (i, free cell f, place j on the axis) of a sample in row-major order. */
static int64_t place(const struct tn_shape *s, int axis, int64_t i, int64_t f, int64_t j) {
  int64_t at[TN_MAX_RANK], where = 0;
  for (int k = s->rank - 1; k >= 1; k--) {
    if (k != axis) {
      at[k] = f % s->dim[k];
      f /= s->dim[k];
    }
  }
  at[axis] = j;
  at[0] = i;
  for (int k = 0; k < s->rank; k++) {
    where = where * s->dim[k] + at[k];
  }
  return where;
}

static int64_t free_cells(const struct tn_shape *s, int axis) {
  int64_t n = 1;
  for (int k = 1; k < s->rank; k++) {
    n *= k == axis ? 1 : s->dim[k];
  }
  return n;
}

static void check_batch_dot(struct tn_shape x, struct tn_shape y, int ax, int ay) {
  struct op_check c;
  struct tn_shape in[2] = {x, y};
  CHECK(op_make(&c, "batch_dot", ATTRS(NUMBERS("axes", ax - x.rank, ay)), 2, in) == TN_OK);
  op_fill(&c, 0, -1, 1);
  op_fill(&c, 1, -1, 1);
  CHECK(op_forward(&c) == TN_OK);
  int64_t fx = free_cells(&x, ax), fy = free_cells(&y, ay);
  CHECK(tn_shape_size(&c.out[0].shape) == x.dim[0] * fx * fy);
  for (int64_t i = 0; i < x.dim[0]; i++) {
    for (int64_t cell = 0; cell < fx * fy; cell++) {
      double sum = 0;
      for (int64_t j = 0; j < x.dim[ax]; j++) {
        sum += (double)c.in[0].data[place(&x, ax, i, cell / fy, j)] *
               c.in[1].data[place(&y, ay, i, cell % fy, j)];
      }
      CHECK_NEAR(c.out[0].data[i * fx * fy + cell], sum, 1e-5);
    }
  }
  op_check_gradients(&c, 2e-3);
  op_free(&c);
}

TEST(products_of_samples) {
  check_batch_dot(SHAPE(3, 4), SHAPE(3, 4), 1, 1);
  check_batch_dot(SHAPE(2, 1, 3), SHAPE(2, 1, 3), 2, 2);
  check_batch_dot(SHAPE(2, 3, 4), SHAPE(2, 4, 2), 2, 1);
  check_batch_dot(SHAPE(2, 4, 3), SHAPE(2, 2, 4), 1, 2);
  check_batch_dot(SHAPE(2, 4, 3), SHAPE(2, 4, 5), 1, 1);
  check_batch_dot(SHAPE(2, 3, 4), SHAPE(2, 5, 4), 2, 2);
  check_batch_dot(SHAPE(2, 3, 4), SHAPE(2, 4), 2, 1);
  check_batch_dot(SHAPE(2, 4), SHAPE(2, 4, 3), 1, 1);
  check_batch_dot(SHAPE(2, 2, 3, 2), SHAPE(2, 2, 3, 2), 2, 2); /* axes in the middle */
  check_batch_dot(SHAPE(1, 2, 3, 2), SHAPE(1, 3), 2, 1);
}

TEST(products_at_the_edge) {
  struct op_check c;
  struct tn_shape none[2] = {SHAPE(0, 3), SHAPE(0, 3)}, empty[2] = {SHAPE(2, 0, 2), SHAPE(2, 0, 3)};
  CHECK(op_make(&c, "batch_dot", ATTRS(NUMBERS("axes", 1)), 2, none) == TN_OK);
  CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
  CHECK(c.out[0].shape.rank == 2 && c.out[0].shape.dim[1] == 1);
  op_free(&c);
  CHECK(op_make(&c, "batch_dot", ATTRS(NUMBERS("axes", 1)), 2, empty) == TN_OK);
  c.out[0].data[0] = 7;
  CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
  CHECK(c.out[0].data[0] == 0); /* a sum of nothing */
  op_free(&c);
  struct tn_shape in[2] = {SHAPE(2, 3), SHAPE(2, 4)};
  CHECK(op_make(&c, "batch_dot", ATTRS(NUMBERS("axes", 1)), 2, in) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "(2, 3)") && strstr(c.err.message, "(2, 4)"));
  op_free(&c);
  CHECK(op_make(&c, "batch_dot", ATTRS(NUMBERS("axes", 0)), 2, in) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "batch_dot", ATTRS(NUMBERS("axes", 2)), 2, in) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "batch_dot", NO_ATTRS, 2, in) == TN_STATUS_ARG);
  op_free(&c);
}

/* ---- shapes ---------------------------------------------------------------------------------- */

TEST(axes_of_size_one) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 3)}, one[1] = {SHAPE(2, 1, 3)};
  int axes[] = {0, 1, 2, -1, -3};
  int at[] = {0, 1, 2, 2, 0};
  for (int k = 0; k < 5; k++) {
    CHECK(op_make(&c, "expand_dims", ATTRS(NUMBERS("axis", axes[k])), 1, in) == TN_OK);
    CHECK(c.out[0].shape.rank == 3 && c.out[0].shape.dim[at[k]] == 1);
    op_fill(&c, 0, -1, 1);
    op_check_gradients(&c, 1e-3);
    op_free(&c);
  }
  CHECK(op_make(&c, "squeeze", ATTRS(NUMBERS("axis", -2)), 1, one) == TN_OK);
  CHECK(tn_shape_equal(&c.out[0].shape, &in[0]));
  op_fill(&c, 0, -1, 1);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  CHECK(op_make(&c, "squeeze", ATTRS(NUMBERS("axis", 2)), 1, one) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "axis 3 of shape (2, 1, 3) has 3"));
  op_free(&c);
  CHECK(op_make(&c, "expand_dims", ATTRS(NUMBERS("axis", 4)), 1, in) == TN_STATUS_SHAPE);
  op_free(&c);
  struct tn_shape full[1] = {SHAPE(1, 1, 1, 1, 1, 1)};
  CHECK(op_make(&c, "expand_dims", NO_ATTRS, 1, full) == TN_STATUS_SHAPE);
  op_free(&c);
}

TEST(orders_of_axes) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 3, 4)};
  CHECK(op_make(&c, "permute_all", ATTRS(NUMBERS("dims", 3, 1, 2)), 1, in) == TN_OK);
  op_fill(&c, 0, -1, 1);
  CHECK(op_forward(&c) == TN_OK);
  for (int i = 0; i < 24; i++) {
    int a = i / 12, b = i / 4 % 3, d = i % 4;
    CHECK(c.out[0].data[(d * 2 + a) * 3 + b] == c.in[0].data[i]);
  }
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  CHECK(op_make(&c, "permute", ATTRS(NUMBERS("dims", 2, 1)), 1, in) == TN_OK);
  CHECK(c.out[0].shape.dim[0] == 2 && c.out[0].shape.dim[1] == 4 && c.out[0].shape.dim[2] == 3);
  op_fill(&c, 0, -1, 1);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  CHECK(op_make(&c, "permute_all", ATTRS(NUMBERS("dims", 1, 1, 2)), 1, in) == TN_STATUS_ARG);
  op_free(&c);
  CHECK(op_make(&c, "permute_all", ATTRS(NUMBERS("dims", 2, 1)), 1, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

TEST(places_along_an_axis) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 4, 3)};
  CHECK(op_make(&c, "take", ATTRS(NUMBERS("axis", 1), NUMBERS("index", 3, 0, 3)), 1, in) == TN_OK);
  op_fill(&c, 0, -1, 1);
  CHECK(op_forward(&c) == TN_OK);
  int from[] = {3, 0, 3};
  for (int i = 0; i < 18; i++) {
    CHECK(c.out[0].data[i] == c.in[0].data[(i / 9 * 4 + from[i / 3 % 3]) * 3 + i % 3]);
  }
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  CHECK(op_make(&c, "take", ATTRS(NUMBERS("axis", -1)), 1, in) == TN_OK); /* nothing taken */
  CHECK(c.out[0].shape.dim[2] == 0);
  CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
  op_free(&c);
  CHECK(op_make(&c, "take", ATTRS(NUMBERS("axis", 1), NUMBERS("index", 4)), 1, in) ==
        TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "no place 5 along axis 2"));
  op_free(&c);
  CHECK(op_make(&c, "take", ATTRS(NUMBERS("index", -1)), 1, in) == TN_STATUS_ARG);
  op_free(&c);
}

/* ---- sizes and draws ------------------------------------------------------------------------- */

TEST(sizes_of_axes) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(5, 1, 3)};
  CHECK(op_make(&c, "sizes", NO_ATTRS, 1, in) == TN_OK);
  CHECK(op_forward(&c) == TN_OK);
  CHECK(c.out[0].shape.dim[0] == 3);
  CHECK(c.out[0].data[0] == 5 && c.out[0].data[1] == 1 && c.out[0].data[2] == 3);
  op_free(&c);
}

static void moments(const struct op_check *c, double *mean, double *var) {
  int64_t n = tn_shape_size(&c->out[0].shape);
  *mean = *var = 0;
  for (int64_t i = 0; i < n; i++) {
    *mean += c->out[0].data[i] / (double)n;
  }
  for (int64_t i = 0; i < n; i++) {
    *var += pow(c->out[0].data[i] - *mean, 2) / (double)n;
  }
}

TEST(draws) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(40, 2)};
  double mean, var;
  CHECK(op_make(&c, "random_normal", ATTRS(NUMBERS("shape", -1, 250), NUMBERS("mean", 3),
                                           NUMBERS("stddev", 2), NUMBERS("salt", 9)), 1, in) == TN_OK);
  CHECK(c.out[0].shape.dim[0] == 40 && c.out[0].shape.dim[1] == 250);
  CHECK(op_forward(&c) == TN_OK);
  moments(&c, &mean, &var); /* within five standard errors */
  CHECK_NEAR(mean, 3, 5 * 2 / 100.0);
  CHECK_NEAR(var, 4, 5 * 4 * sqrt(2) / 100);
  float first = c.out[0].data[0];
  CHECK(op_forward(&c) == TN_OK && c.out[0].data[0] == first);
  c.call.step = 1;
  CHECK(op_forward(&c) == TN_OK && c.out[0].data[0] != first);
  c.call.step = 0;
  c.call.seed = 1;
  CHECK(op_forward(&c) == TN_OK && c.out[0].data[0] != first);
  op_free(&c);
  CHECK(op_make(&c, "random_uniform", ATTRS(NUMBERS("shape", 10000), NUMBERS("minval", -1),
                                            NUMBERS("maxval", 3), NUMBERS("seed", 4)), 0, NULL) ==
        TN_OK);
  CHECK(op_forward(&c) == TN_OK);
  moments(&c, &mean, &var);
  CHECK_NEAR(mean, 1, 5 * sqrt(16 / 12.0) / 100);
  CHECK_NEAR(var, 16 / 12.0, 0.1);
  first = c.out[0].data[0];
  c.call.seed = 1; /* a seed of one's own is all that counts */
  CHECK(op_forward(&c) == TN_OK && c.out[0].data[0] == first);
  op_free(&c);
  CHECK(op_make(&c, "random_uniform", ATTRS(NUMBERS("shape", -1)), 0, NULL) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "random_normal", ATTRS(NUMBERS("shape", -3)), 1, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

/* ---- masks ----------------------------------------------------------------------------------- */

/* Gives input k a mask of so many axes and asks for the shapes again. */
static enum tn_status give_mask(struct op_check *c, int k, int axes, uint8_t *mask) {
  c->io.in_mask[k] = axes;
  c->in[k].mask = mask;
  c->in[k].mask_shape = tn_shape_make(axes, c->io.in[k].dim);
  TN_TRY(c->op->infer(c->config, &c->io, &c->err));
  c->out[0].mask_shape = tn_shape_make(tn_infer_mask_axes(&c->io, 0), c->io.out[0].dim);
  return TN_OK;
}

static void check_mask(struct op_check *c, uint8_t *out, int64_t n, const uint8_t *want) {
  c->out[0].mask = out;
  CHECK(tn_shape_size(&c->out[0].mask_shape) == n);
  CHECK(op_forward(c) == TN_OK);
  CHECK(memcmp(out, want, (size_t)n) == 0);
}

/* Shapes (2,3,1), (2,3,1), (2,1,1) with masks on the last two. */
TEST(joined_masks) {
  struct op_check c;
  struct tn_shape in[3] = {SHAPE(2, 3, 1), SHAPE(2, 3, 1), SHAPE(2, 1, 1)};
  uint8_t one[] = {1, 0, 1, 1, 1, 1}, two[] = {1, 0}, out[6];
  CHECK(op_make(&c, "join_masks", NO_ATTRS, 3, in) == TN_OK);
  CHECK(c.io.out_mask[0] == TN_MASK_OWN);
  CHECK(give_mask(&c, 1, 2, one) == TN_OK);
  CHECK(give_mask(&c, 2, 2, two) == TN_OK);
  op_fill(&c, 0, -1, 1);
  op_fill(&c, 1, -1, 1);
  check_mask(&c, out, 6, (const uint8_t[]){1, 0, 1, 0, 0, 0});
  CHECK(memcmp(c.out[0].data, c.in[0].data, 6 * sizeof(float)) == 0);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
}

/* A mask of samples on (2,3), of samples and of parts on (2,2,2). */
TEST(masks_of_other_axes) {
  struct op_check c;
  struct tn_shape rows[2] = {SHAPE(2, 3), SHAPE(2, 3)}, parts[3] = {SHAPE(2, 2, 2), SHAPE(2, 3), SHAPE(2, 2, 2)};
  uint8_t samples[] = {1, 0}, cells[] = {1, 1, 0, 1, 1, 1, 1, 0}, out[8];
  CHECK(op_make(&c, "join_masks", NO_ATTRS, 2, rows) == TN_OK);
  CHECK(give_mask(&c, 1, 1, samples) == TN_OK);
  check_mask(&c, out, 2, (const uint8_t[]){1, 0});
  op_free(&c);
  CHECK(op_make(&c, "join_masks", NO_ATTRS, 3, parts) == TN_OK);
  CHECK(give_mask(&c, 1, 1, samples) == TN_OK);
  check_mask(&c, out, 4, (const uint8_t[]){1, 1, 0, 0}); /* made one of steps */
  CHECK(give_mask(&c, 2, 3, cells) == TN_OK);
  check_mask(&c, out, 8, (const uint8_t[]){1, 1, 0, 1, 0, 0, 0, 0});
  CHECK(give_mask(&c, 1, 2, samples) == TN_STATUS_SHAPE); /* 3 steps are not 2 */
  op_free(&c);
}

TEST(masks_one_after_the_other) {
  struct op_check c;
  struct tn_shape in[3] = {SHAPE(2, 3, 1), SHAPE(2, 2, 1), SHAPE(2, 1, 1)};
  uint8_t one[] = {1, 0, 0, 1}, out[6];
  CHECK(op_make(&c, "join_masks", ATTRS(NUMBERS("along", 1)), 3, in) == TN_OK);
  CHECK(give_mask(&c, 1, 2, one) == TN_OK);
  check_mask(&c, out, 6, (const uint8_t[]){1, 0, 1, 0, 1, 1});
  op_free(&c);
  in[1] = SHAPE(2, 3, 1);
  CHECK(op_make(&c, "join_masks", ATTRS(NUMBERS("along", 1)), 3, in) == TN_STATUS_SHAPE);
  op_free(&c);
  in[1] = SHAPE(2, 2);
  CHECK(op_make(&c, "join_masks", ATTRS(NUMBERS("along", 1)), 3, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

/* Parts follow each other on axis 2. */
TEST(masks_of_parts_one_after_the_other) {
  struct op_check c;
  struct tn_shape in[3] = {SHAPE(1, 2, 3, 1), SHAPE(1, 2, 2, 1), SHAPE(1, 2, 1, 1)};
  uint8_t one[] = {1, 0, 0, 1}, two[] = {0, 1}, out[6];
  CHECK(op_make(&c, "join_masks", ATTRS(NUMBERS("along", 2)), 3, in) == TN_OK);
  CHECK(give_mask(&c, 1, 3, one) == TN_OK);
  check_mask(&c, out, 6, (const uint8_t[]){1, 0, 1, 0, 1, 1});
  CHECK(give_mask(&c, 2, 2, two) == TN_OK);
  check_mask(&c, out, 6, (const uint8_t[]){1, 0, 0, 0, 1, 1});
  op_free(&c);
}

/* Rank 2: samples; rank 4: parts of steps. */
TEST(masking_of_all_ranks) {
  struct op_check c;
  struct tn_shape in[3] = {SHAPE(2, 2), SHAPE(1, 2, 2), SHAPE(1, 2, 1, 2)};
  const float x[] = {9, 9, 9, 3}, kept[] = {0, 0, 9, 3};
  for (int k = 0; k < 3; k++) {
    uint8_t out[2];
    CHECK(op_make(&c, "masking", ATTRS(NUMBERS("mask_value", 9)), 1, &in[k]) == TN_OK);
    CHECK(tn_infer_mask_axes(&c.io, 0) == in[k].rank - 1);
    c.out[0].mask_shape = tn_shape_make(in[k].rank - 1, in[k].dim);
    op_set(&c, 0, x);
    check_mask(&c, out, 2, (const uint8_t[]){0, 1});
    CHECK(memcmp(c.out[0].data, kept, sizeof kept) == 0);
    op_free(&c);
  }
  in[0] = SHAPE(2);
  CHECK(op_make(&c, "masking", NO_ATTRS, 1, in) == TN_STATUS_SHAPE);
  op_free(&c);
}

int main(void) {
  RUN(products_of_samples);
  RUN(products_at_the_edge);
  RUN(axes_of_size_one);
  RUN(orders_of_axes);
  RUN(places_along_an_axis);
  RUN(sizes_of_axes);
  RUN(draws);
  RUN(joined_masks);
  RUN(masks_of_other_axes);
  RUN(masks_of_parts_one_after_the_other);
  RUN(masking_of_all_ranks);
  RUN(masks_one_after_the_other);
  return tn_test_summary();
}
