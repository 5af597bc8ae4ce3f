#' Linear support vector machine
#'
#' Separates each label from the rest by a plane, for one label a row or for several. The solver is that of
#' LIBLINEAR, by the package LiblineaR.
#'
#' @param x A numeric matrix, a sparse matrix or a data frame of numbers: a row per case, a column per feature. For
#'   `print()` a fit.
#' @param y Labels, one a row of `x`: a factor, text, logical values or two numbers; or a matrix of 0 and 1 with a
#'   row per case and a column per label, such as [multilabel()] makes.
#' @param cost Weight of the loss against the size of the coefficients, above 0.
#' @param class_weight `NULL`; `"balanced"`: for each label its cases and the rest have the same total weight,
#'   n / (2 n of the side) a case; or numbers named by label: the weight of its cases. Labels that are not named,
#'   and the rest of each label, have 1.
#' @param loss `"squared_hinge"` or `"hinge"`.
#' @param object A fit.
#' @param newdata As `x`; columns are found by name where both have names.
#' @param type `"class"`: the label with the highest score, a factor, or for several labels a 0/1 matrix of
#'   those with a score above 0; `"link"`: the scores.
#' @param ... Must be empty.
#'
#' @details
#' For each label, and of two labels for the second, the intercept b and the weights w minimise
#' (|w|^2 + b^2) / 2 + cost * sum(c * loss), where the loss of a case is max(0, 1 - s)^2 or, for `"hinge"`,
#' max(0, 1 - s), s its score, b + x'w, times -1 for a case without the label, and c its class weight.
#' The intercept is penalised as the weights are. A label that all rows have, or none, has weights 0 and the
#' intercept 1 or -1.
#'
#' The minimum is found to about six digits. With `"hinge"` the solver visits the cases in random order, drawn from
#' R's generator (`set.seed()` repeats a fit), and ends after 1,000 rounds: with many cases to a feature the
#' third digit may still be open then.
#'
#' @returns `linear_svm()`: a list of class `tildenet_linear_svm` with `coefficients` and the settings.
#'   `coef()`: a matrix (1 + features, labels), the first row the intercepts; of two labels it has one column.
#'   `predict(type = "link")`: a matrix (rows, labels), of two labels with one column. In both forms of
#'   `predict()` a row with a missing value is NA.
#' @section Errors:
#' Settings that cannot be are errors of class `tildenet_error_argument`; missing values in `x` or `y` of class
#' `tildenet_error_missing`; new data without the columns of the fit of class `tildenet_error_data`; a `y` that
#' is constant or no labels of class `tildenet_error_outcome`; without the package LiblineaR of class
#' `tildenet_error_package`.
#' @source Fan, R.-E. and others (2008). LIBLINEAR: a library for large linear classification. Journal of
#'   Machine Learning Research 9, 1871-1874.
#' @seealso [naive_bayes()]; [baseline()] for a formula.
#' @examples
#' if (requireNamespace("LiblineaR", quietly = TRUE)) {
#'   svm <- linear_svm(iris[1:4], iris$Species)
#'   print(coef(svm))
#'   print(table(iris$Species, predict(svm, iris[1:4])))
#'
#'   plots <- c("a shark", "a wedding", "a shark at the wedding", "her wedding")
#'   terms <- fit(text_vectorizer(weighting = "tfidf"), plots)
#'   genres <- multilabel(c("Thriller", "Comedy", "Comedy|Thriller", "Comedy"))
#'   svm <- linear_svm(predict(terms, plots), genres, class_weight = "balanced")
#'   predict(svm, predict(terms, c("the shark", "a wedding")))
#' }
#' @export
linear_svm <- function(x, y, cost = 1, class_weight = NULL, loss = "squared_hinge") {
  call <- rlang::current_env()
  if (missing(x)) abort_missing_arg("x", call)
  if (missing(y)) abort_missing_arg("y", call)
  svm_fit(learn_data(x, y, call), list(cost = cost, class_weight = class_weight, loss = loss), call)
}

# data: see learn_data(); settings: arguments of linear_svm() by name.
svm_fit <- function(data, settings, call) {
  check_package("LiblineaR", "Linear support vector machines", call = call)
  cost <- check_number(settings$cost, "cost", min = 0, call = call)
  if (cost == 0) abort_arg("cost", "be above 0", describe(cost), call = call)
  loss <- check_string(settings$loss, "loss", names(svm_solvers), call = call)
  outcome <- data$design$outcome
  factors <- svm_class_weight(settings$class_weight, learn_targets(outcome), outcome, call)
  structure(list(coefficients = svm_coefficients(data, cost, factors, loss), cost = cost, loss = loss,
                 class_weight = settings$class_weight, design = data$design), class = "tildenet_linear_svm")
}

# Numbers of LIBLINEAR's solvers, and the share of the first gradient at which they stop. The first is of the
# primal problem; that of the hinge, of the dual, takes its cases in random order.
svm_solvers <- list(squared_hinge = list(type = 2, epsilon = 1e-8), hinge = list(type = 3, epsilon = 1e-6))

# "balanced", or list(with, without): the weights of the two sides of each label.
svm_class_weight <- function(class_weight, targets, outcome, call) {
  if (identical(class_weight, "balanced")) return(class_weight)
  given <- if (is.null(class_weight)) rep(1, outcome$n_values)
           else class_factors_given(class_weight, label_text(outcome$labels), call)
  if (any(given == 0)) abort_arg("class_weight", "hold numbers above 0", "One is 0.", call = call)
  if (outcome$type == "binary") return(list(with = given[2], without = given[1]))
  list(with = given, without = rep(1, length(targets)))
}

# (1 + features, labels).
svm_coefficients <- function(data, cost, factors, loss) {
  positives <- learn_positives(data$y, data$design$outcome)
  rows <- cbind(data$x, 1)
  # LiblineaR makes matrices of other forms dense.
  if (!is.matrix(rows)) rows <- methods::as(rows, "RsparseMatrix")
  out <- vapply(seq_len(ncol(positives)), function(k) {
    sides <- c("1" = sum(positives[, k]), "-1" = sum(!positives[, k]))
    weights <- if (is.list(factors)) c("1" = factors$with[k], "-1" = factors$without[k])
               else sum(sides) / (2 * sides)
    if (all(sides > 0)) svm_solve(rows, positives[, k], cost, weights, svm_solvers[[loss]])
    else c(if (sides[["1"]] > 0) 1 else -1, numeric(ncol(data$x)))
  }, numeric(ncol(rows)))
  dimnames(out) <- list(c("(Intercept)", data$design$colnames_x), learn_targets(data$design$outcome))
  out
}

# Intercept and weights of one label. rows: the last column is the intercept's. LiblineaR would put its own behind the
# last column of a sparse matrix that has an entry. weights: of the cases with the label, "1", and without, "-1".
svm_solve <- function(rows, positive, cost, weights, solver) {
  fitted <- LiblineaR::LiblineaR(rows, ifelse(positive, 1L, -1L), type = solver$type, cost = cost,
                                 epsilon = solver$epsilon, bias = 0, wi = weights)
  sign <- if (fitted$ClassNames[1] == 1) 1 else -1 # which of the two it gives the score of
  n <- ncol(rows)
  sign * as.vector(fitted$W)[c(n, seq_len(n - 1))]
}

#' @rdname linear_svm
#' @export
coef.tildenet_linear_svm <- function(object, ...) {
  rlang::check_dots_empty()
  object$coefficients
}

#' @rdname linear_svm
#' @export
predict.tildenet_linear_svm <- function(object, newdata, type = "class", ...) {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  if (missing(newdata)) abort_missing_arg("newdata", call)
  type <- check_string(type, "type", c("class", "link"))
  b <- object$coefficients
  link <- learn_scores(object$design, newdata, function(x) {
    sweep(as.matrix(x %*% b[-1, , drop = FALSE]), 2, b[1, ], "+")
  }, call)
  dimnames(link) <- list(NULL, colnames(b))
  if (type == "class") learn_classes(link, object$design$outcome) else link
}

#' @rdname linear_svm
#' @export
print.tildenet_linear_svm <- function(x, ...) {
  cat(learn_line("linear support vector machine", x$design))
  cat("cost ", format(x$cost), ", loss ", x$loss, if (identical(x$class_weight, "balanced")) ", balanced classes",
      "\n", sep = "")
  invisible(x)
}
