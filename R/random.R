# Seeds and session state. All randomness starts from R's generator.

session <- new.env(parent = emptyenv())
session$counters <- list()
session$epsilon <- 1e-7
session$tracing <- FALSE
session$floatx <- "float32"
session$image_data_format <- "channels_last"

# One draw from R's generator; the engine's streams grow from it.
draw_seed <- function() sample.int(.Machine$integer.max, 1)

# The state of R's generator; NULL before it was first used.
random_state <- function() get0(".Random.seed", globalenv(), inherits = FALSE)

set_random_state <- function(state) {
  if (!is.null(state)) assign(".Random.seed", state, envir = globalenv())
  else if (!is.null(random_state())) rm(".Random.seed", envir = globalenv())
}

# R's generator is left as it was when a seed is given.
with_seed <- function(seed, code) {
  if (is.null(seed)) return(code)
  seed <- check_count(seed, "seed", min = -.Machine$integer.max, call = rlang::caller_env())
  old <- random_state()
  on.exit(set_random_state(old))
  set.seed(seed)
  code
}

# Name of the next layer or model of a class: "dense_1", "dense_2", ...
next_name <- function(class_name) {
  stem <- snake_case(class_name)
  n <- (session$counters[[stem]] %||% 0) + 1
  session$counters[[stem]] <- n
  paste0(stem, "_", n)
}

# Names that a model from a file brings along are not given again.
note_names <- function(names) {
  numbered <- grep("^.+_[1-9][0-9]{0,8}$", names, value = TRUE)
  for (name in numbered) {
    stem <- sub("_[0-9]+$", "", name)
    session$counters[[stem]] <- max(session$counters[[stem]] %||% 0, as.numeric(sub(".*_", "", name)))
  }
}

# "MaxPooling2D" -> "max_pooling2d", "LeakyReLU" -> "leaky_re_lu".
snake_case <- function(text) {
  text <- gsub("(.)([A-Z][a-z0-9]+)", "\\1_\\2", text)
  tolower(gsub("([a-z])([A-Z])", "\\1_\\2", text))
}

`%||%` <- function(a, b) if (is.null(a)) b else a

#' Forget the session's layer names
#'
#' Resets the counters behind automatic layer and model names, so that the next dense layer is
#' `dense_1` again. Models that exist keep working.
#' @returns `NULL`, invisibly.
#' @examples
#' k_clear_session()
#' @export
k_clear_session <- function() {
  session$counters <- list()
  invisible(NULL)
}

#' Seed everything
#'
#' `set.seed(seed)` and a reset of the layer names. R's generator is left exactly as after
#' `set.seed(seed)`. The engine takes its seeds from R's generator, so nothing else is needed for
#' results that repeat bit for bit, whatever the number of threads.
#' @param seed One whole number.
#' @param disable_gpu,disable_parallel_cpu Accepted for old scripts; results never depend on threads.
#' @param quiet `FALSE` says which seed was set.
#' @returns The seed, invisibly.
#' @examples
#' use_session_with_seed(42, quiet = TRUE)
#' @export
use_session_with_seed <- function(seed, disable_gpu = TRUE, disable_parallel_cpu = TRUE,
                                  quiet = FALSE) {
  seed <- check_count(seed, "seed", min = -.Machine$integer.max)
  set.seed(seed)
  k_clear_session()
  if (!quiet) inform_tn(paste0("Set session seed to ", format(seed), "."), "seed")
  invisible(seed)
}
