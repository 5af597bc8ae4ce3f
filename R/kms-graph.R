# The network of kms() when there is more than one input: heads bring each special to features, the
# features join the columns of the design before the first dense layer, dot products and offsets are
# added before the last activation.

# What kms_build_graph() needs besides the layer calls; NULL when the matrix is the only input.
#   shapes  of the inputs by name; heads: layer calls by input, one with `with_input` also gets the
#           input itself; joined, pairs: names of inputs
#   sparse  names of the sparse inputs; kernels: arguments of the first dense layer by such an input
# first: what describes the layer on the input.
kms_graph_spec <- function(design, first) {
  shapes <- kms_shapes(design)
  if (is.null(shapes)) return(NULL)
  specials <- design$specials
  input <- vapply(specials, `[[`, "", "input")
  heads <- lapply(specials, function(s) special_of(s)$head(s$state, first, s$input))
  kernels <- lapply(specials, function(s) {
    kernel <- special_of(s)$kernel
    if (!is.null(kernel)) kernel(s$state) %||% list()
  })
  kernels <- Filter(Negate(is.null), stats::setNames(kernels, input))
  list(shapes = shapes, heads = stats::setNames(heads, input),
       joined = unname(input[vapply(specials, `[[`, NA, "joined")]),
       pairs = lapply(design$pairs, function(pair) unname(input[pair])),
       sparse = c(if (design$sparse) "x", names(kernels)), kernels = kernels)
}

# Whether anything is added before the last activation, and whether anything feeds dense layers.
graph_adds <- function(graph) length(graph$pairs) > 0 || "offset" %in% names(graph$shapes)

graph_has_trunk <- function(graph) "x" %in% names(graph$shapes) || length(graph$joined) > 0

kms_build_graph <- function(spec) {
  graph <- spec$graph
  inputs <- Map(function(shape, name) layer_input(shape = shape, name = name), graph$shapes,
                names(graph$shapes))
  features <- Map(apply_calls, inputs[names(graph$heads)], graph$heads)
  calls <- spec$layers
  last <- calls[[length(calls)]]
  finish <- last$args[c("activation", "activity_regularizer")]
  if (graph_adds(graph)) {
    last$args["activity_regularizer"] <- list(NULL)
    last$args$activation <- "linear"
    calls[[length(calls)]] <- last
  }
  outputs <- if (graph_has_trunk(graph)) {
    list(apply_calls(graph_first(c(inputs["x" == names(inputs)], features[graph$joined]), calls[[1]], graph),
                     calls[-1]))
  }
  if (!graph_adds(graph)) return(keras_model(unname(inputs), apply_calls(outputs[[1]], spec$head)))
  for (pair in graph$pairs) {
    outputs <- c(outputs, list(graph_pair(unname(features[pair]), last, is.null(outputs))))
  }
  outputs <- c(outputs, unname(inputs["offset" == names(inputs)]))
  sum <- if (length(outputs) > 1) layer_add(outputs) else outputs[[1]]
  sum <- graph_finish(sum, finish$activation, finish$activity_regularizer)
  keras_model(unname(inputs), apply_calls(sum, spec$head))
}

apply_calls <- function(tensor, calls) {
  input <- tensor
  for (call in calls) {
    from <- if (isTRUE(call$with_input)) list(tensor, input) else tensor
    tensor <- do.call(call$layer, c(list(from), call$args))
  }
  tensor
}

# The first layer on columns and features, tensors by input. With sparse ones among others it is the sum
# of a layer on each of them and one on the rest: the same function, and nothing is made dense.
graph_first <- function(parts, call, graph) {
  call$args$input_shape <- NULL
  parts <- graph_groups(parts, graph$sparse)
  calls <- lapply(names(parts), function(name) {
    call$args[names(graph$kernels[[name]])] <- graph$kernels[[name]]
    call
  })
  if (length(parts) == 1) return(apply_calls(parts[[1]], calls))
  sums <- Map(function(part, call, is_first) {
    call$args$activation <- "linear"
    call$args["activity_regularizer"] <- list(NULL)
    if (!is_first) call$args$use_bias <- FALSE
    apply_calls(part, list(call))
  }, parts, calls, seq_along(parts) == 1)
  graph_finish(layer_add(unname(sums)), call$args$activation, call$args$activity_regularizer)
}

# Each sparse tensor by itself, the others side by side, in the order of the first of them.
graph_groups <- function(parts, sparse) {
  dense <- !names(parts) %in% sparse
  if (sum(dense) < 2) return(parts)
  parts[[which(dense)[1]]] <- layer_concatenate(unname(parts[dense]))
  parts[!dense | seq_along(parts) == which(dense)[1]]
}

# Two tables multiplied: the dot product for one output unit; for several each has a dot product with
# weights of its own. With nothing else in the network the output's bias is added here.
graph_pair <- function(tables, output, alone) {
  output$args$use_bias <- alone && output$args$use_bias
  output$args$input_shape <- NULL
  if (output$args$units > 1) return(apply_calls(layer_multiply(tables), list(output)))
  product <- layer_dot(tables, axes = 1)
  if (!alone) return(product)
  output$args$kernel_initializer <- "ones"
  apply_calls(product, list(output))
}

graph_finish <- function(tensor, activation, regularizer) {
  if (!identical(activation_label(activation), "linear")) tensor <- layer_activation(tensor, activation)
  if (is.null(regularizer)) return(tensor)
  if (!is.null(regularizer$r_function)) {
    abort_arg("activity_regularizer", "be of regularizer_l1(), _l2() or _l1_l2() in this network", call = NULL,
              given = "It is a function.")
  }
  layer_activity_regularization(tensor, l1 = regularizer$l1, l2 = regularizer$l2)
}
