#' Stop when a measure no longer improves
#'
#' `callback_early_stopping()` ends the training after `patience` epochs without improvement;
#' `callback_terminate_on_naan()` ends it at the first batch whose loss is not finite.
#'
#' @param monitor Name of a series; `acc` and `accuracy`, `mae` and `mean_absolute_error` ... are the
#'   same. A series that is not there gives a warning and does nothing.
#' @param min_delta By how much a value has to be better to count as an improvement.
#' @param patience Epochs without improvement after which training ends, not before the second epoch;
#'   `Inf` for never.
#' @param verbose 1 says when it acts.
#' @param mode `"min"`, `"max"`, or `"auto"`: larger is better for names that end in acc, accuracy or
#'   auc.
#' @param baseline Only values better than this one count as improvements.
#' @param restore_best_weights Whether the weights of the best epoch come back when training was ended
#'   by this callback.
#' @returns A callback for the `callbacks` of [fit()]. `$stopped_epoch` (from 0) is there after a stop.
#' @section Errors:
#' Numbers out of range and unknown modes are errors of class `tildenet_error_argument`.
#' @source The rules are those of Keras 2.11.
#' @examples
#' callback_early_stopping(monitor = "val_loss", patience = 3, restore_best_weights = TRUE)
#' @export
callback_early_stopping <- function(monitor = "val_loss", min_delta = 0, patience = 0, verbose = 0,
                                    mode = c("auto", "min", "max"), baseline = NULL,
                                    restore_best_weights = FALSE) {
  mode <- mode[1]
  check_monitor(monitor, mode)
  fields <- list(
    what = "callback_early_stopping()", monitor = monitor,
    min_delta = abs(check_number(min_delta, "min_delta")),
    patience = check_number(patience, "patience", min = 0, infinite = TRUE), verbose = check_verbose(verbose),
    maximise = monitor_maximises(mode, monitor, "(acc|accuracy|auc)$"),
    baseline = check_number(baseline, "baseline", null_ok = TRUE, infinite = TRUE),
    restore = check_flag(restore_best_weights, "restore_best_weights")
  )
  new_callback("early_stopping", fields,
               list(on_train_begin = early_stopping_begin, on_epoch_end = early_stopping_epoch))
}

early_stopping_begin <- function(self, logs) {
  self$wait <- 0
  self$stopped_epoch <- 0
  self$best <- monitor_start(self$maximise)
  self$best_weights <- NULL
  self$best_epoch <- 0
}

early_stopping_epoch <- function(self, epoch, logs) {
  value <- monitor_value(self, logs)
  if (is.null(value)) return()
  if (self$restore && is.null(self$best_weights)) self$best_weights <- weights_copy(self$model)
  self$wait <- self$wait + 1
  if (monitor_better(self$maximise, value, self$best, self$min_delta)) {
    self$best <- value
    self$best_epoch <- epoch
    if (self$restore) self$best_weights <- weights_copy(self$model)
    if (is.null(self$baseline) || monitor_better(self$maximise, value, self$baseline, self$min_delta)) {
      self$wait <- 0
    }
    return()
  }
  if (self$wait >= self$patience && epoch > 0) early_stopping_stop(self, epoch)
}

early_stopping_stop <- function(self, epoch) {
  self$stopped_epoch <- epoch
  self_of(self$model)$stop_training <- TRUE
  if (self$verbose > 0) callback_say("Epoch ", epoch + 1, ": early stopping")
  if (!self$restore || is.null(self$best_weights)) return()
  if (self$verbose > 0) {
    callback_say("Restoring the weights of the best epoch, ", self$best_epoch + 1, ".")
  }
  weights_restore(self$model, self$best_weights)
  self$best_weights <- NULL
}

# All weights as they are in memory, and back.
weights_copy <- function(model) parameters_copy(model_parameters(self_of(model)))

weights_restore <- function(model, copies) parameters_restore(model_parameters(self_of(model)), copies)

parameters_copy <- function(parameters) lapply(parameters, function(p) engine_raw_copy(p$data))

parameters_restore <- function(parameters, copies) {
  Map(function(p, copy) engine_raw_write(p$data, copy), parameters, copies)
  invisible()
}

callback_say <- function(...) cat(..., "\n", sep = "")

#' @rdname callback_early_stopping
#' @export
callback_terminate_on_naan <- function() {
  new_callback("terminate_on_naan", list(), list(on_bad_loss = terminate_on_bad_loss))
}

terminate_on_bad_loss <- function(self, batch, logs) {
  callback_say("Batch ", batch, ": invalid loss, terminating training")
  self_of(self$model)$stop_training <- TRUE
}
