# Sets of labels that hold the label of a row, by adaptive prediction sets; the page is that of kms-interval.R.

# list(above, rank), matrices (rows, labels) for one of probabilities: what the labels before each one have together, from the
# most probable down, and its place among them. Equal ones stand in the order of labels.
label_ranks <- function(prob) {
  n <- nrow(prob)
  order <- order(row(prob), -prob)
  sorted <- matrix(prob[order], ncol(prob), n)
  before <- array(0, dim(sorted))
  for (k in seq_len(ncol(prob))[-1]) before[k, ] <- before[k - 1, ] + sorted[k - 1, ]
  above <- rank <- prob
  above[order] <- before
  rank[order] <- rep(seq_len(ncol(prob)), n)
  list(above = above, rank = rank)
}

# penalty: c(for each place behind, the last place without).
label_scores <- function(ranks, penalty) ranks$above + penalty[1] * pmax(ranks$rank - penalty[2], 0)

# What is kept of calibration rows: the entries of their own label. One that the network does not know is in no set.
label_calibration <- function(prob, codes) {
  ranks <- label_ranks(prob)
  at <- cbind(seq_along(codes), codes)
  known <- !is.na(codes)
  above <- ifelse(known, ranks$above[at], Inf)
  list(above = above, rank = ifelse(known, ranks$rank[at], 1))
}

predict_set <- function(asked) {
  score <- label_scores(label_ranks(predict_prob(asked)), asked$penalty)
  kms_name(held_labels(list(score), list(attr(asked$object, "calibration")), asked$level, asked$penalty), asked$outcome)
}

# Which labels a set of the level holds, TRUE or FALSE (rows, labels): those with less than the level of the calibration rows
# below their score. scores, calibrations: those of each network; a set without any label gets the one that was nearest.
held_labels <- function(scores, calibrations, level, penalty) {
  below <- Reduce(`+`, Map(function(score, calibration) {
    weight_below(score, label_scores(calibration, penalty), calibration$weights)
  }, scores, calibrations))
  held <- below < conformal_need(level, calibration_weight(calibrations))
  held[is.na(held)] <- TRUE # a network that diverged says nothing
  held[cbind(seq_len(nrow(held)), max.col(-replace(below, is.na(below), 0), "first"))] <- TRUE
  held
}

# For each number x the weight of the values below it.
weight_below <- function(x, values, weights = NULL) {
  order <- order(values)
  weight <- c(0, cumsum(weights[order] %||% rep(1, length(values))))
  array(weight[findInterval(x, values[order], left.open = TRUE) + 1], dim(x))
}

check_penalty <- function(penalty, given, type, call) {
  numbers <- plain_numbers(penalty)
  fine <- length(numbers) %in% 1:2 && all(is.finite(numbers)) && numbers[1] >= 0 && (length(numbers) == 1 || numbers[2] >= 1)
  if (!fine) {
    abort_arg("penalty", "be a number of at least 0, or two, the second of at least 1", describe_numbers(penalty), call = call,
              how = "The second is the last place among the labels of a row that has no penalty.")
  }
  if (given && !identical(type, "set")) abort_arg("penalty", "go with `type = \"set\"`", call = call)
  c(numbers, 1)[1:2]
}

# ---- the object ------------------------------------------------------------------------------------

# A list of factors, one for each row of `held`; NA for a row of NA.
new_label_sets <- function(held, outcome) {
  one <- attributes(outcome_factor(integer(), outcome))
  lost <- is.na(held[, 1])
  codes <- split(col(held)[which(held)], factor(row(held)[which(held)], seq_len(nrow(held))))
  codes[lost] <- list(NA_integer_)
  sets <- lapply(unname(codes), function(set) `attributes<-`(set, one))
  structure(sets, labels = one$levels, class = c("kms_label_sets", "list"))
}

#' @rdname kms_intervals
#' @export
print.kms_label_sets <- function(x, n = 10, ...) {
  sizes <- lengths(x)
  cat("Sets of labels of ", counted(length(x), "row"), sep = "")
  if (length(x) > 0) cat(", ", format(mean(sizes), digits = 3), if (mean(sizes) == 1) " label" else " labels", " on average", sep = "")
  cat("\n")
  print(utils::head(format(x), n), quote = FALSE)
  if (length(x) > n) cat("... and", length(x) - n, "more\n")
  invisible(x)
}

#' @export
format.kms_label_sets <- function(x, ...) {
  vapply(unclass(x), function(set) if (anyNA(set)) NA_character_ else paste0("{", paste(set, collapse = ", "), "}"), "")
}

#' @export
`[.kms_label_sets` <- function(x, i) structure(unclass(x)[i], labels = attr(x, "labels"), class = class(x))

#' @rdname kms_intervals
#' @export
as.matrix.kms_label_sets <- function(x, ...) {
  labels <- attr(x, "labels")
  rows <- lapply(unclass(x), function(set) if (anyNA(set)) rep(NA, length(labels)) else seq_along(labels) %in% as.integer(set))
  matrix(unlist(rows), length(x), length(labels), byrow = TRUE, dimnames = list(NULL, labels))
}

#' @export
as.data.frame.kms_label_sets <- function(x, row.names = NULL, optional = FALSE, ..., nm = "set") {
  as.data.frame(stats::setNames(list(I(unclass(x))), nm), row.names = row.names, optional = optional)
}
