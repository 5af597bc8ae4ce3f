/* Pooling and resizing of images (images, height, width, channels), channels innermost. */
#include <math.h>

#include "window.h"

static void max_pool(const float *x, float *y, int images, const struct window *height,
                     const struct window *width, int channels) {
  for (int i = 0; i < images * height->small * width->small * channels; i++) {
    int cell = i / channels, image = cell / width->small / height->small;
    float top = -INFINITY;
    for (int tap = 0; tap < height->size * width->size; tap++) {
      int iy = window_cell(height, cell / width->small % height->small, tap / width->size);
      int ix = window_cell(width, cell % width->small, tap % width->size);
      if (iy >= 0 && ix >= 0) {
        float v = x[((image * height->large + iy) * width->large + ix) * channels + i % channels];
        top = v > top || v != v ? v : top;
      }
    }
    y[i] = top;
  }
}

/* Cells that do not exist do not count. */
static void average_pool(const float *x, float *y, int images, const struct window *height,
                         const struct window *width, int channels) {
  for (int i = 0; i < images * height->small * width->small * channels; i++) {
    int cell = i / channels, image = cell / width->small / height->small, count = 0;
    float sum = 0;
    for (int tap = 0; tap < height->size * width->size; tap++) {
      int iy = window_cell(height, cell / width->small % height->small, tap / width->size);
      int ix = window_cell(width, cell % width->small, tap % width->size);
      if (iy >= 0 && ix >= 0) {
        sum += x[((image * height->large + iy) * width->large + ix) * channels + i % channels];
        count++;
      }
    }
    y[i] = sum / (float)count;
  }
}

/* Where cell o of an axis made `size` times as long lies between the n cells that it had. */
static float position_of(int o, int size, int n) {
  float at = ((float)o + 0.5f) / (float)size - 0.5f;
  return fminf(fmaxf(at, 0), (float)(n - 1));
}

static void upsample_bilinear(const float *x, float *y, int images, int height, int width,
                              int channels, int times_y, int times_x) {
  int rows = height * times_y, cols = width * times_x;
  for (int i = 0; i < images * rows * cols; i++, y += channels) {
    float at_y = position_of(i / cols % rows, times_y, height);
    float at_x = position_of(i % cols, times_x, width);
    int top = (int)at_y, left = (int)at_x;
    float down = at_y - (float)top, right = at_x - (float)left;
    const float *a = x + ((i / cols / rows * height + top) * width + left) * channels;
    const float *b = a + (right > 0 ? channels : 0);
    int next = down > 0 ? width * channels : 0;
    for (int c = 0; c < channels; c++) {
      float upper = a[c] + right * (b[c] - a[c]);
      float lower = a[next + c] + right * (b[next + c] - a[next + c]);
      y[c] = upper + down * (lower - upper);
    }
  }
}
