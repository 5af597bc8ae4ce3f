#' Predictions of a model
#'
#' The outputs for new data in inference mode. `predict_proba()` is the same; `predict_classes()` gives
#' class numbers.
#'
#' @inheritParams fit
#' @param x Data as for [fit()], or a generator: `function()` that returns the inputs alone, or a list
#'   whose first entry they are, or an object as for [fit()], which begins with its first batch.
#' @param batch_size Samples computed at once; `NULL` is 32, with stateful layers their batch size.
#'   It does not change the result.
#' @param steps Number of batches; needed with a generator that is a function.
#' @param ... Ignored, with a warning that names the arguments.
#' @returns An array with samples first, a matrix for dense outputs (n x 1 for one unit); a list of
#'   arrays for several outputs, with their names
#'   where [keras_model()] was given some. `predict_classes()`: n whole numbers from 0, the first of the largest
#'   outputs; for one unit an n x 1 matrix of 0 and 1, 1 where the output is above 0.5.
#' @section Errors:
#' As those of [fit()]. The model need not be compiled.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(3, activation = "softmax", input_shape = 4)
#' x <- as.matrix(iris[c(1, 51, 101), 1:4])
#' predict(model, x)
#' predict_classes(model, x)
#' @name predict
NULL

#' @rdname predict
#' @export
predict.tildenet_model <- function(object, x, batch_size = NULL, verbose = "auto", steps = NULL,
                                   callbacks = NULL, ...) {
  call <- rlang::current_env()
  self <- check_model(object)
  ignore_dots(list(...), predict.tildenet_model)
  batch_size <- check_count(batch_size, "batch_size", null_ok = TRUE)
  steps <- check_count(steps, "steps", null_ok = TRUE)
  verbose <- check_verbose(verbose, line = TRUE)
  callbacks <- callback_list(callbacks)
  if (missing(x)) abort_arg("x", "be given", call = call)
  runner <- callback_runner(callbacks, object, list(verbose = verbose, steps = steps))
  on.exit(callback_release(callbacks))
  callback_call(runner, "on_predict_begin", list())
  outputs <- if (is_generator(x)) generator_predict(self, x, steps, runner, call)
             else array_predict(self, x, batch_size, steps, runner, verbose, call)
  callback_call(runner, "on_predict_end", list())
  give_outputs(self, outputs)
}

# The one output of a model, which is a list when it has a name of the user's.
only_output <- function(x) if (is_plain_list(x) && length(x) == 1) x[[1]] else x

# The outputs as a list of arrays.
array_predict <- function(self, x, batch_size, steps, callbacks, verbose, call) {
  x <- input_entries(self, x, call = call, compress = TRUE)
  n <- entry_rows(x[[1]])
  batch_size <- fitting_batch_size(self, batch_size, n, if (is.null(steps)) 32 else ceiling(n / steps),
                                   call)
  entry <- predict_graph(self, x)
  if (n == 0) return(empty_outputs(self))
  sources <- pass_sources(entry, x, list(), list(), copied = 0) # each row is read once
  runner <- pass_runner(self, entry, sources, batch_size, "predict", entry$spec$outputs)
  progress <- new_progress(verbose, 1, ceiling(n / batch_size), "predict")
  on.exit({
    progress_end(progress)
    engine_runner_release(runner)
  })
  engine_runner_start(runner, c(0, min(n, (steps %||% Inf) * batch_size)), "none", 0)
  single <- callback_has(callbacks, batch_event_names("predict"))
  before <- if (single) function(batch) callback_batch(callbacks, "predict", "begin", batch, list())
  run_pass(runner, single, before = before, step = function(status) {
    if (single) callback_batch(callbacks, "predict", "end", status$batches - 1, list())
    if (progress_due(progress, status$done)) progress_batch(progress, status$batches, list())
  })
  lapply(seq_along(self$outputs), function(k) engine_runner_output(runner, k))
}

# No rows: arrays of the right shape without any.
empty_outputs <- function(self) {
  lapply(self$outputs, function(t) array(0, c(0, ifelse(is.na(t$shape[-1]), 0, t$shape[-1]))))
}

# The graph of the outputs alone.
predict_graph <- function(self, x) {
  sparse <- vapply(x, `[[`, NA, "sparse")
  key <- paste(c("predict", sparse), collapse = " ")
  cache <- model_cache(self)
  cached <- cache[[key]]
  if (!is.null(cached) && identical(cached$outputs, self$outputs)) return(cached)
  spec <- graph_spec(model_inputs(self), self$outputs, sparse = sparse)
  entry <- list(graph = engine_graph(spec), spec = spec, measures = list(), series = list(),
                outputs = self$outputs)
  assign(key, entry, envir = cache)
  entry
}

#' @rdname predict
#' @export
predict_proba <- function(object, x, batch_size = NULL, verbose = 0, steps = NULL) {
  predict(object, x, batch_size = batch_size, verbose = verbose, steps = steps)
}

#' @rdname predict
#' @export
predict_classes <- function(object, x, batch_size = NULL, verbose = 0, steps = NULL) {
  output <- only_output(predict(object, x, batch_size = batch_size, verbose = verbose, steps = steps))
  if (is.list(output) || length(dim(output)) != 2) {
    abort_arg("object", "have one output with an axis of classes for predict_classes()")
  }
  if (ncol(output) == 1) return(array(as.integer(output > 0.5), dim(output)))
  max.col(output, ties.method = "first") - 1L
}
