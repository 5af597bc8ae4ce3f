#' Metrics
#'
#' What is measured beside the loss. With two arguments a metric function gives one value per sample;
#' without data it gives an object for the `metrics` of [compile()] that holds the settings. The names
#' without `metric_` and the short names (`"acc"`, `"mae"`, `"mse"`, ...) do as well.
#'
#' @details
#' * `metric_binary_accuracy()`: share of `(p > threshold) == y` over the last axis.
#' * `metric_categorical_accuracy()`: whether the largest p (the first of equal ones) is that of y; the
#'   sparse form has class numbers from 0 as targets.
#' * `metric_top_k_categorical_accuracy()`: whether fewer than k classes score above the true one.
#' * Errors, hinges, divergences and crossentropies: the formulas of the
#'   [losses][loss_mean_squared_error()], as means over samples; `metric_root_mean_squared_error()` is
#'   the root of the mean, `metric_cosine_similarity()` has the positive sign.
#' * `metric_precision()`, `metric_recall()` and the four counts come from sums over all cells;
#'   0 where undefined. With `top_k` and no thresholds the k largest cells of a row count as positive.
#' * `metric_auc()`: area under the curve through `num_thresholds` even thresholds; `"PR"`
#'   interpolates precision as Davis and Goadrich do.
#'
#' Metrics are averaged over the samples of an epoch, not over batches. Class and sample weights touch
#' `weighted_metrics` only. `"accuracy"` is binary for one output unit or the loss
#' `binary_crossentropy`, sparse for class numbers against several units, else categorical.
#'
#' @inheritParams loss_mean_squared_error
#' @param threshold,thresholds Above which a prediction counts as positive. A vector gives one result
#'   for each.
#' @param k,top_k How many of the largest predictions count.
#' @param class_id The only class (from 0) to look at.
#' @param num_thresholds Number of thresholds from 0 to 1.
#' @param curve `"ROC"` or `"PR"` (precision against recall).
#' @param summation_method `"interpolation"`, `"minoring"` or `"majoring"`.
#' @param multi_label Whether the curve is made for each column and the areas are averaged.
#' @param num_labels Number of columns, with `multi_label`.
#' @param label_weights Must be `NULL`.
#' @param name Name of the series.
#' @param dtype Not used.
#' @returns With data a tensor with one value per sample (all axes but the last). Without, an object of
#'   class `tildenet_metric`; `metric(y_true, y_pred)` is its result for these data.
#' @section Errors:
#' Settings out of range are errors of class `tildenet_error_argument`.
#' @source The definitions are those of Keras 2.11. Davis and Goadrich (2006), The relationship between
#'   precision-recall and ROC curves, for the area under the former.
#' @examples
#' y <- matrix(c(0, 1, 1, 0), 4)
#' p <- matrix(c(0.2, 0.9, 0.4, 0.6), 4)
#' metric_binary_accuracy(y, p)
#' auc <- metric_auc()
#' auc(y, p)
#' @name metric_binary_accuracy
NULL

# All metric functions with a form per sample end here.
metric_function <- function(kind, y_true, y_pred, attrs, name, call = rlang::caller_env()) {
  if (missing(y_true) && missing(y_pred)) return(new_metric(kind, attrs, name %||% kind))
  if (missing(y_true) || missing(y_pred)) {
    abort_arg(if (missing(y_true)) "y_true" else "y_pred", "be given with the other one", call = call)
  }
  y_true <- as_tensor(y_true)
  y_pred <- as_tensor(y_pred)
  if (is_eager(y_true) && is_eager(y_pred)) {
    return(eager_tensor(engine_metric(kind, engine_attrs(attrs), plain_values(y_pred),
                                      plain_values(y_true), NULL, TRUE)))
  }
  metric_emit(kind, y_true, y_pred, attrs)
}

# The same as nodes, for metrics and losses written in R that call these functions.
metric_emit <- function(kind, y_true, y_pred, attrs) {
  op <- function(name, ..., attrs = list()) emit_op(name, list(...), attrs)[[1]]
  over_last <- function(t, fn) op("reduce", t, attrs = list(fn = fn, axis = -1))
  classes <- function(t) op("argmax", t, attrs = list(axis = -1))
  loss <- metric_table[[kind]]$loss
  if (!is.null(loss)) {
    values <- loss_of_tensors(loss, y_true, y_pred, attrs, fuse = FALSE)
    return(if (kind == "cosine_similarity") op("unary", values, attrs = list(fn = "negate")) else values)
  }
  # class numbers with or without an axis of length 1 behind
  numbers <- function() if (length(y_true$shape) == length(y_pred$shape)) over_last(y_true, "sum") else y_true
  above_own <- function(one_hot) {
    own <- op("reduce", op("multiply", one_hot, y_pred), attrs = list(fn = "sum", axis = -1, keepdims = 1))
    over_last(op("greater", y_pred, own), "sum")
  }
  switch(kind,
    binary_accuracy = over_last(op("equal", op("greater", y_pred, attrs$threshold), y_true), "mean"),
    categorical_accuracy = op("equal", classes(y_true), classes(y_pred)),
    sparse_categorical_accuracy = op("equal", numbers(), classes(y_pred)),
    top_k_categorical_accuracy = op("less", above_own(y_true), attrs$k),
    sparse_top_k_categorical_accuracy =
      op("less", above_own(k_one_hot(numbers(), y_pred$shape[length(y_pred$shape)])), attrs$k))
}

# ---- accuracies ------------------------------------------------------------------------------------

#' @rdname metric_binary_accuracy
#' @export
metric_binary_accuracy <- function(y_true, y_pred, threshold = 0.5, ..., name = "binary_accuracy",
                                   dtype = NULL) {
  attrs <- list(threshold = check_number(threshold, "threshold"))
  metric_function("binary_accuracy", y_true, y_pred, attrs, name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_categorical_accuracy <- function(y_true, y_pred, ..., name = "categorical_accuracy",
                                        dtype = NULL) {
  metric_function("categorical_accuracy", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_sparse_categorical_accuracy <- function(y_true, y_pred, ...,
                                               name = "sparse_categorical_accuracy", dtype = NULL) {
  metric_function("sparse_categorical_accuracy", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_top_k_categorical_accuracy <- function(y_true, y_pred, k = 5, ...,
                                              name = "top_k_categorical_accuracy", dtype = NULL) {
  attrs <- list(k = check_count(k, "k"))
  metric_function("top_k_categorical_accuracy", y_true, y_pred, attrs, name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_sparse_top_k_categorical_accuracy <- function(y_true, y_pred, k = 5, ...,
                                                     name = "sparse_top_k_categorical_accuracy",
                                                     dtype = NULL) {
  attrs <- list(k = check_count(k, "k"))
  metric_function("sparse_top_k_categorical_accuracy", y_true, y_pred, attrs, name)
}

# ---- loss formulas ---------------------------------------------------------------------------------

#' @rdname metric_binary_accuracy
#' @export
metric_mean_squared_error <- function(y_true, y_pred, ..., name = "mean_squared_error",
                                      dtype = NULL) {
  metric_function("mean_squared_error", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_mean_absolute_error <- function(y_true, y_pred, ..., name = "mean_absolute_error",
                                       dtype = NULL) {
  metric_function("mean_absolute_error", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_mean_absolute_percentage_error <- function(y_true, y_pred, ...,
                                                  name = "mean_absolute_percentage_error",
                                                  dtype = NULL) {
  metric_function("mean_absolute_percentage_error", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_mean_squared_logarithmic_error <- function(y_true, y_pred, ...,
                                                  name = "mean_squared_logarithmic_error",
                                                  dtype = NULL) {
  metric_function("mean_squared_logarithmic_error", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_logcosh_error <- function(y_true, y_pred, ..., name = "logcosh", dtype = NULL) {
  metric_function("logcosh", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_poisson <- function(y_true, y_pred, ..., name = "poisson", dtype = NULL) {
  metric_function("poisson", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_kullback_leibler_divergence <- function(y_true, y_pred, ...,
                                               name = "kullback_leibler_divergence", dtype = NULL) {
  metric_function("kullback_leibler_divergence", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_cosine_similarity <- function(..., axis = -1, name = "cosine_similarity", dtype = NULL) {
  metric_function("cosine_similarity", ..., attrs = list(axis = check_axis(axis)), name = name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_hinge <- function(y_true, y_pred, ..., name = "hinge", dtype = NULL) {
  metric_function("hinge", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_squared_hinge <- function(y_true, y_pred, ..., name = "squared_hinge", dtype = NULL) {
  metric_function("squared_hinge", y_true, y_pred, list(), name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_categorical_hinge <- function(..., name = "categorical_hinge", dtype = NULL) {
  metric_function("categorical_hinge", ..., attrs = list(), name = name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_binary_crossentropy <- function(y_true, y_pred, from_logits = FALSE, label_smoothing = 0,
                                       axis = -1, ..., name = "binary_crossentropy", dtype = NULL) {
  attrs <- crossentropy_attrs(from_logits, label_smoothing, axis)
  metric_function("binary_crossentropy", y_true, y_pred, attrs, name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_categorical_crossentropy <- function(y_true, y_pred, from_logits = FALSE, label_smoothing = 0,
                                            axis = -1, ..., name = "categorical_crossentropy",
                                            dtype = NULL) {
  attrs <- crossentropy_attrs(from_logits, label_smoothing, axis)
  metric_function("categorical_crossentropy", y_true, y_pred, attrs, name)
}

#' @rdname metric_binary_accuracy
#' @export
metric_sparse_categorical_crossentropy <- function(y_true, y_pred, from_logits = FALSE, axis = -1,
                                                   ..., name = "sparse_categorical_crossentropy",
                                                   dtype = NULL) {
  attrs <- crossentropy_attrs(from_logits, axis = axis)[c("from_logits", "axis")]
  metric_function("sparse_categorical_crossentropy", y_true, y_pred, attrs, name)
}
