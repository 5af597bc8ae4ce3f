# Training, testing and prediction over generators. Every batch is a pass of its own; measures are
# averaged over their rows, or over all cells where a metric needs that.

# See array_training().
generator_training <- function(self, generator, y, class_weight, settings, call) {
  if (!is.null(y)) abort_arg("y", "be NULL with a generator, which returns the targets", call = call)
  if (settings$validation_split > 0) {
    abort_arg("validation_split", "be 0 with a generator", "It needs all data at once.",
              "Use `validation_data`.", call = call)
  }
  steps <- generator_steps(generator, settings$steps, "steps_per_epoch", call)
  first <- next_training_batch(generator, call)
  if (is.null(first)) abort_exhausted(0, steps, "steps_per_epoch", call)
  prepared <- generator_prepare(self, first, class_weight, call)
  list(steps = steps, session = prepared$session, series = prepared$session$series,
       generator = generator, waiting = first, class_weight = class_weight, epoch = generator_epoch,
       call = call)
}

# Checks the first batch before anything is changed, and makes the graph for it.
generator_prepare <- function(self, batch, class_weight, call) {
  x <- input_entries(self, batch$x, call = call)
  n <- entry_rows(x[[1]])
  targets <- target_entries(self, batch$y, n, call = call)
  weights <- weight_entries(self, batch$weights, n, call = call)
  weights <- training_weights(weights, targets, class_weight, call)
  list(session = train_session(self, x, targets, weights))
}

generator_epoch <- function(run, epoch) {
  self <- run$self
  data <- run$data
  self$training$epoch <- self$training$epoch + 1
  total <- new_total()
  for (step in seq_len(data$steps)) {
    batch <- run$data$waiting %||% next_training_batch(data$generator, data$call)
    run$data$waiting <- NULL
    if (is.null(batch)) abort_exhausted(step - 1, data$steps, "steps_per_epoch", data$call)
    callback_batch(run$callbacks, "train", "begin", step - 1, list())
    made <- train_batch(self, batch$x, batch$y, batch$weights, data$class_weight, data$call)
    run$data$session <- made$session
    total_add(total, made$values, made$n)
    logs <- total_values(total)
    if (!is.finite(made$values$loss)) {
      run_bad_loss(run, list(batches = step, loss = made$values$loss))
    }
    callback_batch(run$callbacks, "train", "end", step - 1, logs)
    if (progress_due(run$progress, step == data$steps)) progress_batch(run$progress, step, logs)
    if (isTRUE(self$stop_training)) break
  }
  total_values(total)
}

# ---- sums over batches -----------------------------------------------------------------------------

new_total <- function() {
  total <- new.env(parent = emptyenv())
  total$rows <- 0
  total$sums <- list()
  total
}

total_add <- function(total, values, rows) {
  total$rows <- total$rows + rows
  for (name in names(values)) {
    total$sums[[name]] <- (total$sums[[name]] %||% 0) + rows * values[[name]]
  }
}

total_values <- function(total) flat_series(lapply(total$sums, `/`, total$rows))

# ---- testing ---------------------------------------------------------------------------------------

# See array_test().
generator_test <- function(self, generator, steps, call, arg = "steps") {
  steps <- generator_steps(generator, steps, arg, call)
  list(steps = steps, entry = list(series = generator_series(self)),
       run = function(pass, callbacks, progress) {
         total <- new_total()
         for (step in seq_len(steps)) {
           batch <- next_training_batch(generator, call)
           if (is.null(batch)) abort_exhausted(step - 1, steps, arg, call)
           callback_batch(callbacks, "test", "begin", step - 1, list())
           made <- test_batch(self, batch$x, batch$y, batch$weights, call)
           total_add(total, made$values, made$n)
           logs <- total_values(total)
           callback_batch(callbacks, "test", "end", step - 1, logs)
           if (progress_due(progress, step == steps)) progress_batch(progress, step, logs)
         }
         lapply(total$sums, `/`, total$rows)
       })
}

# Names of the series before the first batch is there.
generator_series <- function(self) lapply(compiled_metric_names(self)[-1], function(name) list(name = name))

# ---- prediction ------------------------------------------------------------------------------------

generator_predict <- function(self, generator, steps, callbacks, call) {
  steps <- generator_steps(generator, steps, "steps", call)
  parts <- lapply(seq_len(steps), function(step) {
    batch <- generator_next(generator)
    if (is.null(batch)) abort_exhausted(step - 1, steps, "steps", call)
    callback_batch(callbacks, "predict", "begin", step - 1, list())
    x <- if (is_plain_list(batch) && length(batch) != length(self$inputs) || is_pair(self, batch)) {
      batch[[1]]
    } else {
      batch
    }
    out <- array_predict(self, x, NULL, 1, callback_runner(list(), NULL, list()), 0, call)
    callback_batch(callbacks, "predict", "end", step - 1, list())
    out
  })
  lapply(seq_along(self$outputs), function(k) bind_samples(lapply(parts, `[[`, k)))
}

# A batch of list(x, y) for a model with one input.
is_pair <- function(self, batch) is_plain_list(batch) && length(self$inputs) == 1

# Arrays behind one another along the first axis.
bind_samples <- function(arrays) {
  if (length(arrays) == 1) return(arrays[[1]])
  rows <- vapply(arrays, function(a) dim(a)[1], 0L)
  rest <- dim(arrays[[1]])[-1]
  flat <- do.call(rbind, lapply(arrays, function(a) matrix(a, dim(a)[1])))
  array(flat, c(sum(rows), rest))
}
