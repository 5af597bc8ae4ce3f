# Conformal prediction: how far from their predictions the outcomes of rows lie that the network was not fitted to, and
# from it bounds and sets for new rows. Nothing is assumed of the network: only that the new rows come as these did.
#
# A calibration is list(below, n, whole, weights) of numbers, see interval_anchors(), and list(above, rank, weights) of labels,
# see label_ranks(): one element or row for each calibration row. weights are NULL, or have mean 1.

# So many rows are enough: the share of new rows inside bounds then varies by 0.003 from one set of them to the next, at
# the level 0.9. The rows of a part are in random order.
calibration_rows <- 10000

# The calibration on the validation rows, those that fit() took from the end; NULL without any, and for outcomes that have
# neither intervals nor sets. y: the outcome of all training rows, as it is in the data.
kms_calibration <- function(model, train, y, outcome, scale, control) {
  n <- kms_n_rows(train$x)
  rows <- utils::head(seq_len(n)[-seq_len(kms_n_fitted(n, control))], calibration_rows)
  if (length(rows) == 0 || !is_conformal(outcome)) return(NULL)
  x <- if (is.list(train$x)) lapply(train$x, take_samples, rows) else train$x[rows, , drop = FALSE]
  calibration_of(kms_output(model, x, max(control$batch_size, 256), 0), outcome_rows(y, rows), outcome, scale, train$weights[rows])
}

is_conformal <- function(outcome) outcome$type == "continuous"

# output: of the network for rows with the outcome y.
calibration_of <- function(output, y, outcome, scale, weights = NULL) {
  anchors <- interval_anchors(output, outcome, scale)
  list(off = (as.numeric(y) - anchors$at) / anchors$spread, weights = weights,
       whole = family_of(outcome)$counts && all(y == round(y)))
}

# The smallest of the values that, with those below, holds the share `level` of them all and of one that is still to come,
# which counts 1: the ceiling((n + 1) level)-th without weights. Inf where they are too few for it.
conformal_quantile <- function(values, level, weights = NULL) {
  values[is.na(values)] <- Inf
  order <- order(values)
  reached <- cumsum(weights[order] %||% rep(1, length(values))) >= conformal_need(level, length(values), weights)
  if (any(reached)) values[order[which(reached)[1]]] else Inf
}

# The weight that bounds at a level have to hold. A millionth of a row is left to rounding: 10 * 0.7 may come out above 7.
conformal_need <- function(level, n, weights = NULL) level * (total_weight(n, weights) + 1) - 1e-6

total_weight <- function(n, weights) if (is.null(weights)) n else sum(weights)
