# From the spec of a network to a trained model, with the package's own pipe language only.

kms_build <- function(spec) {
  if (!is.null(spec$graph)) return(kms_build_graph(spec))
  model <- keras_model_sequential()
  for (call in c(spec$layers, spec$head)) {
    layer <- get(call$layer, mode = "function")
    do.call(layer, c(list(model), call$args))
  }
  model
}

# optimizer: a name with or without the prefix "optimizer_", such a function, or an optimizer.
kms_optimizer <- function(optimizer, args, call) {
  if (!is.list(args)) abort_arg("optimizer_args", "be a list", describe(args), call = call)
  if (length(args) == 0) return(resolve_optimizer(optimizer, call))
  if (is_optimizer(optimizer)) {
    abort_arg("optimizer_args", "be empty when `optimizer` is an optimizer object", call = call,
              how = "Give the arguments where the optimizer is made.")
  }
  if (!is.function(optimizer)) {
    kind <- self_of(resolve_optimizer(optimizer, call))$kind
    optimizer <- get(paste0("optimizer_", kind), mode = "function")
  }
  do.call(optimizer, args)
}

# The model of the fit: the user's compiled one as it is, or a new one from the spec. label_factors: see
# kms_label_factors().
kms_model <- function(spec, control, call, label_factors = NULL) {
  if (!is.null(control$keras_model_seq)) return(control$keras_model_seq)
  optimizer <- kms_optimizer(control$optimizer, control$optimizer_args, call)
  model <- kms_build(spec)
  compile(model, optimizer = optimizer, loss = members_loss(spec, label_factors, call), metrics = spec$metrics)
  model
}

# First weights of the tables of specials, matrices by input; NA in rows that keep the layer's own. A model of
# the user's has its own.
kms_start_tables <- function(model, spec, starts) {
  if (is.null(spec$graph)) return(invisible())
  for (input in names(starts)) {
    layer <- get_layer(model, table_layer_name(input))
    start <- starts[[input]]
    own <- is.na(start[, 1])
    if (any(own)) start[own, ] <- get_weights(layer)[[1]][own, ]
    set_weights(layer, list(start))
  }
}

# The settings that depend on how many rows and columns there are, where they are not given: those of the net, but rows
# that are compared with each other are all in one batch. n: training rows.
kms_sizes <- function(control, design, n) {
  sizes <- net_of(control)$sizes(kms_n_fitted(n, control), length(design$colnames_x))
  if (family_of(design$outcome)$whole) sizes$batch_size <- n
  sizes <- sizes[!names(sizes) %in% control$given]
  control[names(sizes)] <- sizes
  control
}

# Without a number of epochs: about 3,000 updates, at least 15 and at most 500 epochs.
kms_epochs <- function(n, control) {
  if (!is.null(control$Nepochs)) return(control$Nepochs)
  updates <- max(1, ceiling(kms_n_fitted(n, control) / control$batch_size))
  min(500, max(15, ceiling(3000 / updates)))
}

# From a network to a fit. earlier: the fit whose training goes on, NULL in a first one.
kms_trained <- function(model, spec, parts, split, control, call, earlier = NULL) {
  design <- parts$design
  before <- if (is.null(earlier)) 0 else kms_n_fitted(nobs(earlier), control)
  unseen <- unseen_plan(model, spec, design, parts$train$x, kms_n_fitted(kms_n_rows(parts$train$x), control), parts$scale,
                        control$batch_size, before)
  unseen_set(unseen)
  control$extra$fit$callbacks <- c(list(unseen_callback(unseen)), callback_list(control$extra$fit$callbacks, call))
  kms_announce(design, spec, model, split, control)
  y <- parts$train$y
  parts$train$y <- kms_targets(y, design$outcome, parts$scale, spec$units_out, spec$loss)
  trained <- kms_train(model, parts$train, parts$class_weight, control, earlier$history)
  history <- trained$history
  unseen_set(unseen)
  members <- earlier$members
  judged <- judging_output(model, parts$train, design$outcome, control)
  temperature <- sharpen(model, judged, y, parts$train$weights, spec, design$outcome, control)
  if (gives_members(model, control)) {
    mean <- members_mean(model, spec, control, trained$chosen, history$kept, call)
    model <- mean$model
    members <- mean$members
    if (control$held == 0) judged <- judging_output(model, parts$train, design$outcome, control)
  }
  kms_forget_state(model, control)
  design$outcome <- kms_learnt(design$outcome, model, parts$train$x, y)
  calibrated <- kms_calibrate(judged, temperature, y, parts$train$weights, design$outcome, parts$scale, control)
  structure(kms_assemble(design, parts, split, spec, model, history, control, calibrated$temperature, members),
            calibration = calibrated$calibration)
}

# part: list(x, y, weights) of the training rows; earlier: the history of a training that goes on. Returns list(history,
# chosen): the history with the epoch whose weights were kept, and what was chosen of members, if there are any. A network of
# the user's need not be at its start.
kms_train <- function(model, part, class_weight, control, earlier = NULL) {
  first <- list(run = if (is.null(earlier)) 0 else epochs_run(earlier), kept = earlier$kept %||% 0)
  epochs <- first$run + kms_epochs(kms_n_rows(part$x), control)
  extra <- control$extra$fit
  before <- if (!is.null(earlier)) list(value = kms_validation_value(model, part, control), epoch = first$kept)
  watchers <- kms_watchers(model, part, control, epochs, before)
  args <- list(model, part$x, part$y, batch_size = control$batch_size, epochs = epochs, initial_epoch = first$run,
               verbose = fit_verbose(control$verbose), validation_split = control$validation_split,
               class_weight = class_weight, sample_weight = kms_fit_weights(part, control),
               callbacks = c(control$net_callbacks, callback_list(extra$callbacks),
                             watchers))
  measure <- function() kms_loss_on(model, part, seq_len(min(256, kms_n_rows(part$x))))
  start <- if (is.null(control$keras_model_seq) && is.null(earlier)) measure() else NA_real_
  if (!is.null(control$stream)) args <- stream_fit_args(args, part, control)
  lost <- NULL
  history <- withCallingHandlers(do.call(fit, c(args, extra[names(extra) %in% c("shuffle", "cluster")])),
                                 tildenet_warning_diverged = function(cnd) {
                                   lost <<- cnd
                                   rlang::cnd_muffle(cnd)
                                 })
  if (control$held > 0) history$params[c("validation_samples", "do_validation")] <- list(kms_n_rows(part$x), TRUE)
  keeper <- self_of(watchers$keeper)
  history <- keep_weights(model, keeper, history, start, measure, lost, first)
  list(history = if (is.null(earlier)) history else history_joined(earlier, history), chosen = keeper$chosen)
}

# Of rows, or of rows and members where these hold out rows.
kms_fit_weights <- function(part, control) {
  if (control$held == 0) part$weights else held_weights(part$weights, held_by_members(kms_n_rows(part$x), control))
}

# The loss, or another measure, of rows of a part with the weights as they are.
kms_loss_on <- function(model, part, rows, measure = "loss") {
  part <- part_rows(part, rows)
  evaluate(model, part$x, part$y, batch_size = min(256, length(rows)), sample_weight = part$weights, verbose = 0)[[measure]]
}

part_rows <- function(part, rows) {
  list(x = input_rows(part$x, rows), y = outcome_rows(part$y, rows), weights = part$weights[rows])
}

input_rows <- function(x, rows) if (is.list(x)) lapply(x, take_samples, rows) else x[rows, , drop = FALSE]

# What the best epoch is chosen by, of the rows fit() keeps for validation, lower being better; infinite without any, so that
# whatever comes is better.
kms_validation_value <- function(model, part, control) {
  rows <- kms_validation_rows(part, control)
  if (length(rows) == 0) return(Inf)
  value <- kms_loss_on(model, part, rows, sub("^val_", "", control$keeps$series))
  if (control$keeps$largest) -value else value
}

# The rows that fit() keeps for validation.
kms_validation_rows <- function(part, control) {
  n <- kms_n_rows(part$x)
  seq_len(n)[-seq_len(kms_n_fitted(n, control))]
}

# What the optimizer remembers is twice the size of the weights and of no use to a fit: compiling a model
# again drops it. A model of the user's keeps it and can be trained on.
kms_forget_state <- function(model, control) {
  if (!is.null(control$keras_model_seq)) return(invisible())
  compiled <- model$compiled
  compile(model, optimizer = compiled$optimizer, loss = compiled$loss, metrics = compiled$metrics)
}
