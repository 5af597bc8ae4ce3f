# Probabilities calibrated by one number: the sums that enter the last activation are divided by the temperature with which the
# validation rows are the most likely (Guo and others, 2017). Above 1 it takes back confidence that the network has too much
# of. It is written with probabilities: the temperature of softmax is the power 1 / temperature.

# at: function(temperature), the output of the network for rows with the outcome y.
best_temperature <- function(at, y, outcome, weights = NULL) {
  seen <- seen_outcome(y, outcome)
  weights <- weights %||% rep(1, nrow(seen))
  loss <- function(log_temperature) {
    prob <- label_probabilities(at(exp(log_temperature)), outcome)
    prob <- pmin(pmax(prob, session$epsilon), 1 - session$epsilon)
    likelihood <- seen * log(prob)
    if (outcome$type == "multilabel") likelihood <- likelihood + (1 - seen) * log(1 - prob)
    -sum(weights * likelihood)
  }
  exp(stats::optimize(loss, c(-3, 3))$minimum)
}

# Outputs as they are at the temperature; without one as they come.
tempered <- function(output, outcome, temperature) {
  if (is.null(temperature)) return(output)
  if (ncol(output) == 1 || outcome$type == "multilabel") {
    output[] <- stats::plogis(stats::qlogis(pmin(pmax(output, session$epsilon), 1 - session$epsilon)) / temperature)
    return(output)
  }
  sums <- log(pmax(output, smallest_float)) / temperature
  powers <- exp(sums - do.call(pmax, as.list(as.data.frame(sums))))
  output[] <- powers / rowSums(powers)
  output
}

smallest_float <- 2^-126

# Which labels rows have, as 0 and 1 (rows, labels).
seen_outcome <- function(y, outcome) {
  if (outcome$type == "multilabel") return(y)
  outer(outcome_codes(y, outcome) + 1L, seq_along(outcome$labels), `==`) + 0
}

# Files hold the network alone.
check_no_temperature <- function(object, what, call) {
  if (is.null(object$temperature)) return(invisible())
  abort_tn(paste0("A fit with calibrated probabilities cannot be written to ", what, "."), "unsupported",
           how = "Fit it with `calibrate = FALSE`, or save its network: `object$model`.", call = call)
}

# ---- measures of probabilities ---------------------------------------------------------------------

calibration_error_bins <- 15

# prob: (rows, labels), those of several labels each by itself; see the page kms_measures. Outputs of a network of the user's
# need not be probabilities.
probability_measures <- function(prob, y, outcome) {
  if (!all(is.finite(prob) & prob >= 0 & prob <= 1)) return(list(brier = NA_real_, ece = NA_real_))
  seen <- seen_outcome(y, outcome)
  several <- outcome$type == "multilabel"
  top <- cbind(seq_len(nrow(prob)), max.col(prob, "first"))
  bins <- if (several) calibration_bins(c(prob), c(seen), calibration_error_bins)
          else calibration_bins(prob[top], seen[top], calibration_error_bins)
  list(brier = if (several) mean((prob - seen)^2) else sum((prob - seen)^2) / (2 * nrow(prob)),
       ece = sum(bins$n * abs(bins$observed - bins$predicted)) / sum(bins$n))
}
