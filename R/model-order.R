# The order of a model's layers is that of Keras, since weights in files, get_weights() and positions
# of layers go by it: layers far from the outputs first, those of the same distance in the order in
# which one meets them coming from the outputs.

graph_layers <- function(inputs, outputs) {
  walk <- graph_steps(inputs, outputs)
  distance <- layer_distances(walk$steps)
  layers <- lapply(walk$steps, function(step) step$layer)[!duplicated(vapply(walk$steps, `[[`, "", "layer_key"))]
  layers <- Filter(Negate(is.null), layers)
  keys <- vapply(layers, rlang::obj_address, "")
  lapply(unname(layers[order(-distance[keys], match(keys, walk$met))]), object_of)
}

# A step is one call of a layer or one op of a k_* function. steps: each after those it needs;
# met: keys of their layers, coming from the outputs.
graph_steps <- function(inputs, outputs) {
  ends <- vapply(inputs, tensor_key, "")
  steps <- list()
  met <- character()
  visit <- function(t) {
    step <- graph_step(t, tensor_key(t) %in% ends)
    if (!is.null(steps[[step$key]])) return()
    met <<- c(met, step$layer_key)
    for (input in step$inputs) visit(input)
    step$inputs <- vapply(step$inputs, function(t) graph_step(t, tensor_key(t) %in% ends)$key, "")
    steps[[step$key]] <<- step
  }
  for (t in c(outputs, inputs)) visit(t)
  list(steps = steps, met = met)
}

# What makes a tensor; nothing does for one that begins the graph, but an input layer may stand there.
graph_step <- function(t, begins) {
  made <- if (begins) NULL else t$history %||% t$node
  layer <- if (!begins || length(t$history$inputs) == 0) t$history$layer
  key <- if (begins) tensor_key(t) else rlang::obj_address(made)
  list(key = key, layer = layer, inputs = made$inputs,
       layer_key = if (is.null(layer)) key else rlang::obj_address(layer))
}

# Steps from each layer to the outputs, on the longest way; a shared layer counts from its farthest call.
layer_distances <- function(steps) {
  of_step <- numeric()
  of_layer <- numeric()
  for (step in rev(steps)) {
    distance <- max(0, of_step[step$key], of_layer[step$layer_key], na.rm = TRUE)
    of_layer[step$layer_key] <- distance
    of_step[step$inputs] <- pmax(distance + 1, of_step[step$inputs], na.rm = TRUE)
  }
  of_layer
}
