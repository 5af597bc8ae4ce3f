#' Print a model's layers
#'
#' One row per layer: name and class, output shape (`None` where unknown), number of weights; then
#' totals.
#' @param object A model.
#' @param line_length Width of the table; by default the console's.
#' @param ... Not used.
#' @returns The text, one string per line, invisibly.
#' @examples
#' summary(keras_model_sequential() %>% layer_dense(2, input_shape = 3))
#' @export
summary.tildenet_model <- function(object, line_length = getOption("width"), ...) {
  lines <- summary_lines(self_of(object), line_length)
  cat(lines, sep = "\n")
  invisible(lines)
}

summary_lines <- function(self, width) {
  if (!self$built) return("Model: <no summary available, model was not built>")
  calls <- graph_calls(self$inputs, self$outputs)
  graph <- shows_connections(self, calls)
  rows <- lapply(self$layers, summary_row, graph = graph, calls = calls)
  header <- c("Layer (type)", "Output Shape", "Param #", if (graph) "Connected to")
  columns <- column_ends(c(list(header), rows), graph, max(width, 60))
  rule <- function(character) strrep(character, columns[length(columns)])
  body <- unlist(lapply(seq_along(rows), function(i) {
    c(format_row(rows[[i]], columns), rule(if (i < length(rows)) "_" else "="))
  }))
  title <- paste0("Model: \"", self$name, "\"")
  c(title, rule("_"), format_row(header, columns), rule("="), body, summary_totals(self), rule("_"))
}

# Where the columns of the table end. A number is never broken: its column is as wide as it needs.
column_ends <- function(rows, graph, width) {
  ends <- floor(c(if (graph) c(0.33, 0.55, 0.67) else c(0.45, 0.8), 1) * width)
  if (graph) ends[3] <- max(ends[3], ends[2] + 1 + max(nchar(vapply(rows, `[`, "", 3))))
  ends
}

# A chain shows no connections; several inputs, branches and shared layers do.
shows_connections <- function(self, calls) {
  if (self$class_name == "Sequential") return(FALSE)
  length(self$inputs) > 1 || length(self$outputs) > 1 ||
    any(vapply(calls, function(call) length(call$inputs) > 1, NA)) ||
    length(calls) != length(self$layers)
}

# calls: those of the model's graph; a layer may be called elsewhere too. A chain that was never put
# into a graph of its own has its layers' first calls.
summary_row <- function(layer, graph, calls) {
  inner <- self_of(layer)
  own <- Filter(function(call) identical(call$layer, inner), calls)
  if (length(own) == 0) own <- utils::head(inner$calls, 1)
  shapes <- unique(unlist(lapply(own, function(call) {
    vapply(call$outputs, function(t) shape_text(t$shape), "")
  })))
  before <- unlist(lapply(own, function(call) lapply(call$inputs, connected_names)))
  c(paste0(inner$name, " (", inner$class_name, ")"), paste(shapes, collapse = ", "),
    format(count_params(layer), scientific = FALSE), if (graph) paste(before, collapse = ", "))
}

# Lines of one row: what a column has no room for goes on in the next line.
format_row <- function(cells, ends) {
  starts <- c(0, ends[-length(ends)])
  cells <- Map(wrap_cell, cells, ends - starts - 1)
  vapply(seq_len(max(lengths(cells))), function(line) {
    text <- ""
    for (i in seq_along(cells)) {
      if (line > length(cells[[i]])) next
      text <- paste0(formatC(text, width = -starts[i], flag = " "), cells[[i]][line])
    }
    trimws(text, "right")
  }, "")
}

# Broken at spaces where there are some, else where the room ends.
wrap_cell <- function(text, room) {
  lines <- character()
  while (nchar(text) > room) {
    spaces <- gregexpr(" ", substr(text, 1, room + 1), fixed = TRUE)[[1]]
    at <- if (max(spaces) > 1) max(spaces) else room + 1
    lines <- c(lines, trimws(substr(text, 1, at - 1)))
    text <- trimws(substr(text, at, nchar(text)))
  }
  c(lines, text)
}

summary_totals <- function(self) {
  size <- function(params) sum(vapply(params, function(p) prod(p$shape), 0))
  count <- function(n) format(n, big.mark = ",", scientific = FALSE)
  trainable <- size(weights_of(self, TRUE))
  total <- size(model_parameters(self))
  c(paste0("Total params: ", count(total)), paste0("Trainable params: ", count(trainable)),
    paste0("Non-trainable params: ", count(total - trainable)))
}
