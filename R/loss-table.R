# What is known of every loss: one table serves the functions, compile() and the metrics of the same
# formula. fuses: the activation whose output the engine takes the loss of directly from its input;
# op: the engine's loss that is meant; family: the row of outcome_families that kms() fits with it.

loss_entry <- function(aliases = character(), fuses = NULL, sparse = FALSE, op = NULL, family = NULL) {
  list(aliases = aliases, fuses = fuses, sparse = sparse, op = op, family = family)
}

loss_table <- list(
  mean_squared_error = loss_entry("mse"),
  mean_absolute_error = loss_entry("mae"),
  mean_absolute_percentage_error = loss_entry("mape"),
  mean_squared_logarithmic_error = loss_entry("msle"),
  binary_crossentropy = loss_entry("bce", fuses = "sigmoid", family = "share"),
  categorical_crossentropy = loss_entry(fuses = "softmax", family = "labels"),
  sparse_categorical_crossentropy = loss_entry(fuses = "softmax", sparse = TRUE, family = "labels"),
  hinge = loss_entry(),
  squared_hinge = loss_entry(),
  categorical_hinge = loss_entry(),
  huber = loss_entry("huber_loss"),
  logcosh = loss_entry("log_cosh"),
  poisson = loss_entry(family = "poisson"),
  gamma = loss_entry(family = "gamma"),
  tweedie = loss_entry(family = "tweedie"),
  negative_binomial = loss_entry("nb", family = "negative_binomial"),
  beta = loss_entry(family = "beta"),
  quantile = loss_entry("pinball", family = "quantile"),
  ordinal = loss_entry("cumulative_logit", op = "categorical_crossentropy", family = "ordinal"),
  cox = loss_entry("coxph", family = "cox"),
  discrete_time = loss_entry(fuses = "sigmoid", family = "discrete_time"),
  kullback_leibler_divergence = loss_entry(c("kl_divergence", "kld")),
  cosine_similarity = loss_entry("cosine_proximity")
)

# Name in a table for a name, an alias or a class name ("MeanSquaredError"); NULL if unknown.
table_name <- function(name, table) {
  plain <- function(x) gsub("[^a-z0-9]", "", tolower(x))
  aliases <- lapply(table, `[[`, "aliases")
  known <- c(names(table), table_aliases(table))
  stands_for <- c(names(table), rep(names(table), lengths(aliases)))
  at <- match(plain(name), plain(known))
  if (is.na(at)) NULL else stands_for[at]
}

table_aliases <- function(table) unlist(lapply(table, `[[`, "aliases"), use.names = FALSE)

# What to say about a name that is not in a table: the nearest one, short names too, or all.
known_names <- function(name, names, more, short = character()) {
  near <- near_name(name, c(names, short))
  if (!is.null(near)) return(paste0("Did you mean \"", near, "\"?"))
  paste0("Known are ", quoted_list(names), more)
}

# The name that was meant, NULL when none is near.
near_name <- function(name, names) {
  distance <- utils::adist(tolower(name), names)[1, ]
  if (min(distance) <= max(1, nchar(name) / 4)) names[which.min(distance)]
}

# "loss" or "metric" function of this package -> its name in the table; NULL for any other function.
function_name <- function(f, prefix, table) {
  for (name in c(names(table), table_aliases(table))) {
    ours <- get0(paste0(prefix, name), envir = topenv(), mode = "function", inherits = FALSE)
    if (identical(f, ours)) return(table_name(name, table))
  }
  NULL
}

# ---- objects ---------------------------------------------------------------------------------------

# A loss: name in the table with its settings, or an R function of two tensors.
new_loss <- function(kind = NULL, attrs = list(), r_function = NULL, reduction = "auto", name = kind,
                     call = rlang::caller_env()) {
  self <- new.env(parent = emptyenv())
  self$kind <- kind
  self$attrs <- attrs
  self$r_function <- r_function
  self$reduction <- check_string(reduction, "reduction",
                                 c("auto", "sum_over_batch_size", "sum", "none"), call = call)
  self$name <- name
  new_object(self, "tildenet_loss", "loss_call")
}

is_loss <- function(x) inherits(x, "tildenet_loss")

# object(y_true, y_pred): the loss of the batch.
loss_call <- function(self, y_true, y_pred, sample_weight = NULL) {
  values <- loss_values(self, as_tensor(y_true), as_tensor(y_pred))
  loss_reduce(self, values, if (!is.null(sample_weight)) as_tensor(sample_weight))
}

# One value per sample, the mean over the last axis.
loss_values <- function(self, y_true, y_pred) {
  if (is.null(self$kind)) return(traced_tensor(self$r_function(y_true, y_pred), "loss"))
  loss_emit(self$kind, y_true, y_pred, self$attrs)
}

# The batch's loss: sum of weight * value over the number of values, or what the reduction says.
loss_reduce <- function(self, values, weight = NULL) {
  if (takes_mean(self)) {
    return(emit_op("weighted_mean", c(list(values), weight_list(weight)))[[1]])
  }
  if (!is.null(weight)) values <- emit_op("multiply", list(values, weight))[[1]]
  if (self$reduction == "none") return(values)
  emit_op("reduce", list(values), list(fn = "sum"))[[1]]
}

takes_mean <- function(self) self$reduction %in% c("auto", "sum_over_batch_size")

weight_list <- function(weight) if (is.null(weight)) list() else list(weight)

# ---- nodes -----------------------------------------------------------------------------------------

# fuse: FALSE takes the probabilities as they are.
loss_emit <- function(kind, y_true, y_pred, attrs, fuse = TRUE) {
  entry <- loss_table[[kind]]
  axis <- attrs$axis
  attrs$axis <- NULL
  if (fuse && !is.null(entry$fuses) && !isTRUE(attrs$from_logits == 1)) {
    input <- pre_activation(y_pred, entry$fuses)
    if (!is.null(input)) {
      y_pred <- input
      attrs$from_logits <- 1
    }
  }
  y_pred <- axis_last(y_pred, axis)
  if (!entry$sparse) y_true <- axis_last(y_true, axis)
  emit_op(paste0("loss_", entry$op %||% kind), list(y_pred, y_true), attrs)[[1]]
}

# Inside functions of tensors a single axis, as k_flatten() leaves it, is the one the loss runs over: the
# result is one number.
loss_of_tensors <- function(kind, y_true, y_pred, attrs, fuse = TRUE) {
  flat <- !is_eager(y_pred) && length(y_pred$shape) == 1 && length(y_true$shape) == 1
  if (!flat) return(loss_emit(kind, y_true, y_pred, attrs, fuse))
  k_squeeze(loss_emit(kind, k_expand_dims(y_true, 1), k_expand_dims(y_pred, 1), attrs, fuse), 1)
}

# What goes into the sigmoid or softmax that y_pred comes out of; not inside time_distributed(): there
# the clipped probabilities count, as in Keras.
pre_activation <- function(y_pred, activation) {
  node <- y_pred$node
  if (is.null(node) || !identical(node$op, "activation")) return(NULL)
  last <- is.null(node$attrs$axis) || node$attrs$axis %in% c(-1, length(y_pred$shape) - 1)
  if (!identical(node$attrs$activation, activation) || isTRUE(node$attrs$apart) || !last) return(NULL)
  node$inputs[[1]]
}

# axis counts from 1 with the batch axis; the engine's losses run over the last one.
axis_last <- function(t, axis) {
  rank <- length(t$shape)
  if (is.null(axis) || axis == -1 || axis == rank || rank < 3) return(t)
  if (axis < 0) axis <- axis + rank + 1
  emit_op("permute", list(t), list(dims = c(setdiff(seq_len(rank)[-1], axis), axis) - 1))[[1]]
}
