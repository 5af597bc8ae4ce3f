#' Normalisation layers
#'
#' Both give `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, in the shape of the input; they
#' differ in what mean and variance are taken of, always with the number of values below (biased).
#'
#' * `layer_batch_normalization()`: one mean for each place on `axis` (a channel, a feature), over all
#'   samples and all other axes. In training these are the mean and variance of the batch, and the moving
#'   ones follow them: `moving = momentum * moving + (1 - momentum) * batch`. [evaluate()], [predict()]
#'   and layers that are frozen use the moving ones and leave them as they are. Weights: gamma, beta,
#'   moving_mean, moving_variance, 4 for each channel; the moving ones do not train. For images (inputs
#'   of 4 axes) the moving variance is fed with the variance over n - 1 of the n values of a channel, as
#'   Keras does.
#' * `layer_layer_normalization()`: one mean for each sample (and each place on the axes that `axis` leaves
#'   out), in training as in prediction. Weights: gamma and beta, one each for every place on `axis`.
#'
#' Input: any number of axes from 2 on, floats in a dense array. A mask is passed on; masked steps count
#' like all others. The sizes along `axis` must be known.
#' @inheritParams layers
#' @param axis Counted from 0, the axis of the samples, which it cannot be; -1 is the last. Batch
#'   normalisation takes one axis, layer normalisation one or several.
#' @param momentum Share of the moving mean and variance that a batch leaves, from 0 to 1.
#' @param epsilon Added to the variance, at least 0.
#' @param center,scale Whether there is a beta, a gamma.
#' @param beta_initializer,gamma_initializer,moving_mean_initializer,moving_variance_initializer See
#'   [initializers].
#' @param beta_regularizer,gamma_regularizer See [regularizers].
#' @param beta_constraint,gamma_constraint See [constraints].
#' @param renorm,renorm_clipping,renorm_momentum,virtual_batch_size,adjustment Batch renormalisation and
#'   batches in parts are not there: anything but the default is an error.
#' @param fused `FALSE`: images feed the moving variance with the biased one, too, as other inputs do.
#'   `TRUE` asks for images.
#' @param synchronized Accepted: there is one machine only.
#' @inherit layers return
#' @section Errors:
#' An `axis` that the input does not have, the axis of the samples or a size along `axis` that is not known
#' is an error of class `tildenet_error_shape` that names the layer; numbers out of range and options that
#' are not there are of class `tildenet_error_argument`.
#' @references Ioffe and Szegedy, "Batch Normalization" (ICML 2015); Ba, Kiros and Hinton, "Layer
#'   Normalization" (2016).
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(4, input_shape = 3) %>%
#'   layer_batch_normalization() %>%
#'   layer_activation("relu") %>%
#'   layer_dense(1)
#' summary(model)
#'
#' as.array(layer_layer_normalization()(matrix(c(1, 2, 3, 4, 5, 9), 2)))
#' @name layer_batch_normalization
NULL

#' @rdname layer_batch_normalization
#' @export
layer_batch_normalization <- function(object, axis = -1, momentum = 0.99, epsilon = 0.001,
                                      center = TRUE, scale = TRUE, beta_initializer = "zeros",
                                      gamma_initializer = "ones", moving_mean_initializer = "zeros",
                                      moving_variance_initializer = "ones", beta_regularizer = NULL,
                                      gamma_regularizer = NULL, beta_constraint = NULL,
                                      gamma_constraint = NULL, renorm = FALSE,
                                      renorm_clipping = NULL, renorm_momentum = 0.99, fused = NULL,
                                      virtual_batch_size = NULL, adjustment = NULL,
                                      input_shape = NULL, batch_input_shape = NULL,
                                      batch_size = NULL, dtype = NULL, name = NULL,
                                      trainable = NULL, weights = NULL, synchronized = FALSE) {
  force_object(object)
  no_renorm <- "Batch renormalization is not there."
  refuse_unless(!check_flag(renorm, "renorm"), "renorm", no_renorm)
  refuse_unless(is.null(renorm_clipping), "renorm_clipping", no_renorm)
  refuse_unless(identical(renorm_momentum, 0.99), "renorm_momentum", no_renorm)
  refuse_unless(is.null(virtual_batch_size), "virtual_batch_size",
                "The statistics are always those of the whole batch.")
  refuse_unless(is.null(adjustment), "adjustment", "Normalised values cannot be adjusted by a function.")
  check_flag(synchronized, "synchronized")
  config <- c(
    list(axis = check_axes(axis, several = FALSE), momentum = check_number(momentum, "momentum", 0, 1)),
    shift_and_scale_config(epsilon, center, scale, beta_initializer, gamma_initializer, beta_regularizer,
                           gamma_regularizer, beta_constraint, gamma_constraint),
    list(moving_mean_initializer = as_initializer(moving_mean_initializer, "moving_mean_initializer"),
         moving_variance_initializer = as_initializer(moving_variance_initializer,
                                                      "moving_variance_initializer"),
         fused = if (is.null(fused)) NULL else check_flag(fused, "fused")))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("BatchNormalization", config, common))
}

#' @rdname layer_batch_normalization
#' @export
layer_layer_normalization <- function(object, axis = -1, epsilon = 0.001, center = TRUE, scale = TRUE,
                                      beta_initializer = "zeros", gamma_initializer = "ones",
                                      beta_regularizer = NULL, gamma_regularizer = NULL,
                                      beta_constraint = NULL, gamma_constraint = NULL,
                                      trainable = TRUE, name = NULL, input_shape = NULL,
                                      batch_input_shape = NULL, batch_size = NULL, dtype = NULL,
                                      weights = NULL) {
  force_object(object)
  config <- c(
    list(axis = check_axes(axis, several = TRUE)),
    shift_and_scale_config(epsilon, center, scale, beta_initializer, gamma_initializer, beta_regularizer,
                           gamma_regularizer, beta_constraint, gamma_constraint))
  common <- common_args(input_shape, batch_input_shape, batch_size, dtype, name, trainable, weights)
  compose_layer(object, new_layer("LayerNormalization", config, common))
}

# What both kinds have.
shift_and_scale_config <- function(epsilon, center, scale, beta_initializer, gamma_initializer,
                                   beta_regularizer, gamma_regularizer, beta_constraint,
                                   gamma_constraint, call = rlang::caller_env()) {
  list(epsilon = check_number(epsilon, "epsilon", 0, call = call),
       center = check_flag(center, "center", call = call),
       scale = check_flag(scale, "scale", call = call),
       beta_initializer = as_initializer(beta_initializer, "beta_initializer", call),
       gamma_initializer = as_initializer(gamma_initializer, "gamma_initializer", call),
       beta_regularizer = as_regularizer(beta_regularizer, "beta_regularizer", call),
       gamma_regularizer = as_regularizer(gamma_regularizer, "gamma_regularizer", call),
       beta_constraint = as_constraint(beta_constraint, "beta_constraint", call),
       gamma_constraint = as_constraint(gamma_constraint, "gamma_constraint", call))
}

# Axes from 0, or negative from the end; whether the input has them is known when it is there.
check_axes <- function(axis, several, call = rlang::caller_env()) {
  must <- if (several) "hold whole numbers" else "be one whole number"
  axes <- listed_numbers(axis)
  if (!is.numeric(axes) || length(axes) == 0 || anyNA(axes) ||
      any(axes != round(axes) | abs(axes) > 8) ||
      (!several && length(axes) > 1)) {
    abort_arg("axis", paste0(must, ", counted from 0 (the axis of the samples) or negative from the end"),
              if (is.numeric(axes)) describe_values(axes) else describe(axis), call = call,
              how = if (!several && length(axes) > 1) "layer_layer_normalization() takes several axes.")
  }
  if (any(axes == 0)) {
    abort_arg("axis", "not be 0, the axis of the samples", call = call,
              how = "Axes are counted from 0 here; -1, the default, is the last one.")
  }
  if (anyDuplicated(axes)) abort_arg("axis", "name each axis once", describe_values(axes), call = call)
  as.numeric(axes)
}

describe_values <- function(x) paste0("It is ", toString(format(x, trim = TRUE)), ".")

refuse_unless <- function(fine, arg, how, call = rlang::caller_env()) {
  if (!fine) abort_arg(arg, "be left at its default", how = how, call = call)
}

norm_attrs <- function(config) {
  named <- intersect(c("axis", "epsilon", "center", "scale", "momentum"), names(config))
  c(config[named], if (identical(config$fused, FALSE)) list(unbiased = FALSE))
}

build_norm <- function(self, op, inputs) {
  c <- self$config
  if (isTRUE(c$fused) && length(inputs[[1]]$shape) != 4) {
    abort_tn("fused = TRUE goes with inputs of 4 axes only.", "shape")
  }
  build_params(self, op, norm_attrs(c), inputs, list(
    gamma = weight_how(c, "gamma"), beta = weight_how(c, "beta"),
    moving_mean = weight_how(c, "moving_mean"), moving_variance = weight_how(c, "moving_variance")))
}

define_layer("BatchNormalization",
  build = function(self, inputs) build_norm(self, "batch_norm", inputs),
  emit = function(self, inputs) emit_simple(self, inputs, "batch_norm", norm_attrs(self$config)))

define_layer("LayerNormalization",
  build = function(self, inputs) build_norm(self, "layer_norm", inputs),
  emit = function(self, inputs) emit_simple(self, inputs, "layer_norm", norm_attrs(self$config)))
