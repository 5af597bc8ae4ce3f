#include "images/transform.h"

#include <math.h>

#include "platform/alloc.h"
#include "platform/pages.h"
#include "platform/threads.h"

/* ---- levels ---------------------------------------------------------------------------------------- */

struct range {
  double least, most;
};

static double within(double v, struct range r) { return v < r.least ? r.least : v > r.most ? r.most : v; }

static void widen(struct range *r, const double *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    r->least = x[i] < r->least ? x[i] : r->least;
    r->most = x[i] > r->most ? x[i] : r->most;
  }
}

static void shift_levels(double *x, int64_t n, double by, struct range of_image) {
  for (int64_t i = 0; i < n; i++) {
    x[i] = within(x[i] + by, of_image);
  }
}

/* The whole part of 0 to 255; NaN stays. */
static double whole(double v) { return v != v ? v : (double)(int)within(v, (struct range){0, 255}); }

/* Whole levels times a factor (of 32 bits, as Pillow has it), whole again. Levels that do not lie in 0 to 255 are
 * brought there and back. */
static void brighten(double *x, int64_t n, float factor, struct range of_image) {
  int far = of_image.least < 0 || of_image.most > 255;
  double from = far ? of_image.least : 0;
  double width = far && of_image.most > of_image.least ? of_image.most - of_image.least : 255;
  for (int64_t i = 0; i < n; i++) {
    double level = whole((double)(factor * (float)whole(far ? (x[i] - from) / width * 255 : x[i])));
    x[i] = far ? level / 255 * width + from : level;
  }
}

/* of_image: the range of the whole image before. Alpha is not made brighter. */
static void change_levels(const struct tn_transform *t, double *x, int64_t n, struct range of_image, int alpha) {
  if (t->channel_shift != 0) {
    shift_levels(x, n, t->channel_shift, of_image);
    of_image = (struct range){within(of_image.least + t->channel_shift, of_image),
                              within(of_image.most + t->channel_shift, of_image)};
  }
  if (t->brighten) {
    brighten(x, n, alpha ? 1 : (float)t->brightness, of_image);
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
  int64_t old_plane, blocks, workers;
  char *room; /* of each worker: see struct desk */
  size_t room_of_one;
};

/* What a worker has before it: images as they are, unless they are packed; a column of each new image; the places
 * of that column. */
struct desk {
  double *in, *column;
  struct tn_affine_place *places;
  struct range range[TOGETHER]; /* of new images whose levels change */
  int64_t first, count;         /* new images that are made together */
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

/* Column j of channel c of the desk's image k, its levels as they are. */
static double *column_of(const struct job *j, const struct desk *d, int64_t k, int64_t c) {
  int64_t height = j->new->size.height, plane = j->old_plane, channels = j->old->size.channels;
  const struct tn_affine_place *places = d->places + k * height;
  double *to = d->column + k * height;
  if (j->x.packed != NULL) {
    const uint8_t *image = j->x.packed + j->sample[d->first + k] * plane * channels;
    tn_affine_levels(image + c * plane, places, height, j->outside.value, to);
  } else {
    tn_affine_values(d->in + (k * channels + c) * plane, places, height, j->outside.value, to);
  }
  return to;
}

static void find_places(const struct job *j, const struct desk *d, int64_t k, int64_t column) {
  int64_t height = j->new->size.height;
  tn_affine_places(&j->plan[d->first + k].affine, j->old->size, j->outside.fill, column, height,
                   d->places + k * height);
}

static int changes_levels(const struct tn_transform *t) { return t->channel_shift != 0 || t->brighten; }

/* Levels change by the least and the largest of the whole new image: it is made once to find them. */
static void find_range(const struct job *j, struct desk *d, int64_t k) {
  struct tn_image_size size = j->new->size;
  d->range[k] = (struct range){INFINITY, -INFINITY};
  for (int64_t column = 0; column < size.width; column++) {
    find_places(j, d, k, column);
    for (int64_t c = 0; c < size.channels; c++) {
      widen(&d->range[k], column_of(j, d, k, c), size.height);
    }
  }
}

/* The columns of all images on the desk to where their values stand side by side. */
static void put(const double *column, int64_t height, int64_t count, double *out, int64_t n) {
  for (int64_t i = 0; i < height; i++, out += n) {
    for (int64_t k = 0; k < count; k++) {
      out[k] = column[k * height + i];
    }
  }
}

static void ask_for(double *out, int64_t height, int64_t count, int64_t n) {
  for (int64_t i = 0; i < height; i++, out += n) {
    __builtin_prefetch(out, 1);
    __builtin_prefetch(out + count - 1, 1);
  }
}

static void make_column(const struct job *j, struct desk *d, int64_t column) {
  struct tn_image_size size = j->new->size;
  for (int64_t k = 0; k < d->count; k++) {
    find_places(j, d, k, column);
  }
  for (int64_t c = 0; c < size.channels; c++) {
    double *out = j->out + (c * size.width + column) * size.height * j->new->n + d->first;
    ask_for(out, size.height, d->count, j->new->n);
    for (int64_t k = 0; k < d->count; k++) {
      const struct tn_transform *t = &j->plan[d->first + k];
      double *made = column_of(j, d, k, c);
      if (changes_levels(t)) {
        change_levels(t, made, size.height, d->range[k], size.channels == 4 && c == 3);
      }
    }
    put(d->column, size.height, d->count, out, j->new->n);
  }
}

static void make_images(const struct job *j, struct desk *d) {
  if (j->x.packed == NULL) {
    take(j->x.value, j->old->n, j->old_plane * j->old->size.channels, j->sample + d->first, d->count, d->in);
  }
  for (int64_t k = 0; k < d->count; k++) {
    if (changes_levels(&j->plan[d->first + k])) {
      find_range(j, d, k);
    }
  }
  for (int64_t column = 0; column < j->new->size.width; column++) {
    make_column(j, d, column);
  }
}

static size_t places_size(const struct job *j) {
  return TOGETHER * (size_t)j->new->size.height * sizeof(struct tn_affine_place);
}

static size_t columns_size(const struct job *j) { return TOGETHER * (size_t)j->new->size.height * sizeof(double); }

static void work(void *context, int64_t worker) {
  const struct job *j = context;
  char *room = j->room + (size_t)worker * j->room_of_one;
  struct desk d = {.places = (struct tn_affine_place *)(void *)room,
                   .column = (double *)(void *)(room + places_size(j)),
                   .in = (double *)(void *)(room + places_size(j) + columns_size(j))};
  int64_t from, to;
  tn_item_range(j->blocks, j->workers, worker, &from, &to);
  for (d.first = from * TOGETHER; d.first < to * TOGETHER && d.first < j->new->n; d.first += TOGETHER) {
    d.count = j->new->n - d.first < TOGETHER ? j->new->n - d.first : TOGETHER;
    make_images(j, &d);
  }
}

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
                  .old_plane = old->size.height * old->size.width};
  if (new->n == 0 || j.old_plane * old->size.channels == 0 || new->size.height * new->size.width == 0) {
    return TN_OK;
  }
  j.blocks = (new->n + TOGETHER - 1) / TOGETHER;
  /* Each worker has a desk of its own; an image is the same whoever makes it. */
  j.workers = tn_threads() < j.blocks ? tn_threads() : j.blocks;
  size_t in = x.packed != NULL ? 0 : TOGETHER * (size_t)(j.old_plane * old->size.channels) * sizeof(double);
  j.room_of_one = (places_size(&j) + columns_size(&j) + in + 63) / 64 * 64;
  TN_TRY(tn_alloc_into(&j.room, j.workers, j.room_of_one, err));
  tn_pages_large(j.room, (size_t)j.workers * j.room_of_one);
  tn_parallel_for(j.workers, work, &j);
  tn_free(j.room);
  return TN_OK;
}
