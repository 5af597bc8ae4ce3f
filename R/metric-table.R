# What is known of every metric. loss: the row of loss_table with the same formula, of which the
# metric is a running mean.

metric_entry <- function(aliases = character(), loss = NULL) list(aliases = aliases, loss = loss)

metric_table <- list(
  binary_accuracy = metric_entry(),
  categorical_accuracy = metric_entry(),
  sparse_categorical_accuracy = metric_entry(),
  top_k_categorical_accuracy = metric_entry(),
  sparse_top_k_categorical_accuracy = metric_entry(),
  mean_squared_error = metric_entry("mse", "mean_squared_error"),
  root_mean_squared_error = metric_entry("rmse"),
  mean_absolute_error = metric_entry("mae", "mean_absolute_error"),
  mean_absolute_percentage_error = metric_entry("mape", "mean_absolute_percentage_error"),
  mean_squared_logarithmic_error = metric_entry("msle", "mean_squared_logarithmic_error"),
  binary_crossentropy = metric_entry("bce", "binary_crossentropy"),
  categorical_crossentropy = metric_entry(loss = "categorical_crossentropy"),
  sparse_categorical_crossentropy = metric_entry(loss = "sparse_categorical_crossentropy"),
  hinge = metric_entry(loss = "hinge"),
  squared_hinge = metric_entry(loss = "squared_hinge"),
  categorical_hinge = metric_entry(loss = "categorical_hinge"),
  huber = metric_entry("huber_loss", "huber"),
  logcosh = metric_entry(c("logcosh_error", "log_cosh"), "logcosh"),
  poisson = metric_entry(loss = "poisson"),
  kullback_leibler_divergence = metric_entry(c("kld", "kl_divergence"), "kullback_leibler_divergence"),
  cosine_similarity = metric_entry("cosine_proximity", "cosine_similarity"),
  precision = metric_entry(),
  recall = metric_entry(),
  true_positives = metric_entry(),
  true_negatives = metric_entry(),
  false_positives = metric_entry(),
  false_negatives = metric_entry(),
  auc = metric_entry()
)

# Names whose meaning depends on the shapes and the loss they meet.
metric_choices <- c(acc = "accuracy", accuracy = "accuracy", ce = "crossentropy",
                    crossentropy = "crossentropy")

# ---- objects ---------------------------------------------------------------------------------------

# A metric: name in the table (or in metric_choices) with settings, or an R function of two tensors.
new_metric <- function(kind = NULL, attrs = list(), name = kind, r_function = NULL) {
  self <- new.env(parent = emptyenv())
  self$kind <- kind
  self$attrs <- attrs[!vapply(attrs, is.null, NA)]
  self$name <- name
  self$r_function <- r_function
  new_object(self, "tildenet_metric", "metric_call")
}

is_metric <- function(x) inherits(x, "tildenet_metric")

# object(y_true, y_pred): the result for these data.
metric_call <- function(self, y_true, y_pred, sample_weight = NULL) {
  if (is.null(self$kind)) return(self$r_function(y_true, y_pred))
  weight <- if (!is.null(sample_weight)) as.numeric(check_numbers(sample_weight, "sample_weight", rlang::caller_env()))
  pred <- plain_values(y_pred)
  attrs <- engine_attrs(self$attrs, dim(pred))
  engine_metric(self$kind, attrs, pred, plain_values(y_true), weight, FALSE)
}

plain_values <- function(x) if (is_tensor(x)) x$value else as_plain_array(x)

# Settings as the engine knows them, numbers and strings only. shape: that of the predictions.
engine_attrs <- function(attrs, shape = NULL) {
  if (isTRUE(attrs$multi_label)) attrs$labels <- attrs$num_labels %||% shape[length(shape)]
  attrs <- attrs[setdiff(names(attrs), c("multi_label", "num_labels", "axis"))]
  lapply(attrs, function(a) if (is.character(a)) a else as.numeric(a))
}

#' A metric written in R
#'
#' @param name Name of its series in the history and in the result of [evaluate()].
#' @param metric_fn Function of two tensors, `y_true` and `y_pred`, written with operators and `k_*`
#'   functions. One value per sample is averaged over samples; a single number is averaged over
#'   batches with equal weight.
#' @returns A metric for the `metrics` of [compile()], which can also be called.
#' @section Errors:
#' Arguments of other types are errors of class `tildenet_error_argument`.
#' @examples
#' largest_error <- custom_metric("largest_error", function(y_true, y_pred) {
#'   k_max(k_abs(y_pred - y_true), axis = 2)
#' })
#' largest_error(matrix(c(1, 2), 1), matrix(c(1, 5), 1))
#' @export
custom_metric <- function(name, metric_fn) {
  name <- check_string(name, "name")
  if (!is.function(metric_fn)) {
    abort_arg("metric_fn", "be a function of (y_true, y_pred)", describe(metric_fn))
  }
  new_metric(name = name, r_function = check_two_arguments(metric_fn, "metric_fn", rlang::current_env()))
}

#' @export
print.tildenet_metric <- function(x, ...) {
  cat("<metric ", x$name, ">\n", sep = "")
  invisible(x)
}

#' @export
print.tildenet_loss <- function(x, ...) {
  cat("<loss ", x$name, ">\n", sep = "")
  invisible(x)
}
