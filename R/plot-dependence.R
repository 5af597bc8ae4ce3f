# Figures of partial dependence; their help page is that of autoplot.kms_importance().

# So many labels can still be told apart by colour.
most_colours <- 6

panelled <- function(data) nlevels(data$class) > most_colours

#' @rdname autoplot.kms_importance
#' @exportS3Method ggplot2::autoplot kms_partial_dependence
autoplot.kms_partial_dependence <- function(object, n = 25, ...) {
  rlang::check_dots_empty()
  n <- check_count(n, "n", infinite = TRUE)
  check_effect_columns(object, c("value", "prediction"))
  data <- dependence_shown(object)
  term <- attr(object, "term") %||% "value"
  plot <- if (is.factor(data$value) || is.logical(data$value)) dependence_dots(data, term, n)
          else dependence_lines(data, term)
  if (panelled(data)) plot <- plot + ggplot2::facet_wrap(ggplot2::vars(.data$class))
  plot + ggplot2::labs(colour = NULL) + effect_theme()
}

#' @rdname autoplot.kms_importance
#' @export
plot.kms_partial_dependence <- function(x, y, n = 25, ...) autoplot(x, n = n, ...)

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

dependence_lines <- function(data, term) {
  aesthetics <- ggplot2::aes(x = .data$value, y = .data$prediction, group = .data$class)
  plot <- dependence_base(data, aesthetics) + ggplot2::labs(x = term, y = attr(data, "what"))
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

# Labels need room: they stand at the side, the first on top.
dependence_dots <- function(data, term, n) {
  what <- attr(data, "what")
  data$value <- factor(data$value, exclude = NULL)
  n_all <- nlevels(data$value)
  if (n_all > n) data <- dependence_furthest(data, n)
  data$value <- factor(data$value, rev(levels(data$value)), exclude = NULL)
  aesthetics <- ggplot2::aes(x = .data$prediction, y = .data$value)
  dependence_base(data, aesthetics) + ggplot2::geom_point(size = 2) +
    ggplot2::labs(x = what, y = term, subtitle = if (n_all > n) {
      paste("The", n, "of", big(n_all), "values whose predictions lie furthest from the mean")
    })
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
