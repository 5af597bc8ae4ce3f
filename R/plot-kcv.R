# Figures of cross-validated fits; the page is that of plot-autoplot.R.

#' @rdname autoplot.kms_fit
#' @exportS3Method ggplot2::autoplot kms_kcv_fit
autoplot.kms_kcv_fit <- function(object, type = NULL, ...) {
  rlang::check_dots_empty()
  call <- rlang::current_env()
  figure_ggplot(kcv_figure(object, type, "type", call), call)
}

#' @rdname autoplot.kms_fit
#' @export
plot.kms_kcv_fit <- function(x, y = NULL, ...) {
  rlang::check_dots_empty()
  figure_plot(kcv_figure(x, y, "y", rlang::current_env()))
}

kcv_figure <- function(object, type, arg, call) {
  possible <- c("measures", setdiff(judged_types(object$y_type), data_types))
  type <- check_plot_type(type %||% "measures", possible, object$y_type, arg, call)
  switch(type,
    measures = folds_figure(object),
    confusion = confusion_figure(object),
    observed = observed_figure(object, object$folds[!is.na(object$folds)]))
}

folds_figure <- function(object) {
  measures <- kcv_measures(object)
  names <- names(measures)[-(1:3)]
  data <- data.frame(fold = rep(measures$fold, length(names)), measure = factor(rep(names, each = nrow(measures)), names),
                     value = unlist(measures[names], use.names = FALSE))
  new_figure(droplevels(data[!is.na(data$value), ]), folds_ggplot, folds_base)
}

folds_ggplot <- function(data) {
  means <- stats::aggregate(value ~ measure, data, mean)
  ggplot2::ggplot(data, ggplot2::aes(x = .data$fold, y = .data$value)) +
    ggplot2::geom_hline(ggplot2::aes(yintercept = .data$value), means, colour = "grey50", linetype = "dashed") +
    ggplot2::geom_point(size = 2.4, colour = plot_blue) +
    ggplot2::scale_x_continuous(breaks = whole_breaks, minor_breaks = NULL) +
    ggplot2::facet_wrap(ggplot2::vars(.data$measure), scales = "free_y") +
    ggplot2::labs(x = "Fold", y = NULL, caption = mean_caption) +
    plot_theme()
}

folds_base <- function(data) {
  base_panels(split(data, data$measure), below = mean_caption, draw = function(part, below = NULL) {
    folds <- base_limits(data$fold)
    values <- base_limits(part$value)
    base_panel(folds, values, whole_breaks(folds), base_breaks(values), "Fold", main = as.character(part$measure[1]),
               below = below)
    graphics::abline(h = mean(part$value), col = "grey50", lty = 2)
    graphics::points(part$fold, part$value, pch = 19, col = plot_blue)
  })
}
