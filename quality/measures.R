# How good predictions are, and how honest what a fit says of itself.

# Share of right labels, or the share of the variance that is explained.
quality_score <- function(predicted, y) {
  if (is.factor(y)) return(mean(as.character(predicted) == as.character(y)))
  1 - sum((predicted - y)^2) / sum((y - mean(y))^2)
}

# Of 90 % intervals the share of outcomes inside and the mean width in standard deviations of the outcome; of sets of labels the
# share that holds the label and the mean size; of probabilities Brier score and expected calibration error. NA: not said.
belief_measures <- function(beliefs, task) {
  y <- task$test[[task$outcome]]
  found <- c(coverage = NA, width = NA, size = NA, brier = NA, ece = NA)
  if (!is.null(beliefs$interval)) {
    bounds <- unclass(beliefs$interval)
    found["coverage"] <- mean(y >= bounds[, 1] & y <= bounds[, 2])
    found["width"] <- mean(bounds[, 2] - bounds[, 1]) / stats::sd(task$train[[task$outcome]])
  }
  if (!is.null(beliefs$sets)) {
    found["coverage"] <- mean(beliefs$sets[cbind(seq_along(y), as.integer(y))])
    found["size"] <- mean(rowSums(beliefs$sets))
  }
  if (!is.null(beliefs$prob)) {
    outcome <- list(type = "multinomial", labels = levels(y))
    found[c("brier", "ece")] <- unlist(tildenet:::probability_measures(unclass(beliefs$prob), y, outcome))
  }
  found
}
