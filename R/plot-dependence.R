# Figures of partial dependence; their help page is that of autoplot.kms_importance().

# So many labels can still be told apart by colour.
most_colours <- 6

panelled <- function(data) nlevels(data$class) > most_colours

#' @rdname autoplot.kms_importance
#' @exportS3Method ggplot2::autoplot kms_partial_dependence
autoplot.kms_partial_dependence <- function(object, n = 25, ...) {
  rlang::check_dots_empty()
  figure_ggplot(dependence_figure(object, n, rlang::current_env()))
}

#' @rdname autoplot.kms_importance
#' @export
plot.kms_partial_dependence <- function(x, y, n = 25, ...) {
  rlang::check_dots_empty()
  figure_plot(dependence_figure(x, n, rlang::current_env()))
}

# words: what stands at the axes of the values and of the predictions, and a title.
dependence_figure <- function(object, n, call) {
  n <- check_count(n, "n", infinite = TRUE, call = call)
  check_effect_columns(object, c("value", "prediction"), call)
  data <- dependence_shown(object)
  words <- list(value = attr(object, "term") %||% "value", prediction = attr(data, "what"))
  labelled <- is.factor(data$value) || is.logical(data$value)
  if (labelled) {
    data$value <- factor(data$value, exclude = NULL)
    if (nlevels(data$value) > n) {
      words$title <- paste("The", n, "of", big(nlevels(data$value)),
                           "values whose predictions lie furthest from the mean")
      data <- dependence_furthest(data, n)
    }
    # They stand at the side, where they have room, the first on top.
    data$value <- factor(data$value, rev(levels(data$value)), exclude = NULL)
  }
  draw <- if (labelled) list(dependence_dots, dependence_base_dots) else list(dependence_lines, dependence_base_lines)
  new_figure(data, function(data) dependence_panels(draw[[1]](data, words), data),
             function(data) base_panels(if (panelled(data)) split(data, data$class) else list(data),
                                        function(part) draw[[2]](part, words, panelled(data))))
}

dependence_panels <- function(plot, data) {
  if (panelled(data)) plot <- plot + ggplot2::facet_wrap(ggplot2::vars(.data$class))
  plot + ggplot2::labs(colour = NULL) + effect_theme()
}

# A plain data frame with `class` and the axis text `what`. The first label of a binary outcome mirrors
# the second.
dependence_shown <- function(object) {
  data <- structure(object, class = "data.frame")
  outcome <- attr(object, "outcome") %||% "outcome"
  if (is.null(data$class)) {
    data$class <- factor(rep("", nrow(data)))
    attr(data, "what") <- paste("Mean prediction of", outcome)
  } else if (nlevels(data$class) == 2) {
    second <- levels(data$class)[2]
    data <- data[data$class == second, ]
    data$class <- droplevels(data$class)
    attr(data, "what") <- paste0("Mean probability of ", second)
  } else {
    attr(data, "what") <- "Mean probability"
  }
  data
}

# ---- by ggplot2 ----------------------------------------------------------------------------------

dependence_lines <- function(data, words) {
  aesthetics <- ggplot2::aes(x = .data$value, y = .data$prediction, group = .data$class)
  plot <- dependence_base(data, aesthetics) + ggplot2::labs(x = words$value, y = words$prediction)
  # One value alone makes no line.
  if (length(unique(data$value)) > 1) plot <- plot + ggplot2::geom_line()
  if (is.numeric(data$value)) {
    breaks <- if (panelled(data)) 2 # panels are narrow
    plot <- plot + ggplot2::scale_x_continuous(n.breaks = breaks, labels = number_words)
  }
  plot + ggplot2::geom_point(size = if (panelled(data)) 0.8 else 1.4)
}

# Numbers on an axis: 100M for 1e+08.
number_words <- function(x) {
  largest <- max(abs(x), na.rm = TRUE)
  if (largest < 1e5 || largest >= 1e13) return(format(x, trim = TRUE))
  unit <- 1000^min(3, floor(log10(largest) / 3))
  words <- format(x / unit, trim = TRUE, big.mark = ",")
  suffix <- c("K", "M", "bn")[round(log10(unit) / 3)]
  ifelse(is.na(x), NA, ifelse(x == 0, "0", paste0(words, suffix)))
}

dependence_dots <- function(data, words) {
  aesthetics <- ggplot2::aes(x = .data$prediction, y = .data$value)
  dependence_base(data, aesthetics) + ggplot2::geom_point(size = 2) +
    ggplot2::labs(x = words$prediction, y = words$value, subtitle = words$title)
}

# The rows of the n values that differ most from the mean of all, for whichever label.
dependence_furthest <- function(data, n) {
  distance <- abs(data$prediction - stats::ave(data$prediction, data$class))
  furthest <- tapply(distance, data$value, max)
  shown <- names(sort(furthest, decreasing = TRUE))[seq_len(n)]
  data <- data[data$value %in% shown, ]
  data$value <- droplevels(data$value)
  data
}

dependence_base <- function(data, aesthetics) {
  if (nlevels(data$class) == 1 || panelled(data)) return(ggplot2::ggplot(data, aesthetics))
  aesthetics$colour <- rlang::quo(.data$class)
  ggplot2::ggplot(data, aesthetics) + ggplot2::scale_colour_manual(values = plot_palette)
}

# ---- by base graphics ----------------------------------------------------------------------------

# The classes of a panel, NULL for one without a name.
dependence_kinds <- function(data, panelled) if (!panelled && nlevels(data$class) > 1) levels(data$class)

dependence_base_dots <- function(data, words, panelled) {
  group <- if (!is.null(dependence_kinds(data, panelled))) data$class
  base_dots(data$prediction, data$value, group, xlab = words$prediction, ylab = words$value,
            main = if (panelled) as.character(data$class[1]) else words$title %||% "")
}

dependence_base_lines <- function(data, words, panelled) {
  xlim <- base_limits(data$value)
  ylim <- base_limits(data$prediction)
  kinds <- dependence_kinds(data, panelled)
  base_panel(xlim, ylim, base_breaks(xlim), base_breaks(ylim), words$value, words$prediction,
             if (panelled) as.character(data$class[1]) else "", kinds)
  classes <- split(data[c("value", "prediction")], droplevels(data$class))
  for (i in seq_along(classes)) {
    graphics::lines(classes[[i]], type = "o", pch = 20, col = if (is.null(kinds)) "black" else plot_palette[i])
  }
  if (!is.null(kinds)) base_legend(kinds, plot_palette[seq_along(kinds)])
}
