# Convolutions; what transposed and depthwise ones share with them stands here too.

#' Convolution layers
#'
#' Sums of products of a kernel with the windows of a series of steps or an image, plus a bias, then an
#' activation. The kernel is not turned (a cross-correlation). Channels come last: the input is
#' (samples, steps, channels) or (samples, height, width, channels); further leading axes count as
#' samples.
#'
#' A window reaches over `(kernel_size - 1) * dilation_rate + 1` cells. With padding `"valid"` n cells
#' become `floor((n - reach) / strides) + 1`; they become `ceiling(n / strides)` with `"same"`, which puts
#' zeros on both sides (the smaller half in front), and with `"causal"`, which puts reach - 1 zeros in
#' front. The kernel has the shape (kernel_size, channels / groups, filters). Masks end here.
#' @inheritParams layers
#' @param filters Number of channels of the output.
#' @param kernel_size Cells of a window: one number, or height and width.
#' @param strides Steps from one window to the next. Above 1 it excludes a `dilation_rate` above 1.
#' @param padding `"valid"`, `"same"` or, for `layer_conv_1d()`, `"causal"`.
#' @param data_format `"channels_last"`, also as `NULL`; the other order is refused.
#' @param dilation_rate Distance of neighbouring cells of a window.
#' @param groups Parts that the channels are split into; each part of the filters sees its own.
#' @param activation Name, `activation_*()` function, R function of a tensor or `NULL`.
#' @param use_bias Whether to add a bias. Anything but `FALSE` counts as `TRUE`.
#' @param kernel_initializer,bias_initializer See [initializers].
#' @param kernel_regularizer,bias_regularizer,activity_regularizer See [regularizers].
#' @param kernel_constraint,bias_constraint See [constraints].
#' @inherit layers return
#' @section Errors: A window larger than the input (`"valid"`), an input of other axes, `filters` or channels
#'   that are no multiple of `groups`, and sizes that are no whole numbers are errors that name them.
#' @references LeCun, Bottou, Bengio and Haffner (Proceedings of the IEEE, 1998); Yu and Koltun (ICLR
#'   2016) for dilation; van den Oord et al. (2016) for causal convolutions.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_conv_2d(filters = 4, kernel_size = c(3, 3), activation = "relu",
#'                 input_shape = c(8, 8, 1)) %>%
#'   layer_flatten() %>%
#'   layer_dense(units = 2, activation = "softmax")
#' predict(model, array(runif(128), c(2, 8, 8, 1)))
#'
#' smooth <- layer_conv_1d(filters = 1, kernel_size = 3, padding = "same",
#'                         kernel_initializer = "ones")
#' as.array(smooth(array(1:5, c(1, 5, 1))))[1, , 1]
#' @name layer_conv_2d
NULL

#' @rdname layer_conv_2d
#' @export
layer_conv_1d <- function(object, filters, kernel_size, strides = 1, padding = "valid",
                          data_format = "channels_last", dilation_rate = 1, groups = 1,
                          activation = NULL, use_bias = TRUE, kernel_initializer = "glorot_uniform",
                          bias_initializer = "zeros", kernel_regularizer = NULL,
                          bias_regularizer = NULL, activity_regularizer = NULL,
                          kernel_constraint = NULL, bias_constraint = NULL, input_shape = NULL,
                          batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                          trainable = NULL, weights = NULL) {
  force_object(object)
  config <- c(
    list(filters = check_filter_count(filters, groups)),
    window_config(1, kernel_size, strides, padding, data_format, dilation_rate, causal = TRUE),
    list(groups = check_count(groups %||% 1, "groups")),
    finish_config(activation, use_bias, activity_regularizer),
    weight_config("kernel", kernel_initializer, kernel_regularizer, kernel_constraint),
    weight_config("bias", bias_initializer, bias_regularizer, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Conv1D", config, common))
}

#' @rdname layer_conv_2d
#' @export
layer_conv_2d <- function(object, filters, kernel_size, strides = c(1, 1), padding = "valid",
                          data_format = NULL, dilation_rate = c(1, 1), groups = 1,
                          activation = NULL, use_bias = TRUE, kernel_initializer = "glorot_uniform",
                          bias_initializer = "zeros", kernel_regularizer = NULL,
                          bias_regularizer = NULL, activity_regularizer = NULL,
                          kernel_constraint = NULL, bias_constraint = NULL, input_shape = NULL,
                          batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                          trainable = NULL, weights = NULL) {
  force_object(object)
  config <- c(
    list(filters = check_filter_count(filters, groups)),
    window_config(2, kernel_size, strides, padding, data_format, dilation_rate),
    list(groups = check_count(groups %||% 1, "groups")),
    finish_config(activation, use_bias, activity_regularizer),
    weight_config("kernel", kernel_initializer, kernel_regularizer, kernel_constraint),
    weight_config("bias", bias_initializer, bias_regularizer, bias_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Conv2D", config, common))
}

check_filter_count <- function(filters, groups, call = rlang::caller_env()) {
  filters <- check_count(filters, "filters", max = .Machine$integer.max, call = call)
  groups <- check_count(groups %||% 1, "groups", max = .Machine$integer.max, call = call)
  if (filters %% groups != 0) {
    abort_arg("filters", paste0("be a multiple of `groups` (", format(groups), ")"), describe(filters),
              call = call)
  }
  filters
}

# Where windows lie, along `axes` axes: what all convolutions ask for.
window_config <- function(axes, kernel_size, strides, padding, data_format, dilation_rate,
                          causal = FALSE, call = rlang::caller_env()) {
  config <- list(
    kernel_size = check_sizes(kernel_size, "kernel_size", axes, call = call),
    strides = check_sizes(strides, "strides", axes, call = call),
    padding = check_padding(padding, causal, call),
    data_format = check_data_format(data_format, call = call),
    dilation_rate = check_sizes(dilation_rate, "dilation_rate", axes, call = call))
  if (any(config$strides > 1) && any(config$dilation_rate > 1)) {
    abort_arg("dilation_rate", "be 1 where `strides` are above 1",
              paste0("They are ", paste(config$dilation_rate, collapse = ", "), " and ",
                     paste(config$strides, collapse = ", "), "."), call = call)
  }
  config
}

check_padding <- function(padding, causal = FALSE, call = rlang::caller_env()) {
  if (is.character(padding)) padding <- tolower(padding)
  if (identical(padding, "causal") && !causal) {
    abort_arg("padding", "be \"valid\" or \"same\" for images",
              "It is \"causal\", which is for steps in time: layer_conv_1d().", call = call)
  }
  check_string(padding, "padding", c("valid", "same", if (causal) "causal"), call = call)
}

# What happens to the sums.
finish_config <- function(activation, use_bias, activity_regularizer, call = rlang::caller_env()) {
  as_activation(activation, call = call)
  list(activation = activation, use_bias = bias_flag(use_bias, call),
       activity_regularizer = as_regularizer(activity_regularizer, "activity_regularizer", call))
}

# Start, penalty and constraint of the weight `name`, as they stand in the configuration.
weight_config <- function(name, initializer, regularizer, constraint, call = rlang::caller_env()) {
  arg <- function(what) paste0(name, "_", what)
  stats::setNames(list(as_initializer(initializer, arg("initializer"), call),
                       as_regularizer(regularizer, arg("regularizer"), call),
                       as_constraint(constraint, arg("constraint"), call)),
                  arg(c("initializer", "regularizer", "constraint")))
}

# Attributes of the engine's convolutions.
window_attrs <- function(config) config[c("kernel_size", "strides", "padding", "dilation_rate")]

define_kernel_layer("Conv1D", "conv", function(config) {
  c(list(axes = 1), config[c("filters", "groups")], window_attrs(config), finish_attrs(config))
})

define_kernel_layer("Conv2D", "conv", function(config) {
  c(config[c("filters", "groups")], window_attrs(config), finish_attrs(config))
})
