#' How this package was built and runs
#'
#' Version, the products of matrices in use, the vector instructions of this processor, the threads, and
#' what holds of the bits of results.
#'
#' @details
#' The number of threads is that of `options(tildenet.threads = )`, else of the environment variable
#' `TILDENET_NUM_THREADS`, else 2; never more than the processors, `OMP_THREAD_LIMIT` and
#' `OMP_NUM_THREADS` allow, and 1 in a forked process. Results do not depend on it. The threads are the
#' package's own: they are made when a loop is first worth sharing, sleep when there is nothing to share,
#' and end when the package is unloaded. One that the system does not let run is not waited for.
#'
#' Products of matrices are the package's own. `options(tildenet.blas = "openblas")` leaves those that
#' make gradients to OpenBLAS, where the build has it; `"own"` is the default. What a model puts out is
#' always made by the own product, since a row that OpenBLAS makes may depend on the rows beside it.
#'
#' The environment variable `TILDENET_SIMD`, `"base"` or `"AVX2"`, keeps the engine from using vector
#' instructions beyond that; it is read when the package is loaded. Options are read at every call.
#'
#' @section Bits:
#' With the same seed and data a training gives the same bits on any number of threads. A row's output has
#' the same bits whatever rows stand beside it, whatever the batch size. With the own product trainings
#' and outputs have the same bits on all processors that fuse multiplication and addition (x86-64 with AVX2
#' or AVX-512, 64-bit ARM), and on all that do not; losses and metrics, which are logarithms and sums in
#' double precision, may differ in their last digit where the mathematical library does.
#'
#' @returns A list of class `tildenet_config` with `version`, `blas` (the product that makes outputs),
#'   `gradients` (the one that makes gradients), `openblas` (what it says of itself, `NA` where the build
#'   has none), `simd`, `pool` (what its threads are made of, `NA` where the build has none), `threads`,
#'   `processors`, and `bits`, two sentences named `rows` and `processors`.
#' @section Errors:
#' Errors of class `tildenet_error_argument`: a number of threads that is not a whole number of at least 1, a
#' product other than `"own"` and `"openblas"`, `"openblas"` where the build has none.
#' @examples
#' tildenet_config()
#' @export
tildenet_config <- function() {
  apply_options(rlang::current_env())
  config <- c(list(version = as.character(utils::packageVersion("tildenet"))), engine_config())
  config$bits <- config_bits(config)
  config$fma <- NULL
  structure(config, class = "tildenet_config")
}

config_bits <- function(config) {
  own <- config$gradients == config$blas
  c(rows = "a row's output has the same bits whatever rows it is computed with",
    processors = paste(
      if (own) "trainings and outputs have the same bits" else "outputs have the same bits",
      "on all processors", if (config$fma) "with FMA" else "without FMA"))
}

#' @export
print.tildenet_config <- function(x, ...) {
  text <- c(tildenet = x$version, "matrix product" = x$blas, "for gradients" = x$gradients,
            OpenBLAS = if (is.na(x$openblas)) "not in this build" else x$openblas,
            "vector instructions" = x$simd,
            threads = paste0(x$threads, " on ", x$processors, " processors, ",
                             if (is.na(x$pool)) "none to help in this build" else x$pool),
            rows = x$bits[["rows"]], processors = x$bits[["processors"]])
  cat(paste0(formatC(names(text), width = -max(nchar(names(text)))), "  ", text), sep = "\n")
  invisible(x)
}

# Tells the engine what options() say; before every pass, since they may have changed.
apply_options <- function(call = NULL) {
  apply_threads(call)
  apply_product(call)
}

apply_threads <- function(call) {
  wanted <- getOption("tildenet.threads")
  source <- "options(tildenet.threads)"
  if (is.null(wanted)) {
    wanted <- environment_count("TILDENET_NUM_THREADS")
    source <- "TILDENET_NUM_THREADS"
  }
  wanted <- check_count(wanted %||% 2, source, call = call)
  limits <- c(environment_count("OMP_THREAD_LIMIT"), environment_count("OMP_NUM_THREADS"), engine_processors())
  engine_set_threads(min(wanted, limits))
}

apply_product <- function(call) {
  name <- "options(tildenet.blas)"
  wanted <- check_string(getOption("tildenet.blas") %||% "own", name, c("own", "openblas"), call = call)
  if (!engine_set_product(wanted == "openblas")) {
    abort_arg(name, "be \"own\" in this build", "OpenBLAS was not found when the package was installed.",
              "Install OpenBLAS with its headers and the package again.", call = call)
  }
}

# A whole number of at least 1 in the environment; anything else counts as not set.
environment_count <- function(name) {
  value <- suppressWarnings(as.numeric(Sys.getenv(name)))
  if (!is.na(value) && value >= 1 && value == round(value)) value
}

# Keeps the engine from using more than the level that TILDENET_SIMD names; other words count as not set.
apply_simd <- function(wanted = Sys.getenv("TILDENET_SIMD")) {
  level <- match(tolower(wanted), c("base", "avx2", "avx512"))
  if (!is.na(level)) engine_limit_simd(level - 1)
}
