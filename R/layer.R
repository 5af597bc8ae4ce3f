# Layers: R descriptions that own parameters and emit op nodes. A kind of layer is one entry of
# `layer_kinds`: how it builds parameters and what it emits; all else is here.

# Arguments that every layer takes last, gathered into one list.
common_args <- function(input_shape = NULL, batch_input_shape = NULL, batch_size = NULL,
                        dtype = NULL, name = NULL, trainable = NULL, weights = NULL) {
  list(input_shape = input_shape, batch_input_shape = batch_input_shape, batch_size = batch_size,
       dtype = dtype, name = name, trainable = trainable, weights = weights)
}

new_layer <- function(class_name, config, common = common_args(), call = rlang::caller_env()) {
  self <- new.env(parent = emptyenv())
  self$class_name <- class_name
  self$name <- check_string(common$name, "name", null_ok = TRUE, call = call) %||%
    next_name(class_name)
  self$config <- config
  common$batch_size <- check_count(common$batch_size, "batch_size", null_ok = TRUE, call = call)
  self$common <- common[names(common) != "weights"]
  self$trainable <- if (is.null(common$trainable)) TRUE else
    check_flag(common$trainable, "trainable", call = call)
  self$batch_input_shape <- first_shape(common)
  self$initial_weights <- common$weights
  self$params <- list()
  self$states <- list() # carried from batch to batch, no weights
  self$penalties <- list()
  self$calls <- list()
  self$built <- FALSE
  new_object(self, c(class_name, "tildenet_layer"), "layer_invoke")
}

# Shape with the batch axis that a first layer was given; NULL when none was.
first_shape <- function(common) {
  if (!is.null(common$batch_input_shape)) return(shape_numbers(common$batch_input_shape))
  if (is.null(common$input_shape)) return(NULL)
  c(common$batch_size %||% NA,
    shape_numbers(common$input_shape))
}

# Sizes with -1 for one that is left open.
open_sizes <- function(x, arg, null_ok = FALSE, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (is.null(x) && null_ok) return(NULL)
  sizes <- lapply(size_list(x), function(s) if (is_open(s)) -1 else own_values(s))
  fine <- vapply(sizes, function(s) is_size(s, -1), NA)
  if (!all(fine)) abort_arg(arg, "hold whole numbers, -1 or NULL for one left open", describe(x), call = call)
  as.numeric(unlist(sizes))
}

# What is no list of sizes holds one that is none.
size_list <- function(x) if (is.null(x) || is.list(x) || is.atomic(x)) as.list(own_values(x)) else list("none")

is_open <- function(s) is.null(s) || is.atomic(s) && length(s) == 1 && is.na(s)

is_size <- function(s, min) is_one_number(s) && !is.logical(s) && s >= min && s == round(s) && s < 2^31

# c(28, 28), list(NULL, 14), NA -> numbers with NA for unknown sizes.
shape_numbers <- function(shape, arg = "input_shape", call = rlang::caller_env()) {
  if (missing(shape)) abort_missing_arg(arg, call)
  if (inherits(shape, "tildenet_shape")) return(as.numeric(shape))
  sizes <- lapply(size_list(shape), function(s) if (is_open(s)) NA_real_ else own_values(s))
  fine <- vapply(sizes, function(s) is.numeric(s) && length(s) == 1 && is.na(s) || is_size(s, 1), NA)
  if (!all(fine)) {
    abort_arg(arg, "hold whole sizes of at least 1, NULL or NA", describe(shape), class = "shape",
              call = call)
  }
  vapply(sizes, as.numeric, 0)
}

# Where `layer_*(object, ...)` puts a new layer: into a model, behind a tensor, or nowhere yet.
compose_layer <- function(object, layer) {
  if (missing(object) || is.null(object)) return(layer)
  if (is_object(object, "tildenet_sequential")) {
    model_add(self_of(object), layer)
    return(invisible(object))
  }
  if (is_object(object)) {
    abort_arg("object", "be a sequential model, a tensor or a list of tensors", describe(object),
              if (is_model(object)) "Layers behind a model: `layer(model$output)`.", call = NULL)
  }
  layer(object)
}

# layer(x), layer(list(a, b)), layer(a, b), layer(x, initial_state = list(h, c)): tensors in, tensors
# out; R data are computed at once.
layer_invoke <- function(self, ..., training = NULL, initial_state = NULL) {
  check_takes_states(self, initial_state)
  inputs <- call_inputs(list(..., initial_state))
  if (is_object(inputs[[1]], "tildenet_sequential")) return(append_by_call(self, inputs))
  data <- !vapply(inputs, is_tensor, NA) | vapply(inputs, is_eager, NA)
  if (all(data)) return(invoke_on_data(self, inputs, isTRUE(training)))
  layer_apply(self, lapply(inputs, as_tensor))
}

# `model %>% layer` and `model %>% other_model`: the same as model$add(layer).
append_by_call <- function(self, inputs) {
  if (length(inputs) > 1) {
    abort_tn("A layer or model goes behind one sequential model, without other inputs.", "argument",
             call = NULL)
  }
  model_add(self_of(inputs[[1]]), object_of(self))
  invisible(inputs[[1]])
}

call_inputs <- function(args) {
  args <- unname(args[!vapply(args, is.null, NA)])
  inputs <- unlist_once(args)
  if (length(inputs) == 0) abort_tn("A layer is called on a tensor, a list of tensors or an array.")
  inputs
}

invoke_on_data <- function(self, inputs, training) {
  data <- lapply(inputs, function(x) if (is_eager(x)) x$value else as_plain_array(x))
  data <- lapply(data, function(x) if (is.null(dim(x))) array(x, length(x)) else x)
  rows <- vapply(data, function(x) dim(x)[1], 0L)
  if (length(unique(rows)) > 1) {
    abort_tn(paste0("Layer \"", self$name, "\" (", self$class_name, ") must get arrays with the same ",
                    "number of samples."), "shape", call = NULL,
             given = paste0("They have ", paste(rows, collapse = ", "), "."))
  }
  rows <- if (is_stateful(self)) rows[1] else NA
  symbols <- lapply(data, function(x) input_tensor(c(rows, dim(x)[-1])))
  outputs <- as_tensor_list(layer_apply(self, symbols, record = FALSE))
  one_or_list(run_outputs(outputs, symbols, data, training, parameter_flags(self)))
}

as_tensor_list <- function(x) if (is_tensor(x)) list(x) else x

one_or_list <- function(x) if (length(x) == 1) x[[1]] else x

# The layer on tensors, remembered as a call of it.
layer_apply <- function(self, inputs, record = TRUE) {
  made <- layer_make(self, inputs)
  outputs <- lapply(made$outputs, own_output, inputs)
  call <- new.env(parent = emptyenv())
  call$layer <- self
  call$inputs <- inputs
  call$outputs <- outputs
  call$losses <- made$penalties %||% list()
  for (t in outputs) t$history <- call
  if (record) self$calls <- c(self$calls, list(call))
  one_or_list(outputs)
}

# A layer that gives on a tensor as it came, its own input or that of another layer, gives on a copy: the
# tensor goes on belonging to what made it.
own_output <- function(t, inputs) {
  if (!is_passed_on(t, inputs) && is.null(t$history)) return(t)
  emit_op("activation", list(t), list(activation = "linear"), dtype = t$dtype)[[1]]
}

# Builds on first use and emits: list(outputs, penalties). Nobody hears of it, so that layers made of
# layers can be put together.
layer_make <- function(self, inputs) {
  force(inputs) # its errors are those of the layer around
  kind <- get(self$class_name, envir = layer_kinds)
  if (length(inputs) > 1 && !isTRUE(kind$several)) {
    abort_tn(paste0("Layer \"", self$name, "\" (", self$class_name, ") takes one tensor, not ",
                    length(inputs), "."), "shape", call = NULL, layer = self$name,
             how = "Join tensors first, for example with `layer_concatenate()`.")
  }
  layer_ready(self, inputs)
  in_layer(self, kind$emit(self, inputs))
}

layer_ready <- function(self, inputs) {
  force(inputs)
  if (!self$built) in_layer(self, layer_build(self, inputs))
}

is_passed_on <- function(t, inputs) any(vapply(inputs, identical, NA, t))

# Errors about shapes say which layer they come from: the innermost one.
in_layer <- function(self, code) {
  tryCatch(code, tildenet_error_shape = function(e) {
    if (!is.null(e$layer)) rlang::cnd_signal(e)
    abort_tn(paste0("Layer \"", self$name, "\" (", self$class_name, ") cannot take this input: ",
                    e$message), "shape", bullet_of(e, "x"), bullet_of(e, "i"), call = NULL,
             layer = self$name)
  })
}

layer_build <- function(self, inputs) {
  kind <- get(self$class_name, envir = layer_kinds)
  if (!is.null(kind$build)) kind$build(self, inputs)
  self$built <- TRUE
  self$build_shapes <- lapply(inputs, function(t) t$shape)
  if (!is.null(self$initial_weights)) weights_assign(self, self$initial_weights)
  self$initial_weights <- NULL # now kept twice
  for (p in self$params) {
    fn <- p$regularizer$r_function
    if (!is.null(fn)) {
      penalty <- scalar_of(traced(fn(parameter_tensor(p)), "regularizer"), p$name)
      self$penalties <- c(self$penalties, list(penalty))
    }
  }
}

scalar_of <- function(x, name) {
  x <- as_tensor(x)
  if (length(x$shape) == 0) return(x)
  if (!identical(prod(x$shape), 1)) {
    abort_tn(paste0("The penalty of \"", name, "\" must give one number, not shape ",
                    shape_text(x$shape), "."), "shape")
  }
  emit_op("reduce", list(x), list(fn = "sum"))[[1]]
}

# Parameters the op asks for, with the initializers and so on that the layer names for each:
# how = list(kernel = list(initializer, regularizer, constraint), ...). scope: what stands before
# the names.
build_params <- function(self, op, attrs, inputs, how, scope = self$name) {
  specs <- infer_shapes(op, attrs, inputs, rlang::caller_env())$params
  made <- lapply(specs, function(spec) {
    check_known_sizes(if (same_params(op, attrs, inputs, spec)) spec$shape else NA)
    h <- how[[spec$name]]
    new_parameter(paste0(scope, "/", spec$name), spec$shape, h$initializer, h$regularizer,
                  h$constraint, spec$role == "trained")
  })
  state <- vapply(specs, function(spec) spec$role == "state", NA)
  self$params <- made[!state]
  self$states <- made[state]
}

check_known_sizes <- function(shape) {
  if (anyNA(shape)) abort_tn("The sizes of its weights depend on an axis of unknown size.", "shape")
}

# What a layer's configuration says of one weight, as build_params() asks for it.
weight_how <- function(config, name) {
  parts <- c("initializer", "regularizer", "constraint")
  stats::setNames(config[paste0(name, "_", parts)], parts)
}

# Weights must not change with the axes whose size is unknown.
same_params <- function(op, attrs, inputs, spec) {
  if (!any(vapply(inputs, function(t) anyNA(t$shape), NA))) return(TRUE)
  shapes <- lapply(inputs, function(t) ifelse(is.na(t$shape), 2011, t$shape))
  other <- tryCatch(engine_infer(op, attrs, shapes)$params, tildenet_error_shape = function(e) NULL)
  is.null(other) || any(vapply(other, function(o) identical(o$name, spec$name) &&
                                 identical(o$shape, spec$shape), NA))
}

# Penalty on what the layer gives out, once per call.
activity_penalty <- function(self, outputs, regularizer) {
  if (is.null(regularizer)) return(list())
  lapply(outputs, function(t) {
    if (!is.null(regularizer$r_function)) {
      return(scalar_of(traced(regularizer$r_function(t), "regularizer"), self$name))
    }
    emit_op("activity_penalty", list(t), list(l1 = regularizer$l1, l2 = regularizer$l2))[[1]]
  })
}

# Bias and activation of an op that has both.
finish_attrs <- function(config) {
  list(use_bias = config$use_bias, activation = fused_activation(as_activation(config$activation)))
}

# The rest of emit(): an activation that is not part of the op, and the penalty.
finish_emit <- function(self, tensor) {
  out <- list(finish_activation(tensor, as_activation(self$config$activation)))
  list(outputs = out, penalties = activity_penalty(self, out, self$config$activity_regularizer))
}

# Emits one op and nothing else: what most layers do.
emit_simple <- function(self, inputs, op, attrs = list()) {
  list(outputs = emit_op(op, inputs[1], attrs, c(self$params, self$states)))
}

object_member.tildenet_layer <- function(x, name, self) {
  switch(name,
    input = , output = , input_shape = , output_shape = only_call(self, name),
    weights = layer_parameters(self),
    trainable_weights = weights_of(self, TRUE),
    non_trainable_weights = weights_of(self, FALSE),
    get_weights = function() get_weights(x),
    set_weights = function(weights) set_weights(x, weights),
    count_params = function() count_params(x),
    reset_states = function() reset_states(x),
    get_config = function() get_config(x),
    self[[name]] %||% self$layers[[name]])
}

object_assign.tildenet_layer <- function(x, name, value, self) {
  if (identical(name, "trainable")) return(trainable_all(self, check_flag(value, "trainable")))
  assign(name, value, envir = self)
}

# list(NULL, 28, 28) as scripts expect it.
r_shape_list <- function(shape) lapply(shape, function(s) if (is.na(s)) NULL else as.integer(s))

#' @export
print.tildenet_layer <- function(x, ...) {
  self <- self_of(x)
  cat("<", self$class_name, " layer \"", self$name, "\">\n", sep = "")
  invisible(x)
}
