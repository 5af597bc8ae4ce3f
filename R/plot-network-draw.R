# Drawing of the rows that network_figure() makes of a model: by ggplot2, and by base graphics where it is not
# installed.

# ---- units and weights ---------------------------------------------------------------------------

# The rows of one kind, as data of a layer that follow the data of the plot.
part_of <- function(part) {
  force(part)
  function(data) data[data$part %in% part, ]
}

network_plot_units <- function(data, columns) {
  n <- length(columns)
  count <- max(table(data$x[data$part == "unit"]), 1)
  room <- network_room(columns)
  weights <- network_weights(data)
  ggplot2::ggplot(data, ggplot2::aes(x = .data$x, y = .data$y)) +
    ggplot2::geom_segment(data = part_of("link"), ggplot2::aes(xend = .data$xend, yend = .data$yend),
                          colour = "grey70", linewidth = 0.3) +
    weights +
    ggplot2::geom_tile(data = part_of("layer"), width = 0.3, height = 1, fill = "grey92", colour = "grey40") +
    ggplot2::geom_text(data = part_of("layer"), ggplot2::aes(label = .data$text), size = 3.6) +
    ggplot2::geom_point(data = part_of("unit"), shape = 21, fill = "white", colour = "grey20",
                        size = max(3, min(7, 60 / count)), stroke = 0.7) +
    network_names(1, 1, -room$gap) + network_names(n, 0, room$gap) +
    ggplot2::scale_x_continuous(breaks = seq_len(n), expand = c(0, 0), limits = c(1 - room$left, n + room$right),
                                labels = vapply(columns, function(column) column$caption, ""),
                                guide = network_captions(columns, room, legend = !is.null(weights))) +
    ggplot2::scale_y_continuous(limits = c(-0.56, 0.56)) +
    ggplot2::labs(x = NULL, y = NULL) +
    network_theme() + ggplot2::theme(axis.text.x = ggplot2::element_text(vjust = 1))
}

# Lines and legends of the weights; a weight that is no number has no line. NULL where none is drawn: a
# scale without data is not for every release of ggplot2.
network_weights <- function(data) {
  drawn <- function(data) data[data$part == "weight" & is.finite(data$value), ]
  size <- abs(drawn(data)$value)
  if (length(size) == 0) return(NULL)
  list(
    ggplot2::geom_segment(data = drawn, ggplot2::aes(xend = .data$xend, yend = .data$yend,
                                                     linewidth = abs(.data$value),
                                                     colour = ifelse(.data$value < 0, "negative", "positive")),
                          alpha = 0.8),
    ggplot2::scale_colour_manual(values = c(negative = plot_palette[2], positive = plot_blue), name = "Weight",
                                 guide = ggplot2::guide_legend(order = 1)),
    ggplot2::scale_linewidth(range = c(0.1, 1.6), limits = c(0, if (max(size) > 0) max(size) else 1),
                             name = "Size", guide = ggplot2::guide_legend(order = 2)))
}

# Names of the units in column `at`, beside them.
network_names <- function(at, hjust, nudge) {
  ggplot2::geom_text(data = function(data) data[data$part == "unit" & data$x == at & !is.na(data$text), ],
                     ggplot2::aes(label = plot_words(.data$text, unit_letters)), hjust = hjust, nudge_x = nudge,
                     size = 3.2, check_overlap = TRUE)
}

unit_letters <- 22

# Letters beside each other in a figure that is 7 inches wide: as many wide ones as have to fit.
figure_letters <- 75

caption_letters <- function(column) max(nchar(strsplit(column$caption, "\n")[[1]]))

# Room left of the first and right of the last column for the names beside the units and for half the
# caption below them, and the distance of names from units, in columns.
network_room <- function(columns) {
  share <- vapply(columns[c(1, length(columns))], function(column) {
    names <- if (is.null(column$names)) 0 else min(max(nchar(column$names)), unit_letters)
    max(0.05 + names / figure_letters, caption_letters(column) / 2 / figure_letters)
  }, 0)
  width <- max(1, length(columns) - 1) / (1 - sum(share))
  list(left = width * share[1], right = width * share[2], gap = width * 0.028)
}

# Captions that would meet stand in two rows: some 100 letters fit beside each other, some 85 beside a legend.
network_captions <- function(columns, room, legend) {
  n <- length(columns)
  letters <- vapply(columns, caption_letters, 0)
  column <- (if (legend) 85 else 100) / (n - 1 + room$left + room$right)
  crowded <- n > 1 && any((letters[-1] + letters[-n]) / 2 + 1 > column)
  ggplot2::guide_axis(n.dodge = if (crowded) 2 else 1)
}

network_theme <- function() {
  plot_theme() + ggplot2::theme(panel.grid = ggplot2::element_blank(), axis.text.y = ggplot2::element_blank())
}

network_base_units <- function(data, columns) {
  n <- length(columns)
  room <- network_room(columns)
  at <- function(part) data[data$part == part, ]
  base_panels(list(data), function(data) {
    graphics::par(mar = c(3.5, 0.5, 0.5, 0.5))
    graphics::plot.new()
    graphics::plot.window(c(1 - room$left, n + room$right), c(-0.56, 0.56), xaxs = "i")
    links <- at("link")
    graphics::segments(links$x, links$y, links$xend, links$yend, col = "grey70")
    weights <- at("weight")
    weights <- weights[is.finite(weights$value), ]
    graphics::segments(weights$x, weights$y, weights$xend, weights$yend,
                       lwd = 0.2 + 3 * abs(weights$value) / max(abs(weights$value), 1e-9),
                       col = ifelse(weights$value < 0, plot_palette[2], plot_blue))
    base_boxes(at("layer"), 0.15, 0.5, "grey92")
    units <- at("unit")
    graphics::points(units$x, units$y, pch = 21, bg = "white", col = "grey20", cex = 1.6)
    words <- ifelse(is.na(units$text), "", plot_words(units$text, unit_letters))
    graphics::text(units$x + ifelse(units$x == 1, -room$gap, room$gap), units$y, words, cex = 0.8,
                   pos = ifelse(units$x == 1, 2, 4), offset = 0)
    graphics::mtext(vapply(columns, function(column) column$caption, ""), 1, at = seq_len(n), line = 0, padj = 1, cex = 0.8)
  })
}

# Boxes around their places, of these half sizes, with their text.
base_boxes <- function(boxes, across, down, col, text = boxes$text, cex = 1) {
  if (nrow(boxes) == 0) return()
  graphics::rect(boxes$x - across, boxes$y - down, boxes$x + across, boxes$y + down, col = col, border = "grey40")
  graphics::text(boxes$x, boxes$y, text, cex = cex)
}

# ---- layers --------------------------------------------------------------------------------------

network_plot_layers <- function(data) {
  rows <- length(unique(data$y[data$part == "layer"]))
  across <- diff(range(data$x, data$xend, na.rm = TRUE)) + 1
  writing <- network_writing(data$text[data$part == "layer"], rows, across)
  ggplot2::ggplot(data, ggplot2::aes(x = .data$x, y = .data$y)) +
    ggplot2::geom_segment(data = part_of("bend"), ggplot2::aes(xend = .data$xend, yend = .data$yend),
                          colour = "grey45", linewidth = 0.4) +
    ggplot2::geom_segment(data = part_of("link"), ggplot2::aes(xend = .data$xend, yend = .data$yend),
                          colour = "grey45", linewidth = 0.4,
                          arrow = ggplot2::arrow(length = ggplot2::unit(min(1.6, 14 / rows), "mm"), type = "closed")) +
    ggplot2::geom_tile(data = part_of("layer"), ggplot2::aes(fill = .data$value > 0), width = box_width,
                       height = 0.64, colour = "grey40", linewidth = 0.3, show.legend = FALSE) +
    ggplot2::geom_text(data = part_of("layer"), size = writing$size, lineheight = 0.9,
                       ggplot2::aes(label = writing$lines(.data$text))) +
    ggplot2::scale_fill_manual(values = c("FALSE" = "white", "TRUE" = "#DCE9F5")) +
    ggplot2::scale_x_continuous(expand = ggplot2::expansion(writing$margin)) +
    ggplot2::labs(x = NULL, y = NULL) +
    network_theme() + ggplot2::theme(axis.text.x = ggplot2::element_blank())
}

# Of the distance between two boxes beside each other.
box_width <- 0.92

# The text of a box in two lines, in one, and in one for each of its parts.
box_lines <- list(
  function(text) text,
  function(text) sub("\n", "  ", text),
  function(text) gsub("  ", "\n", sub(" (", "\n(", text, fixed = TRUE), fixed = TRUE))

# How boxes are written: in those lines in which letters can be largest, with a margin left and right of
# all boxes (a share of their width) that leaves them some wider than their text. In mm, for a figure of
# 7 by 5 inches; a letter is about 0.57 as wide as it is high.
network_writing <- function(text, rows, across) {
  widest <- 170 * box_width / (across - 1 + box_width)
  letters <- vapply(box_lines, function(lines) max(nchar(unlist(strsplit(lines(text), "\n")))), 0)
  high <- vapply(box_lines, function(lines) max(lengths(strsplit(lines(text), "\n"))), 0)
  sizes <- pmin(3.4, 57 / (rows * high), widest / 1.06 / (0.57 * letters))
  best <- which.max(sizes)
  margin <- (widest / (1.2 * 0.57 * sizes[best] * letters[best]) - 1) / 2
  list(lines = box_lines[[best]], size = sizes[best], margin = max(0.03, min(if (across > 1) 0.1 else 0.6, margin)))
}

network_base_layers <- function(data) {
  boxes <- data[data$part == "layer", ]
  rows <- length(unique(boxes$y))
  sides <- range(data$x, data$xend, na.rm = TRUE)
  writing <- network_writing(boxes$text, rows, diff(sides) + 1)
  base_panels(list(data), function(data) {
    graphics::par(mar = rep(0.5, 4))
    graphics::plot.new()
    margin <- writing$margin * (diff(sides) + box_width)
    graphics::plot.window(sides + c(-1, 1) * (box_width / 2 + margin), range(boxes$y) + c(-0.4, 0.4))
    bends <- data[data$part == "bend", ]
    graphics::segments(bends$x, bends$y, bends$xend, bends$yend, col = "grey45")
    links <- data[data$part == "link", ]
    if (nrow(links) > 0) {
      graphics::arrows(links$x, links$y, links$xend, links$yend, length = min(0.08, 0.5 / rows), col = "grey45")
    }
    # A letter of cex 1 is 12 points high, 4.2 mm.
    base_boxes(boxes, box_width / 2, 0.32, ifelse(boxes$value > 0, "#DCE9F5", "white"), writing$lines(boxes$text),
               writing$size / 4.2)
  })
}
