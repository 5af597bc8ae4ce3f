# Training and test rows as the network wants them.

# What the later steps need of the data. built: result of design_fit(). Returns list(design, train, test, scale,
# starts, start, class_weight, label_factors, input_dim); starts: see special_settle();
# label_factors: see kms_label_factors(); train and test are list(x, y, weights): what the network reads, the
# outcome, and NULL or weights with mean 1 over the rows fitted to; test is NULL without test rows.
kms_parts <- function(built, split, control, call) {
  rows <- kms_training_rows(built, split, control, call)
  fitted <- rows[seq_len(kms_n_fitted(length(rows), control))]
  built$design$outcome <- kms_settled(built$design$outcome, outcome_rows(built$y, fitted))
  settled <- special_settle(built$design$specials, built$specials, fitted, built$weights[fitted])
  built$specials <- settled$inputs
  built$design$specials <- settled$specials
  built <- kms_know_levels(built, fitted, control)
  scale <- kms_scale(built, rows, control, fitted)
  c(kms_ready(built, split, rows, scale, control, call),
    list(starts = settled$starts, start = kms_start(built, fitted),
         input_dim = if (control$embedding) kms_input_dim(built$x, call)))
}

# The rows to train on, in their order.
kms_training_rows <- function(built, split, control, call) {
  outcome <- built$design$outcome
  kms_check_weights(outcome, built$weights, call)
  kms_check_split(split, built$y, outcome, control, call)
  rows <- kms_training_order(split, built$y, outcome, built$weights)
  if (length(rows) == 0) {
    abort_arg("weights", "have a number above 0 in the training part", class = "data", call = call)
  }
  rows
}

# What of kms_parts() does not ask whether the network is at its start. rows: see kms_training_rows().
kms_ready <- function(built, split, rows, scale, control, call) {
  outcome <- built$design$outcome
  fitted <- rows[seq_len(kms_n_fitted(length(rows), control))]
  class_weight <- control$extra$fit$class_weight
  part <- function(rows) {
    list(x = kms_inputs(kms_take_rows(built, rows), scale), y = outcome_rows(built$y, rows),
         weights = kms_sample_weight(built$weights, rows, fitted))
  }
  seen <- outcome_rows(built$y, fitted)
  list(train = part(rows), test = if (any(split == "test")) part(which(split == "test")), scale = scale, design = built$design,
       class_weight = kms_class_weight(class_weight, seen, outcome, built$weights[fitted], call),
       label_factors = kms_label_factors(class_weight, seen, outcome, built$weights[fitted], control, call))
}

# The outcome with what its family takes from the rows fitted to.
kms_settled <- function(outcome, y) {
  settle <- family_of(outcome)$settle
  if (is.null(settle)) outcome else settle(outcome, y)
}

# Where the loss compares the rows of a batch a weight is not that many rows.
kms_check_weights <- function(outcome, weights, call) {
  if (is.null(weights) || !family_of(outcome)$whole) return(invisible())
  abort_arg("weights", paste0("be left out with the loss \"", outcome$family, "\""), call = call,
            given = "Its rows are compared with each other.", how = "The loss \"discrete_time\" takes weights.")
}

# What of a continuous outcome the network has to find: its offset is given. Its scale is that of this.
kms_less_offset <- function(built, rows) {
  if (is.null(built$offset)) built$y[rows] else built$y[rows] - built$offset[rows]
}

# With the levels of the rows fitted to. Columns that are read as indices have no average.
kms_know_levels <- function(built, fitted, control) {
  if (is.null(built$frame) || control$embedding || reads_indices(control$keras_model_seq)) return(built)
  built$design$shares <- level_shares(built$design, built$frame, fitted, built$weights[fitted])
  built$unseen <- unseen_rows(built$design, built$frame)
  built
}

# Columns that none of the rows fitted to fills are left alone: they stand for levels that have their weights from
# others; a scale of all columns has them at 0. Index columns of an embedding, ours or that of a given model, are left as they are; a continuous outcome
# is scaled all the same where its family says so.
kms_scale <- function(built, rows, control, fitted = rows) {
  how <- control$scale_continuous
  if (is.null(how)) return(NULL)
  outcome <- built$design$outcome
  columns <- seq_len(ncol(built$x))
  if (length(columns) > 0 && (control$embedding || reads_indices(control$keras_model_seq))) {
    indices <- control$embedding | holds_indices(built$x)
    if (any(indices)) inform_tn("Index columns of an embedding are not scaled.", "embedding_scale")
    columns <- columns[!indices]
  }
  if (any(unlist(built$design$shares) == 0) && !scale_kind(how)$all) {
    columns <- intersect(columns, which(filled_columns(built$x[fitted, , drop = FALSE])))
  }
  scaled <- family_of(outcome)$scaled
  scale <- scale_fit(built$x[rows, columns, drop = FALSE], if (scaled) kms_less_offset(built, rows), how,
                     built$weights[rows])
  scale$cols_to_scale <- columns[scale$cols_to_scale]
  if (scaled && net_of(control)$clamps) scale$limits <- range(built$y[rows])
  scale
}

# Whether an embedding of a given model reads the columns, by itself or behind ops that choose among them.
# The matrix is the first input.
reads_indices <- function(model) {
  if (!is_model(model)) return(FALSE)
  self <- self_of(model)
  if (!self$built) return(length(self$layers) > 0 && inherits(self$layers[[1]], "Embedding"))
  made_of_it <- tensor_key(self$inputs[[1]])
  for (t in graph_tensors(self$inputs, self$outputs)) {
    reads <- any(vapply(t$node$inputs, tensor_key, "") %in% made_of_it)
    if (reads && t$node$op == "embedding") return(TRUE)
    if (reads) made_of_it <- c(made_of_it, tensor_key(t))
  }
  FALSE
}

# Which columns hold nothing but whole numbers from 0 on.
holds_indices <- function(x) {
  if (!methods::is(x, "sparseMatrix")) return(apply(x, 2, function(v) all(v >= 0 & v == round(v))))
  !seq_len(ncol(x)) %in% entry_columns(x)[x@x < 0 | x@x != round(x@x)]
}

# Where the output's bias starts, NULL where the layer says it.
kms_start <- function(built, rows) {
  start <- family_of(built$design$outcome)$start
  if (is.null(start)) return(NULL)
  start(outcome_rows(built$y, rows), (built$offset %||% rep(0, nrow(built$x)))[rows],
        (built$weights %||% rep(1, nrow(built$x)))[rows], built$design$outcome)
}

# Rows of the embedding table: all rows of the data count, so that test indices have one too.
kms_input_dim <- function(x, call) {
  wrong <- colnames(x)[!holds_indices(x)]
  if (length(wrong) > 0) {
    abort_tn("With embedding = TRUE every predictor must be a whole number from 0 on.", "data",
             given = paste0("Not so: ", paste0("`", utils::head(wrong, 5), "`", collapse = ", "), "."),
             how = "Use as.integer(factor(x)) - 1 for a factor.", call = call)
  }
  max(x) + 1
}

# The outcome as targets of the network: scaled numbers, 0/1, class numbers from 0, or one column a
# class (or label) when there is a unit for each.
kms_targets <- function(y, outcome, scale, units_out, loss) {
  if (is_numbers(outcome)) return(family_of(outcome)$targets(y, outcome, scale, units_out))
  if (outcome$type == "multilabel") return(y)
  codes <- outcome_codes(y, outcome)
  if (units_out == 1 || kms_loss_name(loss) == "sparse_categorical_crossentropy") {
    return(as.numeric(codes))
  }
  to_categorical(codes, outcome$n_values)
}

# Class numbers from 0 of a matrix of outputs; the first of equal ones. threshold: of the second of two classes.
kms_classes <- function(output, threshold = 0.5) {
  if (ncol(output) == 1 || threshold != 0.5) return(as.integer(output[, ncol(output)] > threshold))
  max.col(output, ties.method = "first") - 1L
}

# Numbers in outcome units or values of the outcome from the outputs of the network. threshold: checked.
kms_fitted <- function(output, outcome, scale, threshold = 0.5) {
  if (is_numbers(outcome)) return(family_of(outcome)$response(output, outcome, scale))
  if (outcome$type == "multilabel") return(kms_name(choose_labels(output, threshold), outcome))
  outcome_values(kms_classes(output, threshold), outcome)
}
