# Figure of a model. Both kinds of drawing are made of the same rows: part ("unit", "weight", "layer",
# "link", "bend"), layer, unit, text, value, x, y, xend, yend.

# input_names, output_names: words beside the first and the last units, where their number fits.
network_figure <- function(model, max_units = 12, input_names = NULL, output_names = NULL,
                           call = rlang::caller_env()) {
  max_units <- check_count(max_units, "max_units", infinite = TRUE, call = call)
  self <- self_of(model)
  if (!self$built || length(self$layers) == 0) {
    abort_arg("object", "be a model whose input shape is known", call = call,
              given = if (self$built) "It has no layers." else "It was not built.",
              how = "Give the first layer an `input_shape`, or fit the model.")
  }
  columns <- network_columns(self)
  if (is.null(columns)) return(new_figure(network_layers(self), network_plot_layers, network_base_layers))
  n <- length(columns)
  fits <- function(names, column) length(names) == column$units && column$units <= max_units
  if (fits(input_names, columns[[1]])) columns[[1]]$names <- input_names
  if (fits(output_names, columns[[n]])) columns[[n]]$names <- output_names
  new_figure(network_units(columns, max_units), function(data) network_plot_units(data, columns),
             function(data) network_base_units(data, columns))
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
