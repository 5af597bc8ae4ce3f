#' Windows over a time series, in batches
#'
#' A generator of windows of the past with the value that follows.
#'
#' Rows are counted from 0. The sample of row r holds rows r - length, r - length + sampling_rate ... below
#' r, so ceiling(length / sampling_rate) steps; its target is `targets[r]`. Rows go from `start_index` +
#' `length` to `end_index`, by `stride`. With `shuffle` rows are drawn with replacement, `stride` is not
#' used and the last batch is full too. After the last batch the generator begins again.
#' @param data A vector, matrix or array with one row per time step.
#' @param targets As many rows.
#' @param length Rows that a window reaches back.
#' @param sampling_rate,stride Distance of steps within a window, and between windows.
#' @param start_index,end_index First and last row used, from 0; `NULL`: the last there is.
#' @param shuffle,reverse Draw rows at random; turn the steps of each window around.
#' @param batch_size Windows per batch.
#' @returns A generator: [generator_next()] gives `list(x, y)`, as calling it without arguments does, and
#'   [fit()], [evaluate()] and [predict()] take it. x has a row per window, then an axis of steps, then
#'   the further axes of `data`. `length()` is the number of batches.
#' @section Errors:
#' Data and targets of different length, and a range that leaves no window, are errors of class
#' `tildenet_error_argument`.
#' @examples
#' generator <- timeseries_generator(1:10, 1:10, length = 3, batch_size = 4)
#' generator_next(generator)
#' length(generator)
#' @export
timeseries_generator <- function(data, targets, length, sampling_rate = 1, stride = 1,
                                 start_index = 0, end_index = NULL, shuffle = FALSE,
                                 reverse = FALSE, batch_size = 128) {
  self <- new.env(parent = emptyenv())
  self$data <- series_rows(data, "data")
  self$targets <- series_rows(targets, "targets")
  n <- dim(self$data)[1]
  if (dim(self$targets)[1] != n) {
    abort_arg("targets", "have as many rows as `data`", class = "shape",
              given = paste0("They have ", dim(self$targets)[1], ", `data` has ", n, "."))
  }
  self$length <- check_count(length, "length")
  self$sampling_rate <- check_count(sampling_rate, "sampling_rate")
  self$stride <- check_count(stride, "stride")
  self$start_index <- check_count(start_index, "start_index", min = 0) + self$length
  self$end_index <- check_count(end_index, "end_index", min = 0, max = n - 1, null_ok = TRUE) %||% (n - 1)
  if (self$start_index > self$end_index) {
    abort_arg("length", "leave a row to be predicted",
              paste0("`start_index` + `length` is ", self$start_index, ", `end_index` is ",
                     self$end_index, "."))
  }
  self$shuffle <- check_flag(shuffle, "shuffle")
  self$reverse <- check_flag(reverse, "reverse")
  self$batch_size <- check_count(batch_size, "batch_size")
  self$batch <- 0
  new_object(self, c("tildenet_timeseries", "tildenet_generator"), "timeseries_batch")
}

# Numbers with at least one axis.
series_rows <- function(x, arg, call = rlang::caller_env()) {
  x <- check_numbers(dense_values(x, arg, call), arg, call)
  array(as.numeric(x), dim(x) %||% length(x))
}

timeseries_batches <- function(self) {
  ceiling((self$end_index - self$start_index + 1) / (self$batch_size * self$stride))
}

timeseries_batch <- function(self) {
  rows <- timeseries_targets(self, self$batch)
  self$batch <- (self$batch + 1) %% timeseries_batches(self)
  steps <- seq(0, self$length - 1, by = self$sampling_rate)
  if (self$reverse) steps <- rev(steps)
  places <- outer(as.integer(rows - self$length + 1), as.integer(steps), "+")
  list(window_values(self$data, places), take_samples(self$targets, rows + 1))
}

# Rows (from 0) whose targets batch number `batch` holds.
timeseries_targets <- function(self, batch) {
  if (self$shuffle) {
    return(self$start_index - 1 +
             sample.int(self$end_index - self$start_index + 1, self$batch_size, replace = TRUE))
  }
  first <- self$start_index + batch * self$batch_size * self$stride
  last <- min(first + self$batch_size * self$stride - 1, self$end_index)
  seq(first, last, by = self$stride)
}

# places: windows x steps, from 1 -> windows x steps x further axes.
window_values <- function(x, places) {
  size <- c(dim(places), dim(x)[-1])
  dim(places) <- NULL
  values <- take_samples(x, places)
  dim(values) <- size
  values
}

generator_length.tildenet_timeseries <- function(generator) timeseries_batches(self_of(generator))

generator_restart.tildenet_timeseries <- function(generator) assign("batch", 0, envir = self_of(generator))

#' @export
length.tildenet_timeseries <- function(x) as.integer(timeseries_batches(self_of(x)))

#' @export
print.tildenet_timeseries <- function(x, ...) {
  self <- self_of(x)
  cat("<time series generator: windows of ", ceiling(self$length / self$sampling_rate), " steps, ",
      timeseries_batches(self), " batches of ", self$batch_size, ">\n", sep = "")
  invisible(x)
}
