# Argument checks used all over the package. Each returns its argument in the type it stands for and
# raises a classed error that names it otherwise. An argument that the user's function handed on without
# having it is missing here, too.

abort_missing_arg <- function(arg, call) abort_arg(arg, "be given", call = call)

check_number <- function(x, arg, min = -Inf, max = Inf, null_ok = FALSE, open = FALSE,
                         call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (is.null(x) && null_ok) return(NULL)
  ok <- (is.numeric(x) || is.logical(x)) && length(x) == 1 && !is.na(x) &&
    (if (open) x > min && x < max else x >= min && x <= max)
  if (!ok) {
    abort_arg(arg, paste0("be one number", range_text(min, max, open)), describe(x), call = call)
  }
  as.numeric(x)
}

# A whole number.
check_count <- function(x, arg, min = 1, max = Inf, null_ok = FALSE, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (is.null(x) && null_ok) return(NULL)
  ok <- is.numeric(x) && length(x) == 1 && !is.na(x) && x == round(x) && x >= min && x <= max
  if (!ok) {
    abort_arg(arg, paste0("be one whole number", range_text(min, max, FALSE)), describe(x),
              call = call)
  }
  as.numeric(x)
}

check_flag <- function(x, arg, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (!is.logical(x) || length(x) != 1 || is.na(x)) {
    abort_arg(arg, "be TRUE or FALSE", describe(x), call = call)
  }
  x
}

check_string <- function(x, arg, values = NULL, null_ok = FALSE, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (is.null(x) && null_ok) return(NULL)
  if (!is.character(x) || length(x) != 1 || is.na(x)) {
    abort_arg(arg, "be one string", describe(x), call = call)
  }
  if (!is.null(values) && !x %in% values) {
    abort_arg(arg, paste("be one of", quoted_list(values)), describe(x),
              call = call)
  }
  x
}

# An optional package, which `use` needs.
check_package <- function(package, use, how = NULL, call = rlang::caller_env()) {
  if (requireNamespace(package, quietly = TRUE)) return(invisible())
  abort_tn(paste0(use, " need the package ", package, ", which is not installed."), "package", call = call,
           how = paste(c(paste0("Install it with install.packages(\"", package, "\")."), how), collapse = " "))
}

range_text <- function(min, max, open) {
  if (is.infinite(min) && is.infinite(max)) return("")
  if (is.infinite(max)) return(paste(if (open) " above" else " of at least", format(min)))
  if (is.infinite(min)) return(paste(if (open) " below" else " of at most", format(max)))
  paste0(" between ", format(min), " and ", format(max), if (open) " (both excluded)")
}
