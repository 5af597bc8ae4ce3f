#' Freeze weights
#'
#' `freeze_weights()` and `unfreeze_weights()` stop and resume training: of a whole model or layer, or,
#' with `from`, `to` or `which`, of some layers of a model; all its other layers then get the opposite
#' state. `layer$trainable <- FALSE` does it for one layer. All of this acts after the next [compile()].
#' @param object A model, or a layer to be frozen as a whole.
#' @param from,to Layers, their names or positions (from 1, negative from the end): the first and the last
#'   one of a range.
#' @param which Names, positions, layers, a logical vector with one value per layer, or a function (also
#'   as a formula) that gives `TRUE` or `FALSE` for a layer.
#' @returns The object, invisibly; it is changed in place.
#' @section Errors:
#' Layers that are not there, and `which` together with `from` or `to`, are errors of class
#' `tildenet_error_argument`; nothing is changed then.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(4, input_shape = 3, name = "first") %>%
#'   layer_dense(1, name = "last")
#' freeze_weights(model, to = "first")
#' get_layer(model, "first")$trainable
#' get_layer(model, "last")$trainable
#' @export
freeze_weights <- function(object, from = NULL, to = NULL, which = NULL) {
  set_trainable(object, from, to, which, FALSE)
}

#' @rdname freeze_weights
#' @export
unfreeze_weights <- function(object, from = NULL, to = NULL, which = NULL) {
  set_trainable(object, from, to, which, TRUE)
}

set_trainable <- function(object, from, to, which, state, call = rlang::caller_env()) {
  if (!is_object(object, "tildenet_layer")) {
    abort_arg("object", "be a model or a layer", describe(object), call = call)
  }
  self <- self_of(object)
  range <- !is.null(from) || !is.null(to)
  if (range || !is.null(which)) {
    if (!is_model_self(self)) {
      abort_arg("object", "be a model to choose layers of", describe(object), call = call)
    }
    if (range && !is.null(which)) {
      abort_arg("which", "be NULL when `from` or `to` is given", call = call)
    }
    chosen <- if (range) layer_range(self, from, to, call) else layer_choice(self, which, call)
    trainable_all(self, !state)
    for (layer in self$layers[chosen]) trainable_all(self_of(layer), state)
    self$trainable <- TRUE
  } else {
    trainable_all(self, state)
  }
  invisible(object)
}

trainable_all <- function(self, state) {
  self$trainable <- state
  for (layer in self$layers) trainable_all(self_of(layer), state)
}

layer_range <- function(self, from, to, call) {
  first <- if (is.null(from)) 1 else layer_position(self, from, "from", call)
  last <- if (is.null(to)) length(self$layers) else layer_position(self, to, "to", call)
  if (first > last) {
    abort_arg("from", "stand before `to`", paste0("They are layers ", first, " and ", last, "."), call = call)
  }
  seq_along(self$layers) %in% first:last
}

# x: a layer of the model, its name, or its position.
layer_position <- function(self, x, arg, call) {
  n <- length(self$layers)
  position <- if (is_object(x, "tildenet_layer")) {
    match(TRUE, vapply(self$layers, identical_object, NA, b = x))
  } else if (is.character(x) && length(x) == 1) {
    match(x, layer_names(self))
  } else if (is.numeric(x) && length(x) == 1) {
    x + if (x %in% -seq_len(n)) n + 1 else 0
  }
  if (!isTRUE(position %in% seq_len(n))) {
    abort_arg(arg, "name layers of the model or their positions", describe(x),
              paste0("There are ", quoted_list(layer_names(self)), "."), call = call)
  }
  position
}

# Which layers are chosen: one TRUE or FALSE for each.
layer_choice <- function(self, which, call) {
  if (rlang::is_formula(which)) which <- rlang::as_function(which)
  if (is_object(which)) which <- list(which)
  if (is.function(which)) {
    which <- vapply(lapply(self$layers, which), function(x) if (rlang::is_bool(x)) x else NA, NA)
  }
  if (!is.logical(which)) {
    return(seq_along(self$layers) %in%
             vapply(as.list(which), layer_position, 0, self = self, arg = "which", call = call))
  }
  if (length(which) != length(self$layers) || anyNA(which)) {
    abort_arg("which", "give TRUE or FALSE for each layer", describe(which),
              paste0("There are ", length(self$layers), " layers."), call = call)
  }
  which
}
