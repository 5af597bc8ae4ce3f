/* Which cells of one image meet which cells of another under the taps of a kernel, axis by axis: as
 * tables, so that strides, dilation and padding cost nothing later.
 *
 * ahead: cell o of the smaller image gathers cells o * stride - pad + j * dilation of the larger one.
 * back:  cell i of the larger image gathers the cells o of the smaller one with o * stride - pad +
 *        j * dilation = i. Only some taps j lead to a cell at all, the same ones for every stride-th i:
 *        these cells form a phase. */
#ifndef TN_OPS_CONVOLUTION_CONV_GRID_H
#define TN_OPS_CONVOLUTION_CONV_GRID_H

#include <stdint.h>

#include "ops/images/window.h"

struct tn_conv_axis {
  int64_t cells;  /* of the image that is written */
  int64_t source; /* of the image that is read */
  int64_t taps, phases;
  int32_t *at;    /* (cells, taps): source cell, -1 where there is none */
};

struct tn_conv_grid {
  int back;
  struct tn_conv_axis y, x;
};

/* Floats (as wide as int32_t) that the tables take. */
int64_t tn_conv_grid_size(const struct tn_window *y, const struct tn_window *x, int back);
/* Fills the tables in `room`. */
void tn_conv_grid_make(const struct tn_window *y, const struct tn_window *x, int back, float *room,
                       struct tn_conv_grid *out);
/* Cells of a phase: phase, phase + phases, ... */
int64_t tn_conv_phase_cells(const struct tn_conv_axis *a, int64_t phase);
/* Whether tap j leads to a source cell from some cell of the phase, were there no borders. */
int tn_conv_phase_has(const struct tn_window *w, int back, int64_t phase, int64_t tap);

#endif
