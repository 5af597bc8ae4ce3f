#' Predict with a fit of kms()
#'
#' New rows go through the formula as the training rows did: the same terms, factor levels, centres
#' of `poly()` or `scale()`, and the scale of the training rows.
#'
#' @param object A `kms_fit`.
#' @param newdata A data frame with the predictors of the formula; for a fit of a matrix also a matrix,
#'   whose columns are found by name when both have names (terms that a `dfm` or `DocumentTermMatrix` lacks
#'   are zero). With the outcome in it (or
#'   `y_test`) the predictions are also judged.
#' @param batch_size Rows sent through the network at once.
#' @param verbose 0 for silence, 1 for a progress bar.
#' @param y_test Outcome of `newdata`, one value per row, used when `newdata` does not have it.
#' @param ... Must be empty.
#' @param type `NULL` for the list described below, or what to return for each row:
#'   * `"class"`: a factor with the levels of the outcome; a 0/1 matrix for several labels;
#'   * `"prob"`: a matrix (rows of `newdata`, labels) of probabilities, columns named by label;
#'   * `"response"`: numbers in the units of the outcome; for a binary outcome the probability of the
#'     second label; for more labels the matrix of `"prob"`;
#'   * `"link"`: the sums that enter the last activation: log odds for a binary outcome, a matrix
#'     with one column a label for more, the log of the mean for counts, the same as `"response"` for any
#'     other continuous one;
#'   * `"top"`: the `k` most probable labels of each row, a text matrix (rows, `k`), the most probable first.
#' @param k Number of labels of `"top"`.
#' @param threshold Of several labels at once those with a probability above it are predicted: a number, a number for
#'   each label (in order or named, as [tune_thresholds()] finds them), or `"expected_f1"`: for each row as many of
#'   its most probable labels as make its expected F1 largest, see below. Of two labels the second is predicted above
#'   a number. It counts for `"class"` and without a `type`.
#'
#' @details
#' **Expected F1.** If the labels of a row are there independently of each other, with the probabilities predicted,
#' each number of labels has an expected F1; to predict none counts 1 where none is there. The number with the
#' highest is found exactly, in time that grows with the cube of the number of labels. It needs no data to be tuned
#' on, but probabilities that can be believed (see `autoplot(fit, "calibration")`).
#'
#' @returns With a `type`, one element or row per row of `newdata`, in its order; NA where a
#'   predictor is missing. Without, an object of class `kms_prediction`, a list with `fit` (labels or
#'   numbers in outcome units) and `y_test` (`NULL` if unknown). When the outcome is known, also
#'   `y_test_labels`, `confusion` and `accuracy` (categorical), `confusion`, `label_accuracy` and
#'   `exact_match` (several labels: share of single labels and of rows that are right), or `MSE_predictions`,
#'   `MAE_predictions`, `R2_predictions` and `cor_kendals` (continuous).
#'
#' @section Warnings and errors:
#' A level the data of the fit did not have is named in a warning and predicted as the baseline, or by the
#' row for unseen levels of an `emb()` term. Rows with all columns that a function of the formula gives
#' a missing value for (`cut()` outside its breaks) are counted in a warning and predicted as NA. An
#' outcome label the fit does not know is named in a message and counts as wrong. Missing columns
#' and columns that cannot be read in the type of the training data are errors of class `tildenet_error_data`.
#'
#' Read in that type are whole and other numbers, logical values as 0 and 1 and back, numbers and dates
#' such as "2020-03-01" that came as text, times where the fit knows dates (their day) and dates where it knows times (midnight in the zone of
#' the training data), times in other zones, time differences in other units.
#'
#' @source The list form is that of `predict()` in the package kerasformula. Expected F1: Ye, N. and others (2012),
#'   Optimizing F-measures: a tale of two approaches, <https://arxiv.org/abs/1206.4625>.
#' @seealso [kms()], [confusion()], [tune_thresholds()]
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 5, seed = 1, verbose = 0)
#' predict(fit, iris[c(1, 51, 101), ], type = "class")
#' predict(fit, iris[c(1, 51, 101), ], type = "prob")
#' predict(fit, iris[c(1, 51, 101), ])$accuracy
#' @export
predict.kms_fit <- function(object, newdata, batch_size = 32, verbose = 0, y_test = NULL, ...,
                            type = NULL, k = 3, threshold = 0.5) {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  type <- check_string(type, "type", c("class", "prob", "response", "link", "top"), null_ok = TRUE)
  if (missing(newdata)) {
    abort_arg("newdata", "be given", call = call,
              how = "Predictions of the test rows are in `object$predictions`.")
  }
  design <- kms_design(object)
  threshold <- check_threshold(threshold, design$outcome, call)
  new <- design_apply(design, newdata, call, outcome = is.null(type))
  x <- kms_inputs(new, object$train_scale)
  n <- new$n
  if (identical(type, "link")) {
    link <- kms_link(object, x, batch_size, verbose)
    return(kms_spread(link, new$rows, n))
  }
  output <- kms_output(object$model, x, batch_size, verbose)
  if (is.null(type)) {
    fit <- kms_spread(kms_fitted(output, design$outcome, object$train_scale, threshold), new$rows, n)
    return(kms_prediction(fit, kms_known_outcome(new$y, y_test, n, design$outcome, call), design$outcome))
  }
  kms_spread(kms_by_type(output, object, type, call, k, threshold), new$rows, n)
}

# Outputs of the network as a matrix; no row needs no network.
kms_output <- function(model, x, batch_size, verbose) {
  if (kms_n_rows(x) == 0) return(matrix(0, 0, units_of(model)))
  only_output(predict(model, x, batch_size = batch_size, verbose = verbose))
}

# Output units of a model.
units_of <- function(model) {
  shape <- model$output_shape
  shape[[length(shape)]]
}

kms_by_type <- function(output, object, type, call, k = 3, threshold = 0.5) {
  outcome <- kms_design(object)$outcome
  if (outcome$type == "continuous") {
    if (type != "response") {
      abort_arg("type", "be \"response\" or \"link\" for a continuous outcome", describe(type),
                call = call)
    }
    return(kms_fitted(output, outcome, object$train_scale))
  }
  if (type == "class") {
    if (outcome$type == "multilabel") return(kms_fitted(output, outcome, threshold = threshold))
    return(outcome_factor(kms_classes(output, threshold), outcome))
  }
  if (type == "response" && outcome$type == "binary") return(output[, ncol(output)])
  if (ncol(output) == 1 && outcome$type == "binary") output <- cbind(1 - output, output)
  if (type == "top") top_labels(output, k, label_text(outcome$labels), call) else kms_name(output, outcome)
}

kms_name <- function(output, outcome) {
  if (is.matrix(output) && ncol(output) == length(outcome$labels)) {
    dimnames(output) <- list(NULL, label_text(outcome$labels))
  }
  output
}

# Predictions of `rows` put where they belong among n, NA elsewhere.
kms_spread <- function(values, rows, n) {
  if (length(rows) == n) return(values)
  from <- rep(NA_integer_, n)
  from[rows] <- seq_along(rows)
  if (is.matrix(values)) values[from, , drop = FALSE] else values[from]
}

# What enters the last activation. Our network ends in a dense layer, whose sums are computed from the
# layer before, or in an activation by itself. Of a model of the user's only its output is at hand.
kms_link <- function(object, x, batch_size, verbose) {
  outcome <- kms_design(object)$outcome
  plain <- outcome$type == "continuous" && !is_counts(outcome)
  if (plain || is.null(object$layers_overview)) {
    output <- kms_output(object$model, x, batch_size, verbose)
    if (plain) return(kms_fitted(output, outcome, object$train_scale))
    if (is_counts(outcome)) return(log(output[, 1]))
    own <- outcome$type == "multilabel" || ncol(output) == 1
    link <- if (own) stats::qlogis(output) else log(output)
  } else {
    link <- kms_last_sums(object$model, x, batch_size, verbose)
  }
  if (ncol(link) == 1) link[, 1] else kms_name(link, outcome)
}

kms_last_sums <- function(model, x, batch_size, verbose) {
  before <- function(tensor) {
    is_input <- vapply(model$inputs, identical, NA, tensor)
    if (any(is_input)) return(if (is.list(x)) x[[which(is_input)]] else x)
    kms_output(keras_model(model$inputs, tensor), x, batch_size, verbose)
  }
  calls <- Filter(function(call) call$layer$class_name != "ActivityRegularization",
                  graph_calls(model$inputs, model$outputs))
  last <- calls[[length(calls)]]
  read <- before(last$inputs[[1]])
  if (last$layer$class_name != "Dense") return(as.matrix(read))
  weights <- get_weights(object_of(last$layer))
  sums <- as.matrix(read %*% weights[[1]]) # sparse on the left: Matrix multiplies
  if (length(weights) > 1) sweep(sums, 2, as.vector(weights[[2]]), "+") else sums
}

# The outcome in newdata counts before the argument.
kms_known_outcome <- function(in_newdata, y_test, n, outcome, call) {
  if (!is.null(in_newdata) || is.null(y_test)) return(in_newdata)
  y_test <- outcome_given(y_test, "y_test", call)
  if (NROW(y_test) != n) {
    abort_arg("y_test", paste("have one value per row of `newdata`,", n), describe(y_test), call = call)
  }
  if (outcome$type != "continuous") return(y_test)
  row_numbers(y_test, "y_test", "hold numbers, as the outcome of the fit", call)
}

kms_prediction <- function(fit, y_test, outcome) {
  out <- list(fit = fit, y_test = NULL)
  if (!is.null(y_test)) out <- c(list(fit = fit, y_test = y_test), kms_judge(fit, y_test, outcome))
  structure(out, class = "kms_prediction")
}

kms_judge <- function(fit, y_test, outcome) {
  if (outcome$type == "continuous") return(regression_measures(y_test, fit))
  if (outcome$type == "multilabel") return(c(list(confusion = confusion(y_test = y_test, predictions = fit)),
                                            label_measures(y_test, fit)))
  labels <- unique(y_test)
  new <- new_labels(labels[is.na(label_match(labels, outcome$labels))])
  if (length(new) > 0) {
    inform_tn(paste0("The outcome has labels the fit does not know, counted as wrong: ",
                     quoted_list(new), "."), "new_labels")
  }
  known <- !is.na(y_test) & !is.na(fit)
  right <- outcome_codes(fit, outcome) == outcome_codes(y_test, outcome)
  list(y_test_labels = labels,
       confusion = confusion(y_test = y_test, predictions = fit),
       accuracy = mean_known(right[known] %in% TRUE))
}
