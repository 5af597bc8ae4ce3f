# Figure of co-clusters: the table with its rows and columns in order of their groups.

#' @rdname cocluster
#' @exportS3Method ggplot2::autoplot tildenet_cocluster
autoplot.tildenet_cocluster <- function(object, ...) {
  rlang::check_dots_empty()
  figure_ggplot(cocluster_figure(object))
}

#' @rdname cocluster
#' @export
plot.tildenet_cocluster <- function(x, y, ...) {
  rlang::check_dots_empty()
  figure_plot(cocluster_figure(x))
}

# Lines stand between the last of a group and the first of the next, rows from top to bottom.
cocluster_figure <- function(object) {
  rows <- order(object$rows)
  columns <- order(object$columns)
  ends <- function(groups) which(diff(groups) > 0) + 0.5
  down <- length(rows) + 1 - ends(object$rows[rows])
  across <- ends(object$columns[columns])
  new_figure(cocluster_cells(object, rows, columns), function(data) cocluster_ggplot(data, across, down),
             function(data) cocluster_base(data, across, down))
}

cocluster_ggplot <- function(data, across, down) {
  size <- max(nlevels(data$row), nlevels(data$column))
  ggplot2::ggplot(data, ggplot2::aes(x = .data$column, y = .data$row)) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$value)) +
    ggplot2::geom_vline(xintercept = across, colour = "white", linewidth = 1) +
    ggplot2::geom_hline(yintercept = down, colour = "white", linewidth = 1) +
    ggplot2::scale_fill_gradient(low = plot_heat[1], high = plot_heat[2], trans = "log1p", breaks = heat_breaks) +
    ggplot2::scale_y_discrete(limits = rev, expand = c(0, 0), labels = function(l) plot_words(l, 24)) +
    ggplot2::scale_x_discrete(expand = c(0, 0), labels = function(l) plot_words(l, 24)) +
    ggplot2::labs(x = NULL, y = NULL, fill = "Value") +
    plot_theme() +
    ggplot2::theme(panel.grid = ggplot2::element_blank(), axis.text = ggplot2::element_text(size = min(9, 300 / size)),
                   axis.text.x = ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5))
}

cocluster_base <- function(data, across, down) {
  n <- c(nlevels(data$column), nlevels(data$row))
  limits <- range(data$value)
  known <- heat_breaks(limits)
  known <- known[known >= limits[1] & known <= limits[2]]
  shade <- function(value) {
    depth <- (log1p(value) - log1p(limits[1])) / max(diff(log1p(limits)), 1e-9)
    grDevices::colorRampPalette(plot_heat)(100)[1 + round(99 * depth)]
  }
  base_panels(list(data), function(data) {
    base_panel(c(0.5, n[1] + 0.5), c(0.5, n[2] + 0.5), plot_words(levels(data$column), 24),
               plot_words(rev(levels(data$row)), 24), right = c("Value", format(known)))
    column <- as.integer(data$column)
    row <- n[2] + 1 - as.integer(data$row)
    graphics::rect(column - 0.5, row - 0.5, column + 0.5, row + 0.5, col = shade(data$value), border = NA)
    graphics::abline(v = across, h = down, col = "white", lwd = 2)
    base_legend(format(known), shade(known), 15, "Value")
  })
}

cocluster_cells <- function(object, rows, columns) {
  names <- function(side, order) {
    label <- dimnames(object$x)[[side]] %||% as.character(seq_len(dim(object$x)[side]))
    factor(label[order], unique(label[order]))
  }
  data.frame(row = rep(names(1, rows), length(columns)), column = rep(names(2, columns), each = length(rows)),
             value = as.vector(object$x[rows, columns]),
             row_group = rep(unname(object$rows)[rows], length(columns)),
             column_group = rep(unname(object$columns)[columns], each = length(rows)))
}

# 0 and powers of 10 within the limits; 0 and 1 would stand on one another where there are others.
heat_breaks <- function(limits) {
  breaks <- c(0, 10^seq(if (limits[2] < 10) 0 else 1, max(0, floor(log10(max(limits[2], 1))))))
  breaks <- breaks[breaks >= limits[1] & breaks <= limits[2]]
  if (length(breaks) < 2) pretty(limits, 3) else breaks
}
