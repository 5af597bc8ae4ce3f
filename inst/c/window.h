/* Windows of convolutions and pooling. */

/* Along one axis: cell o of the smaller side meets the cells o * stride - pad + j * dilation of the
 * larger one, j = 0..size-1; those outside [0, large) do not exist. */
struct window {
  int large, small, size, stride, dilation, pad;
};

/* Cell j of window o, below 0 where it does not exist. */
static int window_cell(const struct window *w, int o, int j) {
  int at = o * w->stride - w->pad + j * w->dilation;
  return at < w->large ? at : -1;
}
