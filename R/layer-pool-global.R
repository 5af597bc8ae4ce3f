#' Pooling over whole samples
#'
#' The largest value or the mean of all steps of (samples, steps, features), or of all cells of (samples,
#' height, width, channels): one number per feature or channel, (samples, features). With `keepdims` the
#' axes in between stay, with size 1. No weights.
#'
#' @details
#' `layer_global_average_pooling_1d()` averages over the steps that a mask keeps, for example that of
#' `layer_embedding(mask_zero = TRUE)`. A sample without such a step gives zeros and gets no gradient
#' (Keras divides 0 by 0 there, and one such sample makes all weights `NaN`). The other three do not look at
#' masks. None passes a mask on. Equal largest values share the gradient evenly.
#' @inheritParams layers
#' @param data_format `"channels_last"`, the only one there is; `NULL` means [k_image_data_format()].
#' @param keepdims Whether the pooled axes stay, with size 1.
#' @inherit layers return
#' @section Errors:
#' Inputs of another number of axes are errors of class `tildenet_error_shape` that name the layer.
#' @references Lin, Chen and Yan (2014), Network in network, ICLR.
#' @seealso [layer_max_pooling_1d()] for windows.
#' @examples
#' x <- array(1:6, c(1, 3, 2))
#' as.array(layer_global_average_pooling_1d()(x))
#' model <- keras_model_sequential(input_shape = c(28, 28, 3)) %>% layer_global_max_pooling_2d()
#' model$output_shape
#' @name layer_global_max_pooling_1d
NULL

global_layer <- function(object, class_name, data_format, keepdims, common, call = rlang::caller_env()) {
  config <- list(data_format = check_data_format(data_format, call = call),
                 keepdims = check_flag(keepdims, "keepdims", call = call))
  compose_layer(object, new_layer(class_name, config, common, call = call))
}

define_global <- function(class_name, op, axes) {
  force(op)
  force(axes)
  define_layer(class_name, emit = function(self, inputs) {
    emit_simple(self, inputs, op, list(axes = axes, keepdims = self$config$keepdims))
  })
}

define_global("GlobalMaxPooling1D", "global_max_pool", 1)
define_global("GlobalMaxPooling2D", "global_max_pool", 2)
define_global("GlobalAveragePooling1D", "global_average_pool", 1)
define_global("GlobalAveragePooling2D", "global_average_pool", 2)

#' @rdname layer_global_max_pooling_1d
#' @export
layer_global_max_pooling_1d <- function(object, data_format = "channels_last", keepdims = FALSE,
                                        input_shape = NULL, batch_input_shape = NULL,
                                        batch_size = NULL, dtype = NULL, name = NULL,
                                        trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  global_layer(object, "GlobalMaxPooling1D", data_format, keepdims, common)
}

#' @rdname layer_global_max_pooling_1d
#' @export
layer_global_max_pooling_2d <- function(object, data_format = NULL, keepdims = FALSE,
                                        input_shape = NULL, batch_input_shape = NULL,
                                        batch_size = NULL, dtype = NULL, name = NULL,
                                        trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  global_layer(object, "GlobalMaxPooling2D", data_format, keepdims, common)
}

#' @rdname layer_global_max_pooling_1d
#' @export
layer_global_average_pooling_1d <- function(object, data_format = "channels_last", keepdims = FALSE,
                                            input_shape = NULL, batch_input_shape = NULL,
                                            batch_size = NULL, dtype = NULL, name = NULL,
                                            trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  global_layer(object, "GlobalAveragePooling1D", data_format, keepdims, common)
}

#' @rdname layer_global_max_pooling_1d
#' @export
layer_global_average_pooling_2d <- function(object, data_format = NULL, keepdims = FALSE,
                                            input_shape = NULL, batch_input_shape = NULL,
                                            batch_size = NULL, dtype = NULL, name = NULL,
                                            trainable = NULL, weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  global_layer(object, "GlobalAveragePooling2D", data_format, keepdims, common)
}
