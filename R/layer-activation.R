#' Activation layers
#'
#' Elementwise functions as layers, shapes unchanged; [activations] has the formulas.
#' `layer_activation_leaky_relu()`: `x > 0 ? x : alpha * x`. `layer_activation_thresholded_relu()`:
#' `x > theta ? x : 0`. `layer_activation_parametric_relu()` learns its slopes: a weight of the shape of
#' one sample, with size 1 along `shared_axes`. `layer_activation_softmax()`: along `axis`.
#' @inheritParams layers
#' @param activation Name, `activation_*()` function or R function of a tensor.
#' @param max_value Largest output; `NULL` for none.
#' @param negative_slope Slope below `threshold`.
#' @param threshold Where the slope changes.
#' @param alpha Slope, or scale, of the negative part.
#' @param theta Inputs up to theta become 0.
#' @param axis Axis from 0 with the batch axis, -1 the last.
#' @param alpha_initializer,alpha_regularizer,alpha_constraint Of the learned slopes.
#' @param shared_axes Axes (from 0 = batch) along which slopes are shared.
#' @inherit layers return
#' @seealso [layer_activation_parametric()]
#' @references He, Zhang, Ren and Sun (ICCV 2015) for learned slopes; Konda, Memisevic and Krueger
#'   (2015) for thresholds.
#' @examples
#' model <- keras_model_sequential() %>% layer_activation_leaky_relu(alpha = 0.1, input_shape = 2)
#' predict(model, matrix(c(-1, 1), 1))
#' @name layer_activation
NULL

#' @rdname layer_activation
#' @export
layer_activation <- function(object, activation,
                             input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                             dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(activation = check_activation(activation))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Activation", config, common))
}

# Checked where the layer is made, kept as it was given.
check_activation <- function(activation, call = rlang::caller_env()) {
  if (missing(activation)) abort_missing_arg("activation", call)
  as_activation(activation, call = call)
  activation
}

define_layer("Activation", emit = function(self, inputs) {
  list(outputs = list(activation_of(inputs[[1]], as_activation(self$config$activation))))
})

# An activation by itself.
activation_of <- function(tensor, activation) {
  if (is.null(activation$name)) apply_activation(tensor, activation$fn) else emit_activation(tensor, activation$name)
}

#' @rdname layer_activation
#' @export
layer_activation_relu <- function(object, max_value = NULL, negative_slope = 0, threshold = 0,
                                  input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                  dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(max_value = check_number(max_value, "max_value", 0, null_ok = TRUE, infinite = TRUE),
                 alpha = check_number(negative_slope, "negative_slope"),
                 threshold = check_number(threshold, "threshold"))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("ReLU", config, common))
}

define_layer("ReLU", emit = function(self, inputs) {
  emit_simple(self, inputs, "activation", c(list(activation = "relu"), self$config))
})

#' @rdname layer_activation
#' @export
layer_activation_leaky_relu <- function(object, alpha = 0.3,
                                        input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                        dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(alpha = check_number(alpha, "alpha"))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("LeakyReLU", config, common))
}

define_layer("LeakyReLU", emit = function(self, inputs) {
  emit_simple(self, inputs, "activation", c(list(activation = "leaky_relu"), self$config))
})

#' @rdname layer_activation
#' @export
layer_activation_elu <- function(object, alpha = 1,
                                 input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                 dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(alpha = check_number(alpha, "alpha"))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("ELU", config, common))
}

define_layer("ELU", emit = function(self, inputs) {
  emit_simple(self, inputs, "activation", c(list(activation = "elu"), self$config))
})

#' @rdname layer_activation
#' @export
layer_activation_selu <- function(object,
                                  input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                  dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list()
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("SELU", config, common))
}

define_layer("SELU", emit = function(self, inputs) {
  emit_simple(self, inputs, "activation", list(activation = "selu"))
})

#' @rdname layer_activation
#' @export
layer_activation_thresholded_relu <- function(object, theta = 1,
                                              input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                              dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(threshold = check_number(theta, "theta", 0))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("ThresholdedReLU", config, common))
}

define_layer("ThresholdedReLU", emit = function(self, inputs) {
  emit_simple(self, inputs, "activation", c(list(activation = "thresholded_relu"), self$config))
})

#' @rdname layer_activation
#' @export
layer_activation_softmax <- function(object, axis = -1,
                                     input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                     dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(axis = check_count(axis, "axis", -6, 6))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Softmax", config, common))
}

define_layer("Softmax", emit = function(self, inputs) {
  emit_simple(self, inputs, "activation", c(list(activation = "softmax"), self$config))
})

#' @rdname layer_activation
#' @export
layer_activation_parametric_relu <- function(object, alpha_initializer = "zeros",
                                             alpha_regularizer = NULL, alpha_constraint = NULL,
                                             shared_axes = NULL,
                                             input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                             dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(
    alpha_initializer = as_initializer(alpha_initializer, "alpha_initializer"),
    alpha_regularizer = as_regularizer(alpha_regularizer, "alpha_regularizer"),
    alpha_constraint = as_constraint(alpha_constraint, "alpha_constraint"),
    shared_axes = if (is.null(shared_axes)) NULL else as.numeric(unlist(shared_axes)))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("PReLU", config, common))
}

define_layer("PReLU",
  build = function(self, inputs) {
    c <- self$config
    build_params(self, "prelu", list(shared_axes = c$shared_axes)[!is.null(c$shared_axes)], inputs,
                 list(alpha = list(initializer = c$alpha_initializer,
                                   regularizer = c$alpha_regularizer,
                                   constraint = c$alpha_constraint)))
  },
  emit = function(self, inputs) {
    emit_simple(self, inputs, "prelu", list(shared_axes = self$config$shared_axes))
  })
