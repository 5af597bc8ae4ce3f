/* Batch and layer normalization: the same bits for any number of threads, vectors as plain loops, errors,
 * empty inputs. */
#include "op_check.h"
#include "platform/simd.h"
#include "platform/threads.h"

/* ---- threads, vectors ---------------------------------------------------------------------------- */

static int64_t results(struct op_check *c, float **out) {
  int64_t n = tn_shape_size(&c->in[0].shape), at = 2 * n;
  for (int k = 0; k < c->io.n_params; k++) {
    at += 2 * c->param[k].size;
  }
  *out = malloc((size_t)at * sizeof(float));
  memcpy(*out, c->out[0].data, (size_t)n * sizeof(float));
  memcpy(*out + n, c->din[0], (size_t)n * sizeof(float));
  at = 2 * n;
  for (int k = 0; k < c->io.n_params; k++, at += 2 * c->param[k - 1].size) {
    memcpy(*out + at, c->param[k].value, (size_t)c->param[k].size * sizeof(float));
    memcpy(*out + at + c->param[k].size, c->param[k].grad, (size_t)c->param[k].size * sizeof(float));
  }
  return at;
}

static int64_t run_whole(const char *op, int axis, struct tn_shape shape, float **out) {
  struct op_check c;
  CHECK(op_make(&c, op, ATTRS(NUMBERS("axis", axis)), 1, &shape) == TN_OK);
  op_fill(&c, 0, -2, 3);
  op_fill_params(&c, 0.25, 1.5);
  op_random(50, tn_shape_size(&shape), -1, 1, c.dout[0]);
  c.call.training = 1;
  CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
  if (c.op->after_step != NULL) {
    c.op->after_step(&c.call);
  }
  int64_t n = results(&c, out);
  op_free(&c);
  return n;
}

static void check_threads(const char *op, int axis, struct tn_shape shape) {
  float *one, *two, *base;
  tn_threads_set(1);
  int64_t n = run_whole(op, axis, shape, &one);
  tn_threads_set(2);
  run_whole(op, axis, shape, &two);
  CHECK(memcmp(one, two, (size_t)n * sizeof(float)) == 0);
  tn_simd_limit(TN_SIMD_BASE);
  run_whole(op, axis, shape, &base);
  tn_simd_limit(TN_SIMD_AVX512);
  for (int64_t i = 0; i < n; i++) {
    CHECK_NEAR(base[i], one[i], 1e-4 * fmax(1, fabs(one[i])));
  }
  free(one);
  free(two);
  free(base);
}

TEST(same_bits_for_any_number_of_threads) {
  check_threads("batch_norm", -1, SHAPE(20011, 37));
  check_threads("batch_norm", 1, SHAPE(301, 19, 131));
  check_threads("layer_norm", -1, SHAPE(20011, 37));
  check_threads("layer_norm", 1, SHAPE(301, 19, 131));
}

/* ---- errors and edges ---------------------------------------------------------------------------- */

static void check_refused(const char *op, const struct tn_attrs *attrs, struct tn_shape shape,
                          const char *words) {
  struct op_check c;
  CHECK(op_make(&c, op, attrs, 1, &shape) == TN_STATUS_SHAPE);
  CHECK(strstr(c.err.message, words) != NULL);
  op_free(&c);
}

TEST(axes_that_are_not_there) {
  const char *ops[] = {"batch_norm", "layer_norm"};
  for (int k = 0; k < 2; k++) {
    check_refused(ops[k], ATTRS(NUMBERS("axis", 3)), SHAPE(2, 3, 4), "from 1 to 2 (0 is");
    check_refused(ops[k], ATTRS(NUMBERS("axis", 0)), SHAPE(2, 3, 4), "the axis of the samples");
    check_refused(ops[k], ATTRS(NUMBERS("axis", -3)), SHAPE(2, 3, 4), "is -3");
    check_refused(ops[k], ATTRS(NUMBERS("axis", -4)), SHAPE(2, 3, 4), "(2, 3, 4)");
    check_refused(ops[k], NO_ATTRS, SHAPE(4), "at least 2 axes");
  }
  check_refused("layer_norm", ATTRS(NUMBERS("axis", 1, -2)), SHAPE(2, 3, 4), "names axis 1 twice");
}

TEST(inputs_that_cannot_be_read) {
  const char *ops[] = {"batch_norm", "layer_norm"};
  struct tn_shape in[1] = {SHAPE(3, 4)};
  for (int k = 0; k < 2; k++) {
    struct op_check c;
    CHECK(op_make_typed(&c, ops[k], NO_ATTRS, 1, in, (enum tn_dtype[]){TN_CSR}) == TN_STATUS_ARG);
    CHECK(strstr(c.err.message, "normalization cannot take sparse data") != NULL);
    op_free(&c);
    CHECK(op_make(&c, ops[k], ATTRS(NUMBERS("epsilon", -1)), 1, in) == TN_STATUS_ARG);
    op_free(&c);
  }
}

TEST(nothing_to_normalize) {
  const char *ops[] = {"batch_norm", "layer_norm"};
  struct tn_shape shapes[] = {SHAPE(0, 3), SHAPE(2, 0, 3), SHAPE(2, 0)};
  for (int k = 0; k < 6; k++) {
    struct op_check c;
    CHECK(op_make(&c, ops[k / 3], NO_ATTRS, 1, &shapes[k % 3]) == TN_OK);
    op_fill_params(&c, 0.25, 1.5);
    float before = c.param[0].size > 0 ? c.param[c.io.n_params - 1].value[0] : 0;
    c.call.training = 1;
    CHECK(op_forward(&c) == TN_OK && op_backward(&c) == TN_OK);
    if (c.op->after_step != NULL) {
      c.op->after_step(&c.call);
    }
    CHECK(c.param[0].size == 0 || c.param[c.io.n_params - 1].value[0] == before);
    op_free(&c);
  }
}

int main(void) {
  RUN(same_bits_for_any_number_of_threads);
  RUN(axes_that_are_not_there);
  RUN(inputs_that_cannot_be_read);
  RUN(nothing_to_normalize);
  return tn_test_summary();
}
