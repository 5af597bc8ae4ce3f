#' Intervals and sets that hold the outcome
#'
#' `predict(fit, newdata, type = "interval", level = 0.9)` gives bounds for numbers: of rows that come as those of the data did, at
#' least the share `level` has its outcome inside, whatever the network is worth. A bad network has wide
#' intervals, not wrong ones. The method is conformal prediction.
#'
#' @param object A fit of [kms_kcv()]; of [kms()] see [predict.kms_fit()].
#' @param newdata A data frame with the predictors of the formula.
#' @param type `"interval"` or `"set"`; of a fit of `kms_kcv()` also `"members"` or `"spread"`, see [kms_members].
#' @param batch_size Rows sent through the network at once.
#' @param level Share of rows whose outcome the bounds or sets shall hold, above 0 and below 1.
#' @param penalty,unknown As of [predict.kms_fit()].
#' @param x Sets, as `type = "set"` gives them.
#' @param n How many of them are printed.
#' @param ... Must be empty; of the methods for sets, not used.
#'
#' @details
#' **What is guaranteed.** Take n calibration rows that the network was not fitted to. The bounds of a new row are its
#' prediction plus and minus the `ceiling((n + 1) level)`-th smallest of their n scores. If the calibration rows and the
#' new one are exchangeable (drawn alike, in whatever order), the new outcome is inside with a probability of at least `level`
#' and at most `level + 1 / (n + 1)`. The probability is over all of it, calibration rows included: for a given fit the share
#' varies by about `sqrt(level (1 - level) / n)` (0.03 with 100 rows, level 0.9). It is marginal: over all rows, not for each
#' kind of row by itself. Nothing is promised of rows that come in another way: later years, other places. With case weights a row
#' counts as so many rows.
#'
#' **Calibration rows** are those of `validation_split`, of which the fit keeps the scores, no more than those of 10,000 rows. A
#' fit without validation rows has no intervals. Of a net `"committee"` ([kms_nets]) they are all training rows, each as the
#' members predict it that have not seen it; the fit, a mean of more members, is a little closer, and so its intervals hold a
#' little more than the level. The same rows have chosen the epoch whose weights were kept (with `keep = "best"`), so that they
#' are predicted a little better than new ones: in simulations with 20, 50, 100 and 200 validation rows and hundreds of epochs
#' to choose from, intervals of the level 0.9 held 0.900, 0.894, 0.879 and 0.892 of new rows, where the formula promises 0.900
#' to 0.905. Where that matters give `keep = "last"` and a number of epochs. Columns are scaled by the training rows with these
#' among them.
#'
#' **Scores.** Of a number y with the prediction p it is `|y - p| / s`. s is 1 for plain numbers, so all intervals of a fit have one
#' width, and the standard deviation the family has at p for others: `sqrt(p)` of Poisson counts,
#' `sqrt(p + p^2 / theta)` of negative binomial ones, `p` (gamma), `p^(power / 2)` (Tweedie), `sqrt(p (1 - p))` of shares,
#' `sqrt(p (1 - p) / (1 + precision))` (beta). Bounds outside the range of the family are put on its end; those of whole counts are whole numbers.
#'
#' **Cross-validated fits** of [kms_kcv()] need no rows set aside: each row is a calibration row of the network that has not seen it, and all
#' networks predict the new row (CV+). Its lower bound is the `ceiling((n + 1) level)`-th from above of all `p - s r`, with r the score of a row and p, s
#' of the network that has not seen that row; the upper bound likewise; `fit` is the mean over the networks. A set holds the labels that have less than the
#' `level` of the rows below them in the same way. About the share `level` is inside; what is proved without assumptions is `2 level - 1`, less
#' `sqrt(2 / n)`. The more the networks of the folds differ the more is inside: in simulations with 300 rows 0.93 to 0.94 at the level 0.9.
#'
#' **Quantiles.** With [loss_quantile()] of at least two quantiles the interval is that of conformalised quantile regression: from the quantile
#' nearest to `(1 - level) / 2` to that nearest to `(1 + level) / 2`, both moved by the same amount, the
#' quantile of the scores `max(lower - y, y - upper)`. Intervals are wide where the outcome varies much and
#' narrow where it does not: `loss = loss_quantile(quantiles = c(0.05, 0.5, 0.95))` is the choice for outcomes whose spread differs.
#'
#' **Sets.** The score of a label is the probability of the labels that the network thinks more probable. A set holds the labels
#' whose score is at most the quantile of the scores that the true labels of the calibration rows had: the most probable label always, then
#' others until their probabilities add up to more than the quantile. So sets are small where the network is sure and large where it is not. These are adaptive
#' prediction sets (APS) without their random part: the same rows have the same sets. Where the network is right more often than `level`, all
#' sets have one label and hold more than asked for. `penalty` makes it RAPS: to the score of a label in place r of its row
#' `penalty * (r - 1)` is added, or with a second number k `penalty * max(0, r - k)`; the guarantee stays.
#'
#' @returns Of `"interval"` a matrix with a row for each row of `newdata` and columns `fit` (the prediction, always inside), `lwr` and `upr`. Of
#'   `"set"` a list of class `kms_label_sets` with a factor for each row, NA where a predictor is missing: `lengths(x)` are the sizes, `as.matrix(x)` is TRUE and
#'   FALSE (rows, labels), in a data frame it is a column. `print()` returns `x` invisibly.
#'
#' @section Warnings and errors:
#' With fewer than `level / (1 - level)` calibration rows (9 for 0.9) no finite bound can be guaranteed: bounds are those of the
#' family, else infinite, and sets hold all labels; a warning of class `tildenet_warning_few_rows` says so. A fit
#' without calibration rows is an error of class `tildenet_error_argument`, and so are types that an outcome does not have: survival times
#' have curves, since of a censored one it is only known that it is longer, and several labels at once are no set of which one is true.
#' @source Split conformal prediction: Papadopoulos and others (2002), Inductive confidence machines for regression;
#'   Lei and others (2018), Distribution-free predictive inference for regression, JASA 113. Quantiles: Romano, Patterson and Candes (2019),
#'   Conformalized quantile regression, <https://arxiv.org/abs/1905.03222>. Weights: Tibshirani and others (2019), Conformal prediction under
#'   covariate shift, <https://arxiv.org/abs/1904.06019>.
#'   CV+: Barber and others (2021), Predictive inference with the jackknife+, Annals of Statistics 49,
#'   <https://arxiv.org/abs/1905.02928>. Sets: Romano, Sesia and Candes (2020), Classification with valid and adaptive coverage,
#'   <https://arxiv.org/abs/2006.02544>; Angelopoulos and others (2021), Uncertainty sets for image classifiers using conformal
#'   prediction, <https://arxiv.org/abs/2009.14193> (RAPS).
#' @seealso [predict.kms_fit()], [kms_families]
#' @examples
#' set.seed(1)
#' d <- data.frame(x = runif(600))
#' d$y <- sin(6 * d$x) + rnorm(600, sd = 0.1 + 0.4 * d$x)
#' new <- data.frame(x = c(0.1, 0.5, 0.9))
#' fit <- kms(y ~ x, d, N_layers = 2, units = 32, dropout = 0, Nepochs = 80, pTraining = 1,
#'            seed = 1, verbose = 0)
#' predict(fit, new, type = "interval", level = 0.9)
#'
#' # As wide as the outcome varies
#' spread <- update(fit, loss = loss_quantile(quantiles = c(0.05, 0.5, 0.95)))
#' predict(spread, new, type = "interval")
#'
#' flowers <- kms(Species ~ Sepal.Length + Sepal.Width, iris, N_layers = 2, units = 8, Nepochs = 30,
#'                pTraining = 1, seed = 1, verbose = 0)
#' sets <- predict(flowers, iris, type = "set", level = 0.95)
#' sets
#' table(lengths(sets))
#' @name kms_intervals
NULL

# What intervals are drawn around, from outputs of the network: `at`, a column for each quantile of a quantile loss or one
# of predictions, and `spread`, the unit that distances from them are measured in.
interval_anchors <- function(output, outcome, scale) {
  family <- family_of(outcome)
  at <- unname(as.matrix(family$anchors(output, outcome, scale)))
  spread <- if (is.null(family$variance)) 1 else sqrt(family$variance(at[, 1], outcome))
  spread[is.na(spread)] <- 1 # of a network of the user's theta may be unknown
  list(at = at, spread = rep_len(pmax(spread, .Machine$double.eps), nrow(at)))
}

# The columns of the anchors that an interval of the level goes from and to: of quantiles the nearest ones, else the same.
interval_ends <- function(outcome, level) {
  nearest <- function(share) which.min(abs(quantiles_of(outcome) - share))
  c(nearest((1 - level) / 2), nearest((1 + level) / 2))
}

predict_interval <- function(asked) {
  conformal_interval(list(interval_part(asked)), list(attr(asked$object, "calibration")), asked$level, asked$outcome)
}

# What a network says of rows: predictions, the ends of intervals before they are moved, and the unit they are moved by.
interval_part <- function(asked) {
  anchors <- interval_anchors(asked$output, asked$outcome, asked$object$train_scale)
  ends <- interval_ends(asked$outcome, asked$level)
  cbind(fit = predict_response(asked), lower = anchors$at[, ends[1]], upper = anchors$at[, ends[2]], spread = anchors$spread)
}

# parts, calibrations: of each network; of one the ends are moved by the same quantile in all rows.
conformal_interval <- function(parts, calibrations, level, outcome) {
  ends <- interval_ends(outcome, level)
  off <- lapply(calibrations, function(of) pmax(-of$off[, ends[1]], of$off[, ends[2]]))
  weights <- unlist(lapply(calibrations, `[[`, "weights"))
  moved <- function(end, sign) {
    if (length(parts) == 1) return(end(1) + sign * parts[[1]][, "spread"] * conformal_quantile(off[[1]], level, weights))
    vapply(seq_len(nrow(parts[[1]])), function(row) {
      ends <- lapply(seq_along(parts), function(k) sign * end(k)[[row]] + off[[k]] * parts[[k]][[row, "spread"]])
      sign * conformal_quantile(unlist(ends), level, weights)
    }, 0)
  }
  fit <- Reduce(`+`, lapply(parts, function(part) part[, "fit"])) / length(parts)
  bounded_interval(fit, moved(function(k) parts[[k]][, "lower"], -1), moved(function(k) parts[[k]][, "upper"], 1), outcome,
                   all(vapply(calibrations, `[[`, NA, "whole")))
}

# Columns as predict.lm() has them. The interval holds the prediction, stays in the range of the family, and of counts
# ends on them.
bounded_interval <- function(fit, lower, upper, outcome, whole) {
  lower <- pmin(lower, fit)
  upper <- pmax(upper, fit)
  if (whole) {
    lower <- pmin(ceiling(lower), round(fit))
    upper <- pmax(floor(upper), round(fit))
  }
  range <- family_of(outcome)$range
  cbind(fit = fit, lwr = pmax(lower, range[1]), upr = pmin(upper, range[2]))
}
