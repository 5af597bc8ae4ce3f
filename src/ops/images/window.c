#include "ops/images/window.h"

#include <string.h>

enum tn_status tn_padding_read(const struct tn_attrs *attrs, enum tn_padding *out,
                               struct tn_error *err) {
  static const char *const name[] = {"valid", "same", "causal"};
  const char *text = tn_attrs_text(attrs, "padding", "valid");
  for (int k = 0; k < 3; k++) {
    if (strcmp(text, name[k]) == 0) {
      *out = (enum tn_padding)k;
      return TN_OK;
    }
  }
  return tn_fail(err, TN_STATUS_ARG,
                 "`padding` must be \"valid\", \"same\" or \"causal\", not \"%s\"", text);
}

enum tn_status tn_window_read(const struct tn_attrs *attrs, const char *name, int64_t out[2],
                              struct tn_error *err) {
  int n = tn_attrs_integers(attrs, name, 2, out);
  if (n == 0) {
    out[0] = 1;
  }
  if (n < 2) {
    out[1] = out[0];
  }
  for (int k = 0; k < 2; k++) {
    if (out[k] < 1 || out[k] > INT32_MAX) {
      return tn_fail(err, TN_STATUS_ARG, "`%s` must be whole numbers of at least 1, not %lld", name,
                     (long long)out[k]);
    }
  }
  return TN_OK;
}

int64_t tn_window_reach(int64_t size, int64_t dilation) { return (size - 1) * dilation + 1; }

enum tn_status tn_window_place(int64_t in, int64_t size, int64_t stride, int64_t dilation,
                               enum tn_padding padding, const char *axis, struct tn_window *w,
                               struct tn_error *err) {
  int64_t reach = tn_window_reach(size, dilation), missing;
  *w = (struct tn_window){size, stride, dilation, 0, in, 0};
  if (padding == TN_PAD_VALID) {
    if (in < reach) {
      return tn_fail(err, TN_STATUS_SHAPE,
                     "its windows reach over %lld cells along the %s, the input has only %lld there "
                     "(padding = \"same\" would fill up the rest)",
                     (long long)reach, axis, (long long)in);
    }
    w->out = (in - reach) / stride + 1;
    return TN_OK;
  }
  w->out = in / stride + (in % stride != 0);
  if (padding == TN_PAD_CAUSAL) {
    w->pad_before = reach - 1;
  } else if (w->out > 0) {
    missing = (w->out - 1) * stride + reach - in;
    w->pad_before = missing > 0 ? missing / 2 : 0;
  }
  return TN_OK;
}

/* Smallest j >= 0 with at + j * step >= limit. */
static int64_t steps_to(int64_t at, int64_t step, int64_t limit) {
  return at >= limit ? 0 : (limit - at + step - 1) / step;
}

void tn_window_inside(const struct tn_window *w, int64_t o, int64_t *from, int64_t *to) {
  int64_t at = tn_window_at(w, o, 0);
  *from = steps_to(at, w->dilation, 0);
  *to = steps_to(at, w->dilation, w->in);
  *to = *to > w->size ? w->size : *to;
  *from = *from > *to ? *to : *from;
}
