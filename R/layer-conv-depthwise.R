#' Convolutions channel by channel
#'
#' `layer_depthwise_conv_2d()` convolves every channel of an image with `depth_multiplier` kernels of its
#' own: channel c gives the output channels `(c - 1) * depth_multiplier + 1, ..., c * depth_multiplier`.
#' `layer_separable_conv_2d()` does the same without bias and activation and then mixes channels cell
#' by cell (a convolution with a 1 x 1 kernel), which takes far fewer weights than a full convolution.
#'
#' Weights: depthwise_kernel (height, width, channels, depth_multiplier), for the separable layer
#' pointwise_kernel (1, 1, channels * depth_multiplier, filters), and a bias. Sizes of the output are those
#' of [layer_conv_2d()].
#' @inheritParams layer_conv_2d
#' @param padding `"valid"` or `"same"`.
#' @param depth_multiplier Output channels for each input channel.
#' @param depthwise_initializer,pointwise_initializer,bias_initializer See [initializers].
#' @param depthwise_regularizer,pointwise_regularizer,bias_regularizer,activity_regularizer See
#'   [regularizers].
#' @param depthwise_constraint,pointwise_constraint,bias_constraint See [constraints].
#' @inherit layers return
#' @inheritSection layer_conv_2d Errors
#' @references Chollet (CVPR 2017); Howard et al. (2017).
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_separable_conv_2d(filters = 8, kernel_size = 3, input_shape = c(6, 6, 3)) %>%
#'   layer_depthwise_conv_2d(kernel_size = 2, depth_multiplier = 2)
#' lapply(get_weights(model), dim)
#' @name layer_separable_conv_2d
NULL

#' @rdname layer_separable_conv_2d
#' @export
layer_separable_conv_2d <- function(object, filters, kernel_size, strides = c(1, 1),
                                    padding = "valid", data_format = NULL, dilation_rate = 1,
                                    depth_multiplier = 1, activation = NULL, use_bias = TRUE,
                                    depthwise_initializer = "glorot_uniform",
                                    pointwise_initializer = "glorot_uniform",
                                    bias_initializer = "zeros", depthwise_regularizer = NULL,
                                    pointwise_regularizer = NULL, bias_regularizer = NULL,
                                    activity_regularizer = NULL, depthwise_constraint = NULL,
                                    pointwise_constraint = NULL, bias_constraint = NULL,
                                    input_shape = NULL, batch_input_shape = NULL,
                                    batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                    weights = NULL) {
  force_object(object)
  config <- c(
    list(filters = check_filter_count(filters, 1)),
    window_config(2, kernel_size, strides, padding, data_format, dilation_rate),
    list(depth_multiplier = check_count(depth_multiplier, "depth_multiplier")),
    finish_config(activation, use_bias, activity_regularizer),
    weight_config("depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint),
    weight_config("pointwise", pointwise_initializer, pointwise_regularizer, pointwise_constraint),
    weight_config("bias", bias_initializer, bias_regularizer, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("SeparableConv2D", config, common))
}

#' @rdname layer_separable_conv_2d
#' @export
layer_depthwise_conv_2d <- function(object, kernel_size, strides = c(1, 1), padding = "valid",
                                    depth_multiplier = 1, data_format = NULL,
                                    dilation_rate = c(1, 1), activation = NULL, use_bias = TRUE,
                                    depthwise_initializer = "glorot_uniform",
                                    bias_initializer = "zeros", depthwise_regularizer = NULL,
                                    bias_regularizer = NULL, activity_regularizer = NULL,
                                    depthwise_constraint = NULL, bias_constraint = NULL,
                                    input_shape = NULL, batch_input_shape = NULL,
                                    batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                    weights = NULL) {
  force_object(object)
  config <- c(
    window_config(2, kernel_size, strides, padding, data_format, dilation_rate),
    list(depth_multiplier = check_count(depth_multiplier, "depth_multiplier")),
    finish_config(activation, use_bias, activity_regularizer),
    weight_config("depthwise", depthwise_initializer, depthwise_regularizer, depthwise_constraint),
    weight_config("bias", bias_initializer, bias_regularizer, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("DepthwiseConv2D", config, common))
}

define_kernel_layer("DepthwiseConv2D", "depthwise_conv", kernel = "depthwise_kernel", function(config) {
  c(config["depth_multiplier"], window_attrs(config), finish_attrs(config))
})

# A separable convolution is two ops one after the other.
depth_attrs <- function(config) {
  c(config["depth_multiplier"], window_attrs(config), list(use_bias = FALSE))
}

point_attrs <- function(config) {
  c(config["filters"], list(kernel_size = c(1, 1)), finish_attrs(config))
}

define_layer("SeparableConv2D",
  build = function(self, inputs) {
    config <- self$config
    build_params(self, "depthwise_conv", depth_attrs(config), inputs,
                 list(depthwise_kernel = weight_how(config, "depthwise")))
    depthwise <- self$params
    between <- emit_op("depthwise_conv", inputs[1], depth_attrs(config), depthwise)
    build_params(self, "conv", point_attrs(config), between,
                 list(kernel = weight_how(config, "pointwise"), bias = weight_how(config, "bias")))
    self$params[[1]]$name <- paste0(self$name, "/pointwise_kernel")
    self$params <- c(depthwise, self$params)
  },
  emit = function(self, inputs) {
    between <- emit_op("depthwise_conv", inputs[1], depth_attrs(self$config), self$params[1])
    finish_emit(self, emit_op("conv", between, point_attrs(self$config), self$params[-1])[[1]])
  })
