# Conformal prediction: how far from their predictions the outcomes of rows lie that the network was not fitted to, and
# from it bounds and sets for new rows. Nothing is assumed of the network: only that the new rows come as these did.
#
# A calibration is list(off, weights, whole) of numbers, how far they are from the anchors of interval_anchors() in their unit and
# whether all are whole, and list(above, rank, weights) of labels, see label_ranks(): one element or row for each calibration
# row. weights are NULL, or have mean 1.

# What judged rows say of a network, see judging_output(): list(temperature, calibration), NULL for what is not asked for, or
# cannot be. sharpened: the temperature its last layer was divided by, NULL for none; y, weights: of all training rows, y as it is in
# the data.
kms_calibrate <- function(judged, sharpened, y, weights, outcome, scale, control) {
  if (is.null(judged)) return(NULL)
  output <- judged$at(sharpened)
  y <- outcome_rows(y, judged$rows)
  weights <- weights[judged$rows]
  temperature <- if (control$calibrate) best_temperature(function(t) tempered(output, outcome, t), y, outcome, weights)
  conformal <- has_intervals(outcome) || has_sets(outcome)
  list(temperature = temperature,
       calibration = if (conformal) calibration_of(tempered(output, outcome, temperature), y, outcome, scale, weights))
}

has_intervals <- function(outcome) outcome$type == "continuous"
has_sets <- function(outcome) outcome$type %in% c("binary", "multinomial")

# output: of the network for rows with the outcome y.
calibration_of <- function(output, y, outcome, scale, weights = NULL) {
  if (has_sets(outcome)) {
    return(c(label_calibration(label_probabilities(output, outcome), outcome_codes(y, outcome) + 1), list(weights = weights)))
  }
  anchors <- interval_anchors(output, outcome, scale)
  list(off = (as.numeric(y) - anchors$at) / anchors$spread, weights = weights,
       whole = family_of(outcome)$counts && all(y == round(y)))
}

calibration_size <- function(calibration) NROW(calibration$off %||% calibration$above)

# What the rows of some calibrations weigh together.
calibration_weight <- function(calibrations) {
  sum(vapply(calibrations, function(of) total_weight(calibration_size(of), of$weights), 0))
}

total_weight <- function(n, weights) if (is.null(weights)) as.numeric(n) else sum(weights)

# The weight that bounds at a level have to hold of all rows and of one that is still to come, which counts 1. A millionth
# of a row is left to rounding: 10 * 0.7 may come out above 7.
conformal_need <- function(level, total) level * (total + 1) - 1e-6

# The smallest of the values that has this weight at and below it: the ceiling((n + 1) level)-th of n without weights.
# Inf where they are too few.
conformal_quantile <- function(values, level, weights = NULL) {
  values[is.na(values)] <- Inf
  need <- conformal_need(level, total_weight(length(values), weights))
  if (is.null(weights)) {
    place <- max(1, ceiling(need))
    return(if (place > length(values)) Inf else sort(values, partial = place)[place])
  }
  order <- order(values)
  reached <- cumsum(weights[order]) >= need
  if (any(reached)) values[order[which(reached)[1]]] else Inf
}

# ---- what predict() checks -------------------------------------------------------------------------

is_calibrated_type <- function(type) !is.null(type) && isTRUE(predict_types[[type]]$calibrated)

check_level <- function(level, given, type, call) {
  level <- check_number(level, "level", 0, 1, open = TRUE, call = call)
  if (given && !is_calibrated_type(type)) {
    types <- names(Filter(function(entry) isTRUE(entry$calibrated), predict_types))
    abort_arg("level", paste0("go with `type = ", paste(quoted(types), collapse = "` or `type = "), "`"), call = call)
  }
  level
}

# Whether a fit can answer, before anything is computed, and whether its rows are enough for the level.
check_calibrated <- function(calibrations, type, level, call) {
  if (any(lengths(calibrations) == 0)) {
    abort_arg("object", paste0("have calibration rows for \"", type, "\""), call = call,
              given = "It was fitted without validation rows.",
              how = "Fit it with a `validation_split` above 0: the validation rows are the calibration rows.")
  }
  weight <- calibration_weight(calibrations)
  if (weight >= conformal_need(level, weight)) return(invisible())
  n <- sum(vapply(calibrations, calibration_size, 0L))
  warn_tn(paste0(counted(n, "calibration row"), if (n == 1) " is" else " are", " too few for `level = ", format(level), "`: ",
                 if (type == "set") "every label is in each set." else "the intervals have no bounds."), "few_rows", call = call,
          how = paste0("The highest level of n rows is n / (n + 1), here ", n, " / ", n + 1, "."))
}

# Why an outcome does not have the type.
conformal_why <- function(outcome) {
  switch(outcome$type,
    continuous = "Numbers have intervals: `type = \"interval\"`.",
    survival = "Of a censored time it is only known that it is longer; `type = \"survival\"` gives curves.",
    multilabel = "A row may have several labels or none: a set cannot hold the one it has. A `threshold` chooses labels.",
    "Labels have sets: `type = \"set\"`.")
}
