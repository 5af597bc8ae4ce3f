# The loop over epochs, shared by arrays and generators.

# data: see array_training(); validation: NULL or list(samples, measure = function(run) named list).
# Returns the history.
run_training <- function(self, data, validation, callbacks, settings) {
  on.exit(callback_release(callbacks))
  run <- new_run(self, data, validation, callbacks, settings)
  self$stop_training <- FALSE
  on.exit({
    session_settle(self, run$data$session)
    end_courses(self, run$data$session)
    if (!is.null(run$data$runner)) engine_runner_release(run$data$runner)
    progress_end(run$progress)
  }, add = TRUE, after = FALSE)
  begin_courses(self, callbacks, data$session, settings, data$steps)
  tryCatch(run_epochs(run), interrupt = function(e) {
    run$interrupted <- TRUE
    progress_end(run$progress)
    inform_tn(paste0("Training was interrupted after ", length(run$series$loss),
                     " whole epochs; the model keeps what it has learned."), "interrupted")
  })
  watch_end(run$watch, self)
  run_history(run)
}

new_run <- function(self, data, validation, callbacks, settings) {
  run <- new.env(parent = emptyenv())
  run$self <- self
  run$data <- data
  run$validation <- validation
  run$settings <- settings
  run$series <- list()
  run$watch <- new_watch(self)
  run$interrupted <- FALSE
  run$model <- object_of(self)
  names <- run_series_names(data, validation)
  run$callbacks <- callback_runner(callbacks, run$model, c(run_params(run), list(metrics = names)))
  run$single <- callback_has(run$callbacks, batch_event_names("train")) ||
    length(data$session$r_constraints) > 0
  run$progress <- new_progress(settings$verbose, settings$epochs, data$steps)
  run
}

# Names of the series as they will come, for params$metrics.
run_series_names <- function(data, validation) {
  names <- c("loss", vapply(data$series, `[[`, "", "name"))
  c(names, if (!is.null(validation)) paste0("val_", names))
}

run_params <- function(run) {
  settings <- run$settings
  params <- list(verbose = settings$verbose, epochs = settings$epochs, steps = run$data$steps,
                 samples = run$data$samples, batch_size = run$data$batch_size,
                 validation_samples = run$validation$samples,
                 do_validation = !is.null(run$validation))
  if (settings$initial_epoch > 0) params$initial_epoch <- settings$initial_epoch
  params[!vapply(params, is.null, NA)]
}

run_history <- function(run) {
  new_history(run_params(run), run$series, run$interrupted)
}

run_epochs <- function(run) {
  settings <- run$settings
  callback_call(run$callbacks, "on_train_begin", list())
  logs <- list()
  epoch <- settings$initial_epoch
  while (epoch < settings$epochs && !isTRUE(run$self$stop_training)) {
    logs <- run_epoch(run, epoch)
    epoch <- epoch + 1
  }
  callback_call(run$callbacks, "on_train_end", logs)
}

# Returns the epoch's logs, which are then part of the history.
run_epoch <- function(run, epoch) {
  before <- epoch_mark(run)
  on.exit(epoch_undo(run, before))
  callback_call(run$callbacks, "on_epoch_begin", epoch, list())
  run$data$session <- session_sync_rate(run$self, run$data$session)
  progress_epoch(run$progress, epoch)
  logs <- run$data$epoch(run, epoch)
  if (!is.null(run$validation)) {
    values <- run$validation$measure(run)
    logs <- c(logs, stats::setNames(values, paste0("val_", names(values))))
  }
  watch_epoch(run$watch, epoch + 1, logs)
  logs <- run_epoch_hooks(run, epoch, logs)
  for (name in names(logs)) run$series[[name]] <- c(run$series[[name]], logs[[name]])
  progress_epoch_end(run$progress, logs)
  logs
}

# An epoch that ends before its first update, by an error or by the user, is one that never began.
epoch_mark <- function(run) {
  list(step = engine_optimizer_step(run$data$session$optimizer), count = run$self$training$epoch,
       rate = self_of(run$self$compiled$optimizer)$learning_rate)
}

epoch_undo <- function(run, before) {
  if (engine_optimizer_step(run$data$session$optimizer) > before$step) return()
  run$self$training$epoch <- before$count
  self_of(run$self$compiled$optimizer)$learning_rate <- before$rate
}

# What one callback adds, the next one sees.
run_epoch_hooks <- function(run, epoch, logs) {
  for (hook in run$callbacks$hooks$on_epoch_end) {
    added <- hook(epoch, logs)
    if (inherits(added, "tildenet_logs")) logs[names(added)] <- unclass(added)
  }
  logs
}

# ---- between batches -------------------------------------------------------------------------------

# Measures of the epoch so far.
run_logs <- function(run, runner = run$data$runner) {
  flat_series(series_values(run$data$series, engine_runner_result(runner)))
}

run_batch_begin <- function(run, batch) {
  callback_batch(run$callbacks, "train", "begin", batch, list())
  run$data$session <- session_sync_rate(run$self, run$data$session)
}

# After a slice, or after every batch if someone wants to know about it.
run_slice <- function(run, status) {
  if (run$single) {
    session_settle(run$self, run$data$session)
    apply_r_constraints(run$data$session$r_constraints)
    if (callback_has(run$callbacks, batch_event_names("train"))) {
      callback_batch(run$callbacks, "train", "end", status$batches - 1, run_logs(run))
    }
  }
  if (progress_due(run$progress, status$done)) {
    progress_batch(run$progress, status$batches, run_logs(run))
  }
}

run_bad_loss <- function(run, status) {
  callback_call(run$callbacks, "on_bad_loss", status$batches - 1, list(loss = status$loss))
}
