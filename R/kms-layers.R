# The network kms() builds, as data: a table with one row per described layer and the list of layer
# calls. Nothing is built here.

# design: see design-fit.R; input_dim: rows of the embedding table; start: of the output's bias.
# Returns list(overview, layers, head, loss, metrics, units_out, graph); layers is a list of
# list(layer, args) in the order they are piped, head those of the family behind them, units_out the columns that come
# out; graph what kms-graph.R needs besides.
kms_spec <- function(control, design, input_dim = NULL, start = NULL, call = rlang::caller_env()) {
  P <- length(design$colnames_x)
  outcome <- design$outcome
  if (!is.null(control$keras_model_seq)) return(kms_given_spec(control$keras_model_seq, design, call))
  loss <- control$loss
  if (is.null(loss)) loss <- kms_default_loss(outcome$type)
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
  if (bare || control$N_layers == 0) first <- NULL
  layers <- kms_layer_calls(table, first, P, input_dim, control$extra$dense)
  if (!is.null(start)) layers[[length(layers)]] <- start_call(layers[[length(layers)]], start)
  list(overview = kms_overview(table, length(table$units), control$embedding), layers = layers, loss = loss,
       metrics = kms_metrics(control$metrics, outcome), units_out = kms_columns_out(outcome, loss),
       graph = graph, head = kms_head(outcome), shrinks = shrinks)
}

# The output layer with its bias where it should start, unless the user has said so.
start_call <- function(call, start) {
  if (is.null(call$args$bias_initializer)) call$args$bias_initializer <- initializer_constant(start)
  call
}

# Of a compiled model of the user's only what the outcome has to be coded for is of interest.
kms_given_spec <- function(model, design, call) {
  if (!is_model(model) || is.null(model$compiled)) {
    abort_arg("keras_model_seq", "be a compiled model",
              if (is_model(model)) "It is not compiled." else describe(model),
              "Use `compile()` first.", call = call)
  }
  shapes <- kms_shapes(design)
  # A model without an input shape is built by its first data.
  if (is.null(model$output_shape) && is.null(shapes)) model(matrix(0, 1, length(design$colnames_x)))
  n <- max(length(shapes), 1)
  if (length(model$inputs) != n) {
    abort_arg("keras_model_seq", paste("have", n, if (n == 1) "input" else "inputs"), call = call,
              given = paste0("It has ", max(length(model$inputs), 1), "."),
              how = if (n > 1) paste0("The formula gives ", quoted_list(names(shapes)),
                                      "; name the inputs so with layer_input(name = )."))
  }
  list(overview = NULL, layers = NULL, loss = model$compiled$loss, metrics = model$compiled$metrics,
       units_out = units_of(model))
}

kms_default_loss <- function(type) {
  switch(type, continuous = "mean_squared_error", binary = , multilabel = "binary_crossentropy",
         multinomial = "categorical_crossentropy", survival = "cox")
}

# Units of the output layer. A softmax crossentropy needs one for each of the two classes.
kms_output_units <- function(outcome, loss) {
  own <- family_of(outcome)$units
  if (!is.null(own)) return(own(outcome))
  if (outcome$type == "binary" && !kms_loss_name(loss) %in% softmax_losses) return(1)
  outcome$n_values
}

kms_head <- function(outcome) {
  head <- family_of(outcome)$head
  if (!is.null(head)) head(outcome)
}

# Columns of the network's output, behind the head.
kms_columns_out <- function(outcome, loss = NULL) {
  columns <- family_of(outcome)$columns
  if (is.null(columns)) kms_output_units(outcome, loss) else columns(outcome)
}

# Name of a loss however it is given; "own" for an R function of the user's.
kms_loss_name <- function(loss) resolve_loss(loss)$kind %||% "own"

softmax_losses <- c("categorical_crossentropy", "sparse_categorical_crossentropy")

# The default metrics alone are completed for many classes; metrics of the user stay as they are.
kms_metrics <- function(metrics, outcome) {
  if (!is.null(metrics)) return(metrics)
  if (is_numbers(outcome)) return(family_of(outcome)$metrics)
  if (outcome$type == "multilabel") return("binary_accuracy")
  c("accuracy", if (outcome$n_values > 20) "top_k_categorical_accuracy")
}

# ---- recycling --------------------------------------------------------------------------------

# One value per layer as a list: a length of 1 or any divisor of n repeats, NULL is NULL everywhere.
kms_per_layer <- function(value, n, arg, call) {
  if (is.null(value)) return(vector("list", n))
  values <- if (is.atomic(value) || (is.list(value) && !is.object(value))) as.list(value) else list(value)
  if (length(values) == 0 || n %% length(values) != 0) {
    abort_arg(arg, paste0("have length 1 or a divisor of ", n, " (the layers it describes)"),
              paste0("Its length is ", length(values), "."), call = call)
  }
  rep(values, length.out = n)
}

# units and dropout describe the layers before the last one; with N_layers = 1 that is the layer on
# the input. The default units go with any number of layers.
kms_hidden <- function(control, arg, call) {
  n <- max(control$N_layers - 1, 1)
  value <- control[[arg]]
  if (!arg %in% control$given) value <- rep_len(value, n)
  must <- if (arg == "units") "hold whole numbers of at least 1" else "hold rates from 0 to below 1"
  if (!is.list(value)) value <- plain_numbers(value) %||% abort_arg(arg, must, describe(value), call = call)
  out <- unlist(kms_per_layer(value, n, arg, call))
  fine <- if (arg == "units") is_whole(out) & out >= 1 else is.numeric(out) & out >= 0 & !rounds_to_one(out)
  if (length(out) != n || !all(fine %in% TRUE)) {
    abort_arg(arg, must, paste0("It is ", paste(format(unlist(value)), collapse = ", "), "."), call = call)
  }
  out
}

is_whole <- function(x) if (is.numeric(x)) x == round(x) else rep(FALSE, length(x))

# ---- layer calls ------------------------------------------------------------------------------

# first: what describes the layer on the input, NULL when the table has all layers; table: the lists of
# what describes the layers after.
kms_layer_calls <- function(table, first, P, input_dim, extra) {
  n <- length(table$units)
  entry <- function(i) lapply(table, `[[`, i)
  if (is.null(first)) {
    calls <- list(dense_call(entry(1), extra, input_shape = P))
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

# The table of described layers; the first row also describes the layer on the input.
kms_overview <- function(table, n, embedding) {
  column <- function(field, label) vapply(table[[field]], label, "")
  names <- column("activation", activation_label)
  data.frame(
    units = unlist(table$units),
    activation = ifelse(is.na(names), "function", names),
    dropout = unlist(table$dropout),
    use_bias = vapply(table$use_bias, function(b) !isFALSE(b), NA),
    kernel_initializer = column("kernel_initializer", object_label),
    kernel_regularizer = column("kernel_regularizer", object_label),
    bias_regularizer = column("bias_regularizer", object_label),
    activity_regularizer = column("activity_regularizer", object_label),
    embedding = c(embedding, rep(FALSE, n - 1)),
    row.names = paste0("layer", seq_len(n))
  )
}

# A word for an initializer or regularizer in the table.
object_label <- function(x) {
  if (is.null(x)) return("none")
  if (is.character(x)) return(x)
  if (inherits(x, "tildenet_initializer") && is.null(x$r_function)) return(x$kind)
  if (inherits(x, "tildenet_regularizer") && is.null(x$r_function)) {
    factors <- Filter(function(l) l > 0, c(l1 = x$l1, l2 = x$l2))
    return(paste0(names(factors), "(", format_each(factors, 3), ")", collapse = " + "))
  }
  "function"
}
