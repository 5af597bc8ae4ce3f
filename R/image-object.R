#' Read an image file
#'
#' @param path Path of the file: JPEG (package jpeg), PNG (package png), or BMP, GIF, TIFF, WebP and PNM (package
#'   magick; the first picture of a file). The content tells which it is, not the ending of the name.
#' @param grayscale `TRUE` is `color_mode = "grayscale"`.
#' @param color_mode `"rgb"`, `"grayscale"` or `"rgba"`: 3, 1 or 4 channels. Colours become grey as
#'   floor((19595 R + 38470 G + 7471 B + 32768) / 65536); grey becomes three equal colours. Alpha is left out, not
#'   blended; where a file has none it is 255. Grey of 16 bits keeps them with `"grayscale"`, elsewhere what is
#'   above 255 is 255. The inks of a CMYK JPEG become colours.
#' @param target_size Height and width in pixels, such as `c(224, 224)`; `NULL` is the size of the file.
#' @param interpolation How an image gets another size: `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos"`, `"box"`
#'   or `"hamming"`. All but the first look at every pixel when they shrink an image.
#' @returns An image, which `plot()` draws: an array height x width x channels of whole numbers from 0 to 255, of
#'   class `tildenet_image`. [image_to_array()], `as.array()` and `as.raster()` take it; `dim()` is its size.
#' @details Sizes and colours are those of Python's Pillow, to the last grey level; JPEG decoders may differ by one or
#'   two. An orientation that a camera noted is not followed.
#' @section Errors:
#' A file that is missing, empty, cut off, damaged, no image, or of more than 178 million pixels is an error of
#' class `tildenet_error_image` (and `tildenet_error_io`) that names it and says why; so is whatever the decoder
#' complains about. A package that is missing is an error of class `tildenet_error_package`.
#' @seealso [image_to_array()], [imagenet_preprocess_input()], [image_apply_transform()]
#' @examples
#' if (requireNamespace("png", quietly = TRUE)) {
#'   path <- image_array_save(array(rep(0:255, 3), c(16, 16, 3)), tempfile(fileext = ".png"))
#'   image <- image_load(path, target_size = c(8, 8), interpolation = "bilinear")
#'   plot(image)
#'   x <- image %>% image_to_array() %>% array_reshape(c(1, 8, 8, 3))
#'   dim(imagenet_preprocess_input(x))
#' }
#' @export
image_load <- function(path, grayscale = FALSE, color_mode = "rgb", target_size = NULL, interpolation = "nearest") {
  call <- rlang::current_env()
  if (check_flag(grayscale, "grayscale")) color_mode <- "grayscale"
  image <- read_image(path, color_mode, target_size, interpolation, call)
  class(image) <- "tildenet_image"
  image
}

#' @export
print.tildenet_image <- function(x, ...) {
  kind <- c("grey", "", "RGB", "RGB and alpha")[dim(x)[3]]
  cat("<image> ", dim(x)[1], " x ", dim(x)[2], " pixels, ", kind, ", levels ", paste(range(x), collapse = " to "), "\n",
      sep = "")
  invisible(x)
}

#' @export
as.array.tildenet_image <- function(x, ...) unclass(x)

#' @exportS3Method grDevices::as.raster tildenet_image
as.raster.tildenet_image <- function(x, ...) {
  x <- unclass(x) / max(255, x)
  x <- pmin(pmax(x, 0), 1)
  grDevices::as.raster(if (dim(x)[3] == 1) array(x, dim(x)[1:2]) else x)
}

#' @export
plot.tildenet_image <- function(x, ...) {
  graphics::plot(grDevices::as.raster(x), ...)
  invisible(x)
}
