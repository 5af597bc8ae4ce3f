# The network kms() builds, as data: a table with one row per described layer and the list of layer
# calls. Nothing is built here.

# design: see design-fit.R; input_dim: rows of the embedding table; start: of the output's bias.
# Returns list(overview, layers, graph, shrinks) of the net and list(loss, metrics, units_out, head): layers is a list of
# list(layer, args) in the order they are piped, head those of the family behind them, units_out the columns that come
# out; graph what kms-graph.R needs besides; shrinks whether tables are drawn to their mean row.
kms_spec <- function(control, design, input_dim = NULL, start = NULL, call = rlang::caller_env()) {
  if (!is.null(control$keras_model_seq)) return(kms_given_spec(control$keras_model_seq, design, call))
  outcome <- design$outcome
  net <- net_of(control)
  control["loss"] <- list(control$loss %||% net$loss(outcome, design_has_offset(design)))
  trunk <- net$trunk(control, design, input_dim, call)
  n <- length(trunk$layers)
  if (!is.null(start)) trunk$layers[[n]] <- start_call(trunk$layers[[n]], start)
  c(trunk, list(loss = control$loss, metrics = kms_metrics(control$metrics, outcome),
                units_out = kms_columns_out(outcome, control$loss), head = kms_head(outcome)))
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

# ---- the table of layers ----------------------------------------------------------------------

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
