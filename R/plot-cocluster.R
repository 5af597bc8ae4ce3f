# Figure of co-clusters: the table with its rows and columns in order of their groups.

#' @rdname cocluster
#' @exportS3Method ggplot2::autoplot tildenet_cocluster
autoplot.tildenet_cocluster <- function(object, ...) {
  rlang::check_dots_empty()
  rows <- order(object$rows)
  columns <- order(object$columns)
  data <- cocluster_cells(object, rows, columns)
  # Between the last of a group and the first of the next; rows stand from top to bottom.
  ends <- function(groups) which(diff(groups) > 0) + 0.5
  size <- max(dim(object$x))
  ggplot2::ggplot(data, ggplot2::aes(x = .data$column, y = .data$row)) +
    ggplot2::geom_tile(ggplot2::aes(fill = .data$value)) +
    ggplot2::geom_vline(xintercept = ends(object$columns[columns]), colour = "white", linewidth = 1) +
    ggplot2::geom_hline(yintercept = length(rows) + 1 - ends(object$rows[rows]), colour = "white", linewidth = 1) +
    ggplot2::scale_fill_gradient(low = "#F2F6FB", high = "#08427F", trans = "log1p", breaks = heat_breaks) +
    ggplot2::scale_y_discrete(limits = rev, expand = c(0, 0), labels = function(l) plot_words(l, 24)) +
    ggplot2::scale_x_discrete(expand = c(0, 0), labels = function(l) plot_words(l, 24)) +
    ggplot2::labs(x = NULL, y = NULL, fill = "Value") +
    plot_theme() +
    ggplot2::theme(panel.grid = ggplot2::element_blank(), axis.text = ggplot2::element_text(size = min(9, 300 / size)),
                   axis.text.x = ggplot2::element_text(angle = 90, hjust = 1, vjust = 0.5))
}

#' @rdname cocluster
#' @export
plot.tildenet_cocluster <- function(x, y, ...) autoplot(x, ...)

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
