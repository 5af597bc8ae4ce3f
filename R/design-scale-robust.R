# The scale "robust": the median goes to 0, the range of the middle half of the rows has the width 1, and what lies far
# out is drawn in. Outliers then neither set the scale nor reach the network as they are.

# Where the middle half has one value the width is half the range; where all rows have it there is no width, and the
# column is 0 for every row there will be.
robust_stats <- function(v, weights = NULL) {
  quartiles <- weighted_quantiles(v, c(0.25, 0.5, 0.75), weights)
  robust_pair(quartiles[2], quartiles[3] - quartiles[1], max(v) - min(v))
}

robust_pair <- function(median, middle, range) {
  width <- if (middle > 0) middle else if (range > 0) range / 2 else Inf
  list(from = median, to = width)
}

# v: the stored values of a column of n, in `rows`. So few that no quartile can be one of them are not sorted.
sparse_robust_stats <- function(v, n, weights, rows) {
  if (is.null(weights) && length(v) < n / 4 - 1) return(robust_pair(0, 0, max(v, 0) - min(v, 0)))
  robust_stats(c(v, numeric(n - length(v))), if (!is.null(weights)) c(weights[rows], weights[!seq_len(n) %in% rows]))
}

# As stats::quantile(), where whole weights repeat values; others only say how much values count to each other.
weighted_quantiles <- function(v, probs, weights = NULL) {
  if (is.null(weights)) return(stats::quantile(v, probs, names = FALSE))
  if (!all(weights == round(weights))) weights <- weights * length(v) / sum(weights)
  order <- order(v)
  reached <- cumsum(weights[order])
  at <- function(place) v[order][pmin(findInterval(place - 1e-6, reached) + 1, length(v))]
  place <- 1 + probs * (reached[length(v)] - 1)
  low <- at(floor(place))
  low + (place - floor(place)) * (at(floor(place) + 1) - low)
}

# As good as x near 0, never beyond 3.
smooth_clip <- function(x) x / sqrt(1 + (x / 3)^2)
