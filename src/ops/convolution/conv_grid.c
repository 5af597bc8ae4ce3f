#include "ops/convolution/conv_grid.h"

static int64_t cells_of(const struct tn_window *w, int back) { return back ? w->in : w->out; }

static int64_t modulo(int64_t a, int64_t n) { return (a % n + n) % n; }

int64_t tn_conv_grid_size(const struct tn_window *y, const struct tn_window *x, int back) {
  return cells_of(y, back) * y->size + cells_of(x, back) * x->size;
}

static int32_t source_cell(const struct tn_window *w, int back, int64_t cell, int64_t tap) {
  int64_t at;
  if (!back) {
    at = tn_window_at(w, cell, tap);
    return (int32_t)(at >= 0 && at < w->in ? at : -1);
  }
  at = cell + w->pad_before - tap * w->dilation;
  return (int32_t)(at >= 0 && at % w->stride == 0 && at / w->stride < w->out ? at / w->stride : -1);
}

static int32_t *axis_make(const struct tn_window *w, int back, int32_t *room,
                          struct tn_conv_axis *a) {
  a->cells = cells_of(w, back);
  a->source = back ? w->out : w->in;
  a->taps = w->size;
  a->phases = !back ? 1 : w->stride < a->cells ? w->stride : a->cells;
  a->phases = a->phases < 1 ? 1 : a->phases;
  a->at = room;
  for (int64_t i = 0; i < a->cells; i++) {
    for (int64_t j = 0; j < a->taps; j++) {
      a->at[i * a->taps + j] = source_cell(w, back, i, j);
    }
  }
  return room + a->cells * a->taps;
}

void tn_conv_grid_make(const struct tn_window *y, const struct tn_window *x, int back, float *room,
                       struct tn_conv_grid *out) {
  int32_t *rest = axis_make(y, back, (int32_t *)(void *)room, &out->y);
  out->back = back;
  axis_make(x, back, rest, &out->x);
}

int64_t tn_conv_phase_cells(const struct tn_conv_axis *a, int64_t phase) {
  return phase >= a->cells ? 0 : (a->cells - phase - 1) / a->phases + 1;
}

int tn_conv_phase_has(const struct tn_window *w, int back, int64_t phase, int64_t tap) {
  return !back || modulo(phase + w->pad_before - tap * w->dilation, w->stride) == 0;
}
