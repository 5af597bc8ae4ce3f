# Metrics that need all samples at once: objects only.

#' @rdname metric_binary_accuracy
#' @export
metric_root_mean_squared_error <- function(..., name = "root_mean_squared_error", dtype = NULL) {
  metric_object("root_mean_squared_error", list(), name, ...)
}

#' @rdname metric_binary_accuracy
#' @export
metric_precision <- function(..., thresholds = NULL, top_k = NULL, class_id = NULL,
                             name = "precision", dtype = NULL) {
  metric_object("precision", counts_attrs(thresholds, top_k, class_id), name, ...)
}

#' @rdname metric_binary_accuracy
#' @export
metric_recall <- function(..., thresholds = NULL, top_k = NULL, class_id = NULL, name = "recall",
                          dtype = NULL) {
  metric_object("recall", counts_attrs(thresholds, top_k, class_id), name, ...)
}

#' @rdname metric_binary_accuracy
#' @export
metric_true_positives <- function(..., thresholds = NULL, name = "true_positives", dtype = NULL) {
  metric_object("true_positives", counts_attrs(thresholds), name, ...)
}

#' @rdname metric_binary_accuracy
#' @export
metric_true_negatives <- function(..., thresholds = NULL, name = "true_negatives", dtype = NULL) {
  metric_object("true_negatives", counts_attrs(thresholds), name, ...)
}

#' @rdname metric_binary_accuracy
#' @export
metric_false_positives <- function(..., thresholds = NULL, name = "false_positives", dtype = NULL) {
  metric_object("false_positives", counts_attrs(thresholds), name, ...)
}

#' @rdname metric_binary_accuracy
#' @export
metric_false_negatives <- function(..., thresholds = NULL, name = "false_negatives", dtype = NULL) {
  metric_object("false_negatives", counts_attrs(thresholds), name, ...)
}

#' @rdname metric_binary_accuracy
#' @export
metric_auc <- function(..., num_thresholds = 200, curve = "ROC", summation_method = "interpolation",
                       thresholds = NULL, multi_label = FALSE, num_labels = NULL,
                       label_weights = NULL, from_logits = FALSE, name = "auc", dtype = NULL) {
  if (!is.null(label_weights)) {
    abort_arg("label_weights", "be NULL", how = "Areas of several labels are averaged evenly.")
  }
  attrs <- list(
    num_thresholds = check_count(num_thresholds, "num_thresholds", min = 2),
    curve = check_string(toupper(curve), "curve", c("ROC", "PR")),
    summation_method = check_string(summation_method, "summation_method",
                                    c("interpolation", "minoring", "majoring")),
    thresholds = sort(check_thresholds(thresholds)), multi_label = check_flag(multi_label, "multi_label"),
    num_labels = check_count(num_labels, "num_labels", null_ok = TRUE),
    from_logits = check_flag(from_logits, "from_logits")
  )
  metric_object("auc", attrs, name, ...)
}

# The dots take nothing: data given by mistake get an answer.
metric_object <- function(kind, attrs, name, ..., call = rlang::caller_env()) {
  if (...length() > 0) {
    abort_tn(paste0("`metric_", kind, "()` has no form for data."),
             how = paste0("Make an object, metric <- metric_", kind,
                          "(), and call it: metric(y_true, y_pred)."), call = call)
  }
  new_metric(kind, attrs, name %||% kind)
}

counts_attrs <- function(thresholds, top_k = NULL, class_id = NULL, call = rlang::caller_env()) {
  list(thresholds = check_thresholds(thresholds, call),
       top_k = check_count(top_k, "top_k", null_ok = TRUE, call = call),
       class_id = check_count(class_id, "class_id", min = 0, null_ok = TRUE, call = call))
}

check_thresholds <- function(thresholds, call = rlang::caller_env()) {
  if (is.null(thresholds)) return(NULL)
  thresholds <- unlist(thresholds)
  if (!is.numeric(thresholds) || length(thresholds) == 0 || anyNA(thresholds) || any(thresholds < 0 | thresholds > 1)) {
    abort_arg("thresholds", "be numbers between 0 and 1", describe(thresholds), call = call)
  }
  thresholds
}
