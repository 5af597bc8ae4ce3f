#include "ops/convolution/conv_pack.h"

#include <string.h>

#include "kernels/conv_micro.h"
#include "platform/threads.h"

struct job {
  const struct tn_conv *c;
  const float *kernel;
  float *room;
  struct tn_conv_packed shape;
  int64_t written, items;
  int back;
};

/* Copies one tap of a panel: rows of the kernel are channels read. */
static void copy_tap(const struct job *j, const float *from, int64_t columns, float *to) {
  int64_t row = j->c->groups * j->c->small_channels;
  for (int64_t s = 0; s < j->shape.channels; s++, to += j->shape.width, from += row) {
    memcpy(to, from, (size_t)columns * sizeof *to);
  }
}

/* The same where rows of the kernel are channels written: 16 of a row at a time, so that lines of the
 * panel are whole before they leave the cache. */
static void turn_tap(const struct job *j, const float *from, int64_t columns, float *to) {
  int64_t row = j->c->groups * j->c->small_channels, n = j->shape.channels;
  for (int64_t s0 = 0; s0 < n; s0 += 16) {
    int64_t s1 = s0 + 16 < n ? s0 + 16 : n;
    for (int64_t o = 0; o < columns; o++) {
      for (int64_t s = s0; s < s1; s++) {
        to[s * j->shape.width + o] = from[o * row + s];
      }
    }
  }
}

static void pack_item(void *context, int64_t item) {
  const struct job *j = context;
  const struct tn_conv_packed *p = &j->shape;
  int64_t row = j->c->groups * j->c->small_channels, from, to;
  tn_item_range(j->c->groups * p->panels * p->taps, j->items, item, &from, &to);
  for (; from < to; from++) {
    int64_t tap = from % p->taps, panel = from / p->taps % p->panels;
    int64_t group = from / p->taps / p->panels, first = panel * p->width;
    int64_t columns = j->written - first < p->width ? j->written - first : p->width;
    const float *corner = j->kernel + tap * j->c->large_channels * row +
                          group * j->c->small_channels + (j->back ? first * row : first);
    float *room = j->room + from * p->channels * p->width;
    if (columns < p->width) {
      memset(room, 0, (size_t)(p->channels * p->width) * sizeof *room);
    }
    if (j->back) {
      turn_tap(j, corner, columns, room);
    } else {
      copy_tap(j, corner, columns, room);
    }
  }
}

int64_t tn_conv_packed_size(const struct tn_conv *c, int back) {
  if (tn_conv_each(c)) {
    return 0;
  }
  int64_t written = back ? c->large_channels : c->small_channels;
  int64_t channels = back ? c->small_channels : c->large_channels;
  int64_t padded = (written + TN_CONV_MAX_WIDTH - 1) / TN_CONV_MAX_WIDTH * TN_CONV_MAX_WIDTH;
  return c->groups * padded * c->y.size * c->x.size * channels;
}

void tn_conv_pack(const struct tn_conv *c, int back, const float *kernel, int64_t width,
                  float *room, struct tn_conv_packed *out) {
  struct job j = {.c = c, .kernel = kernel, .room = room, .back = back};
  j.written = back ? c->large_channels : c->small_channels;
  j.shape = (struct tn_conv_packed){kernel, (j.written + width - 1) / width,
                                    c->y.size * c->x.size,
                                    back ? c->small_channels : c->large_channels, width};
  if (back || c->groups > 1 || j.written != width) {
    int64_t units = c->groups * j.shape.panels * j.shape.taps;
    j.shape.data = room;
    j.items = tn_items(units * j.shape.channels * width, 1 << 20);
    j.items = j.items < units ? j.items : units;
    tn_parallel_for(j.items, pack_item, &j);
  }
  *out = j.shape;
}
