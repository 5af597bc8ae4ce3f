# Training, testing and prediction over generators: the batches of an epoch are one stream.

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
  # The first batch is checked before anything is changed, and makes the graph.
  e <- stream_entries(new_stream(self, "train", call), first, class_weight)
  session <- train_session(self, e$x, e$targets, e$weights)
  # In an environment: no frame of a caller keeps the batch once it was taken.
  ahead <- new.env(parent = emptyenv())
  ahead$batch <- first
  list(steps = steps, session = session, series = session$series, generator = generator,
       ahead = ahead, class_weight = class_weight, epoch = generator_epoch, call = call)
}

generator_epoch <- function(run, epoch) {
  self <- run$self
  data <- run$data
  self$training$epoch <- self$training$epoch + 1
  stream <- new_stream(self, "train", data$call)
  on.exit(if (!is.null(stream$session)) {
    run$data$session <- stream$session
    session_settle(self, stream$session)
  })
  for (step in seq_len(data$steps)) {
    status <- generator_step(run, stream, step)
    status$batches <- step
    if (!isTRUE(status$finite)) run_bad_loss(run, status)
    stream_told(stream, run$callbacks, run$progress, "train", step, data$steps)
    if (isTRUE(self$stop_training)) break
  }
  flat_series(stream_values(stream))
}

# One batch, which is forgotten before the next one is made: there is one at a time.
generator_step <- function(run, stream, step) {
  data <- run$data
  batch <- data$ahead$batch %||% next_training_batch(data$generator, data$call)
  data$ahead$batch <- NULL
  if (is.null(batch)) abort_exhausted(step - 1, data$steps, "steps_per_epoch", data$call)
  callback_batch(run$callbacks, "train", "begin", step - 1, list())
  stream_run(stream, batch, data$class_weight, settle = run$single)
}

# Callbacks and the progress line hear of a batch.
stream_told <- function(stream, callbacks, progress, phase, step, steps) {
  wanted <- callback_has(callbacks, batch_event_names(phase))
  due <- progress_due(progress, step == steps)
  if (!wanted && !due) return()
  logs <- flat_series(stream_values(stream))
  if (wanted) callback_batch(callbacks, phase, "end", step - 1, logs)
  if (due) progress_batch(progress, step, logs)
}

# ---- testing ---------------------------------------------------------------------------------------

# See array_test().
generator_test <- function(self, generator, steps, call, arg = "steps") {
  steps <- generator_steps(generator, steps, arg, call)
  names <- compiled_metric_names(self)[-1]
  list(steps = steps, entry = list(series = lapply(names, function(name) list(name = name))),
       run = function(pass, callbacks, progress) {
         stream <- new_stream(self, "test", call)
         generator_restart(generator)
         for (step in seq_len(steps)) {
           generator_test_step(stream, generator, callbacks, step, steps, arg)
           stream_told(stream, callbacks, progress, "test", step, steps)
         }
         stream_values(stream)
       })
}

# See generator_step().
generator_test_step <- function(stream, generator, callbacks, step, steps, arg) {
  batch <- next_training_batch(generator, stream$call)
  if (is.null(batch)) abort_exhausted(step - 1, steps, arg, stream$call)
  callback_batch(callbacks, "test", "begin", step - 1, list())
  stream_run(stream, batch)
}

# ---- prediction ------------------------------------------------------------------------------------

generator_predict <- function(self, generator, steps, callbacks, call) {
  steps <- generator_steps(generator, steps, "steps", call)
  generator_restart(generator)
  parts <- lapply(seq_len(steps), function(step) {
    batch <- generator_next(generator)
    if (is.null(batch)) abort_exhausted(step - 1, steps, "steps", call)
    callback_batch(callbacks, "predict", "begin", step - 1, list())
    x <- batch_inputs(self, batch)
    check_whole_batch(self, NROW(if (is_plain_list(x)) x[[1]] else x), call)
    out <- array_predict(self, x, NULL, 1, callback_runner(list(), NULL, list()), 0, call)
    callback_batch(callbacks, "predict", "end", step - 1, list())
    out
  })
  lapply(seq_along(self$outputs), function(k) bind_samples(lapply(parts, `[[`, k)))
}

# A batch is what the model reads, or a list that begins with it: list(x), list(x, y), list(x, y, weights).
# For several inputs x is a list itself, or a data frame.
batch_inputs <- function(self, batch) {
  if (!is_plain_list(batch) || length(batch) == 0) return(batch)
  n <- length(self$inputs)
  first <- batch[[1]]
  begins <- n == 1 || is_plain_list(first) || length(batch) != n ||
    is.data.frame(first) && all(input_names(self) %in% names(first))
  if (begins) first else batch
}

# Arrays behind one another along the first axis.
bind_samples <- function(arrays) {
  if (length(arrays) == 1) return(arrays[[1]])
  rows <- vapply(arrays, function(a) dim(a)[1], 0L)
  rest <- dim(arrays[[1]])[-1]
  flat <- do.call(rbind, lapply(arrays, function(a) matrix(a, dim(a)[1])))
  array(flat, c(sum(rows), rest))
}
