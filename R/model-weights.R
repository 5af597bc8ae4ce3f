#' Weights of a model or layer
#'
#' A list of arrays: for each layer its kernel, then its bias (a 1-d array), and so on.
#' `set_weights()` wants the same number of arrays of the same shapes; nothing is changed otherwise.
#' `count_params()` counts all numbers.
#' @param object A model or a layer that has been built.
#' @param trainable `NA`: all weights; `TRUE` or `FALSE`: only those that train or do not.
#' @param weights List of arrays as `get_weights()` gives it.
#' @returns `get_weights()`: a list of arrays; `set_weights()`: the object, invisibly;
#'   `count_params()`: a number.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
#' w <- get_weights(model)
#' set_weights(model, lapply(w, function(a) a * 0))
#' @export
get_weights <- function(object, trainable = NA) {
  self <- weight_holder_self(object)
  lapply(if (is.na(trainable)) layer_parameters(self) else weights_of(self, trainable),
         parameter_value)
}

weight_holder_self <- function(object, call = rlang::caller_env()) {
  if (!is_object(object, "tildenet_layer")) {
    abort_arg("object", "be a model or a layer", describe(object), call = call)
  }
  if (is_model(object)) check_model(object, call) else self_of(object)
}

# Parameters that train (or do not), seen from this layer or model.
weights_of <- function(self, trainable) {
  flags <- parameter_trainable_flags(self)
  Filter(function(p) isTRUE(flags[[rlang::obj_address(p)]]) == trainable, layer_parameters(self))
}

#' @rdname get_weights
#' @export
set_weights <- function(object, weights) {
  weights_assign(weight_holder_self(object), weights)
  invisible(object)
}

weights_assign <- function(self, weights, call = rlang::caller_env()) {
  params <- layer_parameters(self)
  if (!is.list(weights)) weights <- list(weights)
  if (length(weights) != length(params)) {
    abort_arg("weights", paste0("hold ", length(params), " arrays, one for each weight of \"",
                                self$name, "\""), paste0("It holds ", length(weights), "."),
              if (!isTRUE(self$built)) "It is not built yet: give `input_shape`, or data first.",
              class = "shape", call = call)
  }
  weights <- Map(function(w, p) checked_weight(w, p, call), weights, params)
  Map(parameter_assign, params, weights)
  invisible()
}

# Vectors count as 1-d arrays, and as rows or columns of one.
checked_weight <- function(w, p, call, arg = "weights") {
  if (is.null(w) || is.function(w)) abort_arg(arg, "be numbers", describe(w), call = call)
  w <- check_numbers(as.array(dense_values(w, arg, call)), arg, call)
  given <- as.numeric(dim(w))
  if (length(w) != prod(p$shape) || !same_shape(given, p$shape)) {
    abort_arg(arg, paste0("fit the shapes of the weights: ", p$name, " is ", shape_text(p$shape)),
              paste0("Given was ", shape_text(given), "."), class = "shape", call = call)
  }
  shaped(as.numeric(w), p$shape)
}

#' @rdname get_weights
#' @export
count_params <- function(object) {
  self <- weight_holder_self(object)
  sum(vapply(layer_parameters(self), function(p) prod(p$shape), 0))
}
