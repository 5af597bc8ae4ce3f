#' Layers of a model, frozen or not
#'
#' `get_layer()` finds a layer by name or position. `freeze_weights()` and `unfreeze_weights()` stop
#' and resume training of a model, a layer, or a range of layers; this acts after the next
#' [compile()]. With `from` or `to` the named range gets the state and all other layers the opposite
#' one, with `which` the chosen layers get it.
#' @param object A model (or, to freeze it, a layer).
#' @param name Name of the layer.
#' @param index Position from 1, negative from the end; wins over `name`.
#' @param from,to Names or positions that bound the range.
#' @param which Names, positions, a logical vector, or a function of a layer (also as a formula).
#' @returns The layer; for the others the object, invisibly.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3, name = "hidden")
#' get_layer(model, "hidden")
#' freeze_weights(model)
#' @export
get_layer <- function(object, name = NULL, index = NULL) {
  layers <- model_self(object)$layers
  if (is.null(index)) {
    names <- vapply(layers, function(l) l$name, "")
    name <- check_string(name, "name")
    if (!name %in% names) {
      abort_arg("name", "be the name of a layer", describe(name),
                paste0("There are ", quoted_list(names), "."))
    }
    return(layers[[match(name, names)]])
  }
  index <- check_count(index, "index", min = -Inf)
  position <- if (index < 0) length(layers) + 1 + index else index
  if (index == 0 || position < 1 || position > length(layers)) {
    abort_arg("index", paste0("be a position from 1 to ", length(layers), ", or negative from the end"),
              describe(index))
  }
  layers[[position]]
}

model_self <- function(object, call = rlang::caller_env()) {
  if (!is_model(object)) abort_arg("object", "be a model", describe(object), call = call)
  self_of(object)
}

#' @rdname get_layer
#' @export
freeze_weights <- function(object, from = NULL, to = NULL, which = NULL) {
  set_trainable(object, from, to, which, FALSE)
}

#' @rdname get_layer
#' @export
unfreeze_weights <- function(object, from = NULL, to = NULL, which = NULL) {
  set_trainable(object, from, to, which, TRUE)
}

set_trainable <- function(object, from, to, which, state) {
  if (!is_object(object, "tildenet_layer")) {
    abort_arg("object", "be a model or a layer", describe(object))
  }
  self <- self_of(object)
  if (is.null(from) && is.null(to) && is.null(which)) {
    trainable_all(self, state)
    return(invisible(object))
  }
  chosen <- if (is.null(which)) layer_range(self, from, to) else layer_choice(self, which)
  self$trainable <- TRUE
  for (i in seq_along(self$layers)) {
    if (chosen[i]) trainable_all(self_of(self$layers[[i]]), state)
    else if (is.null(which)) trainable_all(self_of(self$layers[[i]]), !state)
  }
  invisible(object)
}

trainable_all <- function(self, state) {
  self$trainable <- state
  for (layer in self$layers) trainable_all(self_of(layer), state)
}

layer_range <- function(self, from, to) {
  n <- length(self$layers)
  first <- if (is.null(from)) 1 else layer_position(self, from, "from")
  last <- if (is.null(to)) n else layer_position(self, to, "to")
  seq_len(n) >= first & seq_len(n) <= last
}

layer_position <- function(self, x, arg) {
  names <- vapply(self$layers, function(l) l$name, "")
  position <- if (is.character(x)) match(x, names) else if (x < 0) length(names) + 1 + x else x
  if (is.na(position) || position < 1 || position > length(names)) {
    abort_arg(arg, "name a layer or its position", describe(x))
  }
  position
}

layer_choice <- function(self, which) {
  n <- length(self$layers)
  if (rlang::is_formula(which)) which <- rlang::as_function(which)
  if (is.function(which)) return(vapply(self$layers, function(l) isTRUE(which(l)), NA))
  if (is.logical(which)) return(rep_len(which, n))
  seq_len(n) %in% vapply(as.list(which), function(w) layer_position(self, w, "which"), 0)
}

#' Copy a model's architecture
#'
#' @param model A model.
#' @returns A model of the same layers and names with fresh weights, not compiled.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
#' copy <- clone_model(model)
#' @export
clone_model <- function(model) {
  self <- model_self(model)
  if (self$class_name == "Sequential") return(clone_sequential(self))
  map <- new.env(parent = emptyenv())
  copies <- new.env(parent = emptyenv())
  inputs <- lapply(self$inputs, function(t) clone_input(t, map))
  outputs <- lapply(self$outputs, clone_tensor, map = map, copies = copies)
  copy <- keras_model(inputs, outputs, name = self$name)
  inner <- self_of(copy)
  inner$trainable <- self$trainable
  copy
}

clone_sequential <- function(self) {
  copy <- keras_model_sequential(name = self$name)
  if (self$built) sequential_start(self_of(copy), self$inputs[[1]]$shape)
  for (layer in self$layers) model_add(self_of(copy), clone_layer(self_of(layer)))
  inner <- self_of(copy)
  inner$trainable <- self$trainable
  copy
}

clone_layer <- function(self) {
  if (is_model_self(self)) return(clone_model(object_of(self)))
  common <- self$common
  common$name <- self$name
  common$trainable <- self$trainable
  common$weights <- NULL
  copy <- new_layer(self$class_name, self$config, common)
  inner <- self_of(copy)
  inner$batch_input_shape <- self$batch_input_shape
  if (!is.null(self$layers)) inner$layers <- lapply(self$layers, function(l) clone_layer(self_of(l)))
  copy
}

clone_input <- function(t, map) {
  layer <- clone_layer(if (is.null(t$history)) self_of(new_layer("InputLayer", list()))
                       else t$history$layer)
  copy <- input_of(self_of(layer), t$shape)
  assign(tensor_key(t), copy, envir = map)
  copy
}

# The same tensor in the copy's graph: through its layer's copy, or its op when no layer made it.
clone_tensor <- function(t, map, copies) {
  known <- get0(tensor_key(t), envir = map, inherits = FALSE)
  if (!is.null(known)) return(known)
  again <- function(x) clone_tensor(x, map, copies)
  call <- t$history
  if (is.null(call)) {
    made <- emit_op(t$node$op, lapply(t$node$inputs, again), t$node$attrs, t$node$params, t$dtype)
    old <- t$node$outputs
  } else {
    key <- rlang::obj_address(call$layer)
    layer <- get0(key, envir = copies, inherits = FALSE)
    if (is.null(layer)) {
      layer <- clone_layer(call$layer)
      assign(key, layer, envir = copies)
    }
    made <- as_tensor_list(layer(lapply(call$inputs, again)))
    old <- call$outputs
  }
  Map(function(o, n) assign(tensor_key(o), n, envir = map), old, made)
  get(tensor_key(t), envir = map)
}
