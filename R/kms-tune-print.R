# What a result of kms_tune() shows of itself.

# A line for each candidate that is done, where somebody reads it.
tune_show <- function(candidates, verbose) {
  if (!says_all(verbose) && !(is.character(verbose) && is_person())) return(function(row) NULL)
  n <- length(candidates[[1]])
  done <- 0
  function(row) {
    done <<- done + 1
    said <- if (is.na(row$mean)) paste("failed:", row$error) else paste(row$metric, format(row$mean, digits = 4))
    cat("Candidate ", row$candidate, " of ", n, if (row$rung > 1) paste0(", rung ", row$rung), " (",
        candidate_words(lapply(candidates, `[`, row$candidate)), "): ", said, "\n", sep = "")
  }
}

# "units = 16, dropout = 0.2"
candidate_words <- function(values) paste(names(values), vapply(values, value_words, ""), sep = " = ", collapse = ", ")

# Columns may have been taken away, as from any data frame.
is_whole_tune <- function(x) {
  tuned <- attr(x, "tuned")
  !is.null(tuned) && nrow(x) > 0 && all(c("candidate", tuned, "metric", "mean", "std_error", "rung", "epochs", "seconds", "error") %in% names(x))
}

check_whole_tune <- function(object, call) {
  if (!is_whole_tune(object)) abort_arg("object", "have the rows and columns that kms_tune() gave it", describe(object), call = call)
}

#' @rdname kms_tune
#' @export
print.kms_tune <- function(x, digits = 4, n = 10, ...) {
  if (!is_whole_tune(x)) return(print_plain(x, digits, ...))
  cat(tune_lines(x), sep = "\n")
  shown <- as.data.frame(utils::head(x[!is.na(x$mean), , drop = FALSE], n))
  for (name in attr(x, "tuned")) shown[[name]] <- value_words(shown[[name]])
  names(shown)[names(shown) == "mean"] <- x$metric[1]
  spread <- !all(is.na(shown$std_error))
  columns <- c("candidate", attr(x, "tuned"), x$metric[1], if (spread) "std_error", if (max(x$rung) > 1) "rung", "epochs", "seconds")
  print_plain(shown[columns], digits, row.names = FALSE)
  more <- sum(!is.na(x$mean)) - nrow(shown)
  if (more > 0) cat("... and", more, "more\n")
  invisible(x)
}

tune_lines <- function(x) {
  failed <- x$error[is.na(x$mean)]
  c(paste0("Tuned by kms_tune(): ", nrow(x), " candidates, ", if (attr(x, "method") == "random") "random search" else
           paste("successive halving in", max(x$rung), "rungs"), ", judged by ", attr(x, "splits")),
    paste0("Formula:  ", formula_words(list(input_formula = attr(x, "formula")))),
    paste0("Outcome:  ", attr(x, "outcome")$type),
    if (length(failed) > 0) paste0("Failed:   ", length(failed), ", the first: ", failed[1]),
    if (any(!is.na(x$warning))) paste0("Warned:   ", sum(!is.na(x$warning)), ", see column `warning`"),
    paste0("Best:     ", candidate_words(lapply(as.list(x)[attr(x, "tuned")], `[`, 1)),
           if (is.null(attr(x, "best"))) " (not fitted to all rows)"))
}

#' @rdname kms_tune
#' @export
summary.kms_tune <- function(object, ...) {
  rlang::check_dots_empty()
  best <- attr(object, "best")
  structure(list(tune = object, best = if (!is.null(best)) summary(best)), class = "summary.kms_tune")
}

#' @export
print.summary.kms_tune <- function(x, digits = 4, ...) {
  print(x$tune, digits = digits)
  if (!is.null(x$best)) {
    cat("\nThe best, fitted to all rows:\n")
    print(x$best, digits = digits)
  }
  invisible(x)
}

#' @rdname kms_tune
#' @export
as.data.frame.kms_tune <- function(x, row.names = NULL, optional = FALSE, ...) {
  plain <- unclass(x)
  attributes(plain) <- attributes(plain)[c("names", "row.names")]
  structure(plain, class = "data.frame")
}

#' @rdname kms_tune
#' @export
`$.kms_tune` <- function(x, name) if (identical(name, "best")) attr(x, "best") else NextMethod()

# ---- the best fit ----------------------------------------------------------------------------------

# The fit an object stands for.
best_fit <- function(object, call) {
  best <- attr(object, "best")
  if (is.null(best)) {
    abort_arg("object", "have a best fit", "It was made without `refit`, or interrupted.", call = call,
              how = "Fit it: do.call(kms, c(list(formula, data), attr(object, \"arguments\"))).")
  }
  best
}

#' @rdname kms_tune
#' @export
predict.kms_tune <- function(object, newdata, ...) {
  predict(best_fit(object, rlang::current_env()), newdata, ...)
}
