#' Predict with a fit of kms()
#'
#' New rows go through the formula as the training rows did: the same terms, factor levels, centres
#' of `poly()` or `scale()`, and the scale of the training rows.
#'
#' @param object A `kms_fit`.
#' @param newdata A data frame with the predictors of the formula; for a fit of a matrix also a matrix,
#'   whose columns are found by name when both have names (terms that a `dfm` or `DocumentTermMatrix` lacks
#'   are zero). Or a [source][data_sources] of rows, which is read chunk by chunk; [predict_into()] writes its predictions back.
#'   With the outcome in it (or
#'   `y_test`) the predictions are also judged, but for those of a source.
#' @param type `NULL` for predictions that are also judged, as described below, or what to return for each row:
#'   * `"class"`: a factor with the levels of the outcome; a 0/1 matrix for several labels;
#'   * `"prob"`: a matrix (rows of `newdata`, labels) of probabilities, columns named by label;
#'   * `"response"`: numbers in the units of the outcome; for a binary outcome the probability of the
#'     second label; for more labels the matrix of `"prob"`;
#'   * `"link"`: the sums that enter the last activation: log odds for a binary outcome, a matrix
#'     with one column a label for more, the link that [kms_families] names for counts, amounts, shares, ordered labels
#'     and times, the same as `"quantile"` for a quantile loss and as `"response"` for other numbers;
#'   * `"top"`: the `k` most probable labels of each row, a text matrix (rows, `k`), the most probable first;
#'   * `"interval"`: for numbers a matrix with columns `fit`, `lwr` and `upr`, as that of [stats::predict.lm()]: bounds
#'     that hold the outcome of at least the share `level` of rows, see [kms_intervals];
#'   * `"set"`: for labels a list with a factor for each row, the labels that together hold that of at least the share `level` of
#'     rows, see [kms_intervals];
#'   * `"members"`: what each member of a net of members says, `"spread"`: how far they are from each other, see
#'     [kms_members];
#'   * `"quantile"`: a matrix with a column for each quantile of a quantile loss; `"survival"`, `"hazard"`: of times,
#'     see [kms_families].
#' @param batch_size Rows sent through the network at once.
#' @param verbose 0 for silence, 1 for a progress bar.
#' @param y_test Outcome of `newdata`, one value per row, used when `newdata` does not have it.
#' @param ... Must be empty.
#' @param k Number of labels of `"top"`.
#' @param unknown What rows with levels are that the data of the fit did not have: `"average"`, predicted by the average of
#'   the training rows (see below); `"na"`, NA; `"error"`, an error of class `tildenet_error_data`.
#' @param threshold Of several labels at once those with a probability above it are predicted: a number, a number for
#'   each label (in order or named, as [tune_thresholds()] finds them), or `"expected_f1"`: for each row as many of
#'   its most probable labels as make its expected F1 largest, see below. Of two labels the second is predicted above
#'   a number. It counts for `"class"` and without a `type`.
#'
#' @param level Share of rows whose outcome `"interval"` or `"set"` shall hold, above 0 and below 1.
#' @param penalty For `"set"`: what is added to the score of a label for each place it stands behind the first one (RAPS), which
#'   makes large sets smaller and small ones larger; two numbers: for each place behind the second number. 0: none.
#' @param times Times of `"survival"`, numbers of at least 0; `NULL` for those the fit knows.
#'
#' @details
#' **Expected F1.** If the labels of a row are there independently of each other, with the probabilities predicted,
#' each number of labels has an expected F1; to predict none counts 1 where none is there. The number with the
#' highest is found exactly, in time that grows with the cube of the number of labels. It needs no data to be tuned
#' on, but probabilities that can be believed (see `autoplot(fit, "calibration")`).
#'
#' **Unseen levels.** A level that no row weights are fitted to has is predicted by the average effect of the levels.
#' Of a factor it is coded by the mean of the codes of those rows' levels, so that on the first layer it has the mean of
#' their weights: with `N_layers = 0`, no interaction and a linear output the prediction is the mean, over those rows,
#' of what the new row would get with their levels. Case weights count as rows. The row of an `emb()` term for unseen levels is the mean
#' of the table's rows, in the same way. In an interaction the mean code is multiplied by the others. Words that `text()` and
#' `tokens()` do not know are left out, or read `oov_token`; hashed words are never unknown. Levels that only validation or test
#' rows had are read so without a warning, and whatever `unknown` is. For `embedding = TRUE`, where columns are indices, a new level is read as the
#' first one.
#'
#' @returns One element or row per row of `newdata`, in its order; NA where a predictor is missing. Without a `type`
#'   a factor (labels), numbers in outcome units, or a 0/1 matrix (several labels) of class [kms_prediction]: besides
#'   being that, it has by `$` the elements of the list that kerasformula returns. With a `type` a plain
#'   factor, vector or matrix.
#'
#' @section Warnings and errors:
#' Levels the data of the fit did not have are named in one warning for each column, of class
#' `tildenet_warning_new_levels`. Rows with all columns that a function of the formula gives
#' a missing value for (`cut()` outside its breaks) are counted in a warning and predicted as NA. An
#' outcome label the fit does not know is named in a message and counts as wrong. Missing columns
#' and columns that cannot be read in the type of the training data are errors of class `tildenet_error_data`.
#'
#' Read in that type are whole and other numbers, logical values as 0 and 1 and back, numbers and dates
#' such as "2020-03-01" that came as text, times where the fit knows dates (their day) and dates where it knows times (midnight in the zone of
#' the training data), times in other zones, time differences in other units.
#'
#' @source The elements by `$` are those of `predict()` in the package kerasformula. Expected F1: Ye, N. and others (2012),
#'   Optimizing F-measures: a tale of two approaches, <https://arxiv.org/abs/1206.4625>.
#' @seealso [kms_prediction], [kms()], [confusion()], [tune_thresholds()]
#' @examples
#' fit <- kms(Species ~ ., iris, Nepochs = 5, seed = 1, verbose = 0)
#' predict(fit, iris[c(1, 51, 101), ])
#' predict(fit, iris[c(1, 51, 101), ], "prob")
#' mean(predict(fit, iris) == iris$Species)
#' @export
predict.kms_fit <- function(object, newdata, type = NULL, batch_size = 32, verbose = 0, y_test = NULL, ...,
                            k = 3, threshold = 0.5, unknown = "average", times = NULL, level = 0.9, penalty = 0) {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  design <- kms_design(object)
  if (!is.null(type)) type <- check_predict_type(type, object, call)
  if (missing(newdata)) {
    abort_arg("newdata", "be given", call = call,
              how = "Predictions of the test rows are in `object$predictions`.")
  }
  if (is_row_source(newdata)) {
    kms_no_outcome(y_test, call)
    return(predict_source(object, row_source(newdata, call), type = type, batch_size = batch_size, verbose = verbose, k = k,
                          threshold = threshold, unknown = unknown, times = times,
                          more = c(if (!missing(level)) list(level = level), if (!missing(penalty)) list(penalty = penalty))))
  }
  threshold <- check_threshold(threshold, design$outcome, call)
  times <- check_times(times, type, call)
  level <- check_level(level, !missing(level), type, call)
  penalty <- check_penalty(penalty, !missing(penalty), type, call)
  if (is_calibrated_type(type)) check_calibrated(list(attr(object, "calibration")), type, level, call)
  unknown <- check_string(unknown, "unknown", unknown_rules)
  new <- design_apply(design, newdata, call, outcome = is.null(type), unknown = unknown)
  request <- function(rows) {
    predict_request(object, rows, batch_size, verbose, call, k = k, threshold = threshold, times = times, level = level,
                    penalty = penalty)
  }
  if (!is.null(type)) {
    values <- by_parts(new, function(rows) predict_types[[type]]$values(request(rows)))
    return(as_result(kms_spread(values, new$rows, new$n), type, object))
  }
  kms_predicted(object, new, by_parts(new, function(rows) request(rows)$output), threshold, y_test, call)
}

# Predictions that are judged where there is an outcome. new, output: the rows and what the network gives for them.
kms_predicted <- function(object, new, output, threshold, y_test, call) {
  outcome <- kms_design(object)$outcome
  fit <- kms_fitted(output, outcome, object$train_scale, threshold)
  y <- kms_known_outcome(new$y, y_test, new$n, outcome, call)
  own <- if (outcome$type == "continuous" && !is.null(y)) {
    numbers_measures(as.numeric(y)[new$rows], fit, output, outcome, object$train_scale)
  }
  kms_prediction(kms_spread(fit, new$rows, new$n), y, outcome, own)
}

check_times <- function(times, type, call) {
  if (is.null(times)) return(NULL)
  times <- check_numbers(times, "times", call)
  if (!identical(type, "survival")) abort_arg("times", "go with `type = \"survival\"`", call = call)
  if (length(times) == 0 || !all(is.finite(times) & times >= 0)) {
    abort_arg("times", "hold finite numbers of at least 0", describe(times), call = call)
  }
  times
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

# The outcome in newdata counts before the argument.
kms_known_outcome <- function(in_newdata, y_test, n, outcome, call, arg = "y_test", data = "newdata") {
  if (!is.null(in_newdata) || is.null(y_test)) return(in_newdata)
  y_test <- outcome_given(y_test, arg, call)
  if (NROW(y_test) != n) {
    abort_arg(arg, paste0("have one value per row of `", data, "`, ", n), describe(y_test), call = call)
  }
  if (outcome$type == "survival") y_test <- outcome_vector(y_test)
  if (outcome$type != "continuous") return(y_test)
  row_numbers(y_test, arg, "hold numbers, as the outcome of the fit", call)
}

# fit: values of the outcome, in its own type; y_test: NULL if unknown; measures: NULL for those that need no output of a
# network.
kms_prediction <- function(fit, y_test, outcome, measures = NULL) {
  answer <- list(fit = fit, y_test = NULL)
  if (!is.null(y_test)) answer <- c(list(fit = fit, y_test = y_test), measures %||% kms_judge(fit, y_test, outcome))
  labels <- outcome$type %in% c("binary", "multinomial")
  new_prediction(answer, if (labels) outcome_factor(outcome_codes(fit, outcome), outcome) else fit)
}

kms_judge <- function(fit, y_test, outcome) {
  if (outcome$type == "continuous") return(regression_measures(y_test, fit))
  if (outcome$type == "survival") return(list(concordance = concordance(y_test[, 1], y_test[, 2] == 1, fit)))
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
