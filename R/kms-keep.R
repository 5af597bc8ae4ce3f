# Which epoch's weights a fit keeps, and when its training ends early.

# by: list(series, largest, last), see the table of nets; before: list(value, epoch) of the weights a training goes on
# from, the value so that lower is better, NULL at a start.
new_keeper <- function(keep, by, before = NULL) {
  new_callback("keeper", list(keep = keep, by = by, before = before),
               list(on_train_begin = keeper_begin, on_epoch_end = keeper_epoch))
}

# The callbacks for both, `keeper` among them. part: see kms_train(); epochs: at most so many; before: see new_keeper().
kms_watchers <- function(model, part, control, epochs, before) {
  rows <- kms_validation_rows(part, control)
  patience <- kms_patience(control, epochs)
  if (control$held > 0) return(list(keeper = new_held_keeper(part, model, control, epochs, patience)))
  if (gives_members(model, control) && control$keep == "best" && length(rows) > 0) {
    return(list(keeper = new_chooser(part_rows(part, rows), model$compiled$loss, net_of(control)$members, patience,
                                     control$min_delta)))
  }
  stopper <- if (control$validation_split > 0) callback_early_stopping("val_loss", control$min_delta, patience)
  list(stopper = stopper, keeper = new_keeper(control$keep, control$keeps, before))
}

# As the user says, or as the net. Else, without a number of epochs of the user's, the training waits a fifth of them for a
# lower validation loss, at least ten.
kms_patience <- function(control, epochs) {
  asked <- "Nepochs" %in% control$given && !is.null(control$Nepochs)
  control$patience %||% if (asked) Inf else net_of(control)$patience %||%
    if (is.null(control$Nepochs)) max(10, epochs / 5) else Inf
}

keeper_begin <- function(self, logs) {
  self$best <- self$before$value %||% Inf
  self$epoch <- self$before$epoch %||% 0
  self$start <- weights_copy(self$model)
  self$weights <- if (self$keep == "best" && is.finite(self$best)) self$start
}

# Ends the training when the value has not become lower for `patience` epochs, of which one in `every` has a value.
keeper_wait <- function(self, value, epoch, every = 1) {
  better <- isTRUE(value < self$mark - self$min_delta)
  self$wait <- if (better) 0 else self$wait + every
  if (better) self$mark <- value
  if (self$wait >= self$patience && epoch > 0) self_of(self$model)$stop_training <- TRUE
}

# The weights of the best value are kept however little better it is; `min_delta` is for the patience.
keeper_epoch <- function(self, epoch, logs) {
  value <- logs[[self$by$series]]
  if (self$keep == "last" || is.null(value) || !is.finite(value)) return()
  if (self$by$largest) value <- -value
  if (value > self$best || value == self$best && !self$by$last) return()
  self$best <- value
  self$epoch <- epoch + 1
  self$weights <- weights_copy(self$model)
}

# Puts the weights to be kept back, however the training ended, and notes in the history the epoch they are of and
# whether the training diverged. start: the loss before the first update, NA if unknown; measure(): that of the weights as they
# are, on rows trained on; lost: the condition of a training that ended in losses that are not finite. Three times the loss
# of a net that has learnt nothing is worse than noise makes it. first: list(run, kept), the epochs before this training.
keep_weights <- function(model, keeper, history, start, measure, lost, first) {
  last <- measure()
  best <- !is.null(keeper$weights)
  if (best) weights_restore(model, keeper$weights)
  if (best && keeper$by$series != "val_loss") history$kept_by <- keeper$by$series
  history$kept <- if (best) keeper$epoch else lost$kept %||% (first$run + epochs_run(history))
  bad <- function(loss) !is.finite(loss) || (loss - start > 2 * abs(start)) %in% TRUE
  if (is.null(lost) && !bad(last)) return(history)
  history$diverged <- lost$what %||% paste0("the loss rose from ", format(start, digits = 3), " to ", format(last, digits = 3))
  if (bad(if (best) measure() else last)) {
    weights_restore(model, keeper$start)
    history$kept <- first$kept
  }
  warn_diverged(history$diverged, history$kept, self_of(self_of(model)$compiled$optimizer)$learning_rate)
  history
}
