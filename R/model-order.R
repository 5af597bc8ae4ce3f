# The order of a model's layers is that of Keras, since weights in files, get_weights() and positions
# of layers go by it: layers far from the outputs first, those of the same distance in the order in
# which one meets them coming from the outputs.

graph_layers <- function(inputs, outputs) {
  walk <- graph_steps(inputs, outputs)
  layers <- unique_by_address(Filter(Negate(is.null), lapply(walk$steps, `[[`, "layer")))
  keys <- vapply(layers, rlang::obj_address, "")
  order <- order(-layer_distances(walk$steps)[keys], match(keys, walk$met))
  lapply(unname(layers[order]), object_of)
}

# A step is one call of a layer or one op of a k_* function. steps: each after those it needs;
# met: keys of their layers, coming from the outputs.
graph_steps <- function(inputs, outputs) {
  ends <- vapply(inputs, tensor_key, "")
  steps <- list()
  met <- character()
  as_steps <- function(tensors) lapply(tensors, function(t) graph_step(t, tensor_key(t) %in% ends))
  visit <- function(tensors) {
    depth_first(as_steps(tensors), function(step) as_steps(step$inputs), function(step) !is.null(steps[[step$key]]),
                met = function(step) met <<- c(met, step$layer_key),
                done = function(step) {
                  step$inputs <- vapply(as_steps(step$inputs), `[[`, "", "key")
                  steps[[step$key]] <<- step
                })
  }
  visit(outputs)
  reached <- met
  met <- character()
  visit(inputs) # those that lead nowhere come first
  list(steps = steps, met = c(met, reached))
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
