# The learning rate as a number that knows its optimizer.

# What `optimizer$lr` gives: a number for every purpose, but k_set_value() can change the optimizer
# through it.
rate_of <- function(optimizer) {
  structure(current_rate(self_of(optimizer)), class = "tildenet_rate", optimizer = optimizer)
}

# The rate that was set; of a schedule the one of the last update.
current_rate <- function(self) {
  rate <- self$learning_rate
  if (is_schedule(rate)) schedule_rate(rate, max(0, self$updates - 1)) else rate
}

rate_set <- function(x, value, call = rlang::caller_env()) {
  self_of(attr(x, "optimizer"))$learning_rate <- check_learning_rate(value, "value", call = call)
  invisible(NULL)
}

rate_number <- function(x) if (inherits(x, "tildenet_rate")) as.vector(unclass(x)) else x

#' @export
Ops.tildenet_rate <- function(e1, e2) {
  operator <- get(.Generic, mode = "function")
  if (missing(e2)) operator(rate_number(e1)) else operator(rate_number(e1), rate_number(e2))
}

#' @export
Math.tildenet_rate <- function(x, ...) get(.Generic, mode = "function")(rate_number(x), ...)

#' @export
print.tildenet_rate <- function(x, ...) {
  print(rate_number(x), ...)
  invisible(x)
}

#' @export
format.tildenet_rate <- function(x, ...) format(rate_number(x), ...)

#' @export
as.double.tildenet_rate <- function(x, ...) rate_number(x)

#' @export
as.character.tildenet_rate <- function(x, ...) as.character(rate_number(x))
