#' Thresholds of several labels, tuned
#'
#' Finds for each label of a fit the probability above which predicting it gives the highest F1 on rows that the fit
#' was not trained on. `predict(fit, newdata, threshold = )` takes the result.
#'
#' @param object A fit of [kms()] with several labels at once or two labels, or one of [baseline()] by naive Bayes.
#' @param data Rows that the fit was not trained on: a data frame with predictors and outcome, or what else the
#'   `newdata` of its `predict()` may be.
#' @param y_test The outcome, when it is not in `data`.
#'
#' @details
#' Candidates are halfway between neighbouring probabilities in `data`; of those with the highest F1 the one nearest to
#' 0.5 is taken. A label that no row has keeps 0.5. Judge the fit by other rows than these: on the rows themselves the
#' F1 is too good. For rare labels a threshold rests on a few cases.
#'
#' @returns Numbers between 0 and 1, one for each label and named by it; of two labels one, for the second.
#' @section Errors:
#' A fit with another outcome, and rows without it, are errors of class `tildenet_error_argument`.
#' @source Lewis, D. D. (1995). Evaluating and optimizing autonomous text classification systems. Proceedings of SIGIR,
#'   246-254.
#' @seealso [predict.kms_fit()]
#' @examples
#' flowers <- transform(iris, large = Sepal.Length > 6, wide = Sepal.Width > 3.4)
#' set.seed(1)
#' part <- sample(rep(c("train", "tune", "test"), each = 50))
#' fit <- kms(cbind(large, wide) ~ Petal.Length + Petal.Width, flowers[part == "train", ],
#'            N_layers = 1, Nepochs = 60, pTraining = 1, seed = 1, verbose = 0)
#' thresholds <- tune_thresholds(fit, flowers[part == "tune", ])
#' thresholds
#' test <- flowers[part == "test", ]
#' classification_report(predict(fit, test))
#' classification_report(predict(fit, test, threshold = thresholds))
#' @export
tune_thresholds <- function(object, data, y_test = NULL) {
  call <- rlang::current_env()
  if (!inherits(object, c("kms_fit", "kms_baseline"))) {
    abort_arg("object", "be a fit of kms() or baseline()", describe(object), call = call)
  }
  outcome <- kms_design(object)$outcome
  if (!outcome$type %in% c("binary", "multilabel")) {
    abort_arg("object", "have several labels at once, or two labels", paste0("Its outcome is ", outcome$type, "."), call = call)
  }
  if (missing(data)) abort_missing_arg("data", call)
  truth <- predict(object, data, y_test = y_test)$y_test
  if (is.null(truth)) {
    abort_arg("data", "hold the outcome", paste0("It lacks a column of `", outcome$name, "`."), "Or give it as `y_test`.",
              call = call)
  }
  prob <- predict(object, data, type = "prob")
  if (outcome$type == "binary") {
    truth <- matrix(outcome_codes(truth, outcome))
    prob <- prob[, 2, drop = FALSE]
  }
  vapply(stats::setNames(seq_len(ncol(prob)), colnames(prob)), function(k) best_threshold(truth[, k], prob[, k]), 0)
}

# The cut of probabilities p with the highest F1 against y of 0 and 1.
best_threshold <- function(y, p) {
  known <- !is.na(y) & !is.na(p)
  y <- y[known][order(-p[known])]
  p <- sort(p[known], decreasing = TRUE)
  if (sum(y) == 0) return(0.5)
  predicted <- seq_along(p)
  f1 <- 2 * cumsum(y) / (predicted + sum(y))
  f1[c(diff(p) == 0, FALSE)] <- -1 # no cut lies between equal ones
  cut <- (p + c(p[-1], 0)) / 2
  best <- which(f1 >= max(f1) - 1e-12)
  cut[best[which.min(abs(cut[best] - 0.5))]]
}

# ---- use -------------------------------------------------------------------------------------------

# One number, or one for each label in order, or "expected_f1".
check_threshold <- function(threshold, outcome, call) {
  labels <- if (outcome$type == "binary") label_text(outcome$labels)[2] else label_text(outcome$labels)
  several <- outcome$type == "multilabel"
  if (!several && outcome$type != "binary") {
    if (identical(threshold, 0.5)) return(threshold)
    abort_arg("threshold", "be left out unless the fit has several labels at once, or two",
              paste0("The outcome is ", outcome$type, "."), call = call)
  }
  if (several && identical(threshold, "expected_f1")) return(threshold)
  numbers <- listed_numbers(threshold)
  if (!is.null(names(numbers))) {
    numbers <- if (setequal(names(numbers), labels)) numbers[labels]
  }
  fine <- length(numbers) %in% c(1, length(labels)) && !anyNA(numbers) && all(numbers >= 0 & numbers <= 1)
  if (!fine) {
    abort_arg("threshold", paste0("be a number between 0 and 1", if (several) ", one for each label, or \"expected_f1\""),
              describe_numbers(threshold), "tune_thresholds() finds them; names are those of the labels.", call = call)
  }
  rep_len(unname(numbers), length(labels))
}

# 0/1 matrix of the labels predicted for probabilities (rows, labels). threshold: checked.
choose_labels <- function(prob, threshold) {
  if (identical(threshold, "expected_f1")) return(expected_f1_labels(prob))
  (prob > rep(threshold, each = nrow(prob))) + 0L
}

# The most probable labels of a row, as many as make its expected F1 largest, were labels independent: with k
# of them predicted, i of these and j of the others there, F1 is 2 i / (k + i + j), and 1 with none on either side.
expected_f1_labels <- function(prob) {
  out <- array(0L, dim(prob))
  known <- which(stats::complete.cases(prob))
  size <- max(1, floor(4e6 / ncol(prob)^2))
  for (rows in split(known, ceiling(seq_along(known) / size))) out[rows, ] <- expected_f1_part(prob[rows, , drop = FALSE])
  out[-known, ] <- NA
  if (length(known) == 0) out[] <- NA
  out
}

expected_f1_part <- function(prob) {
  n <- ncol(prob)
  order <- t(apply(-prob, 1, order))
  sorted <- matrix(prob[cbind(c(row(order)), c(order))], nrow(prob))
  # Chances that 0, 1, ... of the labels k + 1 to n are there, by k + 1.
  others <- vector("list", n + 1)
  others[[n + 1]] <- matrix(1, nrow(prob), 1)
  for (k in rev(seq_len(n))) others[[k]] <- add_chance(others[[k + 1]], sorted[, k])
  best <- others[[1]][, 1]
  count <- integer(nrow(prob))
  first <- matrix(1, nrow(prob), 1)
  for (k in seq_len(n)) {
    first <- add_chance(first, sorted[, k])
    value <- numeric(nrow(prob))
    for (i in seq_len(k)) {
      value <- value + first[, i + 1] * drop(others[[k + 1]] %*% (2 * i / (k + i + 0:(n - k))))
    }
    better <- value > best
    best[better] <- value[better]
    count[better] <- k
  }
  out <- array(0L, dim(prob))
  out[cbind(c(row(order)), c(order))] <- as.integer(col(order) <= count)
  out
}

# Chances of 0, 1, ... with one more label of probability p in each row.
add_chance <- function(chances, p) cbind(chances * (1 - p), 0) + cbind(0, chances * p)

# ---- top labels ------------------------------------------------------------------------------------

# The k labels with the highest scores (rows, labels), a text matrix (rows, k), NA in rows without scores.
top_labels <- function(scores, k, labels, call) {
  k <- check_count(k, "k", max = length(labels), call = call)
  out <- matrix(NA_character_, nrow(scores), k, dimnames = list(NULL, paste0("top", seq_len(k))))
  known <- which(stats::complete.cases(scores))
  for (row in known) out[row, ] <- labels[order(-scores[row, ])[seq_len(k)]]
  out
}
