# A training whose losses are not finite any more gives its model back the last weights that were good, and says so.

# Looks after the weights that are trained. good: those at the end of `epoch`, the last one whose losses and weights
# were finite (0: before the first). lost: what is not finite since then; broken: the weights at the end of the last such epoch.
new_watch <- function(self) {
  flags <- parameter_flags(self)
  trained <- Filter(function(p) isTRUE(flags[[rlang::obj_address(p)]]), model_parameters(self))
  rlang::env(parameters = trained, epoch = 0, good = parameters_copy(trained), lost = NULL, broken = NULL)
}

all_finite <- function(raws) all(vapply(raws, engine_raw_finite, NA))

# epoch: how many are done; callbacks have not seen the logs yet. Weights are written over those of the epoch before:
# new memory for large ones at every epoch takes longer than the copy.
watch_epoch <- function(watch, epoch, logs) {
  weights <- lapply(watch$parameters, `[[`, "data")
  losses <- unlist(logs[intersect(names(logs), c("loss", "val_loss"))])
  bad <- if (!all(is.finite(losses))) "loss is" else if (!all_finite(weights)) "weights are"
  if (!is.null(bad)) {
    watch$lost <- watch$lost %||% paste0("the ", bad, " not finite from epoch ", epoch, " on")
    watch$broken <- parameters_copy(watch$parameters)
    return(invisible())
  }
  Map(engine_raw_write, watch$good, weights)
  watch$lost <- watch$broken <- NULL
  watch$epoch <- epoch
}

# What the optimizer remembers is not finite either, and is forgotten. A callback may have brought back weights of its own.
watch_end <- function(watch, self) {
  if (is.null(watch$lost)) return(invisible())
  back <- identical(parameters_copy(watch$parameters), watch$broken) && all_finite(watch$good)
  if (back) {
    parameters_restore(watch$parameters, watch$good)
    self$training$state <- NULL
  }
  warn_diverged(watch$lost, if (back) watch$epoch, self_of(self$compiled$optimizer)$learning_rate)
}

# kept: the epoch whose weights are back, 0 for those of the start, NULL for none.
warn_diverged <- function(what, kept, rate) {
  weights <- if (!is.null(kept)) {
    paste0(" The model has the weights of ", if (kept > 0) "the end of ", epoch_name(kept), " again.")
  }
  rate <- if (is.numeric(rate)) paste("was", format(rate)) else "follows a schedule"
  warn_tn(paste0("The training diverged: ", what, ".", weights), "diverged", what = what, kept = kept, call = NULL,
          how = paste0("The learning rate ", rate, ": try a tenth or a hundredth of it, `clipnorm = 1` in the optimizer, ",
                       "or data on a scale of about -1 to 1."))
}
