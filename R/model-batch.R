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
  self <- check_compiled(object)
  batch_result(train_batch(self, x, y, sample_weight, class_weight, call)$values)
}

# One update. Returns list(values, session).
train_batch <- function(self, x, y, sample_weight, class_weight, call) {
  x <- input_entries(self, x, call = call)
  n <- entry_rows(x[[1]])
  if (n == 0) abort_arg("x", "hold at least one sample", "It holds none.", class = "shape", call = call)
  targets <- target_entries(self, y, n, call = call)
  weights <- training_weights(weight_entries(self, sample_weight, n, call = call), targets,
                              class_weight, call)
  session <- session_sync_rate(self, train_session(self, x, targets, weights))
  runner <- pass_runner(self, session, pass_sources(session, x, targets, weights), n, "train")
  on.exit(session_settle(self, session))
  engine_runner_start(runner, c(0, n), "none", 0)
  engine_runner_run(runner, 1, 0)
  session_settle(self, session)
  apply_r_constraints(session$r_constraints)
  list(values = series_values(session$series, engine_runner_result(runner)), session = session, n = n)
}

#' @rdname train_on_batch
#' @export
test_on_batch <- function(object, x, y, sample_weight = NULL) {
  call <- rlang::current_env()
  self <- check_compiled(object)
  batch_result(test_batch(self, x, y, sample_weight, call)$values)
}

test_batch <- function(self, x, y, sample_weight, call) {
  pass <- array_test(self, x, y, sample_weight, NULL, 1, call)
  values <- pass$run(pass, callback_runner(list(), NULL, list()), NULL)
  list(values = values, n = pass$samples, entry = pass$entry)
}

batch_result <- function(values) {
  if (length(values) == 1) as.numeric(values[[1]]) else new_evaluation(values)
}

#' @rdname train_on_batch
#' @export
predict_on_batch <- function(object, x) {
  x <- if (is_plain_list(x)) x else list(x)
  rows <- NROW(x[[1]])
  predict(object, if (length(x) == 1) x[[1]] else x, batch_size = max(rows, 1), verbose = 0)
}
