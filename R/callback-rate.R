#' Change the learning rate during training
#'
#' `callback_reduce_lr_on_plateau()` lowers the rate when a measure no longer improves;
#' `callback_learning_rate_scheduler()` sets it before each epoch. With both the history has a series
#' `lr`: the rate used in each epoch.
#'
#' @inheritParams callback_early_stopping
#' @param factor Below 1: the rate becomes `max(lr * factor, min_lr)`.
#' @param patience Epochs without improvement after which the rate is lowered; `Inf` for never.
#' @param mode `"min"`, `"max"`, or `"auto"`: larger is better for names with acc in them.
#' @param cooldown Epochs after a reduction that do not count towards `patience`; the one in which it
#'   reaches 0 does.
#' @param min_lr The rate never becomes smaller.
#' @param schedule `function(epoch, lr)` or `function(epoch)`, epochs from 0, that returns the rate.
#' @returns A callback for the `callbacks` of [fit()].
#' @section Errors:
#' A `factor` of at least 1, numbers out of range, and an optimizer whose rate is a schedule are errors
#' of class `tildenet_error_argument`.
#' @source The rules are those of Keras 2.11.
#' @examples
#' callback_reduce_lr_on_plateau(monitor = "val_loss", factor = 0.5, patience = 5)
#' callback_learning_rate_scheduler(function(epoch, lr) if (epoch < 10) lr else lr * 0.9)
#' @export
callback_reduce_lr_on_plateau <- function(monitor = "val_loss", factor = 0.1, patience = 10,
                                          verbose = 0, mode = c("auto", "min", "max"),
                                          min_delta = 1e-4, cooldown = 0, min_lr = 0) {
  mode <- mode[1]
  check_monitor(monitor, mode)
  check_number(factor, "factor", min = 0)
  if (factor >= 1) abort_arg("factor", "be below 1", describe(factor))
  fields <- list(
    what = "callback_reduce_lr_on_plateau()", monitor = monitor, factor = factor,
    patience = check_number(patience, "patience", min = 0, infinite = TRUE), verbose = check_verbose(verbose),
    maximise = monitor_maximises(mode, monitor, "acc"),
    min_delta = check_number(min_delta, "min_delta"),
    cooldown = check_number(cooldown, "cooldown", min = 0, infinite = TRUE),
    min_lr = check_number(min_lr, "min_lr", min = 0)
  )
  new_callback("reduce_lr_on_plateau", fields,
               list(on_train_begin = reduce_lr_begin, on_epoch_end = reduce_lr_epoch))
}

reduce_lr_begin <- function(self, logs) {
  self$best <- monitor_start(self$maximise)
  self$cooling <- 0
  self$wait <- 0
}

# The rate that goes into the logs is the one this epoch was trained with.
reduce_lr_epoch <- function(self, epoch, logs) {
  rate <- callback_rate(self)
  value <- monitor_value(self, logs)
  if (is.null(value)) return(add_logs(lr = rate))
  if (self$cooling > 0) {
    self$cooling <- self$cooling - 1
    self$wait <- 0
  }
  bar <- self$best + if (self$maximise) self$min_delta else -self$min_delta
  if (monitor_better(self$maximise, value, bar)) {
    self$best <- value
    self$wait <- 0
  } else if (self$cooling <= 0) {
    self$wait <- self$wait + 1
    if (self$wait >= self$patience) reduce_lr(self, epoch, rate)
  }
  add_logs(lr = rate)
}

reduce_lr <- function(self, epoch, rate) {
  if (rate <= self$min_lr) return()
  lower <- max(rate * self$factor, self$min_lr)
  callback_set_rate(self, lower)
  self$cooling <- self$cooldown
  self$wait <- 0
  if (self$verbose > 0) {
    callback_say("Epoch ", epoch + 1, ": reducing the learning rate to ", format(lower), ".")
  }
}

#' @rdname callback_reduce_lr_on_plateau
#' @export
callback_learning_rate_scheduler <- function(schedule, verbose = 0) {
  if (!is.function(schedule)) {
    abort_arg("schedule", "be a function of the epoch and the learning rate", describe(schedule))
  }
  fields <- list(what = "callback_learning_rate_scheduler()", schedule = schedule,
                 verbose = check_verbose(verbose))
  new_callback("learning_rate_scheduler", fields,
               list(on_epoch_begin = scheduler_begin, on_epoch_end = scheduler_end))
}

scheduler_begin <- function(self, epoch, logs) {
  arguments <- formals(args(self$schedule))
  two <- length(arguments) > 1 || "..." %in% names(arguments)
  rate <- if (two) self$schedule(epoch, callback_rate(self)) else self$schedule(epoch)
  rate <- check_learning_rate(rate, "schedule", call = NULL)
  callback_set_rate(self, rate)
  if (self$verbose > 0) callback_say("Epoch ", epoch + 1, ": learning rate ", format(rate), ".")
}

scheduler_end <- function(self, epoch, logs) add_logs(lr = callback_rate(self))

callback_rate <- function(self) {
  rate <- self_of(self$model$optimizer)$learning_rate
  if (is_schedule(rate)) {
    abort_arg("learning_rate", "be a number for this callback", call = NULL,
              how = "Compile the model with an optimizer whose rate is a number, not a schedule.")
  }
  rate
}

callback_set_rate <- function(self, rate) self_of(self$model$optimizer)$learning_rate <- rate
