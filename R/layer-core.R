#' Layers: what every layer shares
#'
#' A layer function takes the model, a tensor or nothing first. A sequential model gets the layer
#' appended in place and is returned invisibly; a tensor gives the layer's output tensor; without
#' `object` the layer itself is returned, which can be called on tensors, again and again with the
#' same weights, or on R arrays.
#' @param object A sequential model, a tensor, or missing for the bare layer.
#' @param input_shape Shape of one sample, for the first layer of a model: `784`, `c(28, 28, 1)`,
#'   `list(NULL, 14)`.
#' @param batch_input_shape The same with the batch axis in front.
#' @param batch_size Fixed batch size.
#' @param dtype Accepted for old scripts; the engine computes in 32-bit floats.
#' @param name Name; by default the class and a number, `"dense_1"`.
#' @param trainable `FALSE` freezes the layer.
#' @param weights List of initial weights, as [set_weights()] takes them.
#' @returns The model (invisibly), the output tensor, or the layer.
#' @name layers
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(units = 4, activation = "relu", input_shape = 3) %>%
#'   layer_dropout(rate = 0.2) %>%
#'   layer_dense(units = 1)
#' count_params(model)
NULL

#' Dense layer
#'
#' `activation(x K + b)` on the last axis. K has shape (in, units), b (units); weights
#' `in * units + units`. Input: at least (samples, features), dense or sparse.
#' @inheritParams layers
#' @param units Size of the output's last axis.
#' @param activation Name, `activation_*()` function, R function of a tensor or `NULL`.
#' @param use_bias Whether to add b. Anything but `FALSE` counts as `TRUE`.
#' @param kernel_initializer,bias_initializer See [initializers].
#' @param kernel_regularizer,bias_regularizer,activity_regularizer See [regularizers].
#' @param kernel_constraint,bias_constraint See [constraints].
#' @inherit layers return
#' @examples
#' layer <- layer_dense(units = 2, use_bias = FALSE, kernel_initializer = "ones")
#' as.array(layer(matrix(1:6, 2)))
#' @export
layer_dense <- function(object, units, activation = NULL, use_bias = TRUE,
                        kernel_initializer = "glorot_uniform", bias_initializer = "zeros",
                        kernel_regularizer = NULL, bias_regularizer = NULL,
                        activity_regularizer = NULL, kernel_constraint = NULL,
                        bias_constraint = NULL, input_shape = NULL, batch_input_shape = NULL,
                        batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                        weights = NULL) {
  force_object(object)
  config <- dense_config(units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
                         bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Dense", config, common))
}

# What all layers with a kernel, a bias and an activation for `units` are told.
dense_config <- function(units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
                         bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint,
                         call = rlang::caller_env()) {
  config <- list(
    units = check_count(units, "units", call = call), activation = activation,
    use_bias = bias_flag(use_bias, call),
    kernel_initializer = as_initializer(kernel_initializer, "kernel_initializer", call),
    bias_initializer = as_initializer(bias_initializer, "bias_initializer", call),
    kernel_regularizer = as_regularizer(kernel_regularizer, "kernel_regularizer", call),
    bias_regularizer = as_regularizer(bias_regularizer, "bias_regularizer", call),
    activity_regularizer = as_regularizer(activity_regularizer, "activity_regularizer", call),
    kernel_constraint = as_constraint(kernel_constraint, "kernel_constraint", call),
    bias_constraint = as_constraint(bias_constraint, "bias_constraint", call))
  as_activation(activation, call = call)
  config
}

# A pipe builds in reading order only when the model is there before the layer.
force_object <- function(object) if (!missing(object)) force(object)

# Old scripts pass a regularizer by position where `use_bias` stands; it then means TRUE.
bias_flag <- function(use_bias, call = rlang::caller_env()) {
  if (inherits(use_bias, "tildenet_regularizer")) {
    warn_tn("`use_bias` was given a regularizer, which has no effect there.", "use_bias",
            how = "Pass it by name: `kernel_regularizer = `.", call = call)
  }
  !identical(use_bias, FALSE)
}

define_kernel_layer("Dense", "dense", function(config) c(config["units"], finish_attrs(config)))

#' Layers that rearrange
#'
#' `layer_flatten()`: (n, everything). `layer_reshape()`: (n, target_shape), one size may be -1.
#' `layer_permute()`: axes in another order. `layer_repeat_vector()`: (n, features) to
#' (n, times, features). All run through elements row by row, last axis fastest. No weights.
#' @inheritParams layers
#' @param data_format `"channels_last"`, the only one there is; `NULL` means [k_image_data_format()].
#' @param target_shape Shape of one sample of the output.
#' @param dims Order of the axes of a sample, counted from 1.
#' @param n How often to repeat.
#' @inherit layers return
#' @examples
#' model <- keras_model_sequential() %>% layer_reshape(c(2, 3), input_shape = 6)
#' predict(model, matrix(1:6, 1))
#' @name layer_flatten
NULL

#' @rdname layer_flatten
#' @export
layer_flatten <- function(object, data_format = NULL, input_shape = NULL,
                          batch_input_shape = NULL, batch_size = NULL, dtype = NULL, name = NULL,
                          trainable = NULL, weights = NULL) {
  force_object(object)
  check_data_format(data_format)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Flatten", list(), common))
}

define_layer("Flatten", emit = function(self, inputs) emit_simple(self, inputs, "flatten"))

#' @rdname layer_flatten
#' @export
layer_reshape <- function(object, target_shape, input_shape = NULL, batch_input_shape = NULL,
                          batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                          weights = NULL) {
  force_object(object)
  target <- open_sizes(target_shape, "target_shape")
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Reshape", list(target_shape = target), common))
}

define_layer("Reshape", emit = function(self, inputs) {
  emit_simple(self, inputs, "reshape", list(target_shape = self$config$target_shape))
})

#' @rdname layer_flatten
#' @export
layer_permute <- function(object, dims, input_shape = NULL, batch_input_shape = NULL,
                          batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                          weights = NULL) {
  force_object(object)
  dims <- check_order(dims, "dims")
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Permute", list(dims = dims), common))
}

# Axes from 1 on, each once.
check_order <- function(x, arg, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  order <- listed_numbers(x)
  n <- length(order)
  if (is.numeric(order) && n > 0 && !anyNA(order) && identical(sort(as.numeric(order)), as.numeric(seq_len(n)))) {
    return(as.numeric(order))
  }
  abort_arg(arg, "hold each axis once, counted from 1 behind the samples", describe_numbers(x), call = call)
}

define_layer("Permute", emit = function(self, inputs) {
  emit_simple(self, inputs, "permute", list(dims = self$config$dims))
})

#' @rdname layer_flatten
#' @export
layer_repeat_vector <- function(object, n, input_shape = NULL, batch_input_shape = NULL,
                                batch_size = NULL, dtype = NULL, name = NULL, trainable = NULL,
                                weights = NULL) {
  force_object(object)
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("RepeatVector", list(n = check_count(n, "n")), common))
}

define_layer("RepeatVector", emit = function(self, inputs) {
  emit_simple(self, inputs, "repeat_vector", list(n = self$config$n))
})
