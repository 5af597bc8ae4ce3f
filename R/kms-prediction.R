#' Predictions as values that know how good they are
#'
#' What `predict()` of a fit of [kms()] or [baseline()] gives when no `type` is asked for: a factor of labels, numbers in
#' units of the outcome, or a 0/1 matrix of several labels. In calculations, comparisons, tables, data frames and models
#' it is that factor, vector or matrix. By `$` it also answers as the list that kerasformula returns.
#'
#' @details
#' **Elements**, by `x$name` (also the beginning of a name) or `x[["name"]]`; `NULL` for those that are not there:
#' * `fit`: labels in the type of the outcome (text, numbers, ...), numbers, or a 0/1 matrix;
#' * `y_test`: the outcome, `NULL` if unknown. If it is known, further:
#' * labels: `y_test_labels`, `confusion` (see [confusion()]), `accuracy`;
#' * several labels: `confusion`, `label_accuracy`, `exact_match`;
#' * numbers: `r.squared`, `MSE_predictions`, `MAE_predictions`, `cor_kendals`, and `R2_predictions`, the squared correlation;
#'   [kms_measures] has the definitions;
#' * times: `concordance`.
#'
#' `x[c("accuracy", "confusion")]` is a list of some.
#'
#' **As a vector.** `length(x)`, `dim(x)` and `levels(x)` are those of the values, `names(x)` is `NULL`, `is.list(x)` is
#' `FALSE`. `x[i]`, `x[[i]]` with a number, `c(x)`, `rep(x)`, arithmetic and whatever else makes new values of them give
#' plain factors, vectors and matrices, that no longer know of measures. In a data frame made by [data.frame()] or
#' [cbind()] a prediction is one column. `str(x)` shows values and names of the elements.
#'
#' @param x,object A prediction.
#' @param digits Significant digits of the measures.
#' @param row.names,optional As in [as.data.frame()]; with `optional = TRUE`, as [data.frame()] asks for it, the values alone.
#' @param name Name of an element.
#' @param i,... Places of values; for `[[` also the name of an element. `...` of the other methods is handed on to those
#'   of plain vectors.
#' @returns `print()` and `str()` return `x` or nothing, invisibly; `as.data.frame()` a data frame with columns `fit` and, if
#'   known, `y_test`, one row per prediction; `$` an element.
#' @seealso [predict.kms_fit()], [kms_measures]
#' @examples
#' fit <- kms(mpg ~ wt + hp, mtcars, N_layers = 2, units = 8, Nepochs = 30, seed = 1, verbose = 0)
#' p <- predict(fit, mtcars)
#' mean(abs(p - mtcars$mpg))
#' p$MAE_predictions
#' head(data.frame(p, mtcars$mpg))
#'
#' labels <- kms(Species ~ ., iris, Nepochs = 5, seed = 1, verbose = 0)
#' p <- predict(labels, iris)
#' table(p, iris$Species)
#' p$accuracy
#' @name kms_prediction
NULL

# answer: list(fit, y_test, measures ...); values: the same as answer$fit, labels as a factor.
new_prediction <- function(answer, values = answer$fit) {
  if (is.character(values)) values <- label_factor(values, sort(unique(values)))
  kind <- if (is.factor(values)) oldClass(values) else c("tildenet_numbers", if (is.matrix(values)) c("matrix", "array"))
  structure(values, answer = answer, class = c("kms_prediction", kind))
}

is_prediction <- function(x) inherits(x, "kms_prediction")

# The factor, vector or matrix; anything else as it is.
prediction_values <- function(x) {
  if (!is_prediction(x)) return(x)
  attr(x, "answer") <- NULL
  oldClass(x) <- if (is.factor(x)) setdiff(oldClass(x), "kms_prediction")
  x
}

prediction_answer <- function(x) attr(x, "answer")

# ---- as a list -------------------------------------------------------------------------------------

#' @rdname kms_prediction
#' @export
`$.kms_prediction` <- function(x, name) prediction_answer(x)[[name, exact = FALSE]]

#' @export
`$<-.kms_prediction` <- function(x, name, value) {
  attr(x, "answer")[[name]] <- value
  x
}

#' @rdname kms_prediction
#' @export
`[[.kms_prediction` <- function(x, i, ...) {
  if (is.character(i) && ...length() == 0) prediction_answer(x)[[i]] else prediction_values(x)[[i, ...]]
}

#' @exportS3Method utils::.DollarNames kms_prediction
.DollarNames.kms_prediction <- function(x, pattern = "") {
  grep(pattern, names(prediction_answer(x)), value = TRUE)
}

# ---- as a vector -----------------------------------------------------------------------------------

#' @rdname kms_prediction
#' @export
`[.kms_prediction` <- function(x, ...) {
  if (nargs() == 2 && ...length() == 1 && is.character(..1) && is.null(names(x))) return(prediction_answer(x)[..1])
  prediction_values(x)[...]
}

#' @export
`[<-.kms_prediction` <- function(x, ..., value) {
  x <- prediction_values(x)
  x[...] <- prediction_values(value)
  x
}

#' @export
`[[<-.kms_prediction` <- function(x, ..., value) {
  x <- prediction_values(x)
  x[[...]] <- value
  x
}

#' @export
c.kms_prediction <- function(...) do.call(c, lapply(list(...), prediction_values))

#' @export
rep.kms_prediction <- function(x, ...) rep(prediction_values(x), ...)

#' @export
t.kms_prediction <- function(x) t(prediction_values(x))

#' @export
format.kms_prediction <- function(x, ...) format(prediction_values(x), ...)

#' @export
as.list.kms_prediction <- function(x, ...) as.list(prediction_values(x), ...)

#' @export
as.matrix.kms_prediction <- function(x, ...) as.matrix(prediction_values(x), ...)

# Of factors those of R: a method for all predictions would not go with Ops.factor() of what they are compared with.
#' @export
Ops.tildenet_numbers <- function(e1, e2) {
  f <- get(.Generic, mode = "function")
  if (missing(e2)) f(prediction_values(e1)) else f(prediction_values(e1), prediction_values(e2))
}

#' @export
Math.tildenet_numbers <- function(x, ...) get(.Generic, mode = "function")(prediction_values(x), ...)

#' @rdname kms_prediction
#' @export
as.data.frame.kms_prediction <- function(x, row.names = NULL, optional = FALSE, ...) {
  if (optional) return(as.data.frame(prediction_values(x), row.names = row.names, optional = TRUE, ...))
  as.data.frame(prediction_answer(x)[c("fit", if (!is.null(x$y_test)) "y_test")], row.names = row.names,
                stringsAsFactors = FALSE)
}

# ---- shown -----------------------------------------------------------------------------------------

#' @rdname kms_prediction
#' @export
print.kms_prediction <- function(x, digits = 4, ...) {
  n <- NROW(x)
  cat("Predictions of ", n, " rows", sep = "")
  if (anyNA(x)) cat(",", sum(!stats::complete.cases(x$fit)), "of them NA")
  cat("\n")
  print(utils::head(prediction_values(x), 10))
  if (n > 10) cat("... and", n - 10, "more\n")
  measures <- unlist(prediction_measures(x))
  if (length(measures) > 0) cat(paste0(names(measures), ": ", format_each(measures, digits)), sep = "\n")
  invisible(x)
}

#' @rdname kms_prediction
#' @exportS3Method utils::str kms_prediction
str.kms_prediction <- function(object, ...) {
  utils::str(prediction_values(object), ...)
  cat(" - elements: ", paste0("$", names(prediction_answer(object)), collapse = ", "), "\n", sep = "")
}
