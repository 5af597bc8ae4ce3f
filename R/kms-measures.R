#' Measures of fits of kms()
#'
#' What the numbers mean that `print()`, `summary()`, `glance()`, `tidy()` and [predict()][predict.kms_fit] give. y is
#' observed, p predicted; rows with a missing value on either side are left out.
#'
#' @details
#' **Numbers**, in units of the outcome:
#' * `r.squared`: 1 - SSE / SST, with SSE the sum of (y - p)^2 and SST that of (y - mean(y))^2 over the same rows. 1 is
#'   perfect, 0 as good as the mean of these rows, below 0 worse. NA for less than two different values.
#' * `MSE`: mean of (y - p)^2. `MAE`: mean of |y - p|.
#' * `cor_kendals`: Kendall's rank correlation, tau-b, of y and p.
#' * `R2_predictions`, an element of fits and predictions that is not printed: the squared correlation of y and p, as in
#'   kerasformula. It does not see predictions that are off by a factor or a constant: it can be near 1 where
#'   `r.squared` is below 0.
#'
#' **Labels**:
#' * `accuracy`: share of rows whose label is predicted. Several labels at once: `label_accuracy`, share of single labels
#'   that are right, and `exact_match`, share of rows with all of them right.
#'
#' **Quantiles** also have `pinball` and `coverage`, one for each quantile (`coverage.10%`), **times** have `concordance`
#' alone, see [kms_families].
#'
#' **Probabilities** p of labels, of the test rows, in `glance()`:
#' * `brier`: Brier score, half the mean over rows of the sum over labels of (p - y)^2, y being 1 for the label of the row and 0 for
#'   others: with two labels the mean of (p - y)^2. 0 is perfect. Several labels at once: the mean of (p - y)^2 over rows and labels.
#' * `ece`: expected calibration error. Rows are put into 15 bins of equal width by the probability p of their most probable label; it
#'   is the mean over bins, weighted by rows, of the difference between the share of rows with that label and their mean p. Several labels at once:
#'   of each row and label. 0.05 says that probabilities are off by 5 percent points. It is above 0 for perfect ones too, the more the
#'   fewer rows there are.
#'
#' **On the scale of training**, as [evaluate()] gives them: `loss`, the loss trained on with the penalties of the network, and
#' its `metrics`. `val_loss` and so on are those of the validation rows after an epoch, `loss` of an epoch is measured while the
#' weights change.
#'
#' **The null model** predicts what the outcome of the training rows alone says, the same for every row: their mean, with the
#' `theta` or `precision` of the highest likelihood beside it where the fit estimates one; their quantiles; their most
#' frequent label, or of several labels those that more than half of the rows have; of times one hazard for all rows (Cox),
#' or for each interval the share of those who reach it. Its `loss`, `null_loss` in `glance()`, is that of these numbers or of
#' the shares of the labels, without penalties. Fits with an `offset()` have none. What is no better on the test rows is said
#' to be so: numbers by `MSE`, quantiles by `pinball`, times by `concordance`, labels by `accuracy` and `loss`.
#' @source Brier (1950), Verification of forecasts expressed in terms of probability; Guo and others (2017), On calibration of modern neural
#'   networks, <https://arxiv.org/abs/1706.04599> (calibration error).
#' @seealso [kms()], [classification_report()], [metric_accuracy][metric_binary_accuracy]
#' @examples
#' fit <- kms(mpg ~ wt + hp, mtcars, N_layers = 2, units = 8, Nepochs = 30, seed = 1, verbose = 0)
#' summary(fit)$measures
#' @name kms_measures
NULL

# How well numbers are predicted, in the units of the outcome. Rows with a missing value on either
# side are left out.
regression_measures <- function(y, fit) {
  whole <- !is.na(y) & !is.na(fit)
  y <- as.numeric(y[whole])
  fit <- as.numeric(fit[whole])
  list(MSE_predictions = mean_known((fit - y)^2), MAE_predictions = mean_known(abs(fit - y)),
       R2_predictions = correlation(y, fit)^2, cor_kendals = kendall_tau(y, fit), r.squared = r_squared(y, fit))
}

# Share of the variation about the mean that is explained: below 0 for predictions worse than the mean.
r_squared <- function(y, fit) {
  total <- sum((y - mean(y))^2)
  if (length(y) > 1 && total > 0) 1 - sum((y - fit)^2) / total else NA_real_
}

# Measures that are printed, but for those of families. R2_predictions, a squared correlation, only has its name from older
# scripts.
shown_measures <- c("accuracy", "label_accuracy", "exact_match", "r.squared", "MSE_predictions", "MAE_predictions", "cor_kendals")

# Those of a prediction, as a named list.
prediction_measures <- function(x) {
  answer <- prediction_answer(x)
  answer[intersect(c(shown_measures, family_measures), names(answer))]
}

# Those of numbers or times, with what the family adds of the rows with an outcome.
numbers_measures <- function(y, fit, output, outcome, scale) {
  own <- family_of(outcome)$measures
  known <- which(stats::complete.cases(y))
  c(if (outcome$type == "continuous") regression_measures(y, fit),
    if (!is.null(own) && length(known) > 0) own(outcome_rows(y, known), output[known, , drop = FALSE], outcome, scale))
}

# Several labels: the share of single labels that is right, and of rows in which all are.
label_measures <- function(y, fit) {
  right <- y == fit
  list(label_accuracy = mean_known(right), exact_match = mean_known(rowMeans(right) == 1))
}

# Those of one label or several, of rows with an outcome.
own_label_measures <- function(outcome, y, fit) {
  if (outcome$type == "multilabel") label_measures(y, fit) else list(accuracy = mean(label_text(fit) == label_text(y)))
}

# NA, not NaN, where nothing is known.
mean_known <- function(x) {
  x <- x[!is.na(x)]
  if (length(x) > 0) mean(x) else NA_real_
}

# NA where one side does not vary, without the warning of cor().
correlation <- function(x, y) {
  if (length(unique(x)) < 2 || length(unique(y)) < 2) return(NA_real_)
  stats::cor(x, y)
}

# Kendall's tau-b by counting inversions, n log(n)^2 where cor(method = "kendall") takes n^2.
kendall_tau <- function(x, y) {
  if (length(unique(x)) < 2 || length(unique(y)) < 2) return(NA_real_)
  sorted <- order(x, y)
  x <- match(x[sorted], unique(x[sorted]))
  y <- match(y[sorted], sort(unique(y)))
  pairs <- function(group) {
    size <- tabulate(match(group, unique(group)))
    sum(size * (size - 1) / 2)
  }
  n <- length(x)
  all_pairs <- n * (n - 1) / 2
  x_ties <- pairs(x)
  y_ties <- pairs(y)
  both_ties <- pairs((x - 1) * (max(y) + 1) + y)
  concordance <- all_pairs - x_ties - y_ties + both_ties - 2 * count_inversions(y)
  concordance / sqrt((all_pairs - x_ties) * (all_pairs - y_ties))
}

# Pairs i < j with y[i] > y[j], as a merge sort counts them: in each block of twice `size` the values
# of the left half that are greater than one of the right half.
count_inversions <- function(y) {
  n <- length(y)
  position <- seq_len(n) - 1
  total <- 0
  size <- 1
  while (size < n) {
    block <- position %/% (2 * size)
    right <- (position %/% size) %% 2 == 1
    sorted <- order(block, y, right)
    is_left <- !right[sorted]
    seen <- cumsum(is_left)
    left_until_end <- cumsum(tabulate(block[!right] + 1, max(block) + 1))[block[sorted] + 1]
    total <- total + sum((left_until_end - seen)[!is_left])
    size <- 2 * size
  }
  total
}
