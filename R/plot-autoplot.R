#' Figures of fits, histories and models
#'
#' One figure each, as a ggplot: `autoplot()` is the generic of ggplot2 and comes with this package. Without
#' ggplot2 `plot()` draws the same with base graphics.
#'
#' @param object A fit of [kms()] or [kms_kcv()], a training history or a model.
#' @param type What to draw of a fit of `kms()`:
#'   * `"history"`: loss and metrics by epoch, see [plot.keras_training_history()];
#'   * `"confusion"`: a tile per observed and predicted label with the number of cases and its share of
#'     the observed label, which is also the colour;
#'   * `"observed"`: observed against predicted numbers in units of the outcome, with the line on which
#'     they are equal;
#'   * `"calibration"`: how often a label was observed against the probability predicted for it, in
#'     `bins` of equal width with 95 percent intervals (Wilson's); the second of two labels, or each
#'     label against the rest in a panel of its own (the nine most frequent of more);
#'   * `"interval"`: observed against predicted numbers with the interval of the `level` for each row as a bar, and the share of
#'     rows inside, see [kms_intervals];
#'   * `"network"`: the layers, as for a model.
#'
#'   `NULL` is `"confusion"` for labels and `"observed"` for numbers; `"history"` for several labels at once,
#'   survival times and a fit without test rows.
#'
#'   Of a cross-validated fit: `"measures"` (also `NULL`), the measures of the test rows fold by fold with their means;
#'   `"confusion"` or `"observed"` as above, of all rows, each predicted by the network that has not seen it (up to seven
#'   folds have colours of their own).
#' @param data Rows to judge the fit by: a data frame with the predictors and the outcome. `NULL` means
#'   the test rows. A fit keeps labels and predictions only, so `"calibration"` and `"interval"` always need
#'   `data`, and rows the fit
#'   was trained on flatter it.
#' @param bins Number of bins of `"calibration"`.
#' @param level Level of `"interval"`, above 0 and below 1.
#' @param max_units Largest number of units that are drawn one by one.
#' @param ... For a history, and a fit of type `"history"`, the arguments of
#'   [plot.keras_training_history()]; must be empty otherwise.
#'
#' @details
#' **Network.** Dense layers in a row are drawn from left to right, a circle per unit and a line per
#' weight, coloured by its sign and as wide as it is large; a layer of more than `max_units` units is a
#' box. Dropout and the like are named under the layer they follow. All other models are drawn from top
#' to bottom, a box per layer with its output shape and number of weights, arrows where they are connected.
#'
#' @returns A ggplot, to which layers, labels and themes can be added. Its `$data` is a data frame of
#'   what it shows:
#'   * history: as `as.data.frame()` of the history, without epochs that were not run;
#'   * confusion: `truth`, `estimate`, `n`, `share`, as [confusion()] with `tidy = TRUE`;
#'   * observed: `observed`, `predicted`, and `fold` of a cross-validated fit;
#'   * measures: `fold`, `measure`, `value`, without those that are NA;
#'   * calibration: `label`, `bin`, `predicted` (mean probability), `observed` (share), `n`, `lower` and
#'     `upper` (bounds of the interval);
#'   * interval: `observed`, `predicted`, `lower`, `upper`, `inside`;
#'   * network: `part` ("unit", "weight", "layer", "link", and "bend" for a piece of a link that goes
#'     around a layer), `layer`, `unit`, `text`, `value` (a
#'     weight, or the bias of a unit), the place `x`, `y` and for lines its end `xend`, `yend`.
#'
#'   Where ggplot2 is not installed `plot()` returns these data, invisibly.
#'
#' @section Errors:
#' A `type` that the outcome does not have, or for which there are no rows, and a model without an input
#' shape are errors of class `tildenet_error_argument`; `autoplot()` without ggplot2 is one of class
#' `tildenet_error_package`.
#'
#' @source Reliability curves: DeGroot and Fienberg (1983), The comparison and evaluation of
#'   forecasters; the interval: Wilson (1927), Probable inference, the law of succession.
#' @seealso [plot_confusion()] for several fits.
#' @examples
#' set.seed(1)
#' rows <- sample(nrow(iris), 100)
#' fit <- kms(Species ~ ., iris[rows, ], N_layers = 2, units = 6, Nepochs = 60, pTraining = 1,
#'            seed = 1, verbose = 0)
#' plot(fit)
#' plot(fit, "confusion", data = iris[-rows, ])
#' plot(fit$model)
#' if (requireNamespace("ggplot2", quietly = TRUE)) {
#'   print(autoplot(fit, data = iris[-rows, ]))
#'   print(autoplot(fit, "calibration", data = iris[-rows, ], bins = 5))
#'   print(autoplot(fit, "network"))
#'   autoplot(fit$history) + ggplot2::labs(title = "Iris")
#' }
#' @aliases autoplot
#' @exportS3Method ggplot2::autoplot kms_fit
autoplot.kms_fit <- function(object, type = NULL, data = NULL, ..., bins = 10, max_units = 12, level = 0.9) {
  call <- rlang::current_env()
  type <- fit_plot_type(object, type, data, call)
  if (type != "history") rlang::check_dots_empty()
  if (type == "history") plot(object$history, ...)
  else figure_ggplot(fit_figure(object, type, data, bins, max_units, level, call), call)
}

#' @rdname autoplot.kms_fit
#' @export
plot.kms_fit <- function(x, y = if (is.null(data)) "history", ..., data = NULL, bins = 10, max_units = 12,
                         level = 0.9) {
  call <- rlang::current_env()
  type <- fit_plot_type(x, y, data, call, "y")
  if (type == "history") return(plot(x$history, ...))
  rlang::check_dots_empty()
  figure_plot(fit_figure(x, type, data, bins, max_units, level, call))
}

# Of a checked type, but for "history".
fit_figure <- function(object, type, data, bins, max_units, level, call) {
  switch(type,
    confusion = confusion_figure(fit_on(object, data, call)),
    observed = observed_figure(fit_on(object, data, call)),
    interval = interval_figure(object, data, level, call),
    calibration = calibration_figure(calibration_data(object, data, bins, call)),
    network = network_figure(object$model, max_units, object$colnames_x, fit_outputs(object), call))
}

#' @rdname autoplot.kms_fit
#' @exportS3Method ggplot2::autoplot keras_training_history
autoplot.keras_training_history <- function(object, ...) plot(object, ...)

#' @rdname autoplot.kms_fit
#' @exportS3Method ggplot2::autoplot tildenet_model
autoplot.tildenet_model <- function(object, ..., max_units = 12) {
  rlang::check_dots_empty()
  figure_ggplot(network_figure(object, max_units, call = rlang::current_env()))
}

#' @rdname autoplot.kms_fit
#' @param x A fit or model, which `plot()` draws as `autoplot()` does.
#' @param y Of a fit its `type`. `plot(fit)` of a fit of `kms()` is the history, with `data` that of these rows which `NULL` stands for. Not
#'   used for a model.
#' @export
plot.tildenet_model <- function(x, y, ..., max_units = 12) {
  rlang::check_dots_empty()
  figure_plot(network_figure(x, max_units, call = rlang::current_env()))
}

#' @rdname autoplot.kms_fit
#' @format NULL
#' @usage NULL
#' @export
autoplot <- function(object, ...) {
  check_ggplot2("Figures of autoplot()")
  ggplot2::autoplot(object, ...)
}

# Where ggplot2 is installed its own generic stands in place of ours, so that neither hides the other when both
# are attached. Asked for when it is first used: loading ggplot2 takes a third of a second.
share_autoplot <- function(namespace) {
  own <- autoplot
  delayedAssign("autoplot", if (has_ggplot2()) ggplot2::autoplot else own, assign.env = namespace)
}

# ---- types ---------------------------------------------------------------------------------------

# The checked type, or the one that suits the fit.
fit_plot_type <- function(object, type, data, call, arg = "type") {
  judged <- !is.null(data) || !is.null(object$predictions)
  of_rows <- judged_types(object$y_type)
  if (is.null(type)) return(if (judged) c(setdiff(of_rows, data_types), "history")[1] else "history")
  check_plot_type(type, c("history", of_rows, "network"), object$y_type, arg, call)
  if (type %in% data_types && is.null(data)) {
    abort_arg("data", paste0("be given for \"", type, "\""), call = call,
              given = paste0("The fit keeps the ", if (type == "interval") "predictions of its test rows, not their intervals."
                             else "labels of its test rows, not their probabilities."),
              how = "Give rows that were not trained on, with the outcome.")
  }
  if (type %in% of_rows && !judged) {
    abort_arg("data", paste0("be given for \"", type, "\""), call = call,
              given = "The fit has no test rows (pTraining = 1).",
              how = "Give rows that were not trained on, with the outcome.")
  }
  type
}

# Those that a fit's own test rows are not enough for.
data_types <- c("calibration", "interval")

# What predicted rows of an outcome are drawn as.
judged_types <- function(y_type) {
  switch(y_type, continuous = c("observed", "interval"), survival = character(), multilabel = "calibration",
         c("confusion", "calibration"))
}

check_plot_type <- function(type, possible, y_type, arg, call) {
  check_string(type, arg, call = call)
  if (type %in% possible) return(type)
  outcome <- switch(y_type, continuous = , survival = paste("a", y_type, "outcome"), multilabel = "several labels", "labels")
  abort_arg(arg, paste0("be ", if (length(possible) > 1) "one of ", quoted_list(possible), " for ", outcome), describe(type),
            call = call)
}

# The fit with `data` in place of its test rows.
fit_on <- function(object, data, call) {
  if (is.null(data)) return(object)
  judged <- fit_judge(object, data, call)
  object["predictions"] <- list(judged$fit)
  object["y_test"] <- list(judged$y_test)
  object
}

fit_judge <- function(object, data, call) {
  judged <- predict(object, data)
  if (is.null(judged$y_test)) {
    abort_arg("data", "hold the outcome", call = call,
              given = paste0("It lacks the columns of `", deparse1(object$input_formula[[2]]), "`."))
  }
  judged
}

# Names of the output units: the labels when each has one.
fit_outputs <- function(object) {
  if (object$y_type %in% c("multinomial", "multilabel")) return(label_text(object$y_labels))
  outcome <- deparse1(object$input_formula[[2]])
  if (identical(object$y_type, "binary")) paste0(outcome, " = ", label_text(object$y_labels)[2]) else outcome
}
