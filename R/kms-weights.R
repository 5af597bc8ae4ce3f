# Case weights and class weights of kms(), as fit() takes them.

# Weights that are all 1 are none.
kms_case_weights <- function(weights, call) {
  if (is.null(weights) || all(weights == 1)) return(NULL)
  if (all(weights == 0)) {
    abort_arg("weights", "have a number above 0", "All are 0.", class = "data", call = call)
  }
  weights
}

# Without `activity_regularizer` in the call there is no penalty on activities: it counts rows, not
# weights, and a row of weight 2 would not be two rows.
kms_weighted_control <- function(control, weights) {
  if (!is.null(weights) && !"activity_regularizer" %in% control$given) {
    control["activity_regularizer"] <- list(NULL)
  }
  control
}

# The loss of a batch is the sum of weight times value over the number of rows: with mean 1 over the
# rows fitted to, a row of weight 2 counts as two rows.
kms_sample_weight <- function(weights, rows, fitted) {
  if (is.null(weights)) return(NULL)
  weights[rows] / mean(weights[fitted])
}

# class_weight as fit() wants it: list("0" = , "1" = , ...), or NULL. y, weights: rows fitted to.
kms_class_weight <- function(class_weight, y, outcome, weights, call) {
  if (is.null(class_weight) || outcome$type == "multilabel") return(NULL) # of several labels see kms_label_factors()
  if (is_numbers(outcome)) {
    abort_arg("class_weight", "go with an outcome of two or more labels",
              paste0("The outcome is ", outcome$type, "."), "Use `weights` for rows.", call = call)
  }
  factors <- if (identical(class_weight, "balanced")) {
    class_balance(outcome_codes(y, outcome) + 1L, weights, outcome$n_values)
  } else {
    class_factors_given(class_weight, label_text(outcome$labels), call)
  }
  stats::setNames(as.list(factors), seq_along(factors) - 1L)
}

# Each label gets the same total. A label without rows needs no factor.
class_balance <- function(codes, weights, n) {
  totals <- vapply(seq_len(n), function(k) sum((weights %||% rep(1, length(codes)))[codes == k]), 0)
  ifelse(totals > 0, sum(totals) / (sum(totals > 0) * totals), 1)
}

# Named by label, or by class number from 0; labels that are not named have 1.
class_factors_given <- function(class_weight, labels, call) {
  factors <- listed_numbers(class_weight)
  names <- names(factors)
  place <- label_match(names, labels)
  if (anyNA(place)) place <- match(names, seq_along(labels) - 1L)
  fine <- !is.null(factors) && length(place) == length(factors) && !anyNA(place) && !anyDuplicated(place) &&
    engine_all_held(factors) && all(factors >= 0)
  if (!fine) {
    abort_arg("class_weight", "be \"balanced\" or numbers of at least 0 named by label", call = call,
              given = if (is.null(factors)) describe(class_weight)
                      else if (is.null(names)) "It has no names."
                      else paste0("It is ", paste0(names, " = ", factors, collapse = ", "), "."),
              how = paste0("The labels are ", quoted_list(utils::head(labels, 10)), "."))
  }
  replace(rep(1, length(labels)), place, factors)
}
