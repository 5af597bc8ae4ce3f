# What all models share. A model is a graph between input and output tensors, and it is a layer too.

sequential_class <- c("tildenet_sequential", "keras.engine.sequential.Sequential",
                      "tildenet_model", "keras.engine.training.Model", "tildenet_layer")
functional_class <- c("tildenet_functional", "keras.engine.functional.Functional",
                      "tildenet_model", "keras.engine.training.Model", "tildenet_layer")

new_model <- function(class, class_name, name) {
  self <- new.env(parent = emptyenv())
  self$class_name <- class_name
  self$name <- name %||% next_name(if (class_name == "Sequential") "Sequential" else "Model")
  self$layers <- list()
  self$inputs <- NULL
  self$outputs <- NULL
  self$trainable <- TRUE
  self$built <- FALSE
  self$compiled <- NULL
  self$training <- NULL
  self$stop_training <- FALSE
  self$calls <- list()
  self$.cache <- new.env(parent = emptyenv())
  new_object(self, class, "model_invoke")
}

is_model <- function(x) is_object(x, "tildenet_model")

is_model_self <- function(self) "tildenet_model" %in% self$.class

# model(x): tensors give the outputs of the same weights on other inputs, R data are computed.
model_invoke <- function(self, ..., training = NULL) {
  inputs <- call_inputs(list(...))
  if (is_object(inputs[[1]], "tildenet_sequential")) return(append_by_call(self, inputs))
  symbolic <- vapply(inputs, is_tensor, NA) & !vapply(inputs, is_eager, NA)
  if (any(symbolic)) {
    if (self$built && length(inputs) > 1 && !is.null(names(inputs))) {
      inputs <- by_name(inputs, input_names(self), "x", NULL)
    }
    return(give_outputs(self, as_tensor_list(layer_apply(self, unname(lapply(inputs, as_tensor))))))
  }
  entries <- input_entries(self, if (length(inputs) == 1) inputs[[1]] else inputs, "x", NULL)
  data <- lapply(entries, function(e) if (e$sparse) e$data else array(as.vector(e$data), e$dim))
  check_whole_batch(self, entry_rows(entries[[1]]), NULL)
  give_outputs(self, run_outputs(self$outputs, model_inputs(self), data, isTRUE(training), parameter_flags(self)))
}

# A model is a kind of layer: its graph again on other tensors, with the same weights.
define_model_kind <- function(class_name) {
  define_layer(class_name, several = TRUE,
    build = function(self, inputs) model_build(self, lapply(inputs, function(t) t$shape)),
    emit = function(self, inputs) {
      if (length(inputs) != length(self$inputs)) {
        abort_tn(paste0("Model \"", self$name, "\" takes ", length(self$inputs),
                        if (length(self$inputs) == 1) " tensor" else " tensors", ", not ",
                        length(inputs), "."), "shape", call = NULL, layer = self$name)
      }
      made <- replay_graph(self$inputs, c(self$outputs, call_penalties(self)), inputs)
      n <- length(self$outputs)
      list(outputs = made[seq_len(n)], penalties = made[-seq_len(n)])
    })
}
define_model_kind("Sequential")
define_model_kind("Functional")

# Gives an unbuilt sequential model its input; shapes have the batch axis first.
model_build <- function(self, shapes) {
  if (self$built) return(invisible())
  if (length(self$layers) == 0) abort_tn("The model has no layers.", "state",
                                         how = "Add one, for example with `layer_dense()`.")
  undo_on_failure(with_layers(self), {
    sequential_start(self, c(NA, shapes[[1]][-1]))
    for (layer in self$layers) sequential_extend(self, layer)
  })
}

# A layer or model and all layers in it.
with_layers <- function(self) {
  inner <- lapply(self$layers, function(layer) with_layers(self_of(layer)))
  c(list(self), do.call(c, c(list(list()), unname(inner))))
}

# Parameters in the order of get_weights(), each once, nested models opened.
model_parameters <- function(self) {
  params <- lapply(self$layers, function(layer) layer_parameters(self_of(layer)))
  unique_by_address(do.call(c, c(list(list()), unname(params))))
}

layer_parameters <- function(self) if (is.null(self$layers)) self$params else model_parameters(self)

addresses <- function(items) vapply(items, rlang::obj_address, "")

unique_by_address <- function(items) items[!duplicated(addresses(items))]

# Which parameters train, by address: the parameter, its layer and all models around it must.
parameter_trainable_flags <- function(self) parameter_flags(self, function(p) p$trainable)

# Of which parameters the layer and all models around it are not frozen; `also` must hold too.
parameter_flags <- function(self, also = function(p) TRUE) {
  flags <- list()
  visit <- function(self, on) {
    on <- on && isTRUE(self$trainable)
    for (layer in self$layers) visit(self_of(layer), on)
    for (p in self$params) {
      key <- rlang::obj_address(p)
      flags[[key]] <<- (on && also(p)) && !isFALSE(flags[[key]])
    }
  }
  visit(self, TRUE)
  flags
}

# Scalar penalty tensors of the graph: activities of every call, and penalties on weights that are
# written in R. (L1 and L2 on weights belong to the optimizer's pass.)
model_penalty_tensors <- function(self) c(call_penalties(self), unique_by_address(weight_penalties(self)))

call_penalties <- function(self) {
  calls <- graph_calls(self$inputs, self$outputs)
  do.call(c, c(list(list()), lapply(calls, function(call) call$losses)))
}

weight_penalties <- function(self) {
  inner <- lapply(self$layers, function(layer) weight_penalties(self_of(layer)))
  c(self$penalties, do.call(c, c(list(list()), unname(inner))))
}

object_member.tildenet_model <- function(x, name, self) {
  if (name %in% c("fit", "evaluate", "predict", "compile", "get_weights", "set_weights",
                  "get_layer", "count_params", "summary", "pop", "add", "save_weights",
                  "load_weights", "save", "get_config", "to_json", "reset_states")) {
    return(model_method(x, name))
  }
  switch(name,
    input = if (self$built) if (is.null(self$input_labels)) one_or_list(self$inputs)
                            else stats::setNames(self$inputs, self$input_labels),
    output = if (self$built) give_outputs(self, self$outputs),
    input_shape = if (self$built) one_or_list(lapply(self$inputs, function(t) r_shape_list(t$shape))),
    output_shape = if (self$built) one_or_list(lapply(self$outputs, function(t) r_shape_list(t$shape))),
    weights = model_parameters(self),
    trainable_weights = weights_of(self, TRUE),
    non_trainable_weights = weights_of(self, FALSE),
    losses = if (self$built) model_penalty_tensors(self) else list(),
    optimizer = self$compiled$optimizer,
    metrics_names = compiled_metric_names(self),
    self[[name]])
}

# model$fit(...) and so on: the function of that name with the model in front.
model_method <- function(x, name) {
  fun <- switch(name, pop = "pop_layer", add = "model_append", to_json = "model_to_json", save = "save_model",
                load_weights = "load_model_weights_hdf5", name)
  f <- get0(fun, envir = topenv(), mode = "function")
  if (is.null(f)) abort_tn(paste0("`$", name, "()` is not available."), "unsupported")
  function(...) f(x, ...)
}

model_append <- function(object, layer) {
  model_add(self_of(object), layer)
  invisible(object)
}

object_assign.tildenet_model <- function(x, name, value, self) {
  if (name == "trainable") return(trainable_all(self, check_flag(value, "trainable")))
  if (name == "optimizer") {
    # Old scripts do it, and Keras lets compile() forget it without a word.
    if (is.null(self$compiled)) {
      warn_tn("The model has no optimizer yet: nothing is set.", "state", call = NULL,
              how = "Compile it first; the learning rate may be given there: optimizer_adam(0.01).")
    } else {
      self$compiled$optimizer <- resolve_optimizer(value)
    }
  } else {
    assign(name, value, envir = self)
  }
}

#' @export
print.tildenet_model <- function(x, ...) {
  summary(x, ...)
  invisible(x)
}
