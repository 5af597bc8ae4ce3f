/* A convolution in the most obvious loops, in double: what the ops in src/ops/op_*conv*.c are compared
 * with. Options as attributes of the ops; along one axis the height is 1. */
#ifndef TN_TESTS_PLAIN_CONV_H
#define TN_TESTS_PLAIN_CONV_H

#include <stdint.h>
#include <string.h>

enum plain_kind { PLAIN_CONV, PLAIN_TRANSPOSE, PLAIN_DEPTHWISE };

struct plain_conv {
  enum plain_kind kind;
  int64_t n, h, w, channels;     /* input */
  int64_t kh, kw, sh, sw, dh, dw;
  const char *padding;
  int64_t filters, groups;       /* filters of a depthwise one: the multiplier */
  int64_t out_pad;               /* transposed: -1 when not given */
};

static inline int64_t plain_max(int64_t a, int64_t b) { return a > b ? a : b; }

/* Length of the output and cells of padding in front. */
static inline int64_t plain_length(const struct plain_conv *p, int64_t n, int64_t k, int64_t s,
                                   int64_t d, int64_t *front) {
  int64_t reach = (k - 1) * d + 1, out;
  int same = strcmp(p->padding, "same") == 0;
  *front = 0;
  if (p->kind == PLAIN_TRANSPOSE) {
    int64_t full = (n - 1) * s + reach;
    out = p->out_pad >= 0 ? full + p->out_pad - (same ? 2 * (reach / 2) : 0)
                          : same ? n * s : n * s + plain_max(reach - s, 0);
    *front = plain_max(full - out, 0) / 2;
    return out;
  }
  if (strcmp(p->padding, "valid") == 0) {
    return (n - reach) / s + 1;
  }
  out = (n + s - 1) / s;
  *front = same ? plain_max((out - 1) * s + reach - n, 0) / 2 : reach - 1;
  return out;
}

/* y must hold the output's cells; returns its size. bias NULL: none. */
static inline int64_t plain_conv_run(const struct plain_conv *p, const float *x, const float *k,
                                     const float *bias, double *y) {
  int64_t fy, fx, filters = p->kind == PLAIN_DEPTHWISE ? p->channels * p->filters : p->filters;
  int64_t oh = plain_length(p, p->h, p->kh, p->sh, p->dh, &fy);
  int64_t ow = plain_length(p, p->w, p->kw, p->sw, p->dw, &fx);
  int64_t size = p->n * oh * ow * filters, per_group = p->channels / p->groups;
  for (int64_t i = 0; i < size; i++) {
    y[i] = bias == NULL ? 0 : bias[i % filters];
  }
  /* every meeting of an input cell, a tap and an output cell */
  for (int64_t i = 0; i < p->n * oh * ow * p->kh * p->kw; i++) {
    int64_t jx = i % p->kw, jy = i / p->kw % p->kh, cell = i / p->kw / p->kh;
    int64_t ox = cell % ow, oy = cell / ow % oh, image = cell / ow / oh, iy, ix;
    if (p->kind == PLAIN_TRANSPOSE) {
      int64_t ty = oy + fy - jy * p->dh, tx = ox + fx - jx * p->dw;
      if (ty < 0 || tx < 0 || ty % p->sh != 0 || tx % p->sw != 0) {
        continue;
      }
      iy = ty / p->sh;
      ix = tx / p->sw;
    } else {
      iy = oy * p->sh - fy + jy * p->dh;
      ix = ox * p->sw - fx + jx * p->dw;
    }
    if (iy < 0 || ix < 0 || iy >= p->h || ix >= p->w) {
      continue;
    }
    const float *in = x + ((image * p->h + iy) * p->w + ix) * p->channels;
    for (int64_t f = 0; f < filters; f++) {
      for (int64_t c = 0; c < per_group; c++) {
        int64_t tap = jy * p->kw + jx, channel = f / (filters / p->groups) * per_group + c;
        if (p->kind == PLAIN_CONV) {
          y[cell * filters + f] += (double)in[channel] * k[(tap * per_group + c) * filters + f];
        } else if (p->kind == PLAIN_TRANSPOSE) {
          y[cell * filters + f] += (double)in[c] * k[(tap * filters + f) * p->channels + c];
        } else if (f / p->filters == c) {
          y[cell * filters + f] += (double)in[c] * k[tap * filters + f];
        }
      }
    }
  }
  return size;
}

#endif
