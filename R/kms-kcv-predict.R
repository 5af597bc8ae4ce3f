# Intervals and sets of cross-validated fits (CV+): every row of the data is a calibration row of the network that has not seen
# it. The page is that of kms-interval.R. The networks of the folds are members, too, see kms-members.R.

#' @rdname kms_intervals
#' @export
predict.kms_kcv_fit <- function(object, newdata, type = "interval", batch_size = 32, ..., level = 0.9, penalty = 0,
                                unknown = "average") {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  fits <- object[paste0("train_f", seq_len(object$k_folds))]
  outcome <- replace(kms_design(fits[[1]])$outcome, "labels", list(object$y_labels))
  type <- check_kcv_type(type, outcome, call)
  if (missing(newdata)) abort_missing_arg("newdata", call)
  level <- check_level(level, FALSE, type, call)
  penalty <- check_penalty(penalty, !missing(penalty), type, call)
  calibrations <- lapply(fits, attr, "calibration")
  if (is_calibrated_type(type)) check_calibrated(calibrations, type, level, call)
  unknown <- check_string(unknown, "unknown", unknown_rules)
  said_once({
    parts <- lapply(fits, kcv_part, newdata, type, outcome, penalty, batch_size, unknown, level, call)
  })
  if (is_members_type(type)) {
    shape <- if (type == "members") members_array else members_spread
    return(shape(do.call(cbind, parts), outcome, list(names = paste0("f", seq_along(fits)), weights = rep(1, length(fits)) / length(fits))))
  }
  if (type == "interval") return(conformal_interval(parts, calibrations, level, outcome))
  held <- held_labels(parts, calibrations, level, penalty)
  held[Reduce(`|`, lapply(parts, function(part) is.na(part[, 1]))), ] <- NA
  new_label_sets(held, outcome)
}

check_kcv_type <- function(type, outcome, call) {
  of_folds <- function(entry) isTRUE(entry$calibrated) || isTRUE(entry$members)
  known <- names(Filter(function(entry) of_folds(entry) && entry$of(outcome), predict_types))
  if (is.character(type) && length(type) == 1 && type %in% known) return(type)
  if (length(known) == 0) abort_arg("object", "have an outcome of numbers or labels", conformal_why(outcome), call = call)
  abort_arg("type", paste("be one of", quoted_list(known)), describe(type), call = call,
            how = if (identical(type, "interval") || identical(type, "set")) conformal_why(outcome) else "Each `object$train_f1`, `object$train_f2`, ... is a fit that predicts all types.")
}

# What one network says of all rows: interval_part(), scores of all labels, infinite for those it does not know, or
# network_numbers(), where those have probability 0.
kcv_part <- function(fit, newdata, type, outcome, penalty, batch_size, unknown, level, call) {
  new <- design_apply(kms_design(fit), newdata, call, outcome = FALSE, unknown = unknown)
  own <- kms_design(fit)$outcome
  values <- by_parts(new, function(rows) {
    asked <- predict_request(fit, rows, batch_size, call = call, level = level, penalty = penalty)
    switch(type, interval = interval_part(asked), set = label_scores(label_ranks(predict_prob(asked)), penalty),
           network_numbers(asked$output, own, fit$train_scale))
  })
  if (type != "interval" && has_labels(outcome)) values <- all_labels(values, own, outcome, if (type == "set") Inf else 0)
  kms_spread(values, new$rows, new$n)
}

# values: a column for each label of the network's own outcome; others hold `rest`.
all_labels <- function(values, own, outcome, rest) {
  known <- match(label_text(own$labels), label_text(outcome$labels))
  replace(matrix(rest, nrow(values), length(outcome$labels)), cbind(c(row(values)), known[c(col(values))]), values)
}

# The calibration of a fold's network by the fold's rows, of at most so many in all folds. test: as predict() takes it.
kcv_calibration <- function(fit, test, weights, k_folds, batch_size) {
  outcome <- kms_design(fit)$outcome
  if (!(has_intervals(outcome) || has_sets(outcome))) return(NULL)
  call <- rlang::current_env()
  new <- suppressMessages(suppressWarnings(design_apply(kms_design(fit), test$newdata, call)))
  y <- kms_known_outcome(new$y, test$y_test, new$n, outcome, call)
  usable <- which(!is.na(y[new$rows]))
  usable <- usable[unique(round(seq(1, length(usable), length.out = min(length(usable), calibration_rows / k_folds))))]
  at <- new$rows[usable]
  output <- by_parts(kms_take_rows(new, usable), function(rows) predict_request(fit, rows, batch_size, call = call)$output)
  calibration_of(output, outcome_rows(y, at), outcome, fit$train_scale, weights[at])
}
