#' Images as arrays
#'
#' `image_to_array()` gives the numbers of an image, `image_array_resize()` changes its size, and
#' `image_array_save()` writes it to a file.
#'
#' @param img An image of [image_load()], or an array height x width x channels; a matrix has one channel.
#'   `image_array_resize()` takes several images, too: samples x height x width x channels.
#' @param data_format `"channels_last"`, the only one of this package, or `NULL`.
#' @param height,width New size in pixels.
#' @param path Path of the file to write; it is written as a whole or not at all.
#' @param file_format `"png"`, `"jpg"` or `"jpeg"`, or with package magick `"bmp"`, `"gif"`, `"tiff"`, `"webp"` or
#'   `"ppm"`; `NULL` takes the ending of `path`.
#' @param scale Whether to spread the values so that the least becomes 0 and the largest 255; else they must lie
#'   between these.
#' @returns `image_to_array()`: an array height x width x channels. `image_array_resize()`: an array of as many axes
#'   as `img` has; corners keep their place and values between pixels are linear, as in keras. `image_array_save()`:
#'   `path`, invisibly. Fractions are cut; JPEG files have quality 75 and no alpha.
#' @section Errors:
#' Arrays of other axes, or to save of other than 1, 3 or 4 channels, values that are missing or out of range, and
#' unknown formats are errors of class `tildenet_error_argument`; a file that cannot be written is one of class
#' `tildenet_error_io`, a package that is missing one of class `tildenet_error_package`.
#' @seealso [image_load()]
#' @examples
#' image <- image_array_resize(array(runif(8 * 8 * 3), c(8, 8, 3)), 32, 32)
#' if (requireNamespace("png", quietly = TRUE)) {
#'   path <- image_array_save(image, tempfile(fileext = ".png"))
#'   dim(image_to_array(image_load(path)))
#' }
#' @export
image_to_array <- function(img, data_format = NULL) {
  call <- rlang::current_env()
  check_data_format(data_format)
  if (inherits(img, "tildenet_image")) return(unclass(img))
  img <- dense_values(img, "img", call)
  if (length(dim(img)) == 2) dim(img) <- c(dim(img), 1)
  check_image(img, "img", call)
}

#' @rdname image_to_array
#' @export
image_array_resize <- function(img, height, width, data_format = NULL) {
  call <- rlang::current_env()
  check_data_format(data_format)
  size <- c(check_count(height, "height"), check_count(width, "width"))
  img <- own_sparse(img, "img", call)
  several <- length(dim(img)) == 4
  images <- if (several) check_images(img, "img", call) else image_to_array(img)
  dim <- if (several) dim(images) else c(1L, dim(images))
  if (any(dim == 0)) abort_arg("img", "have pixels", describe(img))
  apply_options()
  out <- engine_images_stretch(plain_doubles(images), dim, seq_len(dim[1]), size)
  if (several) out else array(out, dim(out)[-1])
}

# Several images as plain numbers.
check_images <- function(x, arg, call) {
  must <- "be an array of samples x height x width x channels"
  x <- check_numbers(dense_values(x, arg, call), arg, call, must)
  if (length(dim(x)) != 4) abort_arg(arg, must, describe(x), call = call)
  x
}

# ---- saving ----------------------------------------------------------------------------------------

image_formats <- c("png", "jpg", "jpeg", "bmp", "gif", "tif", "tiff", "webp", "ppm")

#' @rdname image_to_array
#' @export
image_array_save <- function(img, path, data_format = NULL, file_format = NULL, scale = TRUE) {
  call <- rlang::current_env()
  image <- image_to_array(img, data_format)
  target <- check_target(path, arg = "path")
  format <- check_string(file_format, "file_format", null_ok = TRUE) %||% tools::file_ext(path)
  format <- saved_format(tolower(format), is.null(file_format), call)
  levels <- saved_levels(image, check_flag(scale, "scale"), call)
  if (format == "jpeg" && dim(levels)[3] == 4) {
    warn_tn("A JPEG file has no alpha: it is left out.", "image")
    levels <- levels[, , 1:3, drop = FALSE]
  }
  if (dim(levels)[3] == 1) levels <- array(levels, dim(levels)[1:2])
  check_package(if (format %in% c("png", "jpeg")) format else "magick", paste(toupper(format), "files"), call = call)
  bytes <- encoded(levels / 255, format)
  write_whole(target, function(part) write_bytes(part, bytes, FALSE))
  invisible(path)
}

saved_format <- function(format, from_path, call) {
  if (!format %in% image_formats) {
    abort_arg(if (from_path) "path" else "file_format",
              paste(if (from_path) "end in one of" else "be one of", quoted_list(image_formats)), describe(format),
              if (from_path) "`file_format` names a format for other endings.", call = call)
  }
  switch(format, jpg = "jpeg", tif = "tiff", format)
}

# Whole levels from 0 to 255.
saved_levels <- function(image, scale, call) {
  if (!dim(image)[3] %in% c(1, 3, 4) || length(image) == 0) {
    abort_arg("img", "have pixels of 1, 3 or 4 channels", describe(image), call = call)
  }
  if (scale) {
    image <- image - min(image)
    if (max(image) > 0) image <- image / max(image) * 255
  }
  outside <- image < 0 | image > 255
  if (any(outside)) {
    abort_arg("img", "hold values from 0 to 255 with `scale = FALSE`", paste0("It holds ", format(image[outside][1]), "."),
              call = call)
  }
  floor(image)
}

encoded <- function(values, format) {
  switch(format,
    png = png::writePNG(values),
    jpeg = jpeg::writeJPEG(values, quality = 0.75),
    magick::image_write(magick::image_read(values), format = format))
}

# ---- preprocessing ---------------------------------------------------------------------------------

#' Prepare images for networks that were trained on ImageNet
#'
#' @param x An image of [image_load()], an array height x width x 3 or samples x height x width x 3 with values from
#'   0 to 255 in the order red, green, blue; or a list of such. `"tf"` takes any number of channels.
#' @param data_format `"channels_last"`, the only one of this package, or `NULL`.
#' @param mode `"caffe"` (VGG16, VGG19, ResNet50): blue, green, red, minus 103.939, 116.779, 123.68. `"tf"`
#'   (MobileNet): x / 127.5 - 1. `"torch"`: x / 255, minus 0.485, 0.456, 0.406, over 0.229, 0.224, 0.225.
#' @returns An array of the same size; of a list a list.
#' @section Errors:
#' What has no three channels on its last axis is an error of class `tildenet_error_argument`.
#' @examples
#' imagenet_preprocess_input(array(c(255, 128, 0), c(1, 1, 3)))[1, 1, ]
#' imagenet_preprocess_input(array(c(255, 128, 0), c(1, 1, 3)), mode = "tf")[1, 1, ]
#' @export
imagenet_preprocess_input <- function(x, data_format = NULL, mode = "caffe") {
  call <- rlang::current_env()
  check_data_format(data_format)
  check_string(mode, "mode", c("caffe", "tf", "torch"))
  preprocess_images(x, mode, call)
}

preprocess_images <- function(x, mode, call) {
  if (is.list(x) && !is.object(x)) return(lapply(x, preprocess_images, mode, call))
  must <- "be an array of height x width x 3, or of samples x height x width x 3"
  x <- unclass(check_numbers(dense_values(x, "x", call), "x", call, must))
  dim <- dim(x)
  if (mode == "tf") return(x / 127.5 - 1) # the same for all channels, however many
  if (!length(dim) %in% 3:4 || dim[length(dim)] != 3) abort_arg("x", must, describe(x), call = call)
  pixels <- matrix(x, ncol = 3) # channels are the last axis
  pixels <- switch(mode,
    caffe = sweep(pixels[, 3:1, drop = FALSE], 2, c(103.939, 116.779, 123.68)),
    torch = sweep(sweep(pixels / 255, 2, c(0.485, 0.456, 0.406)), 2, c(0.229, 0.224, 0.225), "/"))
  array(pixels, dim)
}
