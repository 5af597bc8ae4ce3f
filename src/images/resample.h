/* A picture in another size, as Pillow makes it: first along its rows, then along its columns, whole grey
 * levels after each; a direction of unchanged size is left out. */
#ifndef TN_IMAGES_RESAMPLE_H
#define TN_IMAGES_RESAMPLE_H

#include "images/picture.h"
#include "platform/status.h"

/* out: (height, width, channels), rows fastest, of 1 (grey), 3 (RGB) or 4 (with alpha) channels.
 * interpolation: "nearest" or a filter of images/taps.h. Colours are weighed by their alpha where it is
 * asked for. */
enum tn_status tn_resample(const struct tn_picture *picture, int channels, const char *interpolation,
                           int64_t height, int64_t width, int32_t *out,
                           struct tn_error *err) TN_MUST_CHECK;

#endif
