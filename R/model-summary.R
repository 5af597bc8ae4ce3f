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
  title <- paste0("Model: \"", self$name, "\"")
  if (!self$built) {
    return(c(title, "No summary available: the model was not built. Give `input_shape` or fit it."))
  }
  graph <- shows_connections(self)
  share <- if (graph) c(0.33, 0.55, 0.67, 1) else c(0.45, 0.8, 1)
  columns <- floor(share * max(width, 60))
  rule <- function(character) strrep(character, columns[length(columns)])
  rows <- lapply(summary_layers(self), summary_row, graph = graph)
  body <- unlist(lapply(seq_along(rows), function(i) {
    c(format_row(rows[[i]], columns), rule(if (i < length(rows)) "_" else "="))
  }))
  header <- c("Layer (type)", "Output Shape", "Param #", if (graph) "Connected to")
  c(title, rule("_"), format_row(header, columns), rule("="), body, summary_totals(self), rule("_"))
}

# Input layers are listed in graphs, not in sequential models.
summary_layers <- function(self) self$layers

# A chain shows no connections; several inputs, branches and shared layers do.
shows_connections <- function(self) {
  if (self$class_name == "Sequential") return(FALSE)
  calls <- graph_calls(self$inputs, self$outputs)
  length(self$inputs) > 1 || length(self$outputs) > 1 ||
    any(vapply(calls, function(call) length(call$inputs) > 1, NA)) ||
    length(calls) != length(self$layers)
}

summary_row <- function(layer, graph) {
  inner <- self_of(layer)
  call <- if (length(inner$calls) > 0) inner$calls[[1]]
  shapes <- vapply(call$outputs, function(t) shape_text(t$shape), "")
  before <- vapply(call$inputs, function(t) t$history$layer$name %||% t$name %||% "", "")
  c(paste0(inner$name, " (", inner$class_name, ")"), paste(shapes, collapse = ", "),
    format(count_params(layer), scientific = FALSE), if (graph) paste(before, collapse = ", "))
}

# Cells are cut to their columns.
format_row <- function(cells, ends) {
  starts <- c(0, ends[-length(ends)])
  text <- ""
  for (i in seq_along(cells)) {
    room <- ends[i] - starts[i] - 1
    text <- paste0(formatC(text, width = -starts[i], flag = " "), substr(cells[i], 1, room))
  }
  text
}

summary_totals <- function(self) {
  size <- function(params) sum(vapply(params, function(p) prod(p$shape), 0))
  count <- function(n) format(n, big.mark = ",", scientific = FALSE)
  trainable <- size(weights_of(self, TRUE))
  total <- size(model_parameters(self))
  c(paste0("Total params: ", count(total)), paste0("Trainable params: ", count(trainable)),
    paste0("Non-trainable params: ", count(total - trainable)))
}
