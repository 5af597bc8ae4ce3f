#include "images/taps.h"

#include <math.h>
#include <string.h>

#include "platform/alloc.h"

/* ---- filters, of the distance in pixels ----------------------------------------------------------- */

static const double pi = 3.14159265358979323846;

static double sinc(double x) {
  return x == 0 ? 1 : sin(pi * x) / (pi * x);
}

static double box(double x) { return x > -0.5 && x <= 0.5 ? 1 : 0; }

static double bilinear(double x) {
  x = fabs(x);
  return x < 1 ? 1 - x : 0;
}

static double hamming(double x) {
  x = fabs(x);
  return x < 1 ? sinc(x) * (0.54 + 0.46 * cos(pi * x)) : 0;
}

/* Keys' cubic with a = -1/2. */
static double bicubic(double x) {
  static const double a = -0.5;
  x = fabs(x);
  if (x < 1) {
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  }
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

static double lanczos(double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0; }

static const struct filter {
  const char *name;
  double (*at)(double x);
  double support; /* it is 0 further away */
} filters[] = {
    {"box", box, 0.5}, {"bilinear", bilinear, 1}, {"hamming", hamming, 1},
    {"bicubic", bicubic, 2}, {"lanczos", lanczos, 3},
};

static const struct filter *find(const char *name) {
  for (size_t k = 0; k < sizeof filters / sizeof filters[0]; k++) {
    if (strcmp(filters[k].name, name) == 0) {
      return &filters[k];
    }
  }
  return NULL;
}

/* ---- weights -------------------------------------------------------------------------------------- */

static int32_t fixed_point(double w) {
  return (int32_t)(w * 4194304 + (w < 0 ? -0.5 : 0.5));
}

/* Shrinking widens the filter, so that every old pixel counts. */
static void weigh(struct tn_taps *taps, const struct filter *filter, double scale, int64_t old) {
  double width = scale > 1 ? scale : 1, support = filter->support * width, inverse = 1 / width;
  for (int64_t i = 0; i < taps->n; i++) {
    double centre = ((double)i + 0.5) * scale, sum = 0, *weight = taps->weight + i * taps->most;
    int64_t first = (int64_t)(centre - support + 0.5), end = (int64_t)(centre + support + 0.5);
    first = first < 0 ? 0 : first;
    end = end > old ? old : end;
    for (int64_t k = 0; k < end - first; k++) {
      weight[k] = filter->at(((double)(k + first) - centre + 0.5) * inverse);
      sum += weight[k];
    }
    for (int64_t k = 0; k < end - first; k++) {
      weight[k] /= sum != 0 ? sum : 1;
      taps->fixed[i * taps->most + k] = fixed_point(weight[k]);
    }
    taps->first[i] = first;
    taps->count[i] = end - first;
  }
}

enum tn_status tn_taps_init(struct tn_taps *taps, const char *filter, int64_t old, int64_t new,
                            struct tn_error *err) {
  const struct filter *found = find(filter);
  double scale = (double)old / (double)new;
  memset(taps, 0, sizeof *taps);
  if (found == NULL) {
    return tn_fail(err, TN_STATUS_ARG, "there is no interpolation \"%s\"", filter);
  }
  taps->n = new;
  taps->most = 2 * (int64_t)ceil(found->support * (scale > 1 ? scale : 1)) + 1;
  TN_TRY(tn_alloc_into(&taps->first, new, sizeof *taps->first, err));
  TN_TRY(tn_alloc_into(&taps->count, new, sizeof *taps->count, err));
  TN_TRY(tn_alloc_into(&taps->weight, new * taps->most, sizeof *taps->weight, err));
  TN_TRY(tn_alloc_into(&taps->fixed, new * taps->most, sizeof *taps->fixed, err));
  weigh(taps, found, scale, old);
  return TN_OK;
}

void tn_taps_free(struct tn_taps *taps) {
  tn_free(taps->first);
  tn_free(taps->count);
  tn_free(taps->weight);
  tn_free(taps->fixed);
  memset(taps, 0, sizeof *taps);
}

/* The position is added up, as Pillow does: a product differs where it is a whole number. */
void tn_taps_nearest(int64_t old, int64_t new, int64_t *place) {
  double step = (double)old / (double)new, position = 0.5 * step;
  for (int64_t i = 0; i < new; i++, position += step) {
    place[i] = (int64_t)position < old ? (int64_t)position : old - 1;
  }
}
