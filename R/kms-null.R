# The null model of a fit: what the outcome of the training rows alone predicts.

# Its measures of the test rows by name. train: list(x, y, weights) with targets as y; y: outcome of the test rows, and
# targets those of theirs; units: of the output.
kms_null <- function(object, train, y, targets, units) {
  outcome <- kms_design(object)$outcome
  if (design_has_offset(kms_design(object))) return(NULL)
  output <- null_output(train$y, train$weights, outcome, units, NROW(targets))
  if (is.null(output)) return(NULL)
  fit <- kms_fitted(output, outcome, object$train_scale)
  own <- if (is_numbers(outcome)) unlist(numbers_measures(y, fit, output, outcome, object$train_scale))
         else own_label_measures(outcome, y, fit)
  c(as.list(own), list(loss = null_loss(object$loss, targets, output)))
}

# The output of the network for n rows; NULL for one of other columns than the family's.
null_output <- function(targets, weights, outcome, units, n) {
  if (NCOL(targets) == 1 && units > 1 && all(targets %in% (seq_len(units) - 1))) targets <- to_categorical(targets, units)
  targets <- as.matrix(targets)
  row <- family_of(outcome)$null(targets, weights %||% rep(1, nrow(targets)), outcome)
  if (length(row) == units) matrix(row, n, units, byrow = TRUE)
}

# A loss of the user's may not compute with constants.
null_loss <- function(loss, targets, output) {
  values <- tryCatch(loss_values(self_of(resolve_loss(loss)), k_constant(as.matrix(targets)), k_constant(output)),
                     error = function(cnd) NULL)
  if (is.null(values)) NA_real_ else mean(as.vector(k_eval(values)))
}

# What print() says of a fit that has learnt nothing of use; NULL of any other.
null_words <- function(x, measures) {
  if (is.null(measures)) return(NULL)
  at <- function(name) measures[match(name, measures$measure), ]
  loses <- function(m) !is.na(m$null) && !(m$value < m$null) %in% TRUE # a measure that is not a number is no better
  if ("pinball" %in% measures$measure) {
    if (loses(at("pinball"))) "No better than predicting the quantiles of the training rows."
  } else if (x$y_type == "survival") {
    if (loses(-at("concordance")[c("value", "null")])) "No better than predicting the same for every row."
  } else if (x$y_type == "continuous") {
    if (loses(at("MSE"))) "No better than predicting the mean of the training rows."
  } else if (x$y_type == "multilabel") {
    if (loses(at("loss"))) "No better than predicting the shares of the labels in the training rows."
  } else {
    accuracy <- at("accuracy")
    if (!(accuracy$value > accuracy$null) %in% TRUE && loses(at("loss"))) "No better than predicting the most frequent label of the training rows."
  }
}
