#' A layer of a model
#'
#' @param object A model.
#' @param name Name of the layer.
#' @param index Position from 1, negative from the end; wins over `name`.
#' @returns The layer.
#' @section Errors:
#' A name or position that no layer has is an error of class `tildenet_error_argument`.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3, name = "hidden")
#' get_layer(model, "hidden")
#' get_layer(model, index = -1)
#' @export
get_layer <- function(object, name = NULL, index = NULL) {
  self <- check_model(object)
  layers <- self$layers
  if (is.null(index)) {
    names <- layer_names(self)
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

layer_names <- function(self) vapply(self$layers, function(layer) layer$name, "")

#' Copy a model's architecture
#'
#' @param model A model.
#' @returns A model of the same layers and names with fresh weights, not compiled.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3)
#' copy <- clone_model(model)
#' @export
clone_model <- function(model) {
  self <- check_model(model)
  if (self$class_name == "Sequential") return(clone_sequential(self))
  map <- new.env(parent = emptyenv())
  copies <- new.env(parent = emptyenv())
  inputs <- lapply(self$inputs, function(t) clone_input(t, map))
  depth_first(self$outputs, function(t) if (is.null(t$history)) t$node$inputs else t$history$inputs,
              known = function(t) exists(tensor_key(t), envir = map, inherits = FALSE),
              done = function(t) clone_tensor(t, map, copies))
  outputs <- lapply(self$outputs, function(t) map[[tensor_key(t)]])
  copy <- keras_model(stats::setNames(inputs, self$input_labels), stats::setNames(outputs, self$output_labels),
                      name = self$name)
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
  copy <- new_layer(self$class_name, self$config, common)
  inner <- self_of(copy)
  inner$batch_input_shape <- self$batch_input_shape
  inner$.call <- self$.call
  inner$learned <- self$learned
  inner$pictures <- self$pictures
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

# The same tensor in the copy's graph, where those it is made of are: through its layer's copy, or its op
# when no layer made it.
clone_tensor <- function(t, map, copies) {
  again <- function(x) map[[tensor_key(x)]]
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
}
