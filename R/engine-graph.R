# The door to the engine, one function per C entry: no defaults of meaning, no logic. Graphs.

# Shapes, kinds, axes of masks and parameters an op has for given inputs.
engine_infer <- function(op, attrs, shapes, integer = logical(length(shapes)),
                         masks = integer(length(shapes))) {
  .Call(ffi_infer, op, attrs, shapes, integer, masks)
}

# spec: see graph_spec().
engine_graph <- function(spec, gradients = FALSE, input_gradients = FALSE) {
  .Call(ffi_graph_new, spec, gradients, input_gradients)
}

# One whole batch: list of arrays, one per id in `outputs` (integer value ids).
engine_run <- function(graph, sources, outputs, training = FALSE, seed = 0, step = 0) {
  .Call(ffi_graph_run, graph, sources, as.integer(outputs), training, seed, step)
}

# Gradients of sum(upstream * output) plus the graph's loss on one whole batch:
# list(outputs, inputs, params, loss).
engine_gradients <- function(graph, sources, outputs, upstream, training = FALSE, seed = 0,
                             step = 0) {
  .Call(ffi_graph_gradients, graph, sources, as.integer(outputs), upstream, training, seed, step)
}
