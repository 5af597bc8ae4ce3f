#' How this package was built and runs
#'
#' Version, the product of matrices in use, whether OpenMP is there, the vector instructions of this
#' processor, and the number of threads.
#'
#' @details
#' The number of threads is that of `options(tildenet.threads = )`, else of the environment variable
#' `TILDENET_NUM_THREADS`, else 2; never more than the processors, `OMP_THREAD_LIMIT` and
#' `OMP_NUM_THREADS` allow. Results do not depend on it. The option is read at every call.
#'
#' @returns A list of class `tildenet_config` with `version`, `blas`, `openmp`, `simd`, `threads` and
#'   `processors`.
#' @section Errors:
#' A number of threads that is not a whole number of at least 1 is an error of class
#' `tildenet_error_argument`.
#' @examples
#' tildenet_config()
#' @export
tildenet_config <- function() {
  apply_threads()
  config <- c(list(version = as.character(utils::packageVersion("tildenet"))), engine_config())
  structure(config, class = "tildenet_config")
}

#' @export
print.tildenet_config <- function(x, ...) {
  text <- c(tildenet = x$version, "matrix product" = x$blas, OpenMP = if (x$openmp) "yes" else "no",
            "vector instructions" = x$simd,
            threads = paste(x$threads, "of", x$processors, "processors"))
  cat(paste0(formatC(names(text), width = -max(nchar(names(text)))), "  ", text), sep = "\n")
  invisible(x)
}

# Tells the engine how many threads to use; before every pass, since the option may have changed.
apply_threads <- function() {
  wanted <- getOption("tildenet.threads")
  source <- "options(tildenet.threads)"
  if (is.null(wanted)) {
    wanted <- environment_count("TILDENET_NUM_THREADS")
    source <- "TILDENET_NUM_THREADS"
  }
  wanted <- check_count(wanted %||% 2, source)
  limits <- c(environment_count("OMP_THREAD_LIMIT"), environment_count("OMP_NUM_THREADS"))
  engine_set_threads(wanted, if (length(limits) > 0) min(limits))
}

# A whole number of at least 1 in the environment; anything else counts as not set.
environment_count <- function(name) {
  value <- suppressWarnings(as.numeric(Sys.getenv(name)))
  if (!is.na(value) && value >= 1 && value == round(value)) value
}
