#' Classes of equal size
#'
#' `down_sample()` draws as many rows of each class as the smallest has, `up_sample()` adds rows, drawn
#' with replacement, until each class is as large as the largest.
#'
#' Balance training rows only: a test part should keep the shares that will be met. Weights of classes
#' (`class_weight` of [kms()] and [fit()]) do the same without leaving out or repeating rows.
#'
#' @param x A data frame, or a matrix that becomes one: the predictors, a row for each case.
#' @param y The class of each row: a factor, text, or logical.
#' @returns A data frame: the columns of `x` and, last, the factor `Class`. Rows stand class by class in
#'   the order of the levels; levels without rows are dropped. Draws come from R's generator.
#' @section Errors:
#' Unequal numbers of rows, a missing or a single class and a column `Class` in `x` are errors of class
#' `tildenet_error_argument`.
#' @source Interface and result are those of `downSample()` and `upSample()` of the package caret by Max
#'   Kuhn.
#' @examples
#' set.seed(1)
#' few <- iris[c(1:50, 51:60, 101:105), ]
#' table(down_sample(few[1:4], few$Species)$Class)
#' table(up_sample(few[1:4], few$Species)$Class)
#' @export
down_sample <- function(x, y) {
  cases <- balance_cases(x, y)
  n <- min(lengths(cases$rows))
  balance_frame(cases, lapply(cases$rows, function(rows) rows[sample.int(length(rows), n)]))
}

#' @rdname down_sample
#' @export
up_sample <- function(x, y) {
  cases <- balance_cases(x, y)
  n <- max(lengths(cases$rows))
  balance_frame(cases, lapply(cases$rows, function(rows) {
    c(rows, rows[sample.int(length(rows), n - length(rows), replace = TRUE)])
  }))
}

# list(x, y, rows): a data frame, its classes as a factor, the rows of each class.
balance_cases <- function(x, y, call = rlang::caller_env()) {
  if (missing(x)) abort_missing_arg("x", call)
  if (missing(y)) abort_missing_arg("y", call)
  if (is.matrix(x)) x <- as.data.frame(x, stringsAsFactors = TRUE)
  if (!is.data.frame(x)) abort_arg("x", "be a data frame or a matrix", describe(x), call = call)
  x <- own_frame(as.data.frame(x))
  for (name in names(Filter(is_integer64, x))) check_numbers(x[[name]], name, call) # rows of them lose their class
  if ("Class" %in% names(x)) {
    abort_arg("x", "have no column `Class`", "The classes of the result stand there.", "Rename it.", call = call)
  }
  if (!is.factor(y) && !is.character(y) && !is.logical(y)) {
    abort_arg("y", "be a factor, text or logical", describe(y), "Make it one with factor().", call = call)
  }
  if (length(y) != nrow(x)) {
    abort_arg("y", paste("have one value for each of the", nrow(x), "rows of `x`"), describe(y), call = call)
  }
  missing <- sum(is.na(label_text(y)))
  if (missing > 0) abort_arg("y", "have no missing values", paste0("Missing: ", missing, "."), call = call)
  y <- droplevels(as.factor(y))
  if (nlevels(y) < 2) abort_arg("y", "have at least two classes", paste0("It has ", nlevels(y), "."), call = call)
  list(x = x, y = y, rows = split(seq_along(y), y))
}

balance_frame <- function(cases, rows) {
  rows <- unlist(rows, use.names = FALSE)
  out <- cases$x[rows, , drop = FALSE]
  out$Class <- cases$y[rows]
  rownames(out) <- NULL
  out
}
