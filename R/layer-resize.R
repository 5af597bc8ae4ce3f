#' Upsampling, padding, cropping
#'
#' `layer_upsampling_1d()` and `_2d()` make the steps of (samples, steps, features), or height and width of
#' (samples, height, width, channels), `size` times as long. `layer_zero_padding_1d()` and `_2d()` put zeros
#' around, `layer_cropping_1d()` and `_2d()` take cells away. No weights. A mask ends here.
#'
#' @details
#' `interpolation = "nearest"` repeats cells; `"bilinear"` takes weighted means of the nearest four, with cell
#' centres at half pixels and edge values repeated.
#'
#' `padding` and `cropping` of one axis are one number for both ends or a pair, front first. For images they
#' are one number for all four sides, `c(height, width)` for equal sides, or
#' `list(c(top, bottom), c(left, right))`; a 2 x 2 matrix has the axes as rows.
#' @inheritParams layers
#' @param size How many times as long; for images one number or one per axis.
#' @param interpolation `"nearest"` or `"bilinear"`.
#' @param padding,cropping Cells to add or to take away, see Details.
#' @param data_format `"channels_last"`, the only one there is; `NULL` means [k_image_data_format()].
#' @inherit layers return
#' @section Errors:
#' Inputs of another number of axes, and cropping that leaves nothing, are errors of class
#' `tildenet_error_shape` that name the layer. Other interpolations of Keras are errors of class
#' `tildenet_error_unsupported`.
#' @examples
#' x <- array(1:3, c(1, 3, 1))
#' as.vector(as.array(layer_upsampling_1d(size = 2)(x)))
#' as.vector(as.array(layer_zero_padding_1d(padding = c(0, 2))(x)))
#' model <- keras_model_sequential(input_shape = c(28, 28, 3)) %>%
#'   layer_cropping_2d(list(c(2, 2), c(0, 4)))
#' model$output_shape
#' @name layer_upsampling_1d
NULL

emit_upsampling <- function(self, inputs) {
  emit_simple(self, inputs, "upsample", self$config[c("size", "interpolation")])
}

define_layer("UpSampling1D", emit = emit_upsampling)
define_layer("UpSampling2D", emit = emit_upsampling)

#' @rdname layer_upsampling_1d
#' @export
layer_upsampling_1d <- function(object, size = 2, input_shape = NULL, batch_input_shape = NULL,
                                batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  config <- list(size = check_sizes(size, "size", 1))
  compose_layer(object, new_layer("UpSampling1D", config, common))
}

#' @rdname layer_upsampling_1d
#' @export
layer_upsampling_2d <- function(object, size = c(2, 2), data_format = NULL, interpolation = "nearest",
                                input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  config <- list(size = check_sizes(size, "size", 2), data_format = check_data_format(data_format),
                 interpolation = check_interpolation(interpolation))
  compose_layer(object, new_layer("UpSampling2D", config, common))
}

check_interpolation <- function(interpolation, call = rlang::caller_env()) {
  if (rlang::is_string(interpolation, c("area", "bicubic", "gaussian", "lanczos3", "lanczos5", "mitchellcubic"))) {
    abort_arg("interpolation", "be \"nearest\" or \"bilinear\" in this package", describe(interpolation),
              class = "unsupported", call = call)
  }
  check_string(interpolation, "interpolation", c("nearest", "bilinear"), call = call)
}

# Cells at both ends of each axis: one number, c(height, width) or a pair per axis -> a list of pairs.
check_sides <- function(x, arg, axes, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  given <- x
  if (axes == 2 && is.matrix(x) && nrow(x) == 2) x <- list(x[1, ], x[2, ])
  if (axes == 1 && is.list(x) && length(x) == 1) x <- x[[1]]
  x <- lapply(as.list(x), unlist)
  if (axes == 1) x <- list(unlist(x)) else if (length(x) == 1 && length(x[[1]]) == 1) x <- rep(x, 2)
  fine <- length(x) == axes && all(vapply(x, is_sides, NA))
  if (!fine) {
    abort_arg(arg, paste("be", if (axes == 1) "one or two whole numbers" else
      "one or two whole numbers, or a list of two pairs of them,", "of at least 0"), describe_numbers(given),
      if (axes == 2) "For example `list(c(top, bottom), c(left, right))`.", call = call)
  }
  lapply(x, function(pair) rep_len(as.numeric(pair), 2))
}

is_sides <- function(x) {
  is.numeric(x) && length(x) %in% 1:2 && !anyNA(x) && all(x == round(x) & x >= 0 & x < 2^31)
}

emit_sides <- function(op, arg) {
  force(op)
  force(arg)
  function(self, inputs) emit_simple(self, inputs, op, list(sides = unlist(self$config[[arg]])))
}

define_layer("ZeroPadding1D", emit = emit_sides("zero_padding", "padding"))
define_layer("ZeroPadding2D", emit = emit_sides("zero_padding", "padding"))
define_layer("Cropping1D", emit = emit_sides("cropping", "cropping"))
define_layer("Cropping2D", emit = emit_sides("cropping", "cropping"))

#' @rdname layer_upsampling_1d
#' @export
layer_zero_padding_1d <- function(object, padding = 1, input_shape = NULL, batch_input_shape = NULL,
                                  batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                  weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  config <- list(padding = check_sides(padding, "padding", 1))
  compose_layer(object, new_layer("ZeroPadding1D", config, common))
}

#' @rdname layer_upsampling_1d
#' @export
layer_zero_padding_2d <- function(object, padding = c(1, 1), data_format = NULL, input_shape = NULL,
                                  batch_input_shape = NULL, batch_size = NULL, dtype = NULL,
                                  name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  config <- list(padding = check_sides(padding, "padding", 2), data_format = check_data_format(data_format))
  compose_layer(object, new_layer("ZeroPadding2D", config, common))
}

#' @rdname layer_upsampling_1d
#' @export
layer_cropping_1d <- function(object, cropping = c(1, 1), input_shape = NULL, batch_input_shape = NULL,
                              batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                              weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  config <- list(cropping = check_sides(cropping, "cropping", 1))
  compose_layer(object, new_layer("Cropping1D", config, common))
}

#' @rdname layer_upsampling_1d
#' @export
layer_cropping_2d <- function(object, cropping = list(c(0, 0), c(0, 0)), data_format = NULL,
                              input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                              dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  config <- list(cropping = check_sides(cropping, "cropping", 2),
                 data_format = check_data_format(data_format))
  compose_layer(object, new_layer("Cropping2D", config, common))
}
