# Functional models from their configurations: layers are made first, then called as their nodes say, each as soon
# as the tensors are there that it takes.

functional_of_config <- function(config, context) {
  graph <- new.env(parent = emptyenv())
  graph$context <- context
  graph$layers <- graph_entries(config, context)
  model_nodes(graph)
  while (call_ready_layers(graph)) NULL
  check_all_called(graph)
  inputs <- place_tensors(config[["input_layers"]], "input_layers", graph)
  outputs <- place_tensors(config[["output_layers"]], "output_layers", graph)
  model <- keras_model(inputs, outputs, name = config$name)
  self <- self_of(model)
  if (identical(config[["trainable"]], FALSE)) self$trainable <- FALSE
  model
}

# By name: list(parts, layer, nodes, made): `made` are the outputs of the calls so far.
graph_entries <- function(config, context) {
  entries <- lapply(layer_entries(config, context), function(entry) {
    parts <- entry_parts(entry, "layer", context)
    name <- entry[["name"]] %||% parts$name
    if (!is_word(name)) abort_config(paste0("A ", parts$class_name, " has no name."), context)
    graph_entry(entry, parts, name, context)
  })
  names <- vapply(entries, `[[`, "", "name")
  if (anyDuplicated(names)) abort_config("Two layers have this name.", context, names[duplicated(names)][1])
  stats::setNames(entries, names)
}

graph_entry <- function(entry, parts, name, context) {
  out <- list(name = name, parts = parts, made = list(), nodes = list(), first = 0)
  if (parts$class_name == "InputLayer") {
    out$made <- list(list(in_entry(parts, context, input_of_config(parts, name, context))))
    return(out)
  }
  nodes <- entry[["inbound_nodes"]] %||% list()
  if (!is.list(nodes)) abort_config("Its inbound nodes are no array.", context, name)
  if (is_foreign_function(entry, parts$class_name)) {
    out$layer <- foreign_function(parts, context)
    out$nodes <- in_entry(parts, context, lapply(nodes, foreign_node, name, context))
    return(out)
  }
  operation <- parts$class_name == operation_class
  out$layer <- if (operation) operation_of_config(parts, context) else layer_of_config(entry, context)
  out$nodes <- lapply(nodes, node_of_config, name, context, !operation && other_in_training(self_of(out$layer)))
  out
}

input_of_config <- function(parts, name, context) {
  config <- translate_config(parts$config, "InputLayer", "InputLayer", context)
  shape <- shape_of_config(config$batch_input_shape, context)
  layer_input(batch_shape = shape, name = name, dtype = input_type(config$dtype))
}

# Types that Keras has beside ours count as floats.
input_type <- function(dtype) if (is_word(dtype) && !grepl("^(b?float|mixed)", dtype)) dtype

# ---- nodes -----------------------------------------------------------------------------------------

# One call: list(places, options). Up to Keras 2.15 [[name, node, tensor, {options}], ...], perhaps one without the
# array around it or an object of them; since Keras 3 {args, kwargs}. trains: whether training is another matter for
# the layer.
node_of_config <- function(node, name, context, trains) {
  if (is_newer_node(node)) {
    found <- list(places = unname(places_in(node[["args"]], name, context)), options = node[["kwargs"]])
  } else {
    places <- places_in(node, name, context)
    options <- lapply(places, `[[`, "options")
    found <- list(places = places, options = do.call(c, c(list(list()), unname(options))))
  }
  list(places = c(found$places, node_options(found$options, name, context, trains)))
}

# All places of tensors in a nested list of them.
places_in <- function(x, name, context) {
  if (is_place(x)) return(list(as_place(x, name, context)))
  if (!is.list(x)) {
    abort_config(paste0("Its inbound nodes hold ", deparse1(x), " where a tensor must be."), context, name)
  }
  inner <- lapply(x, places_in, name, context)
  if (all(lengths(inner) == 1) && !is.null(names(x))) return(lapply(inner, `[[`, 1))
  do.call(c, c(list(list()), unname(inner)))
}

is_place <- function(x) {
  if (!is.list(x)) return(FALSE)
  if (!is.null(names(x))) return(identical(x[["class_name"]], "__keras_tensor__"))
  length(x) %in% 3:4 && is_word(x[[1]])
}

as_place <- function(x, name, context) {
  options <- if (is.null(names(x)) && length(x) == 4) x[[4]]
  if (!is.null(names(x))) x <- x[["config"]][["keras_history"]]
  fine <- is.list(x) && length(x) >= 3 && is_word(x[[1]]) && is_number_of(x[[2]]) && is_number_of(x[[3]]) &&
    (is.null(options) || is.list(options))
  if (!fine) abort_config("Its inbound nodes name no layer, call and output.", context, name)
  list(layer = x[[1]], node = x[[2]], output = x[[3]], options = options)
}

# First states are inputs; what else a call may say must be the default.
node_options <- function(options, name, context, trains) {
  if (!is.list(options) && !is.null(options)) abort_config("The options of a call are no object.", context, name)
  options <- options[!vapply(options, is.null, NA)]
  states <- options[["initial_state"]]
  if (!trains) options[["training"]] <- NULL
  if (identical(options[["training"]], FALSE)) warn_training(name, context)
  known <- names(options) %in% c("initial_state", "training")
  if (!all(known) || isTRUE(options[["training"]])) {
    abort_tn(paste0("Layer \"", name, "\" is called with `", c(names(options)[!known], "training")[1],
                    "`, which is not available here."), "unsupported", call = context$call, layer = name,
             from_config = TRUE)
  }
  if (length(states) > 0) places_in(states, name, context)
}

# Whether a layer, or one in it, does something else in training.
other_in_training <- function(self) {
  c <- self$config
  inner <- vapply(self$layers, function(layer) other_in_training(self_of(layer)), NA)
  self$class_name %in% training_classes || any(inner) || any(unlist(c[c("dropout", "recurrent_dropout")]) > 0)
}

training_classes <- c("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout",
                      "AlphaDropout", "BatchNormalization")

warn_training <- function(name, context) {
  warn_tn(paste0("Layer \"", name, "\" is called with `training = FALSE` in the configuration; here its dropout and ",
                 "batch normalization act in training unless it is frozen."), "training", call = context$call)
}

# ---- calls -----------------------------------------------------------------------------------------

# The number that the first call of a model has: 1 where it has a node of its own. What the file asks for decides,
# since versions differ in it.
model_nodes <- function(graph) {
  asked <- do.call(c, c(list(list()), unname(lapply(graph$layers, function(l) {
    do.call(c, c(list(list()), lapply(l$nodes, `[[`, "places")))
  }))))
  from <- vapply(asked, `[[`, "", "layer")
  numbers <- vapply(asked, function(p) as.numeric(p$node), 0)
  for (name in names(graph$layers)) {
    layer <- graph$layers[[name]]
    if (is.null(layer$layer) || !is_model(layer$layer)) next
    used <- numbers[from == name]
    first <- own_node(self_of(layer$layer), if (graph$context$new) "keras3" else "json")
    if (any(used >= length(layer$nodes))) first <- TRUE
    if (any(used == 0)) first <- FALSE
    graph$layers[[name]]$first <- as.numeric(first)
  }
}

# Calls every layer as far as its inputs are there; whether any was called.
call_ready_layers <- function(graph) {
  progress <- FALSE
  for (name in names(graph$layers)) {
    repeat {
      layer <- graph$layers[[name]]
      at <- length(layer$made) + 1
      if (at > length(layer$nodes)) break
      node <- layer$nodes[[at]]
      tensors <- lapply(node$places, tensor_at, graph = graph, by = name)
      if (any(vapply(tensors, is.null, NA))) break
      given <- if (is.null(node$call)) tensors else fill_call(node$call, tensors)
      graph$layers[[name]]$made[[at]] <- in_entry(layer$parts, graph$context, call_layer(layer$layer, given))
      progress <- TRUE
    }
  }
  progress
}

call_layer <- function(layer, tensors) {
  if (!is_object(layer)) return(layer(tensors))
  if (length(tensors) == 0) abort_tn("it is called on nothing", "shape")
  if (!is_model(layer)) tensors <- unname(tensors)
  unname(as_tensor_list(layer(tensors)))
}

# The tensor at a place, NULL while it is not there. by: the layer, or key, that asks for it.
tensor_at <- function(place, graph, by) {
  layer <- graph$layers[[place$layer]]
  if (is.null(layer)) {
    abort_config(paste0("It takes a tensor of layer \"", place$layer, "\", which is not there."), graph$context, by)
  }
  at <- place$node - layer$first + 1
  if (at < 1 || at > max(length(layer$nodes), length(layer$made))) {
    abort_config(paste0("It takes a tensor of call ", place$node, " of layer \"", place$layer, "\", which has ",
                        length(layer$nodes), "."), graph$context, by)
  }
  if (at > length(layer$made)) return(NULL)
  outputs <- layer$made[[at]]
  if (place$output >= length(outputs)) {
    abort_config(paste0("It takes output ", place$output, " of layer \"", place$layer, "\", which has ",
                        length(outputs), "."), graph$context, by)
  }
  outputs[[place$output + 1]]
}

check_all_called <- function(graph) {
  for (layer in graph$layers) {
    if (length(layer$made) >= length(layer$nodes)) next
    waits <- vapply(layer$nodes[[length(layer$made) + 1]]$places, `[[`, "", "layer")
    abort_config(paste0("It waits for ", quoted_list(unique(waits)), ": the layers stand in a circle."), graph$context,
                 layer$name)
  }
}

# input_layers and output_layers: an array of places, one place, or an object of them by name.
place_tensors <- function(x, key, graph) {
  places <- if (is.list(x)) places_in(x, key, graph$context)
  if (length(places) == 0) abort_config(paste0("`", key, "` names no tensor."), graph$context)
  tensors <- lapply(places, tensor_at, graph = graph, by = key)
  if (any(vapply(tensors, is.null, NA))) {
    abort_config(paste0("`", key, "` names a layer that is never called."), graph$context)
  }
  if (is.null(names(x))) unname(tensors) else tensors
}
