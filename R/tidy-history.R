# Training histories as data frames; the page is that of tidy-kms.R.

#' @rdname tidy.kms_fit
#' @export
tidy.keras_training_history <- function(x, ...) {
  rlang::check_dots_empty()
  data <- history_data(x, NULL)
  data.frame(data[c("epoch", "metric", "data", "value")], row.names = NULL)
}

#' @rdname tidy.kms_fit
#' @export
glance.keras_training_history <- function(x, ...) {
  rlang::check_dots_empty()
  params <- x$params
  count <- function(name) as.numeric(params[[name]] %||% NA)
  data.frame(epochs = length(x$metrics[[1]]), epochs_asked = params$epochs, samples = count("samples"),
             validation_samples = count("validation_samples"), batch_size = count("batch_size"),
             as.list(last_values(x)), check.names = FALSE)
}

# Each series at its last epoch.
last_values <- function(history) {
  vapply(unclass(history$metrics), function(v) if (length(v)) v[[length(v)]] else NA_real_, 0)
}
