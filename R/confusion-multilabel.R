#' Measures of several labels a case
#'
#' How well 0/1 labels and their probabilities are predicted, case by case and on average: what
#' [classification_report()] says of labels, this says of cases.
#'
#' @param truth Observed labels: a matrix of 0 and 1 with a row per case and a column per label. Or, with `estimate`
#'   left out, a fit of [kms()] or [baseline()] with several labels (its test rows) or a result of its `predict()`.
#' @param estimate Predicted labels, a matrix of the same form; columns are matched by name, where both have names.
#' @param prob Probabilities, or other scores that are higher for a label thought more likely, a matrix of the same
#'   form: for the measures of order. Without `estimate` only these are computed of a matrix `truth`.
#' @param k Number of most probable labels for `top_precision` and `top_recall`.
#' @param zero_division The value, 0 or 1, of a measure of a case that is 0/0, such as the precision where no
#'   label was predicted.
#' @param x,object The measures.
#' @param digits Significant digits.
#' @param row.names,optional,y,... Not used.
#'
#' @details
#' Of the labels predicted, means over cases:
#' * `precision`, `recall`, `f1`: of each case over its labels; `jaccard`: labels right over labels observed or
#'   predicted;
#' * `hamming_loss`: share of single labels that are wrong; `subset_accuracy`: share of cases with all labels right.
#'
#' Of the order of labels by `prob`:
#' * `ranking_precision` (label ranking average precision): for each observed label the share of observed labels
#'   among those ranked as high; 1 for a case with all labels or none;
#' * `coverage_error`: how many of the labels, from the most probable on, hold all that were observed;
#' * `top_precision`, `top_recall`: of the `k` most probable labels the share observed, and the share of the observed
#'   labels among them.
#'
#' Labels of equal scores all have the lowest of their ranks; among the top `k` the first of equal ones is taken.
#' Cases with a missing value are left out.
#'
#' @returns A list of class `multilabel_measures` with
#'   * `measures`: a data frame `measure`, `value`, `best` (1, 0, or for `coverage_error` the mean number of labels);
#'   * `cases`: a data frame with a row for each case: `case` (its row), `observed`, `predicted` (numbers of labels), `right`,
#'     `precision`, `recall`, `f1`, `jaccard`, `ranking_precision`, `coverage`, `top_precision`, `top_recall`, as
#'     far as known;
#'   * `k`, `zero_division`.
#'
#'   `as.data.frame()` gives `measures`; `autoplot()` and `plot()` a ggplot of the cases, a histogram for each measure.
#' @section Errors:
#' Sides that do not fit together, single labels and numbers that are no 0/1 labels are errors of class
#' `tildenet_error_argument`.
#' @source Tsoumakas, G., Katakis, I. and Vlahavas, I. (2010). Mining multi-label data. In Data Mining and Knowledge
#'   Discovery Handbook, 667-685. Names and cases of 0/0 are those of scikit-learn.
#' @seealso [classification_report()], [tune_thresholds()]
#' @examples
#' observed <- multilabel(c("Action|Drama", "Drama", "Comedy|Drama"))
#' probable <- cbind(Action = c(0.8, 0.3, 0.1), Comedy = c(0.1, 0.2, 0.4), Drama = c(0.6, 0.4, 0.9))
#' measures <- multilabel_measures(observed, (probable > 0.5) + 0, probable, k = 2)
#' measures
#' measures$cases
#' plot(measures)
#' @export
multilabel_measures <- function(truth, estimate = NULL, prob = NULL, k = 3, zero_division = 0) {
  call <- rlang::current_env()
  if (missing(truth)) abort_missing_arg("truth", call)
  zero_division <- check_zero_division(zero_division, call)
  k <- check_count(k, "k")
  sides <- measured_sides(truth, estimate, prob, call)
  cases <- data.frame(case = sides$case, observed = unname(rowSums(sides$truth)))
  if (!is.null(sides$estimate)) cases <- cbind(cases, case_counts(sides$truth, sides$estimate, zero_division))
  if (!is.null(sides$prob)) {
    if (k > ncol(sides$prob)) {
      abort_arg("k", paste0("be at most the number of labels, ", ncol(sides$prob)), describe(k), call = call)
    }
    cases <- cbind(cases, case_ranks(sides$truth, sides$prob, k, zero_division))
  }
  structure(list(measures = measured_means(cases, ncol(sides$truth)), cases = cases, k = k,
                 zero_division = zero_division), class = "multilabel_measures")
}

# list(truth, estimate, prob, case) of the cases without missing values, of one shape and order of columns.
measured_sides <- function(truth, estimate, prob, call) {
  if (is.null(estimate) && is.null(prob) && !is_judged(truth)) {
    abort_arg("estimate", "be given, or `prob`, when `truth` is neither a fit nor a prediction of one", call = call)
  }
  if (is.null(estimate) && !is_judged(truth)) {
    pair <- list(y_test = report_side(truth, "truth", call), predictions = NULL)
  } else {
    pair <- report_sides(truth, estimate, call)
  }
  if (!is.matrix(pair$y_test)) {
    abort_arg("truth", "be of several labels a case", "It has one.", "See classification_report().", call = call)
  }
  if (!is.null(prob)) prob <- measured_prob(prob, pair$y_test, call)
  known <- Reduce(`&`, lapply(Filter(Negate(is.null), c(pair, list(prob))), stats::complete.cases))
  if (!any(known)) {
    abort_arg("truth", "hold a case without missing values", paste(length(known), "cases are given."), call = call)
  }
  part <- function(m) if (is.null(m) || all(known)) m else m[known, , drop = FALSE]
  list(truth = part(pair$y_test), estimate = part(pair$predictions), prob = part(prob), case = which(known))
}

measured_prob <- function(prob, truth, call) {
  prob <- plain_numbers(dense_values(prob, "prob", call))
  if (!is.numeric(prob) || !identical(dim(prob), dim(truth))) {
    abort_arg("prob", paste0("be a matrix of numbers of the shape of `truth`, ", paste(dim(truth), collapse = " x ")),
              describe(prob), call = call)
  }
  report_align(prob, colnames(truth), call, "prob")
}

# ---- case by case ----------------------------------------------------------------------------------

case_counts <- function(truth, estimate, zero_division) {
  n <- lapply(list(right = truth * estimate, predicted = estimate, support = truth), function(m) unname(rowSums(m)))
  score <- report_scores(n, zero_division)
  union <- n$predicted + n$support - n$right
  data.frame(predicted = n$predicted, right = n$right, score[scores],
             jaccard = ifelse(union == 0, zero_division, n$right / union),
             wrong = n$predicted + n$support - 2 * n$right)
}

case_ranks <- function(truth, prob, k, zero_division) {
  number <- unname(rowSums(truth))
  ranks <- engine_label_ranks(as.double(truth), as.double(prob), nrow(truth), k)
  data.frame(ranking_precision = ranks$precision, coverage = ranks$coverage, top_precision = ranks$right / k,
             top_recall = ifelse(number > 0, ranks$right / number, zero_division))
}

# A data frame measure, value, best.
measured_means <- function(cases, labels) {
  mean_of <- function(name) mean(cases[[name]])
  value <- c(
    if ("right" %in% names(cases)) c(
      vapply(c(precision = "precision", recall = "recall", f1 = "f1", jaccard = "jaccard"), mean_of, 0),
      hamming_loss = mean_of("wrong") / labels, subset_accuracy = mean(cases$wrong == 0)),
    if ("coverage" %in% names(cases)) c(
      ranking_precision = mean_of("ranking_precision"), coverage_error = mean_of("coverage"),
      vapply(c(top_precision = "top_precision", top_recall = "top_recall"), mean_of, 0)))
  best <- ifelse(names(value) == "hamming_loss", 0, 1)
  best[names(value) == "coverage_error"] <- mean(cases$observed)
  data.frame(measure = names(value), value = unname(value), best = best)
}

# ---- methods ---------------------------------------------------------------------------------------

#' @rdname multilabel_measures
#' @export
print.multilabel_measures <- function(x, digits = 4, ...) {
  digits <- check_count(digits, "digits", max = 15)
  names <- sub("^top_", paste0("top ", x$k, " "), x$measures$measure)
  cat(counted(nrow(x$cases), "case"), ", ", format(mean(x$cases$observed), digits = digits), " labels each\n", sep = "")
  cat(paste0("  ", format(gsub("_", " ", names)), "  ", format_each(x$measures$value, digits)), sep = "\n")
  invisible(x)
}

#' @rdname multilabel_measures
#' @export
as.data.frame.multilabel_measures <- function(x, row.names = NULL, optional = FALSE, ...) x$measures
