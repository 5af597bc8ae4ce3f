#include "images/transform.h"

#include <string.h>

#include "platform/alloc.h"
#include "platform/pages.h"
#include "platform/threads.h"

/* ---- levels, n values of one image ----------------------------------------------------------------- */

static void range_of(const double *x, int64_t n, double *least, double *most) {
  *least = *most = x[0];
  for (int64_t i = 1; i < n; i++) {
    *least = x[i] < *least ? x[i] : *least;
    *most = x[i] > *most ? x[i] : *most;
  }
}

static double within(double v, double least, double most) {
  return v < least ? least : v > most ? most : v;
}

static void shift_levels(double *x, int64_t n, double by) {
  double least, most;
  range_of(x, n, &least, &most);
  for (int64_t i = 0; i < n; i++) {
    x[i] = within(x[i] + by, least, most);
  }
}

/* The whole part of 0 to 255; NaN stays. */
static double whole(double v) { return v != v ? v : (double)(int)within(v, 0, 255); }

/* Whole levels times a factor (of 32 bits, as Pillow has it), whole again; what lies behind the first `colours`
 * is alpha and keeps its own. Levels that do not lie in 0 to 255 are brought there and back. */
static void brighten(double *x, int64_t n, int64_t colours, double factor) {
  double least, most;
  range_of(x, n, &least, &most);
  int far = least < 0 || most > 255;
  double from = far ? least : 0, width = far && most > least ? most - least : 255;
  for (int64_t i = 0; i < n; i++) {
    double level = whole(far ? (x[i] - from) / width * 255 : x[i]);
    level = i < colours ? whole((double)((float)factor * (float)level)) : level;
    x[i] = far ? level / 255 * width + from : level;
  }
}

/* ---- images ---------------------------------------------------------------------------------------- */

/* The values of a place of all samples stand side by side: this many samples, a line of the processor's memory,
 * are taken from there and put there together. */
#define TOGETHER 8
#define AHEAD 24 /* places that are asked for before they are needed: three times as fast */

struct job {
  struct tn_image_values x;
  double *out;
  const struct tn_images *old, *new;
  const int64_t *sample;
  const struct tn_transform *plan;
  struct tn_outside outside;
  int64_t old_values, new_values, blocks, workers;
  char *room; /* of each worker: images as they are, as they become, places of a column */
  size_t room_of_one;
};

/* `count` samples of n as images one behind the other. */
static void take(const double *x, int64_t n, int64_t values, const int64_t *sample, int64_t count, double *to) {
  int64_t end = (values - AHEAD) * n;
  for (int64_t p = 0; p < values; p++, x += n) {
    for (int64_t k = 0; k < count; k++) {
      if (p * n < end) {
        __builtin_prefetch(x + AHEAD * n + sample[k]);
      }
      to[k * values + p] = x[sample[k]];
    }
  }
}

static void take_packed(const uint8_t *x, int64_t values, const int64_t *sample, int64_t count, double *to) {
  for (int64_t k = 0; k < count; k++, to += values) {
    const uint8_t *from = x + sample[k] * values;
    for (int64_t p = 0; p < values; p++) {
      to[p] = from[p];
    }
  }
}

static void put(const double *from, int64_t values, int64_t count, double *out, int64_t n) {
  int64_t end = (values - AHEAD) * n;
  for (int64_t p = 0; p < values; p++, out += n) {
    if (p * n < end) {
      __builtin_prefetch(out + AHEAD * n, 1);
      __builtin_prefetch(out + AHEAD * n + count - 1, 1);
    }
    for (int64_t k = 0; k < count; k++) {
      out[k] = from[k * values + p];
    }
  }
}

static int same_size(struct tn_image_size a, struct tn_image_size b) {
  return a.height == b.height && a.width == b.width;
}

static int stays(const struct tn_affine *a) {
  return a->row[0] == 1 && a->row[1] == 0 && a->row[2] == 0 && a->column[0] == 0 && a->column[1] == 1 &&
         a->column[2] == 0;
}

static void transform_one(const struct job *j, const struct tn_transform *t, const double *in, void *places,
                          double *out) {
  struct tn_image_size size = j->new->size;
  if (stays(&t->affine) && same_size(j->old->size, size)) {
    memcpy(out, in, (size_t)j->new_values * sizeof *out);
  } else {
    tn_affine_sample(in, j->old->size, &t->affine, j->outside, size.height, size.width, places, out);
  }
  if (t->channel_shift != 0) {
    shift_levels(out, j->new_values, t->channel_shift);
  }
  if (t->brighten) {
    int64_t colours = size.channels == 4 ? j->new_values / 4 * 3 : j->new_values;
    brighten(out, j->new_values, colours, t->brightness);
  }
}

static void work(void *context, int64_t worker) {
  const struct job *j = context;
  double *in = (double *)(void *)(j->room + (size_t)worker * j->room_of_one);
  double *out = in + TOGETHER * j->old_values;
  int64_t from, to;
  tn_item_range(j->blocks, j->workers, worker, &from, &to);
  for (int64_t first = from * TOGETHER; first < to * TOGETHER && first < j->new->n; first += TOGETHER) {
    int64_t count = j->new->n - first < TOGETHER ? j->new->n - first : TOGETHER;
    if (j->x.packed != NULL) {
      take_packed(j->x.packed, j->old_values, j->sample + first, count, in);
    } else {
      take(j->x.value, j->old->n, j->old_values, j->sample + first, count, in);
    }
    for (int64_t k = 0; k < count; k++) {
      transform_one(j, &j->plan[first + k], in + k * j->old_values, out + TOGETHER * j->new_values,
                    out + k * j->new_values);
    }
    put(out, j->new_values, count, j->out + first, j->new->n);
  }
}

static int64_t values_of(struct tn_image_size size) { return size.height * size.width * size.channels; }

/* Places that are packed together: a line of memory of each image. */
#define LINE 64

int tn_images_pack(const double *x, int64_t n, int64_t values, uint8_t *out) {
  for (int64_t first = 0; first < values; first += LINE) {
    int64_t end = values - first < LINE ? values : first + LINE;
    for (int64_t p = first; p < end; p++) {
      const double *from = x + p * n;
      for (int64_t k = 0; k < n; k++) {
        if (!(from[k] >= 0 && from[k] <= 255) || from[k] != (double)(uint8_t)from[k]) {
          return 0;
        }
        out[k * values + p] = (uint8_t)from[k];
      }
    }
  }
  return 1;
}

enum tn_status tn_transform_images(struct tn_image_values x, const struct tn_images *old, const int64_t *sample,
                                   const struct tn_transform *plan, struct tn_outside outside, double *out,
                                   const struct tn_images *new, struct tn_error *err) {
  struct job j = {.x = x, .out = out, .old = old, .new = new, .sample = sample, .plan = plan, .outside = outside,
                  .old_values = values_of(old->size), .new_values = values_of(new->size)};
  if (new->n == 0 || j.old_values == 0 || j.new_values == 0) {
    return TN_OK;
  }
  j.blocks = (new->n + TOGETHER - 1) / TOGETHER;
  /* Each worker has a buffer of its own; an image is the same whoever makes it. */
  j.workers = tn_threads() < j.blocks ? tn_threads() : j.blocks;
  size_t values = (size_t)(TOGETHER * (j.new_values + j.old_values));
  j.room_of_one = (values * sizeof(double) + tn_affine_room(new->size.height) + 63) / 64 * 64;
  TN_TRY(tn_alloc_into(&j.room, j.workers, j.room_of_one, err));
  tn_pages_large(j.room, (size_t)j.workers * j.room_of_one);
  tn_parallel_for(j.workers, work, &j);
  tn_free(j.room);
  return TN_OK;
}
