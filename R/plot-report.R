# Figures of reports: measures of labels, and of cases.

score_words <- c(precision = "Precision", recall = "Recall", f1 = "F1")

#' @rdname classification_report
#' @exportS3Method ggplot2::autoplot classification_report
autoplot.classification_report <- function(object, ...) {
  rlang::check_dots_empty()
  figure_ggplot(report_figure(object))
}

#' @rdname classification_report
#' @export
plot.classification_report <- function(x, y, ...) {
  rlang::check_dots_empty()
  figure_plot(report_figure(x))
}

report_figure <- function(object) {
  classes <- object$classes[order(-object$classes$support), ]
  labels <- paste0(plot_words(classes$label, 24), " (", big(classes$support), ")")
  data <- data.frame(label = factor(rep(labels, 3), rev(unique(labels))),
                     measure = factor(rep(score_words, each = nrow(classes)), score_words),
                     value = unlist(classes[scores], use.names = FALSE), support = rep(classes$support, 3))
  new_figure(data, report_ggplot, function(data) {
    base_panels(list(data), function(data) base_dots(data$value, data$label, data$measure, xlim = c(0, 1)))
  })
}

report_ggplot <- function(data) {
  ggplot2::ggplot(data, ggplot2::aes(x = .data$value, y = .data$label, colour = .data$measure, shape = .data$measure)) +
    ggplot2::geom_point(size = 2.4) +
    ggplot2::scale_colour_manual(values = plot_palette[1:3]) +
    ggplot2::scale_shape_manual(values = fold_shapes[1:3]) +
    ggplot2::coord_cartesian(xlim = c(0, 1)) +
    ggplot2::labs(x = NULL, y = NULL, colour = NULL, shape = NULL) +
    plot_theme()
}

# What a case may have, with the same number of cells for all.
case_words <- c(score_words, jaccard = "Jaccard", ranking_precision = "Ranking precision",
                top_precision = "Precision of the top", top_recall = "Recall of the top")

#' @rdname multilabel_measures
#' @exportS3Method ggplot2::autoplot multilabel_measures
autoplot.multilabel_measures <- function(object, ...) {
  rlang::check_dots_empty()
  figure_ggplot(cases_figure(object))
}

#' @rdname multilabel_measures
#' @export
plot.multilabel_measures <- function(x, y, ...) {
  rlang::check_dots_empty()
  figure_plot(cases_figure(x))
}

cases_figure <- function(object) {
  known <- intersect(names(case_words), names(object$cases))
  words <- sub("the top$", paste("the top", object$k), case_words[known])
  data <- data.frame(measure = factor(rep(words, each = nrow(object$cases)), words),
                     value = unlist(object$cases[known], use.names = FALSE))
  new_figure(data, cases_ggplot, cases_base)
}

cases_ggplot <- function(data) {
  means <- stats::aggregate(value ~ measure, data, mean)
  ggplot2::ggplot(data, ggplot2::aes(x = .data$value)) +
    ggplot2::geom_histogram(breaks = seq(0, 1, 0.1), fill = plot_blue, colour = "white", linewidth = 0.3) +
    ggplot2::geom_vline(ggplot2::aes(xintercept = .data$value), means, colour = plot_palette[2], linetype = "dashed") +
    ggplot2::facet_wrap(ggplot2::vars(.data$measure)) +
    ggplot2::scale_x_continuous(breaks = (0:2) / 2, labels = c("0", "0.5", "1")) +
    ggplot2::labs(x = NULL, y = "Cases", caption = mean_caption) +
    plot_theme() +
    ggplot2::theme(panel.spacing = ggplot2::unit(4, "mm"))
}

cases_base <- function(data) {
  ends <- (0:10) / 10
  base_panels(split(data, data$measure), below = mean_caption, draw = function(part, below = NULL) {
    counts <- table(cut(part$value, ends, include.lowest = TRUE))
    base_panel(c(0, 1), c(0, max(counts)), c(0, 0.5, 1), whole_breaks(c(0, max(counts))), main = as.character(part$measure[1]),
               below = below)
    graphics::rect(ends[-11], 0, ends[-1], counts, col = plot_blue, border = "white")
    graphics::abline(v = mean(part$value), col = plot_palette[2], lty = 2)
  })
}
