#include "ops/images/image.h"

#include "ops/op_inputs.h"
#include "platform/threads.h"

enum tn_status tn_image_check(const struct tn_infer *io, int axes, const char *who,
                              struct tn_error *err) {
  char text[80];
  TN_TRY(tn_inputs_float(io, who, err));
  if (io->in[0].rank != axes + 2) {
    return tn_fail(err, TN_STATUS_SHAPE, "%s takes %s, not shape %s", who,
                   axes == 1 ? "3 axes (samples, steps, features)"
                             : "4 axes (samples, height, width, channels)",
                   tn_shape_text(&io->in[0], text, sizeof text));
  }
  return TN_OK;
}

struct tn_image tn_image_of(const struct tn_shape *s) {
  int flat = s->rank == 3;
  return (struct tn_image){s->dim[0], flat ? 1 : s->dim[1], s->dim[s->rank - 2],
                           s->dim[s->rank - 1]};
}

enum tn_status tn_image_shape(const struct tn_image *image, int axes, struct tn_shape *out,
                              struct tn_error *err) {
  int64_t dim[4] = {image->batch, image->height, image->width, image->channels};
  if (axes == 1) {
    dim[1] = image->width;
    dim[2] = image->channels;
  }
  *out = tn_shape_make(axes + 2, dim);
  if ((double)dim[0] * (double)image->height * (double)image->width * (double)image->channels > 1e18) {
    char text[80];
    return tn_fail(err, TN_STATUS_SHAPE, "its output of shape %s would be too large",
                   tn_shape_text(out, text, sizeof text));
  }
  return TN_OK;
}

/* So many floats come from memory in some 30 microseconds. */
int64_t tn_image_items(int64_t units, int64_t floats) {
  int64_t items = tn_items(floats, 1 << 16);
  return items > units ? units : items < 1 && units > 0 ? 1 : items;
}
