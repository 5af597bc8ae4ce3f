#' Configurations of models and layers
#'
#' `get_config()` gives the settings of a model or layer as a nested list, with the keys that Keras has and in its
#' order; `from_config()` makes the model or layer again, with new weights. `model_to_json()` writes a
#' model as the JSON text of Keras' `model.to_json()`, `model_from_json()` builds it again; the text of Keras 2.0
#' to 3.8 is read.
#'
#' @details
#' A configuration holds the architecture alone: no weights, no settings of [compile()].
#'
#' What a model computes with `k_*()` functions or operators between layers is written under a class of our own,
#' which Keras does not know; inside of a [layer_lambda()] it stays a function of R. Read as such operations are the
#' functions of TensorFlow (`TFOpLambda`, `SlicingOpLambda`) and the operations of Keras 3 that stand between layers:
#' arithmetic, comparisons, elementwise functions, activations, reductions, slices, and what joins, reshapes or casts.
#'
#' Functions written in R (in a [layer_lambda()], as an activation, initializer, regularizer or constraint) are
#' written by name: that of a layer for its `layer_lambda()`, `layer/argument` for others, such as
#' `"dense_1/activation"`. They come back through `custom_objects`, a list of functions by these names. Layer classes
#' that are not known here come from there as well: a function of the settings (those it has arguments for) that
#' gives a layer. Code that a configuration holds is never run. Settings that are not known are ignored.
#'
#' @param object A model or a layer.
#' @param config What `get_config()` gave.
#' @param custom_objects Named list of R functions, see above.
#' @param json The text.
#' @returns `get_config()` a named list; `from_config()` and `model_from_json()` a model, or the layer;
#'   `model_to_json()` one string.
#' @section Errors:
#' Text that is no JSON, and settings that are damaged or cannot be, are errors of class `tildenet_error_io` that
#' name the layer; unknown classes and code of Python are of class `tildenet_error_unsupported`, objects of other kinds
#' of class `tildenet_error_argument`. A layer that a file calls with `training = FALSE` trains as all others here, with a
#' warning of class `tildenet_warning_training`.
#' @seealso [clone_model()], [serialize_model()], which keeps weights and optimizer too.
#' @source The format is that of Keras 2.15.
#' @examples
#' half <- function(x) x / 2
#' model <- keras_model_sequential() %>%
#'   layer_dense(units = 4, activation = "relu", input_shape = 3) %>%
#'   layer_lambda(f = half, name = "half") %>%
#'   layer_dense(units = 1)
#' get_config(get_layer(model, index = 1))$units
#' copy <- from_config(get_config(model), custom_objects = list(half = half))
#' json <- model_to_json(copy)
#' if (requireNamespace("jsonlite", quietly = TRUE)) {
#'   copy <- model_from_json(json, custom_objects = list(half = half))
#'   identical(model_to_json(copy), json)
#' }
#' @export
get_config <- function(object) {
  if (!is_object(object, "tildenet_layer")) abort_arg("object", "be a model or a layer", describe(object))
  if (is_model(object)) check_model(object)
  self <- self_of(object)
  structure(layer_config(self), class_name = if (is_model_self(self)) self$class_name else keras_class(self))
}

#' @rdname get_config
#' @export
from_config <- function(config, custom_objects = NULL) {
  class_name <- attr(config, "class_name")
  if (!is.list(config) || !is_word(class_name)) {
    abort_arg("config", "be what get_config() gave", describe(config))
  }
  call <- rlang::current_env()
  attr(config, "class_name") <- NULL
  entry <- list(class_name = class_name, config = config)
  noted(layer_of_config(entry, read_context(entry, custom_objects, call)))
}

#' @rdname get_config
#' @export
model_to_json <- function(object) {
  self <- check_model(object)
  config_json(c(model_config(self), list(keras_version = keras_version, backend = "tensorflow")))
}

#' @rdname get_config
#' @export
model_from_json <- function(json, custom_objects = NULL) {
  call <- rlang::current_env()
  json <- paste(check_texts(json, call), collapse = "\n")
  model_of_config(json_config(json, "`json`", call), custom_objects, call)
}

# Lines, as readLines() gives them, are one text.
check_texts <- function(json, call) {
  if (!is.character(json) || length(json) == 0 || anyNA(json)) {
    abort_arg("json", "be the text of a model, as model_to_json() gives it", describe(json), call = call)
  }
  json
}
