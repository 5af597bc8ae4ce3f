# Configurations in the words of Keras 3, as they stand in `.keras` archives: from those that are written for Keras
# 2.15. Keras 3 refuses settings that it does not know, so these are left out.

keras3_version <- "3.15.1"

# ---- layers ----------------------------------------------------------------------------------------

newer_entry <- function(class_name, config, module = newer_module(class_name)) {
  list(module = module, class_name = class_name, config = config,
       registered_name = if (class_name == "Functional") "Functional")
}

newer_module <- function(class_name) {
  switch(class_name, Functional = "keras.src.models.functional", Sequential = "keras", "keras.layers")
}

dtype_policy <- function(name) newer_entry("DTypePolicy", list(name = name), "keras")

newer_config <- function(config, class_name) {
  gone <- c("batch_input_shape", newer_gone[[class_name]])
  config <- config[setdiff(names(config), gone)]
  if (config$dtype == "float32") config$dtype <- dtype_policy("float32")
  functions <- intersect(c("activation", "recurrent_activation"), names(config))
  config[functions] <- lapply(config[functions], newer_activation)
  if (class_name %in% names(newer_forms)) newer_forms[[class_name]](config) else config
}

# Names here, by those that Keras 3 has for them or, where it has none, that stand for them in archives.
newer_activations <- c(hard_sigmoid = "hard_sigmoid_keras3", hard_sigmoid_keras2 = "hard_sigmoid")

newer_activation <- function(name) {
  known <- names(newer_activations)[match(name, newer_activations)]
  if (is.na(known)) name else known
}

older_activation <- function(name) if (name %in% names(newer_activations)) newer_activations[[name]] else name

newer_gone <- list(
  SimpleRNN = "time_major", LSTM = c("time_major", "implementation"), GRU = c("time_major", "implementation"),
  Conv2DTranspose = "groups", DepthwiseConv2D = "groups",
  SeparableConv2D = c("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
  SpatialDropout1D = c("trainable", "noise_shape"), SpatialDropout2D = c("trainable", "noise_shape"),
  BatchNormalization = "fused")

newer_forms <- list(
  # Keras 3 takes a length with a warning.
  Embedding = function(config) config[!(names(config) == "input_length" & vapply(config, is.null, NA))],
  LeakyReLU = function(config) stats::setNames(config, sub("^alpha$", "negative_slope", names(config))),
  BatchNormalization = function(config) {
    config$axis <- one_or_list(config$axis)
    config
  },
  Lambda = function(config) {
    name <- config[["function"]]
    config[["function"]] <- list(module = "builtins", class_name = "function", config = name, registered_name = name)
    config[setdiff(names(config), c("function_type", "module", "output_shape", "output_shape_type", "output_shape_module"))]
  })

# A sequential model says what it was built with.
newer_input_shape <- function(self) {
  if (self$built) list(build_input_shape = number_list(self$inputs[[1]]$shape, as_integers))
}

# ---- calls -----------------------------------------------------------------------------------------

# What a layer is called on: several tensors are one list of them, but the states of recurrent layers stand by name.
newer_node <- function(tensors, graph, self) {
  tensors <- lapply(tensors, newer_tensor, graph)
  states <- !is.null(self) && self$class_name %in% c("SimpleRNN", "LSTM", "GRU", "Bidirectional")
  given <- if (length(tensors) == 1 || states) tensors[1] else list(tensors)
  more <- if (states) tensors[-1]
  list(args = given, kwargs = if (length(more) > 0) list(initial_state = more) else empty_object())
}

newer_tensor <- function(t, graph) {
  list(class_name = "__keras_tensor__", config = list(
    shape = number_list(t$shape, as_integers), dtype = t$dtype, keras_history = tensor_place(t, graph)))
}

# ---- training --------------------------------------------------------------------------------------

newer_compile_config <- function(self) {
  compiled <- self$compiled
  outputs <- measured_outputs(self)
  metrics <- function(lists) newer_measures(write_metrics(lists, lapply(outputs, plain_output)), newer_metric)
  list(optimizer = newer_optimizer(self_of(compiled$optimizer)),
       loss = newer_measures(write_losses(compiled), newer_loss),
       loss_weights = if (any(compiled$loss_weights != 1)) as.list(as.double(compiled$loss_weights)),
       metrics = metrics(compiled$metric_lists), weighted_metrics = metrics(compiled$weighted_lists),
       run_eagerly = FALSE, steps_per_execution = 1L, jit_compile = FALSE)
}

# Names of metrics have no output in front.
plain_output <- function(output) {
  output$several <- FALSE
  output
}

# form() of every loss or metric in the lists of them.
newer_measures <- function(x, form) {
  if (is.null(x)) return(NULL)
  if (is.list(x) && !is_object_entry(x)) lapply(x, newer_measures, form) else form(x)
}

newer_loss <- function(x) {
  if (is.character(x)) return(measure_function(x))
  config <- x$config[setdiff(names(x$config), "fn")]
  if (config$reduction == "auto") config$reduction <- "sum_over_batch_size"
  newer_entry(x$class_name, config, "keras.losses")
}

# Keras 3 has a class for each function of its own; a function of the user's stands as its name.
newer_metric <- function(x) {
  if (is.character(x)) return(x)
  if (x$class_name != "MeanMetricWrapper") return(newer_entry(x$class_name, x$config, "keras.metrics"))
  kind <- measure_kind(x$config$fn, metric_table)
  if (is.null(kind)) return(newer_entry(x$class_name, x$config, "keras.metrics"))
  newer_entry(measure_class(kind, TRUE), x$config[setdiff(names(x$config), "fn")], "keras.metrics")
}

# Optimizers of before Keras 2.11, which Keras 3 does not have, are written as this package reads them.
newer_optimizer <- function(self) {
  x <- optimizer_config(self)
  class_name <- sub("^Custom>", "", x$class_name)
  more <- x[setdiff(names(x), c("class_name", "config"))]
  if (is_old_optimizer(self)) {
    return(c(newer_entry(class_name, c(x$config, list(is_legacy_optimizer = TRUE)), "tildenet"), more))
  }
  config <- x$config[setdiff(names(x$config), c("jit_compile", "is_legacy_optimizer"))]
  c(newer_entry(class_name, c(config, list(loss_scale_factor = NULL, gradient_accumulation_steps = NULL)),
                "keras.optimizers"), more)
}
