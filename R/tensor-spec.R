# From tensors to the description that the engine builds its graph from.

# inputs: tensors where data enter, in order; outputs, extra: tensors wanted; loss: scalar tensor or
# NULL; sparse: which inputs get sparse rows. `flags` says which parameters are not frozen (all by default).
graph_spec <- function(inputs, outputs, loss = NULL, extra = list(), sparse = NULL, flags = NULL) {
  walk <- new_walk(inputs, sparse %||% logical(length(inputs)))
  ids <- lapply(list(outputs, if (is.null(loss)) list() else list(loss), extra),
                walk_tensors, walk = walk)
  parameters <- as.list(walk$parameters)
  list(n_values = walk$n_values, inputs = walk$inputs, nodes = walk$nodes,
       params = lapply(parameters, parameter_spec, flags = flags), parameters = parameters,
       outputs = ids[[1]], loss = if (is.null(loss)) -1 else ids[[2]], extra = ids[[3]])
}

# State of a walk: value ids by node address and output, parameters by address.
new_walk <- function(inputs, sparse) {
  walk <- new.env(parent = emptyenv())
  walk$ids <- new.env(parent = emptyenv())
  walk$parameter_ids <- new.env(parent = emptyenv())
  walk$n_values <- 0
  walk$nodes <- list()
  walk$parameters <- list()
  walk$inputs <- Map(function(t, is_sparse) {
    kind <- if (is_sparse) "sparse" else t$node$kind %||% "float"
    list(value = walk_new_value(t, walk), dtype = kind, shape = ifelse(is.na(t$shape), 1, t$shape))
  }, inputs, sparse)
  walk$inputs <- unname(walk$inputs)
  walk
}

tensor_key <- function(t) paste(rlang::obj_address(t$node), t$index)

walk_new_value <- function(t, walk) {
  id <- walk$n_values
  assign(tensor_key(t), id, envir = walk$ids)
  walk$n_values <- id + 1
  id
}

# Value ids of tensors; nodes they need come first.
walk_tensors <- function(tensors, walk) {
  id <- function(t) get0(tensor_key(t), envir = walk$ids, inherits = FALSE)
  depth_first(tensors, function(t) t$node$inputs, function(t) !is.null(id(t)),
              met = check_not_input, done = function(t) walk_node(t$node, walk, id))
  vapply(tensors, id, 0)
}

check_not_input <- function(t) {
  if (!identical(t$node$op, "input")) return()
  name <- if (is.null(t$name)) "without a name" else quoted(t$name)
  abort_tn(paste0("The graph depends on the input ", name, ", which is not among the model's inputs."),
           "graph", call = NULL,
           how = paste("Put every input tensor that the outputs depend on into `inputs`; losses and metrics",
                       "may capture tensors of this model only."))
}

walk_node <- function(node, walk, id) {
  inputs <- vapply(node$inputs, id, 0)
  params <- vapply(node$params, walk_parameter, 0, walk = walk)
  outputs <- vapply(node$outputs, walk_new_value, 0, walk = walk)
  walk$nodes[[length(walk$nodes) + 1]] <-
    list(op = node$op, attrs = node$attrs, inputs = inputs, params = params, outputs = outputs,
         layer = node$outputs[[1]]$history$layer$name)
}

walk_parameter <- function(p, walk) {
  key <- rlang::obj_address(p)
  known <- get0(key, envir = walk$parameter_ids, inherits = FALSE)
  if (!is.null(known)) return(known)
  id <- length(walk$parameters)
  assign(key, id, envir = walk$parameter_ids)
  walk$parameters[[id + 1]] <- p
  id
}

parameter_spec <- function(p, flags) {
  active <- is.null(flags) || isTRUE(flags[[rlang::obj_address(p)]])
  penalty <- p$regularizer
  list(data = p$data, shape = p$shape, trainable = active && p$trainable, frozen = !active,
       l1 = penalty$l1 %||% 0, l2 = penalty$l2 %||% 0, constraint = p$constraint)
}

# All tensors of the graph between `inputs` and `outputs`, inputs first, each after what it needs.
graph_tensors <- function(inputs, outputs) {
  seen <- new.env(parent = emptyenv())
  found <- list()
  note <- function(t) {
    assign(tensor_key(t), TRUE, envir = seen)
    found[[length(found) + 1]] <<- t
  }
  for (t in inputs) note(t)
  depth_first(outputs, function(t) t$node$inputs, function(t) !is.null(seen[[tensor_key(t)]]), note)
  found
}

# The layers, or inputs, whose outputs a tensor is made of: its own, or through k_* functions.
connected_names <- function(t) {
  found <- character()
  seen <- new.env(parent = emptyenv())
  own <- function(t) t$history$layer$name %||% t$name
  depth_first(list(t), function(t) if (is.null(own(t))) t$node$inputs, function(t) !is.null(seen[[tensor_key(t)]]),
              met = function(t) assign(tensor_key(t), TRUE, envir = seen), done = function(t) found <<- c(found, own(t)))
  unique(found)
}

# Layer calls (histories) of a graph in order, each once. What made an input is not part of it, unless
# it is an input layer.
graph_calls <- function(inputs, outputs) {
  calls <- list()
  keys <- character()
  ends <- vapply(inputs, tensor_key, "")
  for (t in graph_tensors(inputs, outputs)) {
    if (length(t$history$inputs) > 0 && tensor_key(t) %in% ends) next
    key <- if (is.null(t$history)) NA else rlang::obj_address(t$history)
    if (is.na(key) || key %in% keys) next
    keys <- c(keys, key)
    calls <- c(calls, list(t$history))
  }
  calls
}

# The graph again, with other tensors at its inputs: weights are shared, nothing is built anew.
replay_graph <- function(inputs, outputs, replacements) {
  map <- new.env(parent = emptyenv())
  Map(function(t, r) assign(tensor_key(t), r, envir = map), inputs, replacements)
  again <- function(t) map[[tensor_key(t)]]
  depth_first(outputs, function(t) t$node$inputs, function(t) !is.null(again(t)), function(t) {
    node <- t$node
    made <- if (node$op == "text") list(text_tensor(node$layer, again(node$inputs[[1]])))
            else emit_op(node$op, lapply(node$inputs, again), node$attrs, node$params, t$dtype)
    Map(function(old, new) assign(tensor_key(old), new, envir = map), node$outputs, made)
  })
  lapply(outputs, again)
}
