# The net "dense": layers of `units`, each with what the arguments of kms() say of it.

# What kms_spec() needs of a net: list(overview, layers, graph, shrinks). on_input: whether the input has a layer of its
# own, as wide as the first of the table.
dense_trunk <- function(control, design, input_dim, call, on_input = control$N_layers > 0) {
  outcome <- design$outcome
  loss <- control$loss
  n <- max(control$N_layers, 1)
  units <- kms_hidden(control, "units", call)
  before_last <- seq_len(n - 1)
  table <- list(
    units = as.list(c(units[before_last], kms_output_units(outcome, loss))),
    activation = kms_activations(control, outcome, loss, call),
    dropout = as.list(c(kms_hidden(control, "dropout", call)[before_last], 0))
  )
  if (is.null(control$kernel_initializer)) {
    control$kernel_initializer <-
      if (is_numbers(outcome)) "glorot_normal" else "glorot_uniform"
  }
  for (arg in c("use_bias", "kernel_initializer")) {
    table[[arg]] <- kms_per_layer(control[[arg]], n, arg, call)
  }
  for (arg in c("kernel_regularizer", "bias_regularizer", "activity_regularizer")) {
    table[[arg]] <- lapply(kms_per_layer(control[[arg]], n, arg, call), as_regularizer, arg, call)
  }
  if (!family_of(outcome)$bias) table$use_bias[[n]] <- FALSE
  first <- lapply(table, `[[`, 1)
  shrinks <- !"kernel_regularizer" %in% control$given
  if (!shrinks) first$table_regularizer <- first$kernel_regularizer
  graph <- kms_graph_spec(design, first)
  bare <- !is.null(graph) && !graph_has_trunk(graph)
  if (bare && n > 1) {
    inform_tn("Dot products alone feed no hidden layers: the network has the output layer only.", "no_hidden")
  }
  # What is added before the last activation leaves no room for a penalty behind it by default.
  if (!is.null(graph) && graph_adds(graph) && !"activity_regularizer" %in% control$given) {
    table$activity_regularizer[n] <- list(NULL)
  }
  if (bare) table <- lapply(table, utils::tail, 1)
  first$units <- units[1]
  first$activation <- kms_input_activation(control, table$activation)
  if (bare || !on_input) first <- NULL
  list(overview = kms_overview(table, length(table$units), control$embedding),
       layers = kms_layer_calls(table, first, length(design$colnames_x), input_dim, control$extra$dense),
       graph = graph, shrinks = shrinks)
}

# first: what describes the layer on the input, NULL when the table has all layers; table: the lists of
# what describes the layers after.
kms_layer_calls <- function(table, first, P, input_dim, extra) {
  n <- length(table$units)
  entry <- function(i) lapply(table, `[[`, i)
  if (is.null(first)) {
    calls <- c(list(dense_call(entry(1), extra, input_shape = P)), dropout_calls(entry(1)$dropout))
    rest <- seq_len(n)[-1]
  } else if (is.null(input_dim)) {
    calls <- list(dense_call(first, extra, input_shape = P))
    rest <- seq_len(n)
  } else {
    calls <- c(embedding_calls(first, P, input_dim), dropout_calls(first$dropout))
    rest <- seq_len(n)[-1]
  }
  for (i in rest) {
    calls <- c(calls, list(dense_call(entry(i), extra)), dropout_calls(entry(i)$dropout))
  }
  calls
}

dense_args <- c("units", "activation", "use_bias", "kernel_initializer", "kernel_regularizer",
                "bias_regularizer", "activity_regularizer")

dense_call <- function(entry, extra, ...) {
  list(layer = "layer_dense", args = c(entry[intersect(dense_args, names(entry))], extra, list(...)))
}

dropout_calls <- function(rate) {
  if (rate > 0) list(list(layer = "layer_dropout", args = list(rate = rate)))
}

embedding_calls <- function(entry, P, input_dim) {
  list(
    list(layer = "layer_embedding",
         args = list(input_dim = input_dim, output_dim = entry$units, input_length = P,
                     embeddings_regularizer = entry$kernel_regularizer,
                     activity_regularizer = entry$activity_regularizer)),
    list(layer = "layer_flatten", args = list())
  )
}

# ---- the net "mlp" -----------------------------------------------------------------------------

# A hidden layer for each number of `units`, with its activation and dropout, and the output as the outcome wants it.
mlp_trunk <- function(control, design, input_dim, call) {
  control$activation <- c(kms_per_layer(control$activation, control$N_layers - 1, "activation", call), "softmax")
  control$given <- setdiff(control$given, "activation")
  dense_trunk(control, design, input_dim, call, on_input = FALSE)
}

mlp_settings <- function(args, given) {
  units <- if ("units" %in% given) args$units else 64
  list(units = units, N_layers = length(units) + 1, activation = "relu", dropout = 0, kernel_regularizer = NULL,
       bias_regularizer = NULL, activity_regularizer = NULL)
}
