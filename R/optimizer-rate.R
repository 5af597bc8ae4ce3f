# The learning rate as a number that knows its optimizer, and rates that change with the updates.

# What `optimizer$lr` gives: a number for every purpose, but k_set_value() can change the optimizer
# through it.
rate_of <- function(optimizer) {
  structure(current_rate(self_of(optimizer)), class = "tildenet_rate", optimizer = optimizer)
}

# The rate that was set; of a schedule the one of the last update.
current_rate <- function(self) {
  rate <- self$learning_rate
  if (inherits(rate, "tildenet_schedule")) schedule_rate(rate, max(0, self$updates - 1)) else rate
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

#' A learning rate that decays with the updates
#'
#' The rate of update number n (from 0) is
#' `initial_learning_rate * decay_rate^(n / decay_steps)`.
#'
#' @param initial_learning_rate Rate of the first update.
#' @param decay_steps Number of updates over which the rate is multiplied by `decay_rate` once.
#' @param decay_rate Factor, mostly below 1.
#' @param staircase `TRUE` cuts `n / decay_steps` to a whole number, so that the rate falls in steps.
#' @param ... Not used; must be empty but for `name`.
#' @returns An object of class `tildenet_schedule`, to be given as `learning_rate` to an
#'   [optimizer][optimizer_adam()].
#' @section Errors:
#' Numbers out of range are errors of class `tildenet_error_argument`.
#' @examples
#' schedule <- learning_rate_schedule_exponential_decay(0.1, decay_steps = 100, decay_rate = 0.5)
#' optimizer_sgd(schedule)
#' @export
learning_rate_schedule_exponential_decay <- function(initial_learning_rate, decay_steps, decay_rate,
                                                     staircase = FALSE, ...) {
  structure(
    list(initial_learning_rate = check_number(initial_learning_rate, "initial_learning_rate", min = 0),
         decay_steps = check_number(decay_steps, "decay_steps", min = 0, max = Inf, open = TRUE),
         decay_rate = check_number(decay_rate, "decay_rate", min = 0, max = Inf, open = TRUE),
         staircase = check_flag(staircase, "staircase")),
    class = "tildenet_schedule")
}

# Rate of update n, from 0.
schedule_rate <- function(schedule, n) {
  share <- n / schedule$decay_steps
  if (schedule$staircase) share <- floor(share)
  schedule$initial_learning_rate * schedule$decay_rate^share
}

schedule_engine_config <- function(schedule) {
  list(learning_rate = schedule$initial_learning_rate, schedule_steps = schedule$decay_steps,
       schedule_rate = schedule$decay_rate, schedule_staircase = schedule$staircase)
}

#' @export
format.tildenet_schedule <- function(x, ...) {
  paste0("exponential decay from ", format(x$initial_learning_rate), " by ", format(x$decay_rate),
         " in ", format(x$decay_steps), " updates", if (x$staircase) " (in steps)")
}

#' @export
print.tildenet_schedule <- function(x, ...) {
  cat("<learning rate: ", format(x), ">\n", sep = "")
  invisible(x)
}
