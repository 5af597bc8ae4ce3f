#' Say how a model is to be trained
#'
#' Sets optimizer, losses and metrics. The weights stay as they are, the state of the optimizer (its
#' moments and the count of updates) is new. What [freeze_weights()] froze before stays fixed until the
#' next `compile()`.
#'
#' @details
#' [saveRDS()] of a model takes its functions along with what their environments hold, but not the global
#' variables that they name (a margin, the tensors of an encoder). To train on in another session, save
#' these beside the model, as in `save(model, margin, z_mean, file = )`. Predictions need none of them.
#'
#' @param object A model.
#' @param optimizer An [optimizer][optimizer_adam()] or its name; `NULL` is `"rmsprop"`.
#' @param loss A name, a [loss function or object][loss_mean_squared_error()], an R function
#'   `function(y_true, y_pred)` of tensors that returns one value per sample or one number, or a list of
#'   these with one entry per output, by position or by the name of the output layer.
#' @param metrics Names, [metric functions or objects][metric_binary_accuracy()],
#'   [custom_metric()]s, R functions of two tensors, a list of these, or a list of such lists named by
#'   output.
#' @param loss_weights Factors of the losses in the total, in the same order or by name.
#' @param weighted_metrics Metrics that class and sample weights act on.
#' @param run_eagerly,steps_per_execution,target_tensors,sample_weight_mode Accepted for old scripts,
#'   without effect.
#' @param ... Not used; `jit_compile` is ignored.
#' @returns The model, invisibly.
#' @section Errors:
#' Unknown names, wrong types, and lists that do not fit the outputs are errors of class
#' `tildenet_error_argument`; the model then stays as it was.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(8, activation = "relu", input_shape = 4) %>%
#'   layer_dense(3, activation = "softmax")
#' model %>% compile(optimizer = optimizer_adam(0.01), loss = "categorical_crossentropy",
#'                   metrics = "accuracy")
#' @name compile
#' @importFrom generics compile
#' @export compile
NULL

#' @rdname compile
#' @export
compile.tildenet_model <- function(object, optimizer = NULL, loss = NULL, metrics = NULL,
                                   loss_weights = NULL, weighted_metrics = NULL, run_eagerly = NULL,
                                   steps_per_execution = NULL, ..., target_tensors = NULL,
                                   sample_weight_mode = NULL) {
  labels <- metric_labels(substitute(metrics))
  loss_labels <- metric_labels(substitute(loss))
  weighted_labels <- metric_labels(substitute(weighted_metrics))
  check_dots_empty(list(...))
  self <- self_of(object)
  outputs <- output_names(self)
  compiled <- new.env(parent = emptyenv())
  compiled$optimizer <- resolve_optimizer(optimizer)
  compiled$loss <- loss
  compiled$loss_labels <- loss_labels
  compiled$losses <- losses_by_output(loss, outputs)
  compiled$loss_weights <- loss_weights_by_output(loss_weights, outputs)
  compiled$metrics <- metrics
  compiled$metric_lists <- metrics_by_output(metrics, labels, outputs, "metrics")
  compiled$weighted_lists <- metrics_by_output(weighted_metrics, weighted_labels, outputs,
                                               "weighted_metrics")
  compiled$frozen <- frozen_parameters(self)
  self$compiled <- compiled
  self$training <- new_training()
  reset_model(self)
  invisible(object)
}

# Settings of Keras that old scripts give and that mean nothing here.
idle_arguments <- c("workers", "max_queue_size", "use_multiprocessing", "validation_batch_size",
                    "jit_compile")

check_dots_empty <- function(dots, call = rlang::caller_env()) {
  unknown <- unknown_arguments(dots)
  if (is.null(unknown)) return()
  abort_tn("There is no such argument.", call = call, given = paste0("Given: ", unknown, "."))
}

# Scripts written for other versions carry arguments of theirs. f: the function that does not know them.
ignore_dots <- function(dots, f, call = rlang::caller_env()) {
  unknown <- unknown_arguments(dots)
  if (is.null(unknown)) return()
  near <- unlist(lapply(setdiff(names(dots), c("", idle_arguments)), near_name, setdiff(names(formals(f)), "...")))
  warn_tn(paste0("Ignored, since there is no such argument: ", unknown, "."), "arguments", call = call,
          how = if (length(near) > 0) paste0("Did you mean ", paste0("`", near, "`", collapse = ", "), "?"))
}

# Arguments in the dots as text, NULL when there are none to speak of.
unknown_arguments <- function(dots) {
  names <- setdiff(names(dots) %||% rep("", length(dots)), idle_arguments)
  if (length(names) > 0) paste(ifelse(nzchar(names), paste0("`", names, "`"), "one without a name"), collapse = ", ")
}

# What training knows between calls: everything random or moving that is not a weight.
new_training <- function() {
  training <- new.env(parent = emptyenv())
  training$seed <- NULL  # drawn at the first update
  training$step <- 0     # updates done
  training$epoch <- 0    # epochs begun: names the shuffles
  training$state <- NULL # raw vector of the optimizer's moments
  training$optimizer <- NULL # whose moments these are: another optimizer begins anew
  training$layout <- NULL # names of the parameters whose moments these are, in order
  training
}

# Parameters of frozen layers, as compile() found them. A model that is not built yet is looked at
# when it is.
frozen_parameters <- function(self) {
  if (!self$built) return(NULL)
  flags <- parameter_flags(self)
  list(Filter(function(p) !isTRUE(flags[[rlang::obj_address(p)]]), model_parameters(self)))
}

# The same as flags by address, for graph_spec().
compiled_flags <- function(self) {
  if (is.null(self$compiled$frozen)) self$compiled$frozen <- frozen_parameters(self)
  params <- model_parameters(self)
  keys <- addresses(params)
  frozen <- addresses(self$compiled$frozen[[1]])
  stats::setNames(as.list(!keys %in% frozen), keys)
}

# ---- names -----------------------------------------------------------------------------------------

# Names of the outputs: those the user gave, or of the layers behind them. An unbuilt sequential model has one output, its last layer.
output_names <- function(self) {
  if (!self$built) {
    n <- length(self$layers)
    return(if (n == 0) "output" else self$layers[[n]]$name)
  }
  self$output_labels %||% make.unique(vapply(self$outputs, tensor_layer_name, "", default = "output"), sep = "_")
}

input_names <- function(self) {
  self$input_labels %||% vapply(self$inputs, tensor_layer_name, "", default = "input")
}

# What the model gives, a list with one entry for each output, as users see it: one alone is no list, those
# with names of the user's are a list in any case.
give_outputs <- function(self, outputs) {
  if (is.null(self$output_labels)) one_or_list(outputs) else stats::setNames(outputs, self$output_labels)
}

tensor_layer_name <- function(t, default) t$history$layer$name %||% t$name %||% default

# Names of all series without val_: loss, losses of several outputs, metrics.
compiled_metric_names <- function(self) {
  if (is.null(self$compiled)) return(character())
  outputs <- output_names(self)
  several <- length(outputs) > 1
  losses <- if (several) paste0(outputs[!vapply(self$compiled$losses, is.null, NA)], "_loss")
  metrics <- Map(metric_series_names, outputs, self$compiled$metric_lists,
                 self$compiled$weighted_lists, several)
  c("loss", losses, make_unique(unlist(metrics, use.names = FALSE)))
}

# Names of the series of one output: those of several outputs carry its name, a weighted metric that
# is there without weights too is called weighted_*.
metric_series_names <- function(output, plain, weighted, several) {
  name <- function(metrics) {
    names <- vapply(metrics, function(m) self_of(m)$name, "")
    if (several && length(names) > 0) paste0(output, "_", names) else names
  }
  twice <- name(weighted) %in% name(plain)
  c(name(plain), ifelse(twice, paste0("weighted_", name(weighted)), name(weighted)))
}

make_unique <- function(names) if (length(names) == 0) character() else make.unique(names, sep = "_")

check_model <- function(object, call = rlang::caller_env()) {
  if (!is_model(object)) {
    abort_arg("object", "be a model", describe(object), call = call,
              how = if (inherits(object, "kms_fit")) "The model of a fit of kms() is its element `model`.")
  }
  self <- self_of(object)
  model_cache(self) # looks at one that was read from a file
  self
}

# A model that can be trained or tested.
check_compiled <- function(object, call = rlang::caller_env()) {
  self <- check_model(object, call)
  if (is.null(self$compiled)) {
    abort_tn("The model must be compiled first.", "state", call = call,
             how = "Use compile(model, optimizer = , loss = ).")
  }
  if (all(vapply(self$compiled$losses, is.null, NA))) {
    abort_tn("The model is compiled without a loss.", "state", call = call,
             how = "Use compile(model, loss = ).")
  }
  self
}
