# How well numbers are predicted, in the units of the outcome. Rows with a missing value on either
# side are left out.
regression_measures <- function(y, fit) {
  whole <- !is.na(y) & !is.na(fit)
  y <- as.numeric(y[whole])
  fit <- as.numeric(fit[whole])
  list(MSE_predictions = mean_known((fit - y)^2), MAE_predictions = mean_known(abs(fit - y)),
       R2_predictions = correlation(y, fit)^2, cor_kendals = kendall_tau(y, fit))
}

regression_names <- c("MSE_predictions", "MAE_predictions", "R2_predictions", "cor_kendals")

# accuracy, the two measures of several labels or those of numbers and times, as a named list.
prediction_measures <- function(x) {
  answer <- prediction_answer(x)
  answer[intersect(names(answer), c("accuracy", "label_accuracy", "exact_match", regression_names,
                                             family_measures))]
}

# Those of numbers or times, with what the family adds.
numbers_measures <- function(y, fit, output, outcome, scale) {
  own <- family_of(outcome)$measures
  c(if (outcome$type == "continuous") regression_measures(y, fit),
    if (!is.null(own)) own(y, output, outcome, scale))
}

# Several labels: the share of single labels that is right, and of rows in which all are.
label_measures <- function(y, fit) {
  right <- y == fit
  list(label_accuracy = mean_known(right), exact_match = mean_known(rowMeans(right) == 1))
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
