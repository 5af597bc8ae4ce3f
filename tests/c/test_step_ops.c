/* Ops around the step axis and its mask: values by hand, gradients against differences, masks, edge shapes. */
#include "op_check.h"

TEST(steps_become_samples_and_come_back) {
  struct op_check c;
  float x[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  struct tn_shape in[1] = {SHAPE(2, 3, 2)}, back[2] = {SHAPE(2, 3, 5), SHAPE(6, 2, 1)};
  CHECK(op_make(&c, "fold_steps", NO_ATTRS, 1, in) == TN_OK);
  CHECK(c.out[0].shape.rank == 2 && c.out[0].shape.dim[0] == 6 && c.out[0].shape.dim[1] == 2);
  CHECK(c.io.out_mask[0] == TN_MASK_NONE);
  op_set(&c, 0, x);
  CHECK(op_forward(&c) == TN_OK && memcmp(c.out[0].data, x, sizeof x) == 0);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  CHECK(op_make(&c, "unfold_steps", NO_ATTRS, 2, back) == TN_OK);
  CHECK(tn_shape_equal(&c.out[0].shape, &(struct tn_shape){4, {2, 3, 2, 1}}));
  CHECK(c.io.out_mask[0] == TN_MASK_PASS);
  op_set(&c, 1, x);
  CHECK(op_forward(&c) == TN_OK && memcmp(c.out[0].data, x, sizeof x) == 0);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
}

TEST(one_number_a_step) {
  struct op_check c;
  struct tn_shape in[2] = {SHAPE(2, 3), SHAPE(6)};
  CHECK(op_make(&c, "unfold_steps", NO_ATTRS, 2, in) == TN_OK);
  CHECK(tn_shape_equal(&c.out[0].shape, &in[0]));
  op_fill(&c, 1, -1, 1);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
}

TEST(ids_are_folded_as_ids) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(1, 2, 2)};
  enum tn_dtype ids[1] = {TN_I32}, sparse[1] = {TN_CSR};
  int32_t id[4] = {3, -1, 0x7f800001, 0};
  CHECK(op_make_typed(&c, "fold_steps", NO_ATTRS, 1, in, ids) == TN_OK);
  CHECK(c.out[0].dtype == TN_I32);
  memcpy(c.in[0].data, id, sizeof id);
  CHECK(op_forward(&c) == TN_OK && memcmp(c.out[0].data, id, sizeof id) == 0);
  op_free(&c);
  CHECK(op_make_typed(&c, "fold_steps", NO_ATTRS, 1, in, sparse) == TN_STATUS_ARG);
  op_free(&c);
}

TEST(steps_turned) {
  struct op_check c;
  float x[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  float y[12] = {5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8};
  struct tn_shape in[1] = {SHAPE(2, 3, 2)}, flat[1] = {SHAPE(3, 4)}, one[1] = {SHAPE(2, 1, 3)};
  CHECK(op_make(&c, "reverse_steps", NO_ATTRS, 1, in) == TN_OK);
  CHECK(c.io.out_mask[0] == TN_MASK_PASS);
  op_set(&c, 0, x);
  CHECK(op_forward(&c) == TN_OK && memcmp(c.out[0].data, y, sizeof y) == 0);
  op_check_gradients(&c, 1e-3);
  op_free(&c);
  CHECK(op_make(&c, "reverse_steps", NO_ATTRS, 1, flat) == TN_OK);
  op_fill(&c, 0, -1, 1);
  op_check_gradients(&c, 1e-3);
  CHECK(c.out[0].data[0] == c.in[0].data[3] && c.out[0].data[11] == c.in[0].data[8]);
  op_free(&c);
  CHECK(op_make(&c, "reverse_steps", NO_ATTRS, 1, one) == TN_OK);
  op_fill(&c, 0, -1, 1);
  CHECK(op_forward(&c) == TN_OK && memcmp(c.out[0].data, c.in[0].data, 6 * sizeof(float)) == 0);
  op_free(&c);
}

/* Two samples of two steps of three parts. */
TEST(masks_of_parts_are_folded_with_them) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 2, 3, 1)}, both[2] = {SHAPE(2, 2, 3), SHAPE(4, 3, 1)};
  uint8_t parts[12] = {1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1}, out[12] = {0};
  uint8_t steps[4] = {1, 0, 1, 1};
  CHECK(op_make(&c, "fold_steps", NO_ATTRS, 1, in) == TN_OK);
  c.io.in_mask[0] = 3;
  CHECK(c.op->infer(c.config, &c.io, &c.err) == TN_OK && tn_infer_mask_axes(&c.io, 0) == 2);
  c.in[0].mask = parts;
  c.in[0].mask_shape = SHAPE(2, 2, 3);
  c.out[0].mask = out;
  CHECK(op_forward(&c) == TN_OK && memcmp(out, parts, sizeof out) == 0);
  op_free(&c);
  memset(out, 0, sizeof out);
  CHECK(op_make(&c, "unfold_steps", NO_ATTRS, 2, both) == TN_OK);
  c.io.in_mask[1] = 2;
  CHECK(c.op->infer(c.config, &c.io, &c.err) == TN_OK && tn_infer_mask_axes(&c.io, 0) == 3);
  c.in[1].mask = parts;
  c.in[1].mask_shape = SHAPE(4, 3);
  c.out[0].mask = out;
  c.out[0].mask_shape = SHAPE(2, 2, 3);
  CHECK(op_forward(&c) == TN_OK && memcmp(out, parts, sizeof out) == 0);
  c.io.in_mask[1] = 0; /* what made the rows has used the mask up: one flag a step is left */
  c.io.in_mask[0] = 3;
  CHECK(c.op->infer(c.config, &c.io, &c.err) == TN_OK && tn_infer_mask_axes(&c.io, 0) == 2);
  c.in[1].mask = NULL;
  c.in[0].mask = parts;
  c.in[0].mask_shape = SHAPE(2, 2, 3);
  c.out[0].mask_shape = SHAPE(2, 2);
  CHECK(op_forward(&c) == TN_OK && memcmp(out, steps, sizeof steps) == 0);
  op_free(&c);
}

TEST(masks_as_numbers) {
  struct op_check c;
  struct tn_shape in[1] = {SHAPE(2, 3, 2)};
  uint8_t mask[6] = {1, 1, 0, 0, 1, 0};
  CHECK(op_make(&c, "mask_weights", NO_ATTRS, 1, in) == TN_STATUS_SHAPE);
  op_free(&c);
  for (int share = 0; share < 2; share++) {
    op_make(&c, "mask_weights", ATTRS(NUMBERS("share", share)), 1, in);
    c.io.in_mask[0] = 2;
    CHECK(c.op->infer(c.config, &c.io, &c.err) == TN_OK);
    CHECK(tn_shape_equal(&c.io.out[0], &(struct tn_shape){2, {2, 3}}));
    c.in[0].mask = mask;
    c.in[0].shape = in[0];
    c.out[0].shape = c.io.out[0];
    c.out[0].data = op_floats(6);
    c.call.in[0] = &c.in[0];
    c.call.out[0] = &c.out[0];
    c.call.config = c.config;
    CHECK(op_forward(&c) == TN_OK);
    for (int k = 0; k < 6; k++) {
      CHECK(c.out[0].data[k] == (mask[k] ? (share ? 2 : 1) : 0));
    }
    memset(mask, 0, sizeof mask); /* none counts: no number but 0 */
    CHECK(op_forward(&c) == TN_OK && c.out[0].data[0] == 0 && c.out[0].data[1] == 0);
    mask[0] = mask[1] = mask[4] = 1;
    op_free(&c);
  }
}

TEST(no_samples_no_steps) {
  static const char *const ops[] = {"fold_steps", "reverse_steps"};
  struct tn_shape shape[] = {SHAPE(0, 3, 2), SHAPE(2, 0, 2), SHAPE(2, 3, 0)};
  for (int s = 0; s < 3; s++) {
    struct op_check c;
    for (int k = 0; k < 2; k++) {
      CHECK(op_make(&c, ops[k], NO_ATTRS, 1, &shape[s]) == TN_OK);
      CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
      op_free(&c);
    }
    struct tn_shape both[2] = {shape[s], tn_shape_2(shape[s].dim[0] * shape[s].dim[1], shape[s].dim[2])};
    CHECK(op_make(&c, "unfold_steps", NO_ATTRS, 2, both) == TN_OK);
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    op_free(&c);
  }
}

TEST(shapes_without_steps) {
  struct op_check c;
  struct tn_shape two[1] = {SHAPE(3, 4)}, single[1] = {SHAPE(3)};
  struct tn_shape uneven[2] = {SHAPE(2, 3, 2), SHAPE(5, 2)}, full[2] = {SHAPE(1, 1, 1), SHAPE(1, 1, 1, 1, 1, 1)};
  struct tn_shape number[2] = {SHAPE(1, 1, 1), SCALAR};
  CHECK(op_make(&c, "fold_steps", NO_ATTRS, 1, two) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "at least 3 axes") && strstr(c.err.message, "(3, 4)"));
  op_free(&c);
  CHECK(op_make(&c, "reverse_steps", NO_ATTRS, 1, single) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "unfold_steps", NO_ATTRS, 2, full) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "unfold_steps", NO_ATTRS, 2, number) == TN_STATUS_SHAPE);
  op_free(&c);
  CHECK(op_make(&c, "unfold_steps", NO_ATTRS, 2, uneven) == TN_OK);
  CHECK(op_forward(&c) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, "5 rows of 2 samples of 3 steps"));
  op_free(&c);
}

int main(void) {
  RUN(steps_become_samples_and_come_back);
  RUN(one_number_a_step);
  RUN(ids_are_folded_as_ids);
  RUN(steps_turned);
  RUN(masks_of_parts_are_folded_with_them);
  RUN(masks_as_numbers);
  RUN(no_samples_no_steps);
  RUN(shapes_without_steps);
  return tn_test_summary();
}
