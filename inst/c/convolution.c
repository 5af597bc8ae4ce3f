/* Convolutions of images (images, height, width, channels), channels innermost. The windows say
 * where the cells of the smaller side lie on the larger one; bias may be NULL. */
#include <stddef.h>

#include "window.h"

/* The same bias in each of `cells` cells of y. */
static void start_cells(float *y, int cells, const float *bias, int channels) {
  for (int i = 0; i < cells * channels; i++) {
    y[i] = bias == NULL ? 0 : bias[i % channels];
  }
}

/* y (filters) += x (channels) kernel (channels, filters). */
static void add_products(const float *x, int channels, const float *kernel, int filters, float *y,
                         int kernel_width) {
  for (int c = 0; c < channels; c++) {
    for (int f = 0; f < filters; f++) {
      y[f] += x[c] * kernel[c * kernel_width + f];
    }
  }
}

/* Kernel (height, width, channels / groups, filters): a group of filters sees its channels. As many
 * groups as channels are a depthwise convolution. */
static void conv(const float *x, const float *kernel, const float *bias, float *y, int images,
                 const struct window *height, const struct window *width, int channels, int filters,
                 int groups) {
  int c = channels / groups, f = filters / groups, taps = height->size * width->size;
  start_cells(y, images * height->small * width->small, bias, filters);
  for (int cell = 0; cell < images * height->small * width->small; cell++, y += filters) {
    int image = cell / width->small / height->small, oy = cell / width->small % height->small;
    for (int tap = 0; tap < taps; tap++) {
      int iy = window_cell(height, oy, tap / width->size);
      int ix = window_cell(width, cell % width->small, tap % width->size);
      int from = ((image * height->large + iy) * width->large + ix) * channels;
      for (int g = 0; iy >= 0 && ix >= 0 && g < groups; g++) {
        add_products(x + from + g * c, c, kernel + tap * c * filters + g * f, f, y + g * f,
                     filters);
      }
    }
  }
}

/* The way back, kernel (height, width, filters, channels): each cell of x goes to a window of y. */
static void conv_transpose(const float *x, const float *kernel, const float *bias, float *y,
                           int images, const struct window *height, const struct window *width,
                           int channels, int filters) {
  int taps = height->size * width->size;
  start_cells(y, images * height->large * width->large, bias, filters);
  for (int cell = 0; cell < images * height->small * width->small; cell++, x += channels) {
    int image = cell / width->small / height->small, iy = cell / width->small % height->small;
    for (int tap = 0; tap < taps; tap++) {
      int oy = window_cell(height, iy, tap / width->size);
      int ox = window_cell(width, cell % width->small, tap % width->size);
      int to = ((image * height->large + oy) * width->large + ox) * filters;
      for (int f = 0; oy >= 0 && ox >= 0 && f < filters; f++) {
        for (int c = 0; c < channels; c++) {
          y[to + f] += x[c] * kernel[(tap * filters + f) * channels + c];
        }
      }
    }
  }
}
