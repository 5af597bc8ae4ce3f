/* Pictures: headers of files, colours, sizes; any number of threads. */
#include "images/header.h"
#include "images/resample.h"
#include "images/taps.h"
#include "platform/alloc.h"
#include "platform/threads.h"
#include "tn_test.h"

static uint64_t state = 88172645463325252u;
static int between(int low, int high) { return low + (int)chance(&state, (uint32_t)(high - low + 1)); }

/* ---- headers --------------------------------------------------------------------------------------- */

/* A copy of its own size, so that the sanitizers see a byte too many. */
static void header_of(const uint8_t *bytes, int64_t n, struct tn_image_header *out) {
  uint8_t *copy = malloc((size_t)n + (n == 0));
  memcpy(copy, bytes, (size_t)n);
  tn_image_header(copy, n, out);
  free(copy);
}

static const uint8_t small_jpeg[] = {
    0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0xFF, 0xD9,                              /* an end inside a part */
    0xFF, 0xC0, 0, 11, 8, 0, 5, 0, 7, 1, 1, 0x11, 0,                       /* 5 x 7 */
    0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 0xFF, 0, 0xFF, 0xD3, 3, 4,  /* pixels, a restart */
    0xFF, 0xD9};

TEST(jpeg_headers) {
  struct tn_image_header h;
  int64_t n = (int64_t)sizeof small_jpeg;
  header_of(small_jpeg, n, &h);
  CHECK(h.format == TN_IMAGE_JPEG && h.fault == NULL && h.height == 5 && h.width == 7 && h.bits == 8);
  for (int64_t k = 0; k < n; k++) {
    header_of(small_jpeg, k, &h);
    CHECK(h.fault != NULL);
  }
}

TEST(broken_headers_by_chance) {
  static const uint8_t png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R',
                                0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE};
  struct tn_image_header h;
  header_of(png, sizeof png, &h);
  CHECK(h.format == TN_IMAGE_PNG && h.height == 1 && h.width == 1 && h.bits == 8);
  CHECK(h.fault != NULL && strstr(h.fault, "early"));
  for (int k = 0; k < 20000; k++) {
    uint8_t bytes[64];
    int jpeg = k % 2;
    int64_t n = jpeg ? (int64_t)sizeof small_jpeg : (int64_t)sizeof png;
    memcpy(bytes, jpeg ? small_jpeg : png, (size_t)n);
    for (int spoiled = between(1, 6); spoiled > 0; spoiled--) {
      bytes[between(0, (int)n - 1)] = (uint8_t)between(0, 255);
    }
    header_of(bytes, between(0, (int)n), &h);
    CHECK(h.fault != NULL || h.format == TN_IMAGE_OTHER || (h.height > 0 && h.width > 0));
  }
}

/* ---- sizes ----------------------------------------------------------------------------------------- */

static double *picture_by_chance(struct tn_picture *p, int planes, int height, int width, int deep) {
  int64_t n = (int64_t)planes * height * width;
  double most = deep ? 65535 : 255, *value = malloc((size_t)n * sizeof *value);
  for (int64_t i = 0; i < n; i++) {
    value[i] = between(0, (int)most) / most;
  }
  *p = (struct tn_picture){value, height, width, planes, 0, deep};
  return value;
}

static int32_t *resampled(const struct tn_picture *p, int channels, const char *how, int h, int w) {
  struct tn_error err;
  tn_error_init(&err);
  int32_t *out = malloc((size_t)(h * w * channels) * sizeof *out);
  CHECK(tn_resample(p, channels, how, h, w, out, &err) == TN_OK);
  return out;
}

static const char *ways[] = {"nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"};

TEST(one_level_stays_in_any_size) {
  for (int k = 0; k < 300; k++) {
    struct tn_picture p;
    int deep = k % 3 == 0, planes = between(1, 4), channels = planes > 2 ? 3 : 1;
    int h = between(1, 30), w = between(1, 30), level = between(0, deep ? 65535 : 255);
    double *value = picture_by_chance(&p, planes, between(1, 40), between(1, 40), deep);
    for (int64_t i = 0; i < planes * p.height * p.width; i++) {
      value[i] = level / (deep ? 65535.0 : 255.0);
    }
    int32_t *out = resampled(&p, channels, ways[k % 6], h, w);
    int32_t wanted = deep && planes > 1 ? level >> 8 : level;
    for (int i = 0; i < h * w * channels; i++) {
      CHECK(out[i] == wanted);
    }
    free(out);
    free(value);
  }
}

/* One plane after the other, in doubles: what the filters mean but for rounding. */
static double plain(const struct tn_picture *p, const char *how, int h, int w, int i, int j) {
  struct tn_taps rows, columns;
  CHECK(tn_taps_init(&columns, how, p->height, h, NULL) == TN_OK);
  CHECK(tn_taps_init(&rows, how, p->width, w, NULL) == TN_OK);
  double sum = 0;
  for (int64_t a = 0; a < columns.count[i]; a++) {
    for (int64_t b = 0; b < rows.count[j]; b++) {
      sum += columns.weight[i * columns.most + a] * rows.weight[j * rows.most + b] * 255 *
             p->value[(rows.first[j] + b) * p->height + columns.first[i] + a];
    }
  }
  tn_taps_free(&rows);
  tn_taps_free(&columns);
  return sum < 0 ? 0 : sum > 255 ? 255 : sum;
}

TEST(filters_against_plain_sums) {
  for (int k = 0; k < 40; k++) {
    struct tn_picture p;
    double *value = picture_by_chance(&p, 1, between(2, 20), between(2, 20), 0);
    int h = between(1, 25), w = between(1, 25);
    for (int64_t i = 0; i < p.height * p.width; i++) {
      value[i] = (100 + between(0, 55)) / 255.0; /* so that nothing is cut off between the two passes */
    }
    int32_t *out = resampled(&p, 1, ways[1 + k % 5], h, w);
    for (int j = 0; j < w; j++) {
      for (int i = 0; i < h; i++) {
        CHECK_NEAR(out[j * h + i], plain(&p, ways[1 + k % 5], h, w, i, j), 1.3);
      }
    }
    free(out);
    free(value);
  }
}

TEST(threads_change_no_level) {
  for (int k = 0; k < 6; k++) {
    struct tn_picture p;
    double *value = picture_by_chance(&p, 4, 400, 300, 0);
    tn_threads_set(1);
    int32_t *one = resampled(&p, 4, ways[k], 310, 290);
    tn_threads_set(2);
    int32_t *two = resampled(&p, 4, ways[k], 310, 290);
    CHECK(memcmp(one, two, 310 * 290 * 4 * sizeof *one) == 0);
    tn_threads_set(1);
    free(one);
    free(two);
    free(value);
  }
}

TEST(no_memory_is_an_error) {
  struct tn_picture p;
  double *value = picture_by_chance(&p, 3, 20, 20, 0);
  int32_t out[3 * 9 * 9];
  int64_t live = tn_alloc_live();
  for (int k = 0; k < 12; k++) {
    struct tn_error err;
    tn_error_init(&err);
    tn_alloc_fail_after(k);
    enum tn_status status = tn_resample(&p, 3, ways[k % 3], 9, 9, out, &err);
    tn_alloc_fail_after(-1);
    CHECK(status == TN_OK || (status == TN_STATUS_ALLOC && err.message[0] != '\0'));
    CHECK(tn_alloc_live() == live);
  }
  CHECK(tn_resample(&p, 3, "area", 9, 9, out, NULL) == TN_STATUS_ARG);
  free(value);
}

int main(void) {
  RUN(jpeg_headers);
  RUN(broken_headers_by_chance);
  RUN(one_level_stays_in_any_size);
  RUN(filters_against_plain_sums);
  RUN(threads_change_no_level);
  RUN(no_memory_is_an_error);
  return tn_test_summary();
}
