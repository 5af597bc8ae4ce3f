# Drawing of a model. Both kinds of drawing are made of the same rows: part ("unit", "weight", "layer",
# "link", "bend"), layer, unit, text, value, x, y, xend, yend.

# input_names, output_names: words beside the first and the last units, where their number fits.
network_plot <- function(model, max_units = 12, input_names = NULL, output_names = NULL,
                         call = rlang::caller_env()) {
  max_units <- check_count(max_units, "max_units", infinite = TRUE, call = call)
  self <- self_of(model)
  if (!self$built || length(self$layers) == 0) {
    abort_arg("object", "be a model whose input shape is known", call = call,
              given = if (self$built) "It has no layers." else "It was not built.",
              how = "Give the first layer an `input_shape`, or fit the model.")
  }
  columns <- network_columns(self)
  if (is.null(columns)) return(network_plot_layers(network_layers(self)))
  n <- length(columns)
  fits <- function(names, column) length(names) == column$units && column$units <= max_units
  if (fits(input_names, columns[[1]])) columns[[1]]$names <- input_names
  if (fits(output_names, columns[[n]])) columns[[n]]$names <- output_names
  network_plot_units(network_units(columns, max_units), columns)
}

network_row <- function(part, layer, x, y, unit = NA_integer_, text = NA_character_, value = NA_real_,
                        xend = NA_real_, yend = NA_real_) {
  data.frame(part = part, layer = layer, unit = unit, text = text, value = value, x = x, y = y,
             xend = xend, yend = yend)
}

# ---- dense layers in a row: units and weights ----------------------------------------------------

# Layers that give each unit on as it is or scaled: they have no units of their own to draw.
unit_wise_layers <- c("Dropout", "Activation", "ReLU", "LeakyReLU", "ELU", "SELU", "ThresholdedReLU", "Softmax",
                      "PReLU", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
                      "BatchNormalization", "LayerNormalization", "Rescaling")

# One element per column of units, the input first: list(name, units, caption, names, weights, bias).
# NULL when the model is not a chain of dense layers on one flat input.
network_columns <- function(self) {
  calls <- graph_calls(self$inputs, self$outputs)
  calls <- Filter(function(call) call$layer$class_name != "InputLayer", calls)
  kinds <- vapply(calls, function(call) call$layer$class_name, "")
  chain <- length(self$inputs) == 1 && length(self$outputs) == 1 &&
    all(vapply(calls, function(call) length(call$inputs) == 1 && length(call$outputs) == 1, NA)) &&
    all(kinds %in% c("Dense", unit_wise_layers)) && any(kinds == "Dense")
  shape <- self$inputs[[1]]$shape
  if (!chain || length(shape) != 2 || is.na(shape[2]) || !network_in_row(calls)) return(NULL)
  columns <- list(list(name = "input", units = shape[2], caption = "input"))
  for (call in calls) {
    layer <- call$layer
    if (layer$class_name == "Dense") {
      weights <- get_weights(object_of(layer))
      columns <- c(columns, list(list(
        name = layer$name, units = layer$config$units, weights = weights[[1]],
        bias = if (length(weights) > 1) as.vector(weights[[2]]), caption = network_activation(layer))))
    } else {
      n <- length(columns)
      columns[[n]]$caption <- paste0(columns[[n]]$caption, "\n", network_word(layer))
    }
  }
  columns
}

# Whether each call takes what the one before it gives.
network_in_row <- function(calls) {
  all(vapply(seq_along(calls)[-1], function(i) {
    identical(calls[[i]]$inputs[[1]]$history, calls[[i - 1]])
  }, NA))
}

network_activation <- function(layer) {
  name <- activation_label(layer$config$activation)
  if (is.na(name)) "own activation" else name
}

network_word <- function(layer) {
  word <- tolower(gsub("(?<=[a-z])(?=[A-Z])", " ", layer$class_name, perl = TRUE))
  if (layer$class_name == "Activation") word <- network_activation(layer)
  paste(c(word, if (is.numeric(layer$config$rate)) format(layer$config$rate, digits = 2)), collapse = " ")
}

# Height of unit i of n, the first on top; columns are centred around 0 and at most 1 high.
unit_height <- function(i, n, most) if (n == 1) 0 * i else (0.5 - (i - 1) / (n - 1)) * (n - 1) / max(most - 1, 1)

network_units <- function(columns, max_units) {
  units <- vapply(columns, function(column) column$units, 0)
  drawn <- units <= max_units
  most <- max(units[drawn], 2)
  rows <- lapply(seq_along(columns), function(i) {
    column <- columns[[i]]
    own <- if (drawn[i]) {
      network_row("unit", column$name, i, unit_height(seq_len(units[i]), units[i], most), seq_len(units[i]),
                  column$names %||% NA_character_, column$bias %||% NA_real_)
    } else {
      network_row("layer", column$name, i, 0, text = big(units[i]))
    }
    rbind(own, if (i > 1) network_lines(columns[[i]], i, units, drawn, most))
  })
  do.call(rbind, rows)
}

# Lines into column i: its weights when both sides are drawn unit by unit, else links with the box.
network_lines <- function(column, i, units, drawn, most) {
  from <- if (drawn[i - 1]) seq_len(units[i - 1]) else 0
  to <- if (drawn[i]) seq_len(units[i]) else 0
  ends <- expand.grid(from = from, to = to)
  height <- function(unit, n) if (unit[1] == 0) 0 else unit_height(unit, n, most)
  single <- drawn[i - 1] && drawn[i]
  network_row(if (single) "weight" else "link", column$name, i - 1, height(ends$from, units[i - 1]),
              unit = ifelse(ends$to == 0, NA_integer_, as.integer(ends$to)),
              value = if (single) as.vector(column$weights) else NA_real_,
              xend = i, yend = height(ends$to, units[i]))
}

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

# ---- any model: layers ---------------------------------------------------------------------------

# One row per layer call and input, and one or more per connection.
network_layers <- function(self) {
  calls <- graph_calls(self$inputs, self$outputs)
  bare <- Filter(function(t) is.null(t$history), self$inputs)
  nodes <- c(lapply(bare, network_input_node), lapply(calls, network_call_node))
  keys <- vapply(nodes, function(node) node$key, "")
  from <- lapply(nodes, function(node) match(node$from, keys))
  links <- data.frame(from = as.integer(unlist(from)), to = rep(seq_along(nodes), lengths(from)))
  depth <- network_depth(length(nodes), links)
  bent <- network_bends(links, depth)
  x <- network_places(bent$links, bent$depth)
  layers <- do.call(rbind, Map(function(node, x, y) {
    network_row("layer", node$name, x, y, text = node$text, value = node$size)
  }, nodes, x[seq_along(nodes)], -depth))
  links <- bent$links
  if (nrow(links) == 0) return(layers)
  is_box <- seq_along(x) <= length(nodes)
  names <- vapply(nodes, function(node) node$name, "")
  rbind(layers, network_row(
    ifelse(is_box[links$to], "link", "bend"), names[links$layer], x[links$from],
    -bent$depth[links$from] - 0.32 * is_box[links$from], xend = x[links$to],
    yend = -bent$depth[links$to] + 0.36 * is_box[links$to]))
}

# Rows from the top, 0 first: each node as far down as what it feeds allows, so that an input stands beside
# what it is joined with. Nodes are numbered in order of computing.
network_depth <- function(n, links) {
  below <- integer(n)
  for (node in rev(seq_len(n))) {
    fed <- links$to[links$from == node]
    if (length(fed) > 0) below[node] <- max(below[fed]) + 1L
  }
  max(below) - below
}

# A link over several rows gets a bend in each row between, which takes a place there as a box does.
network_bends <- function(links, depth) {
  links$layer <- links$to
  out <- links[0, ]
  for (i in seq_len(nrow(links))) {
    between <- seq_len(depth[links$to[i]] - depth[links$from[i]] - 1)
    bends <- length(depth) + between
    depth <- c(depth, depth[links$from[i]] + between)
    out <- rbind(out, data.frame(from = c(links$from[i], bends), to = c(bends, links$to[i]),
                                 layer = links$layer[i]))
  }
  list(links = out, depth = depth)
}

# Places in each row around 0, in the order of what feeds them from the row above.
network_places <- function(links, depth) {
  x <- numeric(length(depth))
  for (row in sort(unique(depth))) {
    here <- which(depth == row)
    above <- vapply(here, function(node) mean(x[links$from[links$to == node]]), 0)
    here <- here[order(above, here)]
    x[here] <- seq_along(here) - (length(here) + 1) / 2
  }
  x
}

network_input_node <- function(tensor) {
  list(key = tensor_key(tensor), from = character(), name = "input", size = 0,
       text = paste0("input  ", shape_text(tensor$shape)))
}

network_call_node <- function(call) {
  layer <- call$layer
  size <- if (layer$class_name == "InputLayer") 0 else count_params(object_of(layer))
  shapes <- paste(vapply(call$outputs, function(t) shape_text(t$shape), ""), collapse = ", ")
  weights <- if (size > 0) paste0("  ", big(size), if (size == 1) " weight" else " weights")
  kind <- if (layer$class_name != "InputLayer") paste0(" (", layer$class_name, ")")
  list(key = rlang::obj_address(call), name = layer$name, size = size,
       from = unique(vapply(call$inputs, network_source, "")),
       text = paste0(layer$name, kind, "\n", shapes, weights))
}

network_source <- function(tensor) {
  if (is.null(tensor$history)) tensor_key(tensor) else rlang::obj_address(tensor$history)
}

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
