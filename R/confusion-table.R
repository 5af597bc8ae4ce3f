#' Confusion of observed and predicted labels
#'
#' Few labels give a cross table, many a data frame with the most common errors of each label.
#'
#' @param object A fit of [kms()] or [baseline()], a result of its `predict()`, a `kms_kcv_fit` (the test rows of all folds),
#'   or any list with elements `y_test` and `predictions`. `NULL` when both are given as vectors.
#' @param y_test,predictions Vectors of observed and predicted labels, of the same length, or the
#'   names of such elements of `object`. Labels are compared as text, so a factor may meet a
#'   character vector. Pairs with a missing value are left out. `confusion(fit, data)` with a data frame that holds
#'   the outcome is the confusion of its rows.
#' @param return_xtab `TRUE` for the cross table, `FALSE` for the data frame, `NULL` for the cross
#'   table when fewer than six labels were observed.
#' @param digits Digits the shares of a data frame are rounded to; `NULL` for no rounding.
#' @param tidy `TRUE` for a data frame with one row per pair of labels, whatever `return_xtab` says.
#'
#' @returns Either a square table with a row `<label>_obs` and a column `<label>_pred` for each label,
#'   in the order of the outcome's labels; or a data frame with a row per observed label:
#'   * `label`, `N`: the label and how often it was observed;
#'   * `pCorrect`: share predicted correctly;
#'   * `MCE`, `pMCE`: the most common error and its share, NA and 0 when there is none;
#'   * `MCE2`, `pMCE2`: the second most common error;
#'   * `pOther`: share of all other errors.
#'
#'   Among errors of equal count the first label in order is named. With `tidy = TRUE` the columns are
#'   * `truth`, `estimate`: an observed and a predicted label, factors with all labels;
#'   * `n`: how often they met;
#'   * `share`: `n` as a share of the cases of `truth`, NA when there are none.
#'
#'   For several labels at once (0/1 matrices) a list with a cross table of 0 and 1 for each label.
#'
#' @section Errors:
#' A continuous outcome, a fit without test rows, vectors of unequal length and a tidy form or shares of
#' several labels at once are errors of class `tildenet_error_argument`.
#'
#' @source The measures and their names are those of `confusion()` in the package kerasformula.
#' @seealso [classification_report()], [plot_confusion()], [autoplot.kms_fit()]
#' @examples
#' observed <- c("a", "a", "b", "b", "c")
#' predicted <- c("a", "b", "b", "a", "a")
#' confusion(y_test = observed, predictions = predicted)
#' confusion(y_test = observed, predictions = predicted, return_xtab = FALSE)
#' confusion(y_test = observed, predictions = predicted, tidy = TRUE)
#' @export
confusion <- function(object = NULL, y_test = NULL, predictions = NULL, return_xtab = NULL,
                      digits = 3, tidy = FALSE) {
  call <- rlang::current_env()
  check_flag(tidy, "tidy")
  digits <- check_count(digits, "digits", min = 0, max = 15, null_ok = TRUE)
  pair <- confusion_pair(object, y_test, predictions, call)
  if (is.matrix(pair$y_test) || is.matrix(pair$predictions)) {
    if (tidy) {
      abort_arg("tidy", "be FALSE for several labels at once", "Each of them has a cross table.",
                "See classification_report() for all in one table.", call = call)
    }
    return(confusion_by_label(pair$y_test, pair$predictions, return_xtab, call))
  }
  counts <- confusion_counts(pair, object)
  if (is.null(return_xtab)) return_xtab <- sum(rowSums(counts) > 0) < 6
  check_flag(return_xtab, "return_xtab")
  if (tidy) return(confusion_tidy(counts, digits))
  if (return_xtab) confusion_xtab(counts) else confusion_frame(counts, digits)
}

# Observed and predicted labels without missing pairs.
confusion_pair <- function(object, y_test, predictions, call) {
  pair <- confusion_sides(object, y_test, predictions, call)
  if (any(vapply(pair, is.matrix, NA))) return(pair)
  if (length(pair$y_test) != length(pair$predictions)) {
    abort_arg("predictions", "be as long as `y_test`", call = call,
              given = paste(length(pair$predictions), "against", length(pair$y_test), "values."))
  }
  missing <- lapply(pair, function(side) is.na(if (is.factor(side)) as.character(side) else side))
  missing <- missing$y_test | missing$predictions
  if (any(missing)) lapply(pair, `[`, !missing) else pair
}

# list(y_test, predictions) of an object, unchecked; `arg` is what the caller calls the object.
confusion_sides <- function(object, y_test, predictions, call, arg = "object") {
  if (judges_numbers(object)) {
    times <- identical(object$y_type, "survival") || !is.null(object$concordance)
    abort_arg(arg, "have a categorical outcome", if (times) "Its outcome is times." else "Its outcome is continuous.",
              paste0("See its measures, such as `$", if (times) "concordance" else "r.squared", "`."), call = call)
  }
  if (inherits(object, "kms_kcv_fit")) object <- confusion_folds(object)
  if (is_fit(object) && is.data.frame(y_test) && is.null(predictions)) {
    object <- predict(object, y_test)
    y_test <- NULL
  }
  if (is_fit(object) && is.null(y_test) && is.null(object$predictions)) {
    abort_arg(arg, "have test rows", "It was trained on all rows (pTraining = 1).",
              "Predict new data: confusion(predict(object, newdata)).", call = call)
  }
  if (is_prediction(object) && is.null(y_test) && is.null(object$y_test)) {
    abort_arg(arg, "know the outcome of its rows", "The data predicted had none.",
              "Give predict() data with the outcome, or its `y_test`.", call = call)
  }
  predicted_name <- if (is_prediction(object)) "fit" else "predictions"
  list(y_test = confusion_side(object, y_test, "y_test", "y_test", call),
       predictions = confusion_side(object, predictions, predicted_name, "predictions", call))
}

# The test rows of all folds as one prediction.
confusion_folds <- function(object) {
  tests <- unname(object[paste0("test_f", seq_len(object$k_folds))])
  join <- function(name) {
    parts <- lapply(tests, `[[`, name)
    if (is.matrix(parts[[1]])) do.call(rbind, parts) else unlist(parts)
  }
  new_prediction(list(fit = join("fit"), y_test = join("y_test")))
}

# `given` is a vector, the name of an element of object, or NULL for the element `default`.
confusion_side <- function(object, given, default, arg, call) {
  name <- if (is.null(given)) default else given
  if ((is.list(object) || is_prediction(object)) && is.character(name) && length(name) == 1 && !is.null(object[[name]])) {
    return(own_values(object[[name]]))
  }
  if (is.null(given)) {
    abort_arg(arg, "be given as a vector or an element of `object`",
              if (is.null(object)) "Neither is." else paste0("`object` has no element `", default, "`."),
              call = call)
  }
  own_values(given)
}

# All labels in the order of the outcome: those of the fit or the levels of a factor first, labels
# that turn up besides at the end. Levels that occur on neither side are left out unless the fit
# knows them. seen: the different values of both sides.
confusion_labels <- function(seen, object) {
  ordered <- if (is_fit(object)) {
    label_text(object$y_labels)
  } else {
    known <- Reduce(label_union, lapply(seen, levels), character())
    known[!is.na(label_match(known, unlist(lapply(seen, label_text))))]
  }
  others <- unlist(lapply(seen, function(v) label_text(sort(v))))
  others <- setdiff(label_union(ordered, others), ordered)
  c(ordered, if (length(ordered) > 0 || is.numeric(seen$y_test)) others else sort(others))
}

# How often each label (rows: observed) met each (columns: predicted).
confusion_counts <- function(pair, object) {
  seen <- lapply(pair, value_codes)
  labels <- confusion_labels(lapply(seen, `[[`, "values"), object)
  at <- lapply(seen, function(side) label_match(side$values, labels)[side$at])
  n <- length(labels)
  matrix(tabulate(n * (at$predictions - 1L) + at$y_test, n^2), n, n, dimnames = list(labels, labels))
}

confusion_xtab <- function(counts) {
  dimnames(counts) <- list(sprintf("%s_obs", rownames(counts)), sprintf("%s_pred", colnames(counts)))
  names(dimnames(counts)) <- c("", "")
  structure(counts, class = "table") # as.table() takes none without cells
}

confusion_frame <- function(counts, digits) {
  labels <- colnames(counts)
  observed <- which(rowSums(counts) > 0)
  left <- counts[observed, , drop = FALSE]
  cases <- rowSums(left)
  # list(label, share) of the given or most frequent ones that are left in each row, which are taken out
  take <- function(at = max.col(left, "first")) {
    cells <- cbind(seq_along(at), at)
    n <- left[cells]
    left[cells] <<- 0L
    list(label = ifelse(n > 0, labels[at], NA_character_), share = n / cases)
  }
  right <- take(observed)
  first <- take()
  second <- take()
  shares <- data.frame(pCorrect = right$share, pMCE = first$share, pMCE2 = second$share, pOther = rowSums(left) / cases)
  if (!is.null(digits)) shares <- round(shares, digits)
  data.frame(label = factor(labels[observed], labels), N = as.integer(cases), shares["pCorrect"], MCE = first$label,
             shares["pMCE"], MCE2 = second$label, shares[c("pMCE2", "pOther")], row.names = NULL)
}

confusion_tidy <- function(counts, digits) {
  labels <- colnames(counts)
  k <- length(labels)
  n <- as.vector(t(counts))
  cases <- rep(rowSums(counts), each = k)
  share <- ifelse(cases > 0, n / cases, NA_real_)
  data.frame(truth = factor(rep(labels, each = k), labels), estimate = factor(rep(labels, k), labels),
             n = n, share = if (is.null(digits)) share else round(share, digits))
}
