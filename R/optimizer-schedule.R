# Learning rates that change with the updates. A kind has a name, which is that of its function and of the
# engine's formula, and the class that Keras' files give it; the arguments of its function are its settings.

schedule_kinds <- c(exponential_decay = "ExponentialDecay", inverse_time_decay = "InverseTimeDecay",
                    cosine_decay = "CosineDecay", polynomial_decay = "PolynomialDecay",
                    piecewise_constant_decay = "PiecewiseConstantDecay",
                    coslog = "CosLog") # which Keras does not have

#' Learning rates that change with the updates
#'
#' Given as `learning_rate` to an [optimizer][optimizer_adam()]. A schedule says the rate of each update from
#' the number n of updates done before it; training that is taken up again, also from a file, goes on with the
#' right n.
#'
#' @details
#' With t = n / decay_steps, cut to a whole number by `staircase`, and p = min(t, 1), the rate is
#'
#' * exponential decay: `initial_learning_rate * decay_rate^t`.
#' * inverse time decay: `initial_learning_rate / (1 + decay_rate * t)`.
#' * cosine decay: `initial_learning_rate * ((1 - alpha) * (1 + cos(pi * p)) / 2 + alpha)`. With a
#'   `warmup_target` it first goes in `warmup_steps` equal steps from `initial_learning_rate` to that, and the
#'   cosine then begins there.
#' * polynomial decay: `(initial_learning_rate - end_learning_rate) * (1 - p)^power + end_learning_rate`. With
#'   `cycle` `decay_steps` is multiplied by the smallest whole number that makes it at least n, so that the rate
#'   jumps up when it has come to its end.
#' * piecewise constant decay: `values[1]` up to n = `boundaries[1]`, then `values[2]` up to `boundaries[2]`, and
#'   so on; the last of the values behind the last boundary.
#' * coslog: `initial_learning_rate * (1 - cos(2 * pi * log2(1 + (2^cycles - 1) * p))) / 2`: waves, each twice as
#'   long as the one before, that begin and end at 0.
#'
#' [callback_learning_rate_scheduler()] sets rates by epochs instead.
#'
#' @param initial_learning_rate Rate of the first update, a number of at least 0. For coslog the largest rate.
#' @param decay_steps Number of updates, above 0, over which the rate changes: once by `decay_rate`, or from its
#'   beginning to its end.
#' @param decay_rate Factor above 0, mostly below 1; for inverse time decay the weight of the updates, at
#'   least 0.
#' @param staircase `TRUE` cuts `n / decay_steps` to a whole number, so that the rate falls in steps.
#' @param alpha The part of the rate that is left at the end, from 0 to 1.
#' @param warmup_target,warmup_steps The rate to which the warmup leads, `NULL` for none, and its number of
#'   updates.
#' @param boundaries Numbers of updates in increasing order.
#' @param values Rates, one more than boundaries.
#' @param end_learning_rate The rate at the end.
#' @param power Power of the polynomial, above 0: 1 is a line.
#' @param cycle Whether the decay begins anew each time.
#' @param cycles Number of waves.
#' @param ... Not used; must be empty but for `name`.
#' @returns An object of class `tildenet_schedule`. `optimizer$lr` of an optimizer with one is the rate of the
#'   last update.
#' @section Errors:
#' Numbers out of range, boundaries that do not increase, values that are not one more than them, and arguments
#' that do not exist are errors of class `tildenet_error_argument`.
#' @source Exponential, inverse time, polynomial, piecewise constant and cosine decay are those of Keras, with the
#'   warmup of Keras 2.13. Loshchilov and Hutter (ICLR 2017) for the cosine; Holzmueller, Grinsztajn and Steinwart
#'   (NeurIPS 2024) for coslog, which files of Keras hold under a name that Keras itself does not know.
#' @examples
#' schedule <- learning_rate_schedule_exponential_decay(0.1, decay_steps = 100, decay_rate = 0.5)
#' optimizer_sgd(schedule)
#' learning_rate_schedule_cosine_decay(0, decay_steps = 900, warmup_target = 0.01, warmup_steps = 100)
#' learning_rate_schedule_piecewise_constant_decay(c(500, 800), c(0.1, 0.01, 0.001))
#' @name learning_rate_schedule_exponential_decay
NULL

#' @rdname learning_rate_schedule_exponential_decay
#' @export
learning_rate_schedule_exponential_decay <- function(initial_learning_rate, decay_steps, decay_rate,
                                                     staircase = FALSE, ...) {
  new_schedule("exponential_decay", list(
    initial_learning_rate = check_schedule_rate(initial_learning_rate),
    decay_steps = check_decay_steps(decay_steps),
    decay_rate = check_number(decay_rate, "decay_rate", min = 0, max = Inf, open = TRUE),
    staircase = check_flag(staircase, "staircase")), list(...))
}

#' @rdname learning_rate_schedule_exponential_decay
#' @export
learning_rate_schedule_inverse_time_decay <- function(initial_learning_rate, decay_steps, decay_rate,
                                                      staircase = FALSE, ...) {
  new_schedule("inverse_time_decay", list(
    initial_learning_rate = check_schedule_rate(initial_learning_rate),
    decay_steps = check_decay_steps(decay_steps),
    decay_rate = check_number(decay_rate, "decay_rate", min = 0),
    staircase = check_flag(staircase, "staircase")), list(...))
}

#' @rdname learning_rate_schedule_exponential_decay
#' @export
learning_rate_schedule_cosine_decay <- function(initial_learning_rate, decay_steps, alpha = 0,
                                                warmup_target = NULL, warmup_steps = 0, ...) {
  warmup_steps <- check_number(warmup_steps, "warmup_steps", min = 0)
  new_schedule("cosine_decay", list(
    initial_learning_rate = check_schedule_rate(initial_learning_rate),
    decay_steps = check_decay_steps(decay_steps),
    alpha = check_number(alpha, "alpha", min = 0, max = 1),
    warmup_target = check_number(warmup_target, "warmup_target", min = 0, null_ok = TRUE),
    warmup_steps = if (!is.null(warmup_target)) warmup_steps), list(...))
}

#' @rdname learning_rate_schedule_exponential_decay
#' @export
learning_rate_schedule_polynomial_decay <- function(initial_learning_rate, decay_steps,
                                                    end_learning_rate = 1e-4, power = 1, cycle = FALSE,
                                                    ...) {
  new_schedule("polynomial_decay", list(
    initial_learning_rate = check_schedule_rate(initial_learning_rate),
    decay_steps = check_decay_steps(decay_steps),
    end_learning_rate = check_schedule_rate(end_learning_rate, "end_learning_rate"),
    power = check_number(power, "power", min = 0, max = Inf, open = TRUE),
    cycle = check_flag(cycle, "cycle")), list(...))
}

#' @rdname learning_rate_schedule_exponential_decay
#' @export
learning_rate_schedule_piecewise_constant_decay <- function(boundaries, values, ...) {
  boundaries <- check_amounts(boundaries, "boundaries")
  values <- check_amounts(values, "values")
  if (is.unsorted(boundaries, strictly = TRUE)) {
    abort_arg("boundaries", "increase", describe_numbers(boundaries))
  }
  if (length(values) != length(boundaries) + 1) {
    abort_arg("values", "hold one number more than `boundaries`",
              paste0("There are ", length(boundaries), " boundaries and ", length(values), " values."))
  }
  new_schedule("piecewise_constant_decay", list(boundaries = boundaries, values = values), list(...))
}

#' @rdname learning_rate_schedule_exponential_decay
#' @export
learning_rate_schedule_coslog <- function(initial_learning_rate, decay_steps, cycles = 4, ...) {
  new_schedule("coslog", list(
    initial_learning_rate = check_schedule_rate(initial_learning_rate),
    decay_steps = check_decay_steps(decay_steps),
    cycles = check_number(cycles, "cycles", min = 0, max = 100, open = TRUE)), list(...))
}

new_schedule <- function(kind, settings, dots, call = rlang::caller_env()) {
  check_dots_empty(dots[setdiff(names(dots) %||% rep("", length(dots)), "name")], call)
  structure(c(list(schedule = kind), settings[!vapply(settings, is.null, NA)]), class = "tildenet_schedule")
}

check_schedule_rate <- function(x, arg = "initial_learning_rate", call = rlang::caller_env()) {
  check_number(x, arg, min = 0, call = call)
}

check_decay_steps <- function(x, call = rlang::caller_env()) {
  check_number(x, "decay_steps", min = 0, max = Inf, open = TRUE, call = call)
}

is_schedule <- function(x) inherits(x, "tildenet_schedule")

# The arguments it was made with, also of one that is made from a file: a list without the kind.
schedule_settings <- function(schedule) unclass(schedule)[names(schedule) != "schedule"]

schedule_of <- function(kind, settings) {
  do.call(get(paste0("learning_rate_schedule_", kind), envir = topenv(), mode = "function"), settings)
}

# Rates of updates n, from 0.
schedule_rate <- function(schedule, n) engine_schedule_rate(unclass(schedule), n)

#' @export
format.tildenet_schedule <- function(x, ...) {
  text <- vapply(schedule_settings(x), setting_text, "")
  paste0(gsub("_", " ", x$schedule), " (", paste(names(text), "=", text, collapse = ", "), ")")
}

#' @export
print.tildenet_schedule <- function(x, ...) {
  cat("<learning rate: ", format(x), ">\n", sep = "")
  invisible(x)
}
