# Generators: functions without arguments that give one batch after the other, and the objects of the
# sequence and image functions.

# What fit(), evaluate() and predict() take instead of arrays. Models and layers are functions too.
is_generator <- function(x) {
  if (is_foreign_sparse(x)) return(FALSE)
  inherits(x, "tildenet_generator") || (is.function(x) && !is_object(x))
}

#' The next batch of a generator
#'
#' @param generator A generator: `function()` that returns a batch, or an object of
#'   `timeseries_generator()`, `flow_images_from_data()` and the like.
#' @param completed What to return when there are no more batches.
#' @returns The batch, mostly `list(x, y)`.
#' @examples
#' i <- 0
#' counter <- function() {
#'   i <<- i + 1
#'   list(i, i^2)
#' }
#' generator_next(counter)
#' @export
generator_next <- function(generator, completed = NULL) {
  UseMethod("generator_next")
}

#' @export
generator_next.default <- function(generator, completed = NULL) {
  if (!is.function(generator)) {
    abort_arg("generator", "be a function without arguments or a generator", describe(generator))
  }
  batch <- generator()
  if (is.null(batch)) completed else batch
}

# Batches in one round, for generators that know; methods for package objects.
generator_length <- function(generator) UseMethod("generator_length")

generator_length.default <- function(generator) NULL

# Testing and prediction begin with the first batch of a round, for generators that have one.
generator_restart <- function(generator) UseMethod("generator_restart")

generator_restart.default <- function(generator) NULL

# list(x, y, weights) of the next batch; NULL at the end.
next_training_batch <- function(generator, call) {
  batch <- generator_next(generator)
  if (is.null(batch)) return(NULL)
  if (!is_plain_list(batch) || !length(batch) %in% 2:3) {
    abort_arg("generator", "return list(x, y) or list(x, y, weights)", describe(batch), call = call)
  }
  list(x = batch[[1]], y = batch[[2]], weights = if (length(batch) > 2) batch[[3]])
}

# How many batches make an epoch: what the user says, or the generator knows.
generator_steps <- function(generator, steps, arg, call) {
  steps <- steps %||% generator_length(generator)
  if (is.null(steps)) {
    abort_arg(arg, "be given with a generator", call = call,
              how = "A function cannot say how many batches make an epoch.")
  }
  steps
}

abort_exhausted <- function(done, steps, arg, call) {
  abort_tn(paste0("The generator ended after ", done, " of ", steps, " batches."), "generator",
           how = paste0("Let it begin again at its end, or lower `", arg, "`."), call = call)
}
