#' Dropout and noise
#'
#' Act in training only and leave shapes alone. `layer_dropout()` keeps a value with probability
#' `1 - rate` and divides it by that; `layer_spatial_dropout_1d()` and `_2d()` drop whole channels.
#' `layer_gaussian_noise()` adds N(0, stddev); `layer_gaussian_dropout()` multiplies by
#' N(1, sqrt(rate / (1 - rate))); `layer_alpha_dropout()` keeps mean and variance of selu nets.
#' Draws depend on the seed, the step and the place in the batch, never on the number of threads.
#' @inheritParams layers
#' @param rate Share that is dropped, from 0 to below 1 (in 32-bit numbers: 0.99999999 is 1 there). In
#'   `layer_dropout()` also a rate for each member of samples of shape (members, units), such as
#'   [layer_dense_packed()] gives; without a `noise_shape` then.
#' @param noise_shape Shape of the draw with the batch axis; 1 shares one draw along an axis, `NULL`
#'   within it follows the input. With fewer axes than the input it stands for the last ones, and those in
#'   front share the draw: `noise_shape = 1` drops all or nothing.
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

#' @rdname layer_dropout
#' @export
layer_dropout <- function(object, rate, noise_shape = NULL, seed = NULL,
                          input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                          dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  force_object(object)
  config <- list(rate = check_rates(rate), noise_shape = noise_sizes(noise_shape),
                 seed = check_count(seed, "seed", 0, 2^53, null_ok = TRUE))
  if (length(config$rate) > 1 && !is.null(config$noise_shape)) {
    abort_arg("noise_shape", "be NULL where members have rates of their own", describe_numbers(noise_shape))
  }
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("Dropout", config, common))
}

# One rate, or one for each member.
check_rates <- function(rate, call = rlang::caller_env()) {
  if (missing(rate)) abort_missing_arg("rate", call)
  if (!is.numeric(rate) || length(rate) < 2) return(check_rate(rate, call = call))
  vapply(check_numbers(rate, "rate", call), check_rate, 0, call = call)
}

# NULL, or sizes with -1 for those of the input.
noise_sizes <- function(noise_shape, call = rlang::caller_env()) {
  sizes <- open_sizes(noise_shape, "noise_shape", null_ok = TRUE, call = call)
  if (any(sizes == 0)) abort_arg("noise_shape", "hold sizes of at least 1", describe_numbers(noise_shape), call = call)
  if (length(sizes) > 0) sizes
}

# Axes that are missing in front have size 1.
noise_attrs <- function(config, input) {
  missing <- length(input$shape) - length(config$noise_shape)
  if (is.null(config$noise_shape) || missing <= 0) return(config)
  if (any(config$noise_shape == -1)) {
    abort_tn(paste0("`noise_shape` of ", length(config$noise_shape), " axes can follow the input's only with ",
                    length(input$shape), " axes, the batch axis among them."), "shape", call = NULL)
  }
  config$noise_shape <- c(rep(1, missing), config$noise_shape)
  config
}

define_layer("Dropout", emit = function(self, inputs) {
  emit_simple(self, inputs, "dropout", noise_attrs(self$config, inputs[[1]]))
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
  config <- list(stddev = check_number(stddev, "stddev", 0, largest_float))
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
  config <- list(rate = check_rate(rate), noise_shape = noise_sizes(noise_shape),
                 seed = check_count(seed, "seed", 0, 2^53, null_ok = TRUE))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("AlphaDropout", config, common))
}

define_layer("AlphaDropout", emit = function(self, inputs) {
  emit_simple(self, inputs, "alpha_dropout", noise_attrs(self$config, inputs[[1]]))
})

