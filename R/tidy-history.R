# Training histories as data frames; the page is that of tidy-kms.R.

#' @rdname tidy.kms_fit
#' @export
tidy.keras_training_history <- function(x, ...) {
  rlang::check_dots_empty()
  data <- history_data(x, NULL)
  as_table(data.frame(data[c("epoch", "metric", "data", "value")], row.names = NULL))
}

#' @rdname tidy.kms_fit
#' @export
glance.keras_training_history <- function(x, ...) {
  rlang::check_dots_empty()
  params <- x$params
  count <- function(name) as.numeric(params[[name]] %||% NA)
  known <- list(epochs = epochs_run(x), epochs_asked = params$epochs, samples = count("samples"),
                validation_samples = count("validation_samples"), batch_size = count("batch_size"))
  as_table(data.frame(c(known, last_values(x)), check.names = FALSE))
}

epochs_run <- function(history) max(0, lengths(unclass(history$metrics)))

# Each series at an epoch; NA before the first.
values_at <- function(history, epoch) {
  vapply(unclass(history$metrics), function(v) if (epoch %in% seq_along(v)) v[[epoch]] else NA_real_, 0)
}

last_values <- function(history) values_at(history, epochs_run(history))
