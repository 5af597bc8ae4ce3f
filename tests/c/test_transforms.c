/* Affine transforms of images and their levels: against plain loops, for sizes and numbers by chance, no matter
 * how large; any number of threads. */
#include "images/transform.h"
#include "platform/alloc.h"
#include "platform/threads.h"
#include "tn_test.h"

static uint64_t state = 88172645463325252u;
static int between(int low, int high) { return low + (int)chance(&state, (uint32_t)(high - low + 1)); }
static double number(double most) { return most * between(-1000, 1000) / 1000; }

struct case_by_chance {
  struct tn_images old, new;
  int64_t sample[20];
  struct tn_transform plan[20];
  double *x, *y;
};

static int64_t values(const struct tn_images *i) {
  return i->n * i->size.height * i->size.width * i->size.channels;
}

static void make_case(struct case_by_chance *c, int stretch) {
  c->old = (struct tn_images){between(1, 20), {between(1, 9), between(1, 9), between(1, 4)}};
  c->new = c->old;
  c->new.n = between(1, 20);
  if (stretch) {
    c->new.size.height = between(1, 15);
    c->new.size.width = between(1, 15);
  }
  c->x = malloc((size_t)values(&c->old) * sizeof(double));
  c->y = malloc((size_t)values(&c->new) * sizeof(double));
  for (int64_t i = 0; i < values(&c->old); i++) {
    c->x[i] = between(0, 255);
  }
  for (int64_t k = 0; k < c->new.n; k++) {
    struct tn_image_size size = c->old.size;
    c->sample[k] = between(0, (int)c->old.n - 1);
    c->plan[k] = (struct tn_transform){{{0}, {0}}, 0, 0, 1};
    c->plan[k].affine = stretch ? tn_affine_stretched(size, c->new.size.height, c->new.size.width)
                                : tn_affine_centred(number(180), number(12), number(12), number(40), 1 + number(0.6),
                                                    1 + number(0.6), between(0, 1), between(0, 1), size.height,
                                                    size.width);
  }
}

static void free_case(struct case_by_chance *c) {
  free(c->x);
  free(c->y);
}

static void transform(struct case_by_chance *c, struct tn_outside outside) {
  struct tn_error err;
  tn_error_init(&err);
  CHECK(tn_transform_images((struct tn_image_values){c->x, NULL}, &c->old, c->sample, c->plan, outside, c->y, &c->new, &err) == TN_OK);
}

/* ---- against plain loops --------------------------------------------------------------------------- */

/* The pixel before a place, or the second one, behind it, of an axis that goes on for ever. Around a wrapped one the last pixel is followed by
 * the second. */
static int64_t extended(double at, int second, int64_t n, enum tn_fill fill) {
  int64_t first = (int64_t)floor(at), k = first + second;
  if (fill == TN_FILL_REFLECT) {
    int64_t rest = ((k % (2 * n)) + 2 * n) % (2 * n);
    return rest < n ? rest : 2 * n - 1 - rest;
  }
  if (fill == TN_FILL_WRAP && (at < -1e-9 || at > (double)(n - 1) + 1e-9)) {
    return n == 1 ? 0 : ((first % (n - 1)) + n - 1) % (n - 1) + second;
  }
  return k < 0 ? 0 : k > n - 1 ? n - 1 : k;
}

static double plain(const struct case_by_chance *c, struct tn_outside outside, int64_t k, int64_t i, int64_t j,
                    int64_t channel) {
  const struct tn_affine *a = &c->plan[k].affine;
  struct tn_image_size s = c->old.size;
  double row = a->row[0] * (double)i + a->row[1] * (double)j + a->row[2], sum = 0;
  double column = a->column[0] * (double)i + a->column[1] * (double)j + a->column[2];
  if (outside.fill == TN_FILL_CONSTANT && (row < -1e-9 || row > (double)(s.height - 1) + 1e-9 || column < -1e-9 ||
                                           column > (double)(s.width - 1) + 1e-9)) {
    return outside.value;
  }
  for (int corner = 0; corner < 4; corner++) {
    double r = floor(row) + corner / 2, q = floor(column) + corner % 2;
    double weight = (1 - fabs(row - r)) * (1 - fabs(column - q));
    int64_t at = extended(row, corner / 2, s.height, outside.fill) +
                 s.height * (extended(column, corner % 2, s.width, outside.fill) + s.width * channel);
    sum += weight * c->x[c->sample[k] + c->old.n * at];
  }
  return sum;
}

TEST(transforms_against_plain_loops) {
  for (int run = 0; run < 200; run++) {
    struct case_by_chance c;
    struct tn_outside outside = {(enum tn_fill)(run % 4), 300};
    make_case(&c, run % 5 == 0);
    transform(&c, outside);
    struct tn_image_size s = c.new.size;
    for (int64_t p = 0; p < s.height * s.width * s.channels; p++) {
      int64_t i = p % s.height, j = p / s.height % s.width, channel = p / s.height / s.width;
      for (int64_t k = 0; k < c.new.n; k++) {
        CHECK_NEAR(c.y[k + c.new.n * p], plain(&c, outside, k, i, j, channel), 1e-5);
      }
    }
    free_case(&c);
  }
}

TEST(right_angles_and_mirrors_move_whole_pixels) {
  for (int run = 0; run < 40; run++) {
    struct case_by_chance c;
    struct tn_outside outside = {(enum tn_fill)(run % 4), 300};
    make_case(&c, 0);
    struct tn_image_size s = c.old.size;
    c.old.size.width = c.new.size.width = s.width = s.height < s.width ? s.height : s.width;
    c.old.size.height = c.new.size.height = s.height = s.width;
    int turns = between(0, 3), mirror = between(0, 1);
    for (int64_t k = 0; k < c.new.n; k++) {
      c.plan[k].affine = tn_affine_centred(90 * turns, 0, 0, 0, 1, 1, mirror, 0, s.height, s.width);
    }
    transform(&c, outside);
    double sum = 0, wanted = 0;
    for (int64_t p = 0; p < s.height * s.width * s.channels; p++) {
      wanted += c.x[c.sample[0] + c.old.n * p];
      sum += c.y[c.new.n * p];
    }
    CHECK_NEAR(sum, wanted, 1e-6);
    free_case(&c);
  }
}

/* ---- levels ---------------------------------------------------------------------------------------- */

TEST(levels_stay_in_their_range) {
  for (int run = 0; run < 100; run++) {
    struct case_by_chance c;
    make_case(&c, 0);
    for (int64_t k = 0; k < c.new.n; k++) {
      c.plan[k].channel_shift = number(300);
      c.plan[k].brighten = between(0, 1);
      c.plan[k].brightness = number(3);
    }
    transform(&c, (struct tn_outside){TN_FILL_NEAREST, 0});
    for (int64_t i = 0; i < values(&c.new); i++) {
      CHECK(c.y[i] >= 0 && c.y[i] <= 255);
    }
    free_case(&c);
  }
}

TEST(numbers_beyond_all_measure_do_no_harm) {
  static const double wild[] = {1e300, -1e300, 1e17, -1e17, INFINITY, NAN, 0};
  for (int run = 0; run < 200; run++) {
    struct case_by_chance c;
    make_case(&c, 0);
    for (int64_t k = 0; k < c.new.n; k++) {
      struct tn_affine *a = &c.plan[k].affine;
      a->row[between(0, 2)] = wild[between(0, 6)];
      a->column[between(0, 2)] = wild[between(0, 6)];
      c.x[c.sample[k]] = wild[between(0, 6)];
      c.plan[k].channel_shift = wild[between(0, 6)];
      c.plan[k].brighten = between(0, 1);
      c.plan[k].brightness = wild[between(0, 6)];
    }
    transform(&c, (struct tn_outside){(enum tn_fill)(run % 4), 0});
    free_case(&c);
  }
}

/* ---- packed ---------------------------------------------------------------------------------------- */

TEST(packed_images_give_the_same) {
  for (int run = 0; run < 200; run++) {
    struct case_by_chance c;
    struct tn_error err;
    tn_error_init(&err);
    make_case(&c, run % 2);
    struct tn_outside outside = {(enum tn_fill)(run % 4), 7};
    int64_t each = values(&c.old) / c.old.n;
    size_t bytes = (size_t)values(&c.new) * sizeof(double);
    uint8_t *packed = malloc((size_t)values(&c.old));
    double *same = malloc(bytes);
    CHECK(tn_images_pack(c.x, c.old.n, each, packed));
    transform(&c, outside);
    CHECK(tn_transform_images((struct tn_image_values){NULL, packed}, &c.old, c.sample, c.plan, outside, same, &c.new,
                              &err) == TN_OK);
    CHECK(memcmp(same, c.y, bytes) == 0);
    static const double others[] = {-1, 256, 0.5, 1e300, NAN, -INFINITY};
    c.x[between(0, (int)values(&c.old) - 1)] = others[run % 6];
    CHECK(!tn_images_pack(c.x, c.old.n, each, packed));
    free(same);
    free(packed);
    free_case(&c);
  }
}

/* ---- threads, memory ------------------------------------------------------------------------------- */

TEST(threads_and_neighbours_change_no_bit) {
  struct case_by_chance c;
  do {
    make_case(&c, 0);
    if (c.new.n < 17) {
      free_case(&c);
      c.x = NULL;
    }
  } while (c.x == NULL);
  size_t bytes = (size_t)values(&c.new) * sizeof(double);
  double *one = malloc(bytes);
  struct tn_outside outside = {TN_FILL_REFLECT, 0};
  tn_threads_set(1);
  transform(&c, outside);
  memcpy(one, c.y, bytes);
  tn_threads_set(2);
  memset(c.y, 1, bytes);
  transform(&c, outside);
  CHECK(memcmp(one, c.y, bytes) == 0);
  tn_threads_set(1);
  int64_t n = c.new.n, last = n - 1;
  c.sample[0] = c.sample[last];
  c.plan[0] = c.plan[last];
  c.new.n = 1;
  transform(&c, outside);
  for (int64_t p = 0; p < values(&c.new); p++) {
    CHECK(c.y[p] == one[last + n * p]);
  }
  free(one);
  free_case(&c);
}

TEST(no_memory_is_an_error) {
  struct case_by_chance c;
  struct tn_error err;
  make_case(&c, 0);
  int64_t live = tn_alloc_live();
  tn_error_init(&err);
  tn_alloc_fail_after(0);
  CHECK(tn_transform_images((struct tn_image_values){c.x, NULL}, &c.old, c.sample, c.plan,
                            (struct tn_outside){TN_FILL_WRAP, 0}, c.y, &c.new, &err) == TN_STATUS_ALLOC);
  tn_alloc_fail_after(-1);
  CHECK(tn_alloc_live() == live);
  c.new.n = 0;
  transform(&c, (struct tn_outside){TN_FILL_WRAP, 0});
  free_case(&c);
}

int main(void) {
  RUN(transforms_against_plain_loops);
  RUN(right_angles_and_mirrors_move_whole_pixels);
  RUN(levels_stay_in_their_range);
  RUN(numbers_beyond_all_measure_do_no_harm);
  RUN(packed_images_give_the_same);
  RUN(threads_and_neighbours_change_no_bit);
  RUN(no_memory_is_an_error);
  return tn_test_summary();
}
