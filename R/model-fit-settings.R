# The arguments of fit() gathered and checked once.

fit_settings <- function(batch_size, epochs, verbose, shuffle, initial_epoch, steps_per_epoch,
                         validation_split, validation_steps, call) {
  epochs <- check_count(epochs, "epochs", min = 0, call = call)
  initial <- check_count(initial_epoch, "initial_epoch", min = 0, call = call)
  list(
    batch_size = check_count(batch_size, "batch_size", null_ok = TRUE, call = call),
    epochs = epochs, initial_epoch = initial, verbose = check_verbose(verbose, call, line = TRUE),
    shuffle = check_shuffle(shuffle, call),
    steps = check_count(steps_per_epoch, "steps_per_epoch", null_ok = TRUE, call = call),
    validation_split = check_validation_split(validation_split, call),
    validation_steps = check_count(validation_steps, "validation_steps", null_ok = TRUE, call = call)
  )
}

check_validation_split <- function(split, call) {
  split <- check_number(split, "validation_split", call = call)
  if (split < 0 || split >= 1) {
    abort_arg("validation_split", "be a share from 0 to below 1", describe(split), call = call)
  }
  split
}

check_shuffle <- function(shuffle, call) {
  if (identical(shuffle, "batch")) return("batches")
  if (!is.logical(shuffle) || length(shuffle) != 1 || is.na(shuffle)) {
    abort_arg("shuffle", "be TRUE, FALSE or \"batch\"", describe(shuffle), call = call)
  }
  if (shuffle) "rows" else "none"
}

# "auto" and TRUE are 1, FALSE is 0; the option keras.fit_verbose stands behind "auto". line: whether "line" is something
# else than 1.
check_verbose <- function(verbose, call = rlang::caller_env(), line = FALSE) {
  if (identical(verbose, "auto")) verbose <- getOption("keras.fit_verbose", "auto")
  if (identical(verbose, "line") && line) return(verbose)
  if (identical(verbose, "auto") || identical(verbose, "line")) return(1)
  check_number(verbose, "verbose", min = 0, max = 2, call = call)
}

# How rows split: the last part of them, in the order given, is for validation.
split_rows <- function(n, split, call) {
  if (n == 0) abort_arg("x", "hold at least one sample", "It holds none.", class = "shape", call = call)
  at <- if (split > 0) floor(n * (1 - split)) else n
  if (at < 1 || (split > 0 && at >= n)) {
    abort_arg("validation_split", "leave samples on both sides", call = call,
              given = paste0("Of ", n, " samples ", at, " are left for training and ", n - at,
                             " for validation."))
  }
  at
}
