#' Measure a model
#'
#' Loss and metrics in inference mode: no dropout, moving statistics as they are. The penalties of
#' regularizers are part of the loss.
#'
#' @inheritParams fit
#' @param batch_size Samples computed at once; `NULL` is 32, with stateful layers their batch size.
#'   Only metrics that average over batches depend on it.
#' @param steps Number of batches; needed with a generator that is a function.
#' @param ... Ignored, with a warning that names the arguments.
#' @returns Named numbers of class `tildenet_evaluation`: `loss`, for several outputs each
#'   `<output>_loss`, then the metrics. It serves as a list and as a vector: `r$loss`, `r[["acc"]]`,
#'   `r["acc"]`, `r[[2]]`, `c(loss, acc) %<-% r`, arithmetic and [paste()]. The two usual names of a
#'   measure (`acc` and `accuracy`, ...) both find it.
#' @section Errors:
#' As those of [fit()].
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
#' compile(model, "sgd", "mse", metrics = "mae")
#' x <- matrix(rnorm(40), 20)
#' result <- evaluate(model, x, x[, 1], verbose = 0)
#' result
#' result$mae
#' @export
evaluate <- function(object, ...) {
  # Not the generic of package generics: its first argument is called x, so that
  # evaluate(model, x = data) would be dispatched on the data.
  UseMethod("evaluate")
}

#' @rdname evaluate
#' @export
evaluate.tildenet_model <- function(object, x = NULL, y = NULL, batch_size = NULL, verbose = "auto",
                                    sample_weight = NULL, steps = NULL, callbacks = NULL, ...) {
  began <- seconds_now()
  call <- rlang::current_env()
  self <- check_compiled(object)
  ignore_dots(list(...), evaluate.tildenet_model)
  batch_size <- check_count(batch_size, "batch_size", null_ok = TRUE)
  steps <- check_count(steps, "steps", null_ok = TRUE)
  verbose <- check_verbose(verbose, line = TRUE)
  callbacks <- callback_list(callbacks)
  pass <- if (is_generator(x)) generator_test(self, x, steps, call)
          else array_test(self, x, y, sample_weight, batch_size, steps, call)
  params <- list(verbose = verbose, steps = pass$steps, samples = pass$samples)
  runner <- callback_runner(callbacks, object, params)
  on.exit(callback_release(callbacks))
  progress <- new_progress(verbose, 1, pass$steps, "test", began)
  on.exit(progress_end(progress), add = TRUE)
  values <- run_test(self, pass, runner, progress)
  if (!is.null(pass$runner)) engine_runner_release(pass$runner)
  progress_epoch_end(progress, flat_series(values))
  new_evaluation(values)
}

#' @export
evaluate.default <- function(object, ...) {
  abort_arg("object", "be a model", describe(object), call = rlang::caller_env())
}

# ---- passes ----------------------------------------------------------------------------------------

# A pass over arrays: list(entry, runner, range, samples, steps, run = function(pass, ...)).
array_test <- function(self, x, y, sample_weight, batch_size, steps, call) {
  x <- input_entries(self, x, call = call, compress = TRUE)
  n <- entry_rows(x[[1]])
  if (n == 0) abort_arg("x", "hold at least one sample", "It holds none.", class = "shape", call = call)
  targets <- target_entries(self, y, n, call = call)
  weights <- weight_entries(self, sample_weight, n, call = call)
  batch_size <- fitting_batch_size(self, batch_size, n, if (is.null(steps)) 32 else ceiling(n / steps),
                                   call)
  test_pass(self, x, targets, weights, c(0, n), batch_size, steps, copied = 0) # each row is read once
}

# sources: those of x and targets, if they are there already.
test_pass <- function(self, x, targets, weights, range, batch_size, steps = NULL, sources = NULL,
                      copied = copied_numbers) {
  entry <- model_graph(self, x, targets, weights, "test")
  sources <- if (is.null(sources)) pass_sources(entry, x, targets, weights, copied)
             else c(sources, lapply(Filter(Negate(is.null), weights), as_source))
  samples <- range[2] - range[1]
  list(entry = entry, range = range, samples = samples,
       steps = min(ceiling(samples / batch_size), steps %||% Inf),
       runner = pass_runner(self, entry, sources, batch_size, "test"), run = run_test_arrays)
}

# Values by name; a metric with several thresholds has several.
run_test <- function(self, pass, callbacks, progress = NULL) {
  callback_call(callbacks, "on_test_begin", list())
  values <- pass$run(pass, callbacks, progress)
  callback_call(callbacks, "on_test_end", flat_series(values))
  values
}

run_test_arrays <- function(pass, callbacks, progress) {
  engine_runner_start(pass$runner, pass$range, "none", 0)
  result <- function() series_values(pass$entry$series, engine_runner_result(pass$runner))
  single <- callback_has(callbacks, batch_event_names("test"))
  step <- function(status) {
    if (single) {
      callback_batch(callbacks, "test", "end", status$batches - 1, flat_series(result()))
    }
    if (progress_due(progress, status$done)) {
      progress_batch(progress, status$batches, flat_series(result()))
    }
  }
  before <- if (single) function(batch) callback_batch(callbacks, "test", "begin", batch, list())
  run_pass(pass$runner, single, step, before = before, max_batches = pass$steps)
  series_values(pass$entry$series, cluster_result(pass$runner, pass$cluster, loss_too = TRUE))
}

# ---- validation in fit() ---------------------------------------------------------------------------

# NULL, or list(samples, measure = function(run) values by name).
validation_pass <- function(self, validation_data, data, settings, call) {
  if (is.null(validation_data)) {
    if (is.null(data$x) || data$samples == data$n) return(NULL)
    pass <- test_pass(self, data$x, data$targets, data$weights, c(data$samples, data$n),
                      data$batch_size, settings$validation_steps, data$x_sources)
    return(validation_of(self, validation_part(pass, data)))
  }
  if (is_generator(validation_data)) {
    return(validation_of(self, generator_test(self, validation_data, settings$validation_steps, call,
                                              "validation_steps")))
  }
  pass <- validation_arrays(self, validation_data, data, settings, call)
  if (identical(data$cluster$rows, "own")) pass$cluster <- data$cluster
  validation_of(self, pass)
}

# Of the rows that are kept out, those this rank measures; of fewer rows than ranks, all of them.
validation_part <- function(pass, data) {
  cluster <- data$cluster
  if (is.null(cluster)) return(pass)
  if (cluster$rows == "shared") {
    if (pass$samples < cluster$ranks) return(pass)
    pass$range <- pass$range[1] + floor(pass$samples * (cluster$rank + 0:1) / cluster$ranks)
  }
  pass$cluster <- cluster
  pass
}

validation_of <- function(self, pass) {
  list(samples = pass$samples, names = c("loss", vapply(pass$entry$series, `[[`, "", "name")),
       measure = function(run) flat_series(run_test(self, pass, run$callbacks)))
}

validation_arrays <- function(self, validation_data, data, settings, call) {
  if (!is_plain_list(validation_data) || !length(validation_data) %in% 2:3) {
    abort_arg("validation_data", "be list(x, y) or list(x, y, weights), or a generator",
              describe(validation_data), call = call)
  }
  arg <- function(part) paste0("validation_data$", part)
  x <- input_entries(self, validation_data[[1]], arg("x"), call, compress = TRUE)
  n <- entry_rows(x[[1]])
  if (n == 0) abort_arg("validation_data", "hold at least one sample", class = "shape", call = call)
  targets <- target_entries(self, validation_data[[2]], n, arg("y"), call)
  weights <- if (length(validation_data) > 2) validation_data[[3]]
  weights <- weight_entries(self, weights, n, arg("weights"), call)
  batch_size <- fitting_batch_size(self, data$batch_size, n, 32, call, "`validation_data`")
  test_pass(self, x, targets, weights, c(0, n), batch_size, settings$validation_steps)
}
