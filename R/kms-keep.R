# Which epoch's weights a fit keeps, and when its training ends early.

# control: see kms_control(); epochs: at most so many. Without a number of epochs of the user's the training waits a fifth
# of them for a lower validation loss, at least ten.
kms_keeper <- function(control, epochs) {
  patience <- control$patience %||% if (is.null(control$Nepochs)) max(10, epochs / 5) else Inf
  new_callback("keeper", list(keep = control$keep, patience = patience, min_delta = control$min_delta),
               list(on_train_begin = keeper_begin, on_epoch_end = keeper_epoch))
}

keeper_begin <- function(self, logs) {
  self$wait <- 0
  self$best <- self$beaten <- Inf
  self$epoch <- 0
  self$weights <- NULL
}

# The weights of the lowest loss are kept however little lower it is; `min_delta` is for the patience.
keeper_epoch <- function(self, epoch, logs) {
  value <- logs$val_loss
  if (is.null(value)) return()
  if (is.finite(value) && value < self$best) {
    self$best <- value
    self$epoch <- epoch + 1
    if (self$keep == "best") self$weights <- weights_copy(self$model)
  }
  self$wait <- self$wait + 1
  if (is.finite(value) && value < self$beaten - self$min_delta) {
    self$beaten <- value
    self$wait <- 0
  } else if (self$wait >= self$patience && epoch > 0) {
    self_of(self$model)$stop_training <- TRUE
  }
}

# Puts the weights to be kept back, however the training ended, and notes the epoch they are of in the history.
keep_weights <- function(model, keeper, history) {
  keeper <- self_of(keeper)
  run <- epochs_run(history)
  best <- !is.null(keeper$weights)
  if (best) weights_restore(model, keeper$weights)
  history$kept <- if (best) keeper$epoch else run
  history
}
