# The graph of a functional model as its configuration tells it: each layer with its calls (nodes), each call with
# the layer, call and output that every tensor comes from, counted from 0.

functional_config <- function(self, layout) {
  graph <- written_graph(self, layout)
  begins <- lapply(graph$begins, function(t) begin_entry(t, graph, layout))
  layers <- c(lapply(self$layers, function(layer) functional_entry(self_of(layer), graph, layout)),
              Map(function(node, name) operation_entry(node, name, graph, layout),
                  graph$operations, graph$operation_names))
  places <- function(tensors, labels) {
    found <- stats::setNames(lapply(tensors, tensor_place, graph = graph), labels)
    if (layout == "keras3" && is.null(labels)) one_or_list(found) else found
  }
  list(name = self$name, trainable = self$trainable, layers = c(begins, layers),
       input_layers = places(self$inputs, self$input_labels), output_layers = places(self$outputs, self$output_labels))
}

# What the places of tensors need: calls of each layer in this graph, by the layer's address; inputs that no input
# layer made, which get one in the file, and the names of these.
written_graph <- function(self, layout) {
  calls <- graph_calls(self$inputs, self$outputs)
  keys <- vapply(calls, function(call) rlang::obj_address(call$layer), "")
  made <- vapply(self$inputs, function(t) is_input_call(t$history), NA)
  begins <- self$inputs[!made]
  names <- vapply(begins, tensor_layer_name, "", default = "input")
  taken <- layer_names(self)
  names <- utils::tail(make.unique(c(taken, names), sep = "_"), length(names))
  operations <- graph_operations(self, calls)
  ops <- make.unique(c(taken, names, sprintf("op_%s", vapply(operations, `[[`, "", "op"))), sep = "_")
  list(layout = layout, calls = split(calls, factor(keys, unique(keys))), begins = begins, begin_names = names,
       begin_keys = vapply(begins, tensor_key, ""), operations = operations,
       operation_keys = addresses(operations),
       operation_names = utils::tail(ops, length(operations)))
}

is_input_call <- function(call) !is.null(call) && length(call$inputs) == 0

begin_entry <- function(t, graph, layout) {
  name <- graph$begin_names[match(tensor_key(t), graph$begin_keys)]
  c(class_entry("InputLayer", input_config(name, t$shape, t$dtype, layout), layout),
    list(name = name, inbound_nodes = list()))
}

functional_entry <- function(self, graph, layout) {
  calls <- Filter(Negate(is_input_call), layer_calls(self, graph))
  nodes <- lapply(calls, function(call) node_entry(call$inputs, graph, self))
  layer_entry(self, layout, list(name = self$name, inbound_nodes = nodes))
}

# One call with what it takes. self: the layer that is called, NULL for an operation.
node_entry <- function(tensors, graph, self = NULL) {
  if (graph$layout == "keras3") return(newer_node(tensors, graph, self))
  lapply(tensors, function(t) c(tensor_place(t, graph), list(empty_object())))
}

# The calls of a layer that belong to the graph, in the order in which they were made.
layer_calls <- function(self, graph) {
  calls <- graph$calls[[rlang::obj_address(self)]]
  calls[order(match(addresses(calls), addresses(self$calls)))]
}

# list("dense", 0L, 0L).
tensor_place <- function(t, graph) {
  at <- match(tensor_key(t), graph$begin_keys)
  if (!is.na(at)) return(list(graph$begin_names[at], 0L, 0L))
  call <- t$history
  if (is.null(call)) return(operation_place(t, graph))
  self <- call$layer
  node <- match(rlang::obj_address(call), addresses(layer_calls(self, graph)))
  output <- match(tensor_key(t), vapply(call$outputs, tensor_key, ""))
  list(self$name, as.integer(node - 1 + own_node(self, graph$layout)), output - 1L)
}

# A model that knows its input has a first node of its own; since Keras 3 only functional ones have.
own_node <- function(self, layout = "json") {
  is_model_self(self) && self$built && !(layout == "keras3" && self$class_name == "Sequential")
}
