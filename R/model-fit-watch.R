# A training whose losses are not finite any more gives its model back the last weights that were good, and says so.

# Looks after the weights that are trained: `latest` at the end of the last epoch of finite losses, `proven` before it,
# which such an epoch began from. lost: the first of the epochs without; broken: the weights at the end of the last one.
new_watch <- function(self) {
  flags <- parameter_flags(self)
  trained <- Filter(function(p) isTRUE(flags[[rlang::obj_address(p)]]), model_parameters(self))
  watch <- rlang::env(parameters = trained, proven = NULL, latest = NULL, lost = NULL, broken = NULL)
  watch$latest <- list(epoch = 0, copies = watch_copies(watch))
  watch
}

watch_copies <- function(watch) lapply(watch$parameters, function(p) engine_raw_copy(p$data))

# epoch: how many are done; callbacks have not seen the logs yet.
watch_epoch <- function(watch, epoch, logs) {
  finite <- all(is.finite(unlist(logs[intersect(names(logs), c("loss", "val_loss"))])))
  if (!finite) {
    watch$lost <- watch$lost %||% epoch
    watch$broken <- watch_copies(watch)
    return(invisible())
  }
  watch$lost <- watch$broken <- NULL
  watch$proven <- watch$latest
  watch$latest <- list(epoch = epoch, copies = watch_copies(watch))
}

# What the optimizer remembers is not finite either, and is forgotten. A callback may have brought back weights of its own.
watch_end <- function(watch, self) {
  if (is.null(watch$lost)) return(invisible())
  good <- Filter(function(g) !is.null(g) && copies_finite(g$copies), list(watch$latest, watch$proven))
  good <- if (identical(watch_copies(watch), watch$broken) && length(good) > 0) good[[1]]
  if (!is.null(good)) {
    Map(function(p, copy) engine_raw_write(p$data, copy), watch$parameters, good$copies)
    self$training$state <- NULL
  }
  warn_diverged(paste0("the loss is not finite from epoch ", watch$lost, " on"), good$epoch,
                self_of(self$compiled$optimizer)$learning_rate)
}

copies_finite <- function(copies) {
  all(vapply(copies, function(raw) all(is.finite(engine_raw_read(raw, length(raw) / 4))), NA))
}

# kept: the epoch whose weights are back, 0 for those of the start, NULL for none.
warn_diverged <- function(what, kept, rate) {
  weights <- if (!is.null(kept)) {
    paste0(" The model has the weights of ", if (kept > 0) paste("the end of epoch", kept) else "the start", " again.")
  }
  rate <- if (is.numeric(rate)) paste("was", format(rate)) else "follows a schedule"
  warn_tn(paste0("The training diverged: ", what, ".", weights), "diverged", what = what, kept = kept, call = NULL,
          how = paste0("The learning rate ", rate, ": try a tenth or a hundredth of it, `clipnorm = 1` in the optimizer, ",
                       "or data on a scale of about -1 to 1."))
}
