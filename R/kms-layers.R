# The network kms() builds, as data: a table with one row per described layer and the list of layer
# calls. Nothing is built here.

# P: number of inputs; outcome: see design-outcome.R; input_dim: rows of the embedding table.
# Returns list(overview, layers, loss, metrics, units_out); layers is a list of list(layer, args)
# in the order they are piped.
kms_spec <- function(control, P, outcome, input_dim = NULL, call = rlang::caller_env()) {
  if (!is.null(control$keras_model_seq)) {
    return(kms_given_spec(control$keras_model_seq, P, call))
  }
  loss <- control$loss
  if (is.null(loss)) loss <- kms_default_loss(outcome$type)
  n <- control$N_layers
  units <- kms_hidden(control, "units", call)
  before_last <- seq_len(n - 1)
  table <- list(
    units = as.list(c(units[before_last], kms_units_out(outcome, loss))),
    activation = kms_activations(control, outcome, loss, call),
    dropout = as.list(c(kms_hidden(control, "dropout", call)[before_last], 0))
  )
  if (is.null(control$kernel_initializer)) {
    control$kernel_initializer <-
      if (outcome$type == "continuous") "glorot_normal" else "glorot_uniform"
  }
  for (arg in c("use_bias", "kernel_initializer")) {
    table[[arg]] <- kms_per_layer(control[[arg]], n, arg, call)
  }
  for (arg in c("kernel_regularizer", "bias_regularizer", "activity_regularizer")) {
    table[[arg]] <- lapply(kms_per_layer(control[[arg]], n, arg, call), as_regularizer, arg, call)
  }
  first <- lapply(table, `[[`, 1)
  first$units <- units[1]
  first$activation <- kms_input_activation(control, table$activation)
  list(overview = kms_overview(table, n, control$embedding),
       layers = kms_layer_calls(table, first, P, input_dim, control$extra$dense),
       loss = loss, metrics = kms_metrics(control$metrics, outcome),
       units_out = kms_units_out(outcome, loss))
}

# Of a compiled model of the user's only what the outcome has to be coded for is of interest.
kms_given_spec <- function(model, P, call) {
  if (!is_model(model) || is.null(model$compiled)) {
    abort_arg("keras_model_seq", "be a compiled model",
              if (is_model(model)) "It is not compiled." else describe(model),
              "Use `compile()` first.", call = call)
  }
  # A model without an input shape is built by its first data.
  if (is.null(model$output_shape)) model(matrix(0, 1, P))
  list(overview = NULL, layers = NULL, loss = model$compiled$loss, metrics = model$compiled$metrics,
       units_out = units_of(model))
}

kms_default_loss <- function(type) {
  switch(type, continuous = "mean_squared_error", binary = "binary_crossentropy",
         multinomial = "categorical_crossentropy")
}

# A softmax crossentropy needs a unit for each of the two classes.
kms_units_out <- function(outcome, loss) {
  if (outcome$type == "continuous") return(1)
  if (outcome$type == "binary" && !kms_loss_name(loss) %in% softmax_losses) return(1)
  outcome$n_values
}

# Name of a loss however it is given; "own" for an R function of the user's.
kms_loss_name <- function(loss) resolve_loss(loss)$kind %||% "own"

softmax_losses <- c("categorical_crossentropy", "sparse_categorical_crossentropy")

# The default metrics alone are completed for many classes; metrics of the user stay as they are.
kms_metrics <- function(metrics, outcome) {
  if (!is.null(metrics)) return(metrics)
  if (outcome$type == "continuous") {
    return(c("mean_absolute_error", "mean_absolute_percentage_error"))
  }
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
  out <- unlist(kms_per_layer(value, n, arg, call))
  fine <- if (arg == "units") is_whole(out) & out >= 1 else is.numeric(out) & out >= 0 & out < 1
  if (length(out) != n || !all(fine %in% TRUE)) {
    abort_arg(arg, if (arg == "units") "hold whole numbers of at least 1" else "hold rates from 0 to below 1",
              paste0("It is ", paste(format(unlist(value)), collapse = ", "), "."), call = call)
  }
  out
}

is_whole <- function(x) if (is.numeric(x)) x == round(x) else rep(FALSE, length(x))

# ---- layer calls ------------------------------------------------------------------------------

# first: what describes the layer on the input; table: the lists of what describes the layers after.
kms_layer_calls <- function(table, first, P, input_dim, extra) {
  n <- length(table$units)
  entry <- function(i) lapply(table, `[[`, i)
  if (is.null(input_dim)) {
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
