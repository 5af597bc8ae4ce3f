# Intervals of numbers and what came.

# data: rows with the outcome, of a fit with calibration rows.
interval_figure <- function(object, data, level, call) {
  observed <- as.numeric(fit_judge(object, data, call)$y_test)
  bounds <- predict(object, data, type = "interval", level = level)
  data <- data.frame(observed, predicted = bounds[, "fit"], lower = bounds[, "lwr"], upper = bounds[, "upr"])
  data <- data[stats::complete.cases(data), ]
  if (nrow(data) == 0) abort_arg("data", "hold a row without missing values", call = call)
  data$inside <- data$observed >= data$lower & data$observed <= data$upper
  words <- list(y = paste("Observed", deparse1(object$input_formula[[2]])), alpha = max(0.1, min(0.7, 120 / nrow(data))),
                title = paste0(format(100 * mean(data$inside), digits = 3), "% of ", counted(nrow(data), "row"), " inside, ",
                               format(100 * level, digits = 3), "% asked for"))
  new_figure(data, function(data) interval_ggplot(data, words), function(data) interval_base(data, words))
}

interval_colours <- function() c(inside = plot_blue, outside = plot_palette[2])

# Bars without an end are cut by the panel.
interval_limits <- function(data) {
  bounds <- c(data$observed, data$lower, data$upper)
  base_limits(bounds[is.finite(bounds)])
}

interval_ggplot <- function(data, words) {
  ggplot2::ggplot(data, ggplot2::aes(x = .data$predicted, y = .data$observed)) +
    ggplot2::geom_linerange(ggplot2::aes(ymin = .data$lower, ymax = .data$upper), colour = "grey65", alpha = words$alpha) +
    plot_diagonal() +
    ggplot2::geom_point(ggplot2::aes(colour = ifelse(.data$inside, "inside", "outside")), size = 1.4) +
    ggplot2::scale_colour_manual(values = interval_colours()) +
    ggplot2::coord_cartesian(ylim = interval_limits(data)) +
    ggplot2::labs(x = "Predicted, with its interval", y = words$y, colour = NULL, subtitle = words$title) +
    plot_theme()
}

interval_base <- function(data, words) {
  xlim <- base_limits(data$predicted)
  ylim <- interval_limits(data)
  base_panels(list(data), function(data) {
    base_panel(xlim, ylim, base_breaks(xlim), base_breaks(ylim), "Predicted, with its interval", words$y, words$title,
               names(interval_colours()))
    cut <- function(ends) pmin(pmax(ends, ylim[1]), ylim[2])
    graphics::segments(data$predicted, cut(data$lower), data$predicted, cut(data$upper),
                       col = grDevices::adjustcolor("grey65", words$alpha))
    graphics::abline(0, 1, col = "grey50", lty = 2)
    graphics::points(data$predicted, data$observed, pch = 19, cex = 0.6,
                     col = interval_colours()[ifelse(data$inside, "inside", "outside")])
    base_legend(names(interval_colours()), interval_colours())
  })
}
