#' Pooling over windows
#'
#' The largest value (`layer_max_pooling_1d()`, `_2d()`) or the mean (`layer_average_pooling_1d()`, `_2d()`)
#' of windows of `pool_size` cells that move by `strides`, for each channel. One-dimensional layers go along
#' the steps of (samples, steps, features), two-dimensional ones over (samples, height, width, channels).
#' No weights.
#'
#' @details
#' With `padding = "valid"` windows lie inside the input: an axis of n cells becomes
#' floor((n - pool_size) / strides) + 1. With `"same"` it becomes ceiling(n / strides); of the cells that
#' windows lack the smaller half is missing in front. Missing cells are no zeros: they are left out of
#' maxima, and means divide by the number of real cells. The gradient of a maximum goes to the first cell of
#' the window that has it. A `NaN` makes the windows that hold it `NaN`. A mask ends here.
#' @inheritParams layers
#' @param pool_size Cells of a window along each axis; one number counts for both axes of an image.
#' @param strides Cells from one window to the next; `NULL` means `pool_size`.
#' @param padding `"valid"` or `"same"`.
#' @param data_format `"channels_last"`, the only one there is; `NULL` means [k_image_data_format()].
#' @inherit layers return
#' @section Errors:
#' Inputs of another number of axes, and axes shorter than a window with `"valid"`, are errors of class
#' `tildenet_error_shape` that name the layer; arguments of another kind are of class
#' `tildenet_error_argument`.
#' @references Zhou and Chellappa (1988), Computation of optical flow using a neural network, ICNN, on
#'   maxima of windows.
#' @seealso [layer_global_max_pooling_1d()] for whole samples.
#' @examples
#' x <- array(1:6, c(1, 6, 1))
#' as.array(layer_max_pooling_1d(pool_size = 2)(x))
#' model <- keras_model_sequential(input_shape = c(28, 28, 3)) %>% layer_average_pooling_2d(c(2, 2))
#' model$output_shape
#' @name layer_max_pooling_1d
NULL

pooling_layer <- function(object, class_name, axes, pool_size, strides, padding, data_format, common,
                          call = rlang::caller_env()) {
  pool_size <- check_sizes(pool_size, "pool_size", axes, call = call)
  config <- list(pool_size = pool_size,
                 strides = check_sizes(strides, "strides", axes, null_ok = TRUE, call = call) %||% pool_size,
                 padding = check_string(padding, "padding", c("valid", "same"), call = call),
                 data_format = check_data_format(data_format, call = call))
  compose_layer(object, new_layer(class_name, config, common, call = call))
}

define_pooling <- function(class_name, op) {
  force(op)
  define_layer(class_name, emit = function(self, inputs) {
    emit_simple(self, inputs, op, self$config[c("pool_size", "strides", "padding")])
  })
}

define_pooling("MaxPooling1D", "max_pool")
define_pooling("MaxPooling2D", "max_pool")
define_pooling("AveragePooling1D", "average_pool")
define_pooling("AveragePooling2D", "average_pool")

#' @rdname layer_max_pooling_1d
#' @export
layer_max_pooling_1d <- function(object, pool_size = 2, strides = NULL, padding = "valid",
                                 data_format = "channels_last", input_shape = NULL,
                                 batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                                 trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  pooling_layer(object, "MaxPooling1D", 1, pool_size, strides, padding, data_format, common)
}

#' @rdname layer_max_pooling_1d
#' @export
layer_max_pooling_2d <- function(object, pool_size = c(2, 2), strides = NULL, padding = "valid",
                                 data_format = NULL, input_shape = NULL, batch_input_shape = NULL,
                                 batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                 weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  pooling_layer(object, "MaxPooling2D", 2, pool_size, strides, padding, data_format, common)
}

#' @rdname layer_max_pooling_1d
#' @export
layer_average_pooling_1d <- function(object, pool_size = 2, strides = NULL, padding = "valid",
                                     data_format = "channels_last", input_shape = NULL,
                                     batch_input_shape = NULL, batch_size = NULL, dtype = NULL,
                                     name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  pooling_layer(object, "AveragePooling1D", 1, pool_size, strides, padding, data_format, common)
}

#' @rdname layer_max_pooling_1d
#' @export
layer_average_pooling_2d <- function(object, pool_size = c(2, 2), strides = NULL, padding = "valid",
                                     data_format = NULL, input_shape = NULL, batch_input_shape = NULL,
                                     batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                     weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  pooling_layer(object, "AveragePooling2D", 2, pool_size, strides, padding, data_format, common)
}
