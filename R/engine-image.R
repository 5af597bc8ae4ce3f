# The door to images: what a file says of itself, decoded pixels on their way into arrays.

# bytes: a raw vector with the whole file. list(format = "png", "jpeg", "other" or "", height, width, bits,
# fault = a sentence why it cannot be read, or NULL)
engine_image_header <- function(bytes) .Call(ffi_image_header, bytes)

# values: doubles from 0 to 1, height x width x planes, which nobody else looks at: they may become the result;
# kind: c(cmyk, deep). Whole grey levels, integers or doubles, size x channels.
engine_image_levels <- function(values, dim, kind, channels, interpolation, size) {
  .Call(ffi_image_levels, values, dim, kind, channels, interpolation, size)
}

# In place: images (a list; NULL for missing ones) become samples first + 1, ... of a fresh double array of n.
engine_images_place <- function(target, n, first, images) .Call(ffi_images_place, target, n, first, images)

# x: doubles, samples x height x width x channels. Their bytes in a raw vector, image behind image, or NULL where
# one is no whole number from 0 to 255.
engine_images_pack <- function(x, dim) .Call(ffi_images_pack, x, dim)

# x: doubles, samples x height x width x channels, or such bytes of them. New images of those in `rows` (whole numbers). plan: a matrix,
# for each of them theta, tx, ty, shear, zx, zy, flip_horizontal, flip_vertical, channel_shift, brightness (NA:
# none).
engine_images_transform <- function(x, dim, rows, plan, fill_mode, cval) {
  .Call(ffi_images_transform, x, dim, rows, plan, fill_mode, cval)
}

# The same images in another height and width; corners keep their place.
engine_images_stretch <- function(x, dim, rows, size) .Call(ffi_images_stretch, x, dim, rows, size)
