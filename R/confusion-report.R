#' Precision, recall and F1 of each label
#'
#' Counts how far predicted labels agree with observed ones, label by label, and averages over the
#' labels. Single labels and several labels a row (0/1 matrices) are reported alike.
#'
#' @param truth Observed labels: a vector or factor; or a matrix of 0 and 1 with a row per case and a
#'   column per label, when a case may have several. Or, with `estimate` left out, a fit of [kms()] or [baseline()] (its
#'   test rows), a result of its `predict()` or a `kms_kcv_fit` (the test rows of all folds).
#' @param estimate Predicted labels in the same form. Vectors are compared as text, matrices column by
#'   column (by name, where both have names).
#' @param zero_division The value, 0 or 1, of a measure that is 0/0: the precision of a label that was
#'   never predicted, the recall of one never observed.
#' @param labels Labels to report, in this order; `NULL` for all that were observed or predicted, in
#'   the order of the outcome (of a matrix: all columns).
#' @param x,object,y,row.names,optional,... The report, and arguments that are not used.
#' @param digits Digits behind the point.
#'
#' @details
#' For a label, precision is the share of its predictions that are right, recall the share of its cases
#' that were found, F1 their harmonic mean and support the number of its cases. The averages over labels:
#' * micro: all labels counted together. With a single label a case and all labels reported, its
#'   three numbers are the accuracy, and the table shows that instead;
#' * macro: each label counts the same;
#' * weighted: each label counts by its support;
#' * samples (matrices only): the mean over cases.
#'
#' Cases with a missing value on either side are left out.
#'
#' @returns `classification_report()`: a list of class `classification_report` with
#'   * `classes`: a data frame label, precision, recall, f1, support;
#'   * `averages`: the same with `average` (micro, macro, weighted, samples) in place of `label`;
#'   * `accuracy`: the share of cases whose label (in a matrix: all whose labels) is right;
#'   * `zero_division`; `multilabel`: whether matrices were compared; `whole`: whether single labels
#'     were and none that occurs is left out, so that the micro average is the accuracy.
#'
#'   `as.data.frame()`: one data frame of both with the columns `label` ("macro avg" and so on for
#'   averages), `type` ("class" or "average"), `precision`, `recall`, `f1`, `support`. `print()`
#'   returns its argument invisibly. `autoplot()` and `plot()` give a ggplot with the three measures of each label, the
#'   most frequent first.
#'
#' @section Errors:
#' Sides that do not fit together, matrices of other numbers and unknown `labels` are errors of class
#' `tildenet_error_argument`.
#'
#' @source The measures, averages and the layout of the table are those of `classification_report()`
#'   in scikit-learn.
#' @seealso [confusion()]; [multilabel_measures()] for several labels case by case.
#' @examples
#' observed <- c("a", "a", "b", "b", "c")
#' predicted <- c("a", "b", "b", "b", "a")
#' report <- classification_report(observed, predicted)
#' report
#' as.data.frame(report)
#' plot(report)
#'
#' genres <- cbind(comedy = c(1, 1, 0), drama = c(0, 1, 1))
#' classification_report(genres, cbind(comedy = c(1, 0, 0), drama = c(0, 1, 0)))
#'
#' fit <- kms(Species ~ ., iris, Nepochs = 10, seed = 1, verbose = 0)
#' classification_report(fit)
#' @export
classification_report <- function(truth, estimate = NULL, zero_division = 0, labels = NULL) {
  call <- rlang::current_env()
  if (missing(truth)) abort_arg("truth", "be given", call = call)
  zero_division <- check_zero_division(zero_division, call)
  pair <- report_pair(truth, estimate, call)
  multilabel <- is.matrix(pair$y_test)
  count <- if (multilabel) report_count_columns else report_count_labels
  counts <- count(pair, if (is_judged(truth)) truth, labels, zero_division, call)
  classes <- report_scores(counts$labels, zero_division)
  averages <- rbind(report_scores(as.list(colSums(as.data.frame(counts$labels))), zero_division),
                    report_mean(classes, rep(1, nrow(classes)), zero_division),
                    report_mean(classes, classes$support, zero_division), counts$samples)
  structure(list(
    classes = data.frame(label = counts$names, classes),
    averages = data.frame(average = c("micro", "macro", "weighted", if (multilabel) "samples"), averages),
    accuracy = counts$accuracy, zero_division = zero_division, multilabel = multilabel,
    whole = counts$whole
  ), class = "classification_report")
}

#' @rdname classification_report
#' @export
as.data.frame.classification_report <- function(x, row.names = NULL, optional = FALSE, ...) {
  averages <- x$averages
  names(averages)[1] <- "label"
  averages$label <- paste(averages$label, "avg")
  out <- rbind(x$classes, averages)
  type <- factor(rep(c("class", "average"), c(nrow(x$classes), nrow(averages))), c("class", "average"))
  data.frame(label = out$label, type = type, out[-1], row.names = row.names)
}

#' @rdname classification_report
#' @export
print.classification_report <- function(x, digits = 2, ...) {
  check_count(digits, "digits", min = 0, max = 15)
  cat(report_lines(x, digits), sep = "\n")
  invisible(x)
}

# ---- both sides ----------------------------------------------------------------------------------

# What carries observed and predicted labels by itself.
is_judged <- function(x) is_fit(x) || is_prediction(x) || inherits(x, "kms_kcv_fit")

# Whether it is numbers or times that were predicted, of outcomes that are known.
judges_numbers <- function(x) {
  if (is_prediction(x)) return(!is.factor(x) && !is.matrix(x) && !is.null(x$y_test))
  is_judged(x) && any(x$y_type %in% c("continuous", "survival"))
}

# What was fitted to a formula and keeps its test rows.
is_fit <- function(x) inherits(x, c("kms_fit", "kms_baseline"))

check_zero_division <- function(zero_division, call) {
  zero_division <- check_number(zero_division, "zero_division", call = call)
  if (!zero_division %in% 0:1) abort_arg("zero_division", "be 0 or 1", describe(zero_division), call = call)
  zero_division
}

# The same without missing values.
report_pair <- function(truth, estimate, call) {
  pair <- report_sides(truth, estimate, call)
  known <- stats::complete.cases(pair$y_test, pair$predictions)
  if (!any(known)) {
    abort_arg("truth", "hold a case that is known on both sides", call = call,
              given = paste(length(known), "cases are given."))
  }
  if (all(known)) pair else lapply(pair, outcome_rows, known)
}

# list(y_test, predictions): two vectors, or two 0/1 matrices of one shape.
report_sides <- function(truth, estimate, call) {
  if (is_judged(truth)) {
    if (!is.null(estimate)) {
      abort_arg("estimate", "be left out when `truth` is a fit or a prediction", call = call)
    }
    pair <- confusion_sides(truth, NULL, NULL, call, "truth")
  } else {
    if (is.null(estimate)) {
      abort_arg("estimate", "be given", "`truth` is neither a fit of kms() nor a prediction of one.",
                call = call)
    }
    pair <- list(y_test = truth, predictions = estimate)
  }
  pair <- Map(report_side, pair, c("truth", "estimate"), MoreArgs = list(call = call))
  if (!identical(dim(pair$y_test), dim(pair$predictions)) ||
      length(pair$y_test) != length(pair$predictions)) {
    abort_arg("estimate", "be of the shape of `truth`", call = call,
              given = paste("The one:", describe(estimate), "The other:", describe(truth)))
  }
  pair$predictions <- report_align(pair$predictions, colnames(pair$y_test), call)
  pair
}

# Columns that have names on both sides are matched by them.
report_align <- function(estimate, columns, call, arg = "estimate") {
  if (is.null(columns) || is.null(colnames(estimate))) return(estimate)
  if (!setequal(columns, colnames(estimate))) {
    abort_arg(arg, "have the columns of `truth`", call = call,
              given = paste0("Only in one of them: ", paste0("\"", union(
                setdiff(columns, colnames(estimate)), setdiff(colnames(estimate), columns)),
                "\"", collapse = ", "), "."))
  }
  estimate[, columns, drop = FALSE]
}

report_side <- function(side, arg, call) {
  side <- own_sparse(side, arg, call)
  if (is.data.frame(side)) side <- as.matrix(side)
  if (inherits(side, "Matrix")) side <- dense_copy(side, arg, call)
  if (is.matrix(side) && is.logical(side)) side <- side + 0
  if (is.matrix(side) && (!is.numeric(side) || !is_binary(side))) {
    abort_arg(arg, "hold only 0 and 1 when it is a matrix", describe(side), call = call,
              how = "Cut probabilities, as in `probabilities > 0.5`; give single labels as a vector.")
  }
  if (!is.atomic(side) || length(dim(side)) > 2) {
    abort_arg(arg, "be a vector of labels or a matrix of 0 and 1", describe(side), call = call)
  }
  own_values(side)
}

# Whether a matrix of numbers holds 0, 1 and gaps only.
is_binary <- function(x) all(x == 0 | x == 1, na.rm = TRUE) && !any(is.nan(x))

# ---- counts --------------------------------------------------------------------------------------

# list(names, labels, accuracy, whole): labels is list(right, predicted, support), one number a label;
# whole tells whether no label that occurs is left out.
report_count_labels <- function(pair, object, labels, zero_division, call) {
  counts <- confusion_counts(pair, object)
  occurs <- rownames(counts)[rowSums(counts) + colSums(counts) > 0]
  names <- if (is.null(labels)) occurs else report_check_labels(labels, NULL, call)
  number <- function(values) {
    found <- unname(values[label_match(names, rownames(counts))])
    ifelse(is.na(found), 0, found)
  }
  list(names = names,
       labels = list(right = number(diag(counts)), predicted = number(colSums(counts)),
                     support = number(rowSums(counts))),
       accuracy = sum(diag(counts)) / sum(counts), whole = all(occurs %in% names))
}

# The same of 0/1 matrices, and `samples`, the mean scores over cases.
report_count_columns <- function(pair, object, labels, zero_division, call) {
  known <- colnames(pair$y_test) %||% colnames(pair$predictions) %||% as.character(seq_len(ncol(pair$y_test)))
  names <- if (is.null(labels)) known else report_check_labels(labels, known, call)
  truth <- pair$y_test[, match(names, known), drop = FALSE]
  estimate <- pair$predictions[, match(names, known), drop = FALSE]
  sums <- function(sum) {
    lapply(list(right = truth * estimate, predicted = estimate, support = truth), function(m) unname(sum(m)))
  }
  samples <- report_scores(sums(rowSums), zero_division)
  list(names = names, labels = sums(colSums), accuracy = mean(rowSums(truth != estimate) == 0),
       whole = FALSE,
       samples = data.frame(as.list(colMeans(samples[scores])), support = sum(truth)))
}

# known: labels there are; NULL when any will do (one that does not occur has support 0).
report_check_labels <- function(labels, known, call) {
  labels <- label_text(labels)
  if (length(labels) == 0 || anyNA(labels) || anyDuplicated(labels) > 0) {
    abort_arg("labels", "hold different labels", describe(labels), call = call)
  }
  unknown <- setdiff(labels, known)
  if (!is.null(known) && length(unknown) > 0) {
    abort_arg("labels", "be among the columns of `truth`",
              paste0("Not there: ", quoted_list(unknown), "."), call = call)
  }
  labels
}

# ---- scores --------------------------------------------------------------------------------------

scores <- c("precision", "recall", "f1")

# n: list(right, predicted, support) of equally long vectors.
report_scores <- function(n, zero_division) {
  share <- function(part, whole) ifelse(whole == 0, zero_division, part / whole)
  data.frame(precision = share(n$right, n$predicted), recall = share(n$right, n$support),
             f1 = share(2 * n$right, n$predicted + n$support), support = n$support)
}

report_mean <- function(classes, weights, zero_division) {
  means <- lapply(classes[scores], function(s) {
    if (sum(weights) == 0) zero_division else sum(s * weights) / sum(weights)
  })
  data.frame(means, support = sum(classes$support))
}

# ---- table ---------------------------------------------------------------------------------------

report_lines <- function(x, digits) {
  rows <- as.data.frame(x)
  n <- nrow(x$classes)
  whole <- function(values) formatC(values, width = 9, format = "d")
  cells <- lapply(rows[scores], function(values) sprintf("%9.*f", digits, values))
  body <- do.call(paste, c(cells, list(whole(rows$support))))
  if (x$whole) {
    rows$label[n + 1] <- "accuracy"
    body[n + 1] <- paste(strrep(" ", 19), sprintf("%9.*f", digits, x$accuracy), whole(rows$support[n + 1]))
  }
  header <- paste(formatC(c("precision", "recall", "f1-score", "support"), width = 9), collapse = " ")
  names <- format(c("", rows$label, strrep(" ", 12)), justify = "right")[seq_len(nrow(rows) + 1)]
  lines <- paste0(names, "  ", c(header, body))
  classes <- 1 + seq_len(n)
  c(lines[1], "", lines[classes], "", lines[-c(1, classes)])
}
