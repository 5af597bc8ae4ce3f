#' Functions of old scripts that have nothing to do here
#'
#' There is no Python to install or to choose. These functions are accepted so that scripts run, and
#' say so once in a session. `is_keras_available()` is always `TRUE`.
#'
#' @param ... Ignored.
#' @param version Ignored.
#' @returns `NULL`, invisibly; `TRUE` for `is_keras_available()`.
#' @examples
#' is_keras_available()
#' suppressMessages(use_python("python3"))
#' @name install_keras
NULL

no_python <- function(name) {
  say_once("python", paste0(name, "() has no effect: no Python is used."))
  invisible(NULL)
}

# A message that a session sees once.
say_once <- function(id, message) inform_tn(message, id, .frequency = "once", .frequency_id = paste0("tildenet_", id))

#' @rdname install_keras
#' @export
install_keras <- function(...) no_python("install_keras")

#' @rdname install_keras
#' @export
use_python <- function(...) no_python("use_python")

#' @rdname install_keras
#' @export
use_condaenv <- function(...) no_python("use_condaenv")

#' @rdname install_keras
#' @export
use_virtualenv <- function(...) no_python("use_virtualenv")

#' @rdname install_keras
#' @export
use_backend <- function(...) no_python("use_backend")

#' @rdname install_keras
#' @export
use_implementation <- function(...) no_python("use_implementation")

#' @rdname install_keras
#' @export
is_keras_available <- function(version = NULL) TRUE
