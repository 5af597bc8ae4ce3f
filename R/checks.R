# Argument checks used all over the package. Each returns its argument in the type it stands for and
# raises a classed error that names it otherwise. An argument that the user's function handed on without
# having it is missing here, too.

abort_missing_arg <- function(arg, call) abort_arg(arg, "be given", call = call)

# The engine's numbers have 32 bits: what is above is infinite there, what is nearer to 1 than this is 1.
largest_float <- 2^128 - 2^104
rounds_to_one <- function(x) x >= 1 - 2^-25

is_one_number <- function(x) (is.numeric(x) || is.logical(x)) && length(x) == 1 && !is.na(x) && !is.object(x)

# infinite: Inf and -Inf stand for something, too.
check_number <- function(x, arg, min = -Inf, max = Inf, null_ok = FALSE, open = FALSE, infinite = FALSE,
                         call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (is.null(x) && null_ok) return(NULL)
  x <- plain_numbers(x) %||% x
  in_range <- is_one_number(x) && (if (open) x > min && x < max else x >= min && x <= max)
  held <- in_range && (abs(x) <= largest_float || infinite && is.infinite(x))
  if (!held) {
    what <- if (in_range && is.infinite(x)) "one finite number" else "one number"
    abort_arg(arg, paste0("be ", what, range_text(min, max, open)), describe(x), call = call,
              how = if (in_range && is.finite(x)) "The largest number a model computes with is 3.4e+38.")
  }
  as.numeric(x)
}

# A whole number; sizes and counts end where R's integers do.
check_count <- function(x, arg, min = 1, max = .Machine$integer.max, null_ok = FALSE, infinite = FALSE,
                        call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (is.null(x) && null_ok) return(NULL)
  x <- plain_numbers(x) %||% x
  number <- is_one_number(x) && !is.logical(x)
  fine <- number && is.finite(x) && x == round(x) && x >= min && x <= max
  if (!fine && !(infinite && number && x == Inf)) {
    most <- if (missing(max) && !(number && x > max)) Inf else max
    abort_arg(arg, paste0("be one whole number", range_text(min, most, FALSE)), describe(x), call = call)
  }
  as.numeric(x)
}

# One or more numbers of at least 0, also as a list.
check_amounts <- function(x, arg, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  numbers <- if (is.list(x) && all(lengths(x) == 1)) listed_numbers(x) else plain_numbers(x)
  if (length(numbers) == 0 || anyNA(numbers) || any(numbers < 0 | numbers > largest_float)) {
    abort_arg(arg, "hold finite numbers of at least 0", describe_numbers(x), call = call)
  }
  as.numeric(numbers)
}

# A share to drop. 1 would leave nothing.
check_rate <- function(x, arg = "rate", call = rlang::caller_env()) {
  rate <- check_number(x, arg, 0, 1, call = call)
  if (rounds_to_one(rate)) {
    given <- if (rate < 1) paste0(format(rate, digits = 15), ", which is 1 in 32-bit numbers") else rate
    abort_arg(arg, "be below 1", paste0("It is ", given, "."), call = call)
  }
  rate
}

# n whole numbers of at least 1, also as a list; one number counts for all.
check_sizes <- function(x, arg, n, null_ok = FALSE, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg(arg, call)
  if (is.null(x) && null_ok) return(NULL)
  sizes <- if (is.list(x) && all(lengths(x) == 1)) listed_numbers(x) else plain_numbers(x)
  fine <- is.numeric(sizes) && length(sizes) %in% c(1, n) && !anyNA(sizes) &&
    all(sizes == round(sizes) & sizes >= 1 & sizes < 2^31)
  if (!fine) {
    abort_arg(arg, paste("be", if (n > 1) "one or two whole numbers" else "one whole number", "of at least 1"),
              describe_numbers(x), call = call)
  }
  rep_len(as.numeric(sizes), n)
}

# NULL means the setting of the session, which is the only one there is.
check_data_format <- function(data_format, call = rlang::caller_env()) {
  data_format <- data_format %||% k_image_data_format()
  if (identical(data_format, "channels_first")) {
    abort_arg("data_format", "be \"channels_last\" in this package", describe(data_format),
              "Bring arrays into that form with `aperm(x, c(1, 3, 4, 2))`, or `aperm(x, c(1, 3, 2))` for steps.",
              class = "unsupported", call = call)
  }
  if (!identical(data_format, "channels_last")) {
    abort_arg("data_format", "be \"channels_last\" or NULL", describe(data_format), call = call)
  }
  data_format
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

# Whether an optional package is there, not older than `release`.
has_package <- function(package, release = NULL) {
  requireNamespace(package, quietly = TRUE) && (is.null(release) || utils::packageVersion(package) >= release)
}

# An optional package, which `use` needs.
check_package <- function(package, use, how = NULL, release = NULL, call = rlang::caller_env()) {
  if (has_package(package, release)) return(invisible())
  wanted <- paste(c(package, if (!is.null(release)) paste("(>=", paste0(release, ")"))), collapse = " ")
  abort_tn(paste0(use, " need the package ", wanted, ", which is not installed."), "package", call = call,
           how = paste(c(paste0("Install it with install.packages(\"", package, "\")."), how), collapse = " "))
}

range_text <- function(min, max, open) {
  if (is.infinite(min) && is.infinite(max)) return("")
  if (is.infinite(max)) return(paste(if (open) " above" else " of at least", format(min)))
  if (is.infinite(min)) return(paste(if (open) " below" else " of at most", format(max)))
  paste0(" between ", format(min), " and ", format(max), if (open) " (both excluded)")
}
