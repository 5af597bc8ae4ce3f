#' A model of layers in a row
#'
#' Layers are appended with the pipe, in place: no assignment is needed, and `model2 <- model` is the
#' same model ([clone_model()] copies). The first layer takes the shape of a sample (`input_shape`);
#' without one the model is built when data arrive.
#' @param layers List of layers to begin with.
#' @param name Name, by default `"sequential_1"`.
#' @param ... `input_shape`, `batch_size`, `dtype` of the input.
#' @returns A model.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(units = 8, activation = "relu", input_shape = 4) %>%
#'   layer_dense(units = 3, activation = "softmax")
#' model
#' @export
keras_model_sequential <- function(layers = NULL, name = NULL, ...) {
  dots <- list(...)
  unknown <- setdiff(names(dots), c("input_shape", "batch_input_shape", "batch_size", "dtype"))
  if (length(unknown) > 0) {
    abort_tn(paste0("`keras_model_sequential()` does not know `", unknown[1], "`."), "argument")
  }
  model <- new_model(sequential_class, "Sequential", check_string(name, "name", null_ok = TRUE))
  self <- self_of(model)
  shape <- first_shape(dots)
  if (!is.null(shape)) sequential_start(self, shape)
  for (layer in unlist_once(list(layers))) if (!is.null(layer)) model_add(self, layer)
  model
}

sequential_start <- function(self, shape) {
  self$inputs <- list(input_tensor(shape, name = paste0(self$name, "_input")))
  self$tensors <- self$inputs
  self$built <- TRUE
  self$outputs <- self$inputs
}

# The next layer on the last tensor.
sequential_extend <- function(self, layer) {
  inner <- self_of(layer)
  last <- self$tensors[[length(self$tensors)]]
  out <- layer_apply(inner, list(last))
  if (!is_tensor(out)) {
    abort_tn(paste0("Layer \"", inner$name, "\" of a sequential model must have one output."),
             "shape")
  }
  self$tensors <- c(self$tensors, list(out))
  self$outputs <- list(out)
}

# Appends in place. A layer that cannot follow leaves the model as it was.
model_add <- function(self, layer) {
  if (is.function(layer) && !is_object(layer)) layer <- layer_lambda(f = layer)
  if (!is_object(layer, "tildenet_layer")) {
    abort_arg("layer", "be a layer or a model", describe(layer))
  }
  inner <- self_of(layer)
  names <- layer_names(self)
  if (inner$name %in% names) {
    abort_tn(paste0("Model \"", self$name, "\" already has a layer named \"", inner$name, "\"."),
             "argument", call = NULL, how = "Give each layer a `name` of its own.")
  }
  if (holds_layer(inner, self)) {
    abort_tn(paste0("Model \"", self$name, "\" cannot be a layer of itself."), "graph", call = NULL)
  }
  started <- self$built
  tryCatch({
    if (!self$built && length(self$layers) == 0) sequential_begin(self, inner)
    if (self$built) sequential_extend(self, layer)
  }, error = function(e) {
    if (!started) self$built <- FALSE
    if (!started || !isTRUE(self$steps_open) || !inherits(e, "tildenet_error_shape")) rlang::cnd_signal(e)
    sequential_wait(self)
  })
  self$layers <- c(self$layers, list(layer))
  reset_model(self)
}

# The first layer says what comes in; an embedding without a shape takes any number of steps.
sequential_begin <- function(self, inner) {
  shape <- inner$batch_input_shape %||% if (isTRUE(inner$built) && !is.null(inner$inputs))
    inner$inputs[[1]]$shape
  if (is.null(shape) && inner$class_name == "TextVectorization") shape <- c(NA, 1)
  self$steps_open <- is.null(shape) && inner$class_name == "Embedding"
  if (self$steps_open) shape <- c(NA, NA)
  if (!is.null(shape)) sequential_start(self, shape)
}

# A layer that must know the number of steps: it is known when there are data. Weights stay.
sequential_wait <- function(self) {
  for (layer in self$layers) {
    inner <- self_of(layer)
    inner$calls <- Filter(function(call) !is_passed_on(call$outputs[[1]], self$tensors), inner$calls)
  }
  self$built <- self$steps_open <- FALSE
  self$inputs <- self$tensors <- self$outputs <- NULL
}

# Whether `self` is the layer `other`, or a model that holds it.
holds_layer <- function(self, other) {
  identical(self, other) ||
    any(vapply(self$layers, function(l) holds_layer(self_of(l), other), NA))
}

# Whatever was prepared for the graph as it was is no longer right.
reset_model <- function(self) {
  rm(list = ls(self$.cache), envir = self$.cache)
  invisible()
}

#' Remove the last layer
#'
#' @param object A sequential model.
#' @returns The model, invisibly; it is changed in place.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(2, input_shape = 3) %>% layer_dense(1)
#' pop_layer(model)
#' length(model$layers)
#' @export
pop_layer <- function(object) {
  if (!is_object(object, "tildenet_sequential")) {
    abort_arg("object", "be a sequential model", describe(object))
  }
  self <- self_of(object)
  n <- length(self$layers)
  if (n == 0) abort_tn("The model has no layer to remove.", "state")
  self$layers <- self$layers[-n]
  if (self$built) {
    self$tensors <- self$tensors[-length(self$tensors)]
    self$outputs <- self$tensors[length(self$tensors)]
  }
  reset_model(self)
  invisible(object)
}
