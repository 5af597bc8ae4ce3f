#' Dropout and noise
#'
#' Act in training only and leave shapes alone. `layer_dropout()` keeps a value with probability
#' `1 - rate` and divides it by that; `layer_spatial_dropout_1d()` and `_2d()` drop whole channels.
#' `layer_gaussian_noise()` adds N(0, stddev); `layer_gaussian_dropout()` multiplies by
#' N(1, sqrt(rate / (1 - rate))); `layer_alpha_dropout()` keeps mean and variance of selu nets.
#' Draws depend on the seed, the step and the place in the batch, never on the number of threads.
#' @inheritParams layers
#' @param rate Share that is dropped, from 0 to below 1.
#' @param noise_shape Shape of the draw with the batch axis; 1 shares one draw along an axis, `NULL`
#'   follows the input.
#' @param seed Fixes the layer's stream.
#' @param data_format `"channels_last"`, the only one there is; `NULL` means [k_image_data_format()].
#' @param stddev Standard deviation of the noise.
#' @inherit layers return
#' @references Srivastava et al. (JMLR 2014); Klambauer et al. (NIPS 2017).
#' @examples
#' layer <- layer_dropout(rate = 0.5)
#' as.array(layer(matrix(1, 2, 4), training = TRUE))
#' @name layer_dropout
NULL

# A share to drop.
check_rate <- function(rate, call = rlang::caller_env()) {
  rate <- check_number(rate, "rate", 0, 1, call = call)
  if (rate == 1) abort_arg("rate", "be below 1", describe(rate), call = call)
  rate
}

# list(NULL, 1, 8) -> c(-1, 1, 8)
#' @rdname layer_dropout
#' @export
layer_dropout <- function(object, rate, noise_shape = NULL, seed = NULL,
                          input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                          dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(rate = check_rate(rate), noise_shape = open_sizes(noise_shape, "noise_shape", TRUE),
                 seed = check_count(seed, "seed", 0, null_ok = TRUE))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Dropout", config, common))
}

define_layer("Dropout", emit = function(self, inputs) {
  emit_simple(self, inputs, "dropout", self$config)
})

#' @rdname layer_dropout
#' @export
layer_spatial_dropout_1d <- function(object, rate,
                                     input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                     dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(rate = check_rate(rate))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("SpatialDropout1D", config, common))
}

define_layer("SpatialDropout1D", emit = function(self, inputs) {
  emit_simple(self, inputs, "dropout", c(self$config, list(noise_shape = c(-1, 1, -1))))
})

#' @rdname layer_dropout
#' @export
layer_spatial_dropout_2d <- function(object, rate, data_format = NULL,
                                     input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                     dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  check_data_format(data_format)
  config <- list(rate = check_rate(rate))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("SpatialDropout2D", config, common))
}

define_layer("SpatialDropout2D", emit = function(self, inputs) {
  emit_simple(self, inputs, "dropout", c(self$config, list(noise_shape = c(-1, 1, 1, -1))))
})

#' @rdname layer_dropout
#' @export
layer_gaussian_noise <- function(object, stddev,
                                 input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                 dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(stddev = check_number(stddev, "stddev", 0))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("GaussianNoise", config, common))
}

define_layer("GaussianNoise", emit = function(self, inputs) {
  emit_simple(self, inputs, "gaussian_noise", self$config)
})

#' @rdname layer_dropout
#' @export
layer_gaussian_dropout <- function(object, rate,
                                   input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                   dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(rate = check_rate(rate))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("GaussianDropout", config, common))
}

define_layer("GaussianDropout", emit = function(self, inputs) {
  emit_simple(self, inputs, "gaussian_dropout", self$config)
})

#' @rdname layer_dropout
#' @export
layer_alpha_dropout <- function(object, rate, noise_shape = NULL, seed = NULL,
                                input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                                dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(rate = check_rate(rate), noise_shape = open_sizes(noise_shape, "noise_shape", TRUE),
                 seed = check_count(seed, "seed", 0, null_ok = TRUE))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("AlphaDropout", config, common))
}

define_layer("AlphaDropout", emit = function(self, inputs) {
  emit_simple(self, inputs, "alpha_dropout", self$config)
})

