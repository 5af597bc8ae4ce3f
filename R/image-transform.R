#' Turn, shift, shear, zoom and flip an image
#'
#' The transform that [image_data_generator()] draws by chance, with the numbers given.
#'
#' @param x One image: an array height x width x channels.
#' @param theta Angle of rotation, in degrees.
#' @param tx,ty Shift in pixels, of rows and of columns.
#' @param shear Angle of shearing, in degrees.
#' @param zx,zy Zoom of rows and of columns: below 1 magnifies.
#' @param flip_horizontal,flip_vertical Whether to mirror, left to right and upside down.
#' @param channel_shift A number added to all values, which stay between the least and the largest of the
#'   image.
#' @param fill_mode What stands outside of the image: `"nearest"`, its nearest pixel; `"constant"`, `cval`;
#'   `"reflect"`, the image mirrored (b a | a b c | c b); `"wrap"`, the image again, its first and last pixel
#'   being the same place.
#' @param cval Value outside of the image with `fill_mode = "constant"`.
#' @returns An array of the same size, height x width x channels.
#' @details
#' The pixel in row i and column j takes the value of the place \eqn{M ((i, j) - c) + s + c}: c is the centre
#' of the image, ((height - 1) / 2, (width - 1) / 2), and M and s come from the product rotation(theta) *
#' shift(tx, ty) * shear * zoom, of which the shear is (1, -sin; 0, cos). Between pixels the value is linear in
#' both directions. Then come the channel shift and the flips. Keras turns about another point: the versions up to 2.8
#' about one that is a pixel off, those from 2.9 on about one that is wrong for images that are not square.
#' @section Errors:
#' An array of other axes, missing values and numbers that are not finite are errors of class
#' `tildenet_error_argument` that name the argument.
#' @examples
#' image <- array(0, c(5, 5, 1))
#' image[3, , ] <- 1
#' image_apply_transform(image, theta = 90)[, , 1]
#' image_apply_transform(image, tx = 1, fill_mode = "constant", cval = 9)[, , 1]
#' @export
image_apply_transform <- function(x, theta = 0, tx = 0, ty = 0, shear = 0, zx = 1, zy = 1, flip_horizontal = FALSE,
                                  flip_vertical = FALSE, channel_shift = 0, fill_mode = "nearest", cval = 0) {
  call <- rlang::current_env()
  x <- check_image(x, "x", call)
  plan <- list(theta = check_number(theta, "theta"), tx = check_number(tx, "tx"), ty = check_number(ty, "ty"),
               shear = check_number(shear, "shear"), zx = check_number(zx, "zx"), zy = check_number(zy, "zy"),
               flip_horizontal = check_flag(flip_horizontal, "flip_horizontal"),
               flip_vertical = check_flag(flip_vertical, "flip_vertical"),
               channel_shift = check_number(channel_shift, "channel_shift"))
  check_string(fill_mode, "fill_mode", image_fill_modes)
  out <- transform_images(array(x, c(1, dim(x))), plan, fill_mode, check_number(cval, "cval"))
  array(out, dim(x))
}

image_fill_modes <- c("nearest", "constant", "reflect", "wrap")

# What a plan may say of each image, and what it means to leave it out. brightness NA: as it is, else whole
# levels from 0 to 255 are multiplied by it.
transform_defaults <- list(theta = 0, tx = 0, ty = 0, shear = 0, zx = 1, zy = 1, flip_horizontal = FALSE,
                           flip_vertical = FALSE, channel_shift = 0, brightness = NA_real_)

# New images of those in `rows`. x: samples x height x width x channels, or what pack_images() makes of it; plan: a
# list of some of transform_defaults, each one value for all of these images or one for each.
transform_images <- function(x, plan, fill_mode = "nearest", cval = 0, rows = seq_len(x$dim[1])) {
  apply_options()
  if (is.numeric(x)) x <- list(values = plain_doubles(x), dim = dim(x))
  n <- length(rows)
  columns <- utils::modifyList(transform_defaults, plan)
  plan <- vapply(columns, function(v) rep_len(as.numeric(v), n), numeric(n))
  engine_images_transform(x$values, x$dim, as.integer(rows), plan, fill_mode, cval)
}

# Images that batches are taken from time and again: where they are whole levels from 0 to 255 a byte is kept of
# each, image behind image. R's arrays have the pixels of an image far from each other.
pack_images <- function(x) {
  values <- plain_doubles(x)
  list(values = engine_images_pack(values, dim(x)) %||% values, dim = dim(x))
}

plain_doubles <- function(x) if (is.double(x)) x else as.double(x)

# One image as plain numbers.
check_image <- function(x, arg, call) {
  x <- check_numbers(dense_values(x, arg, call), arg, call, "be an array of height x width x channels")
  if (length(dim(x)) != 3) {
    abort_arg(arg, "be an array of height x width x channels", describe(x), call = call,
              how = if (length(dim(x)) == 4) "Of several images, take one with `x[1, , , ]`; `drop = FALSE` keeps the channels.")
  }
  if (anyNA(x)) abort_arg(arg, "hold no missing values", paste0(sum(is.na(x)), " are missing."), call = call)
  x
}
