#' Training history
#'
#' What [fit()] returns: the settings of the training and one series per measure.
#'
#' @details
#' A history is a list with
#' * `params`: `verbose`, `epochs` (asked for), `steps` (batches an epoch), `samples`, `batch_size`,
#'   `validation_samples` (`NULL` without validation), `do_validation` and `metrics` (names of the
#'   series);
#' * `metrics`: a named list of numeric vectors, one value per epoch that was run: `loss`, the metrics,
#'   `val_loss`, the metrics of the validation data, and `lr` if a callback changed the rate;
#' * `kept`: of a fit of [kms()], the number of the epoch whose weights were kept, 0 for those of the start;
#' * `diverged`: of a fit of [kms()] whose training diverged, and only there, what happened;
#' * `interrupted`: `TRUE`, and only there, when the training was stopped by Ctrl-C.
#'
#' Series are found under both usual names: `history$metrics$acc` is the series `accuracy` if there is
#' no `acc`, and so for `mae`, `mse`, `mape`, `msle`, also behind `val_`.
#'
#' @param x A history.
#' @param ... Not used.
#' @returns `as.data.frame()`: columns `epoch` (from 1), `value`, `metric` (a factor, without `val_`)
#'   and `data` (a factor with levels training and validation), one row for each series and epoch
#'   asked for; `value` is NA for epochs that were not run. `print()` returns `x` invisibly.
#' @examples
#' model <- keras_model_sequential() %>% layer_dense(1, input_shape = 2)
#' compile(model, "sgd", "mse", metrics = "mae")
#' x <- matrix(rnorm(40), 20)
#' history <- fit(model, x, x[, 1] - x[, 2], epochs = 3, validation_split = 0.2, verbose = 0)
#' history
#' history$metrics$val_mae
#' head(as.data.frame(history))
#' @name keras_training_history
NULL

# settings: the params but for metrics; series: named list of vectors.
new_history <- function(settings, series, interrupted = FALSE) {
  params <- c(settings, list(metrics = setdiff(names(series), "lr")))
  history <- list(params = params, metrics = new_series(series))
  if (interrupted) history$interrupted <- TRUE
  structure(history, class = "keras_training_history")
}

#' @rdname keras_training_history
#' @export
print.keras_training_history <- function(x, ...) {
  params <- x$params
  count <- function(n) format(n, big.mark = ",", scientific = FALSE)
  samples <- if (!is.null(params$samples)) paste0("Trained on ", count(params$samples), " samples")
             else paste0("Trained on ", count(params$steps), " batches an epoch")
  if (!is.null(params$validation_samples)) {
    samples <- paste0(samples, ", validated on ", count(params$validation_samples), " samples")
  }
  size <- if (!is.null(params$batch_size)) paste0("batch_size=", count(params$batch_size), ", ")
  cat(samples, " (", size, "epochs=", count(params$epochs), ")\n", sep = "")
  if (isTRUE(x$interrupted)) cat("Interrupted after ", length(x$metrics[[1]]), " epochs\n", sep = "")
  last <- last_values(x)
  if (length(last) == 0) return(invisible(x))
  cat("Final epoch (plot to see history):\n")
  cat(paste0(formatC(names(last), width = max(nchar(names(last)))), ": ",
             vapply(last, format, "", digits = 4, big.mark = ",")), sep = "\n")
  if (!is.null(x$kept)) cat("Weights kept: those of ", epoch_name(x$kept), "\n", sep = "")
  invisible(x)
}

#' @rdname keras_training_history
#' @export
as.data.frame.keras_training_history <- function(x, ...) {
  series <- unclass(x$metrics)
  epochs <- x$params$epochs
  first <- x$params$initial_epoch %||% 0
  values <- lapply(series, function(s) {
    out <- rep(NA_real_, epochs)
    out[first + seq_along(s)] <- s
    out
  })
  names <- as.character(names(series))
  plain <- sub("^val_", "", names)
  data <- ifelse(startsWith(names, "val_"), "validation", "training")
  data.frame(
    epoch = rep(seq_len(epochs), length(series)),
    value = as.numeric(unlist(values, use.names = FALSE)),
    metric = factor(rep(plain, each = epochs), unique(plain)),
    data = factor(rep(data, each = epochs), c("training", "validation"))
  )
}

# ---- series by name --------------------------------------------------------------------------------

# A named list whose elements are found under both usual names.
new_series <- function(series) structure(series, class = "tildenet_series")

#' @export
`$.tildenet_series` <- function(x, name) series_get(unclass(x), name)

#' @export
`[[.tildenet_series` <- function(x, i, ...) {
  x <- unclass(x)
  if (is.character(i) && length(i) == 1) series_get(x, i) else x[[i, ...]]
}

#' @export
`[.tildenet_series` <- function(x, i) {
  x <- unclass(x)
  if (is.character(i)) {
    at <- lapply(i, series_find, names = names(x))
    i <- vapply(at, function(a) if (length(a)) a[1] else NA_integer_, 0L)
  }
  new_series(x[i])
}

#' @export
print.tildenet_series <- function(x, ...) {
  print(unclass(x), ...)
  invisible(x)
}

#' @export
as.list.tildenet_series <- function(x, ...) unclass(x)

#' @export
as.data.frame.tildenet_series <- function(x, ...) as.data.frame(unclass(x), ...)

# 0 is before the first.
epoch_name <- function(epoch) if (epoch > 0) paste("epoch", epoch) else "the start"
