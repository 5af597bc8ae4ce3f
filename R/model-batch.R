#' Single batches
#'
#' One update, one measurement or one prediction, for training loops written in R. The data are one
#' batch, whatever their number.
#'
#' @inheritParams fit
#' @param object A model; compiled but for `predict_on_batch()`.
#' @returns `train_on_batch()` and `test_on_batch()`: what [evaluate()] returns, for this batch; a plain
#'   number if there is the loss alone. `predict_on_batch()`: what [predict()] returns.
#' @section Errors:
#' As those of [fit()].
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
#' compile(model, optimizer_sgd(0.1), "mse")
#' x <- matrix(rnorm(40), 20)
#' for (i in 1:20) loss <- train_on_batch(model, x, x[, 1])
#' loss
#' @name train_on_batch
NULL

#' @rdname train_on_batch
#' @export
train_on_batch <- function(object, x, y, class_weight = NULL, sample_weight = NULL) {
  call <- rlang::current_env()
  stream <- new_stream(check_compiled(object), "train", call)
  stream_run(stream, list(x = x, y = y, weights = sample_weight), class_weight)
  batch_result(stream_values(stream))
}

#' @rdname train_on_batch
#' @export
test_on_batch <- function(object, x, y, sample_weight = NULL) {
  call <- rlang::current_env()
  stream <- new_stream(check_compiled(object), "test", call)
  stream_run(stream, list(x = x, y = y, weights = sample_weight))
  batch_result(stream_values(stream))
}

batch_result <- function(values) {
  if (length(values) == 1) as.numeric(values[[1]]) else new_evaluation(values)
}

#' @rdname train_on_batch
#' @export
predict_on_batch <- function(object, x) {
  call <- rlang::current_env()
  x <- lapply(if (is_plain_list(x)) x else list(x), own_sparse, call = call)
  rows <- if (length(x) > 0) NROW(x[[1]]) else 0
  check_whole_batch(check_model(object), rows, call)
  predict(object, if (length(x) == 1) x[[1]] else x, batch_size = max(rows, 1), verbose = 0)
}

# ---- streams ---------------------------------------------------------------------------------------

# A pass whose batches come one after the other: train_on_batch() and generators. Runners are kept by
# graph, so that metrics count over the whole stream; more than one graph is only needed when batches
# differ in form, such as some without weights.
new_stream <- function(self, mode, call) {
  stream <- new.env(parent = emptyenv())
  stream$self <- self
  stream$mode <- mode
  stream$call <- call
  stream$parts <- list()
  stream$session <- NULL
  stream
}

# Checked entries of a batch list(x, y, weights).
stream_entries <- function(stream, batch, class_weight = NULL) {
  self <- stream$self
  call <- stream$call
  x <- input_entries(self, batch$x, call = call)
  n <- entry_rows(x[[1]])
  if (n == 0) abort_arg("x", "hold at least one sample", "It holds none.", class = "shape", call = call)
  check_whole_batch(self, n, call)
  targets <- target_entries(self, batch$y, n, call = call)
  weights <- weight_entries(self, batch$weights, n, call = call)
  list(x = x, targets = targets, n = n,
       weights = training_weights(weights, targets, class_weight, call))
}

# Runs one batch. In training the weights are up to date afterwards unless settle = FALSE: then rows
# without gradient wait for their updates (see session_settle()).
stream_run <- function(stream, batch, class_weight = NULL, settle = TRUE) {
  self <- stream$self
  e <- stream_entries(stream, batch, class_weight)
  train <- stream$mode == "train"
  entry <- if (train) session_sync_rate(self, train_session(self, e$x, e$targets, e$weights))
           else model_graph(self, e$x, e$targets, e$weights, "test")
  if (train) {
    stream$session <- entry
    on.exit(if (settle) session_settle(self, entry) else session_count(self, entry))
  }
  runner <- stream_runner(stream, entry, pass_sources(entry, e$x, e$targets, e$weights), e$n)
  status <- engine_runner_run(runner, 1, 0)
  engine_runner_release(runner)
  if (length(entry$r_constraints) > 0 && train) {
    session_settle(self, entry)
    apply_r_constraints(entry$r_constraints)
  }
  status
}

stream_runner <- function(stream, entry, sources, n) {
  for (part in stream$parts) {
    if (identical(part$graph, entry$graph) && identical(part$optimizer, entry$optimizer)) {
      engine_runner_continue(part$runner, sources)
      return(part$runner)
    }
  }
  runner <- pass_runner(stream$self, entry, sources, n, stream$mode)
  engine_runner_start(runner, c(0, n), "none", 0)
  part <- list(graph = entry$graph, optimizer = entry$optimizer, runner = runner, series = entry$series)
  stream$parts <- c(stream$parts, list(part))
  runner
}

# Values by name over all batches so far.
stream_values <- function(stream) {
  results <- lapply(stream$parts, function(part) engine_runner_result(part$runner))
  values <- Map(function(part, result) series_values(part$series, result), stream$parts, results)
  if (length(values) == 1) return(values[[1]])
  rows <- vapply(results, `[[`, 0, "rows")
  mean_of <- function(name) Reduce(`+`, Map(function(v, n) v[[name]] * n, values, rows)) / sum(rows)
  lapply(stats::setNames(nm = names(values[[1]])), mean_of)
}
