#include "images/resample.h"

#include <string.h>

#include "images/taps.h"
#include "platform/alloc.h"
#include "platform/threads.h"

/* ---- nearest: pixels are chosen first, colours are looked at then ---------------------------------- */

static enum tn_status choose(const struct tn_picture *p, int channels, int64_t height, int64_t width,
                             int32_t *out, struct tn_error *err) {
  struct tn_picture chosen = *p;
  double *value;
  int64_t *place;
  TN_TRY(tn_alloc_into(&place, height + width, sizeof *place, err));
  enum tn_status status = tn_alloc_into(&value, height * width * p->planes, sizeof *value, err);
  if (status == TN_OK) {
    int64_t *row = place, *column = place + height;
    double *to = value;
    tn_taps_nearest(p->height, height, row);
    tn_taps_nearest(p->width, width, column);
    for (int plane = 0; plane < p->planes; plane++) {
      for (int64_t j = 0; j < width; j++) {
        const double *from = p->value + (plane * p->width + column[j]) * p->height;
        for (int64_t i = 0; i < height; i++) {
          *to++ = from[row[i]];
        }
      }
    }
    chosen.value = value;
    chosen.height = height;
    chosen.width = width;
    for (int c = 0; c < channels; c++) {
      tn_picture_plane(&chosen, channels, c, 0, out + c * height * width);
    }
    tn_free(value);
  }
  tn_free(place);
  return status;
}

/* ---- filters --------------------------------------------------------------------------------------- */

/* One plane, rows fastest: `in` has `height` rows; `deep` grey is weighed in doubles. */
struct pass {
  const int32_t *in;
  int32_t *out;
  int64_t height;
  const struct tn_taps *taps;
  int deep;
  int64_t columns, items; /* of the output; shared among threads */
};

#define HALF (1 << 21)
#define ROWS 128

static inline int32_t whole(int32_t sum) {
  return sum < 0 ? 0 : sum >> 22 > 255 ? 255 : sum >> 22;
}

static inline int32_t whole_deep(double sum) { return (int32_t)(sum + (sum < 0 ? -0.5 : 0.5)); }

static void column_of_columns(const struct pass *p, int64_t j) {
  const struct tn_taps *taps = p->taps;
  const int32_t *fixed = taps->fixed + j * taps->most;
  int32_t sum[ROWS];
  for (int64_t from = 0; from < p->height; from += ROWS) {
    int64_t rows = p->height - from < ROWS ? p->height - from : ROWS;
    for (int64_t i = 0; i < rows; i++) {
      sum[i] = HALF;
    }
    for (int64_t k = 0; k < taps->count[j]; k++) {
      const int32_t *in = p->in + (taps->first[j] + k) * p->height + from;
      for (int64_t i = 0; i < rows; i++) {
        sum[i] += fixed[k] * in[i];
      }
    }
    for (int64_t i = 0; i < rows; i++) {
      p->out[j * p->height + from + i] = whole(sum[i]);
    }
  }
}

static void deep_column_of_columns(const struct pass *p, int64_t j) {
  const struct tn_taps *taps = p->taps;
  const double *weight = taps->weight + j * taps->most;
  for (int64_t i = 0; i < p->height; i++) {
    const int32_t *in = p->in + taps->first[j] * p->height + i;
    double sum = 0;
    for (int64_t k = 0; k < taps->count[j]; k++) {
      sum += weight[k] * in[k * p->height];
    }
    p->out[j * p->height + i] = whole_deep(sum);
  }
}

/* Along the rows: the width changes. */
static void along_rows(void *context, int64_t item) {
  const struct pass *p = context;
  int64_t from, to;
  tn_item_range(p->columns, p->items, item, &from, &to);
  for (int64_t j = from; j < to; j++) {
    if (p->deep) {
      deep_column_of_columns(p, j);
    } else {
      column_of_columns(p, j);
    }
  }
}

/* Along the columns: the height changes. */
static void along_columns(void *context, int64_t item) {
  const struct pass *p = context;
  const struct tn_taps *taps = p->taps;
  int64_t from, to;
  tn_item_range(p->columns, p->items, item, &from, &to);
  for (int64_t j = from; j < to; j++) {
    for (int64_t i = 0; i < taps->n; i++) {
      const int32_t *in = p->in + j * p->height + taps->first[i];
      const int32_t *fixed = taps->fixed + i * taps->most;
      const double *weight = taps->weight + i * taps->most;
      int32_t sum = HALF;
      double deep = 0;
      for (int64_t k = 0; k < taps->count[i]; k++) {
        if (p->deep) {
          deep += weight[k] * in[k];
        } else {
          sum += fixed[k] * in[k];
        }
      }
      p->out[j * taps->n + i] = p->deep ? whole_deep(deep) : whole(sum);
    }
  }
}

static void share(struct pass *p, void (*work)(void *context, int64_t item)) {
  int64_t each = p->taps->most * (work == along_rows ? p->height : p->taps->n);
  p->items = tn_items(p->columns, 1000000 / (each + 1) + 1);
  tn_parallel_for(p->items, work, p);
}

struct room {
  struct tn_taps rows, columns;
  int32_t *plane, *narrow; /* one channel as it is, and with its new width */
};

static enum tn_status room_init(struct room *room, const struct tn_picture *p, const char *filter,
                                int64_t height, int64_t width, struct tn_error *err) {
  memset(room, 0, sizeof *room);
  TN_TRY(tn_taps_init(&room->rows, filter, p->width, width, err));
  TN_TRY(tn_taps_init(&room->columns, filter, p->height, height, err));
  TN_TRY(tn_alloc_into(&room->plane, p->height * p->width, sizeof *room->plane, err));
  return tn_alloc_into(&room->narrow, p->height * width, sizeof *room->narrow, err);
}

static void room_free(struct room *room) {
  tn_taps_free(&room->rows);
  tn_taps_free(&room->columns);
  tn_free(room->plane);
  tn_free(room->narrow);
}

/* The plane in `room` into its place among those of the new picture. */
static void filter_plane(struct room *room, const struct tn_picture *p, int deep, int64_t height,
                         int64_t width, int32_t *out) {
  const int32_t *done = room->plane;
  if (width != p->width) {
    struct pass pass = {done, height == p->height ? out : room->narrow, p->height, &room->rows, deep,
                        width, 1};
    share(&pass, along_rows);
    done = pass.out;
  }
  if (height != p->height) {
    struct pass pass = {done, out, p->height, &room->columns, deep, width, 1};
    share(&pass, along_columns);
    done = out;
  }
  if (done != out) {
    memcpy(out, done, (size_t)(height * width) * sizeof *out);
  }
}

static void divide_by_alpha(int32_t *out, int64_t n) {
  const int32_t *alpha = out + 3 * n;
  for (int64_t i = 0; i < 3 * n; i++) {
    int32_t a = alpha[i % n];
    if (a != 0 && a != 255) {
      int32_t level = 255 * out[i] / a;
      out[i] = level < 255 ? level : 255;
    }
  }
}

static enum tn_status filter(const struct tn_picture *p, int channels, const char *name,
                             int64_t height, int64_t width, int32_t *out, struct tn_error *err) {
  struct room room;
  int weighed = channels == 4 && tn_picture_has_alpha(p) &&
                (height != p->height || width != p->width);
  int deep = channels == 1 && tn_picture_is_deep_grey(p);
  enum tn_status status = room_init(&room, p, name, height, width, err);
  for (int c = 0; status == TN_OK && c < channels; c++) {
    tn_picture_plane(p, channels, c, weighed, room.plane);
    filter_plane(&room, p, deep, height, width, out + c * height * width);
  }
  if (status == TN_OK && weighed) {
    divide_by_alpha(out, height * width);
  }
  room_free(&room);
  return status;
}

enum tn_status tn_resample(const struct tn_picture *picture, int channels, const char *interpolation,
                           int64_t height, int64_t width, int32_t *out, struct tn_error *err) {
  if (height == picture->height && width == picture->width) {
    for (int c = 0; c < channels; c++) {
      tn_picture_plane(picture, channels, c, 0, out + c * height * width);
    }
    return TN_OK;
  }
  if (strcmp(interpolation, "nearest") == 0) {
    return choose(picture, channels, height, width, out, err);
  }
  return filter(picture, channels, interpolation, height, width, out, err);
}
