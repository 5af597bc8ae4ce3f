# Members that hold out rows: each is fitted to all training rows but a part, each to another one, so that together they are
# fitted to all, and each row is judged by the members that have not seen it (cross-validation committees: Parmanto, Munro
# and Doyle, 1996). What is judged so stands where other nets have validation rows.
#
# control$held is the share of the rows that a member leaves out, 0 where members leave out none.

# The control of a net whose members hold out rows: fit() itself holds out none.
hold_out <- function(control) {
  control$held <- 0
  if (!is.null(control$keras_model_seq) || !identical(net_of(control)$members, "held")) return(control)
  control$held <- control$validation_split
  control$validation_split <- 0
  control
}

# Of a fit whose members are one network already: rows are held out as by other nets.
hold_none_out <- function(control) {
  if (control$held > 0) control[c("held", "validation_split")] <- list(0, control$held)
  control
}

# Which members have not seen which rows, (rows, members): row i and member j are of the parts i and j, modulo their number.
# The rows are in random order.
held_by_members <- function(n, control) {
  parts <- max(2, min(control$members, round(1 / control$held)))
  outer(seq_len(n) %% parts, seq_len(control$members) %% parts, "==")
}

# Weights for each row and member, with mean 1 over all, as those of rows. weights: of rows, NULL for none.
held_weights <- function(weights, held) {
  (weights %||% 1) * (1 - held) / mean(!held)
}

# values: (rows, members, units); the mean over the members that have not seen a row, (rows, units).
held_mean <- function(values, held) {
  sums <- 0
  for (m in seq_len(ncol(held))) sums <- sums + held[, m] * matrix(values[, m, ], nrow(held))
  sums / rowSums(held)
}

# To predict all rows costs a third of an epoch: no more epochs than these are judged, the last among them.
most_judged <- 32

# The callback that judges the members on the rows they have not seen, and keeps the weights of the best epoch it has judged.
# part: list(x, y, weights) of the rows fitted to; epochs: the number of the last one.
new_held_keeper <- function(part, model, control, epochs, patience) {
  fields <- list(keep = control$keep, by = control$keeps, held = held_by_members(kms_n_rows(part$x), control), part = part,
                 epochs = epochs, every = ceiling(epochs / most_judged), patience = patience, min_delta = control$min_delta)
  new_callback("held_keeper", fields, list(on_train_begin = held_begin, on_epoch_end = held_epoch))
}

held_begin <- function(self, logs) {
  keeper_begin(self, logs)
  self$judge <- held_judge(self$model)
  series <- paste0("val_", self$judge$metrics_names)
  self$unjudged <- stats::setNames(rep(list(NA_real_), length(series)), series)
  self$mark <- Inf
  self$wait <- 0
}

held_epoch <- function(self, epoch, logs) {
  if ((self$epochs - epoch - 1) %% self$every != 0) return(do.call(add_logs, self$unjudged))
  output <- held_mean(member_values(self$model, self$part$x), self$held)
  seen <- evaluate(self$judge, array(output, c(nrow(output), 1, ncol(output))), self$part$y, batch_size = nrow(output),
                   sample_weight = self$part$weights, verbose = 0)
  seen <- stats::setNames(as.list(seen), paste0("val_", names(seen)))
  keeper_epoch(self, epoch, seen)
  keeper_wait(self, seen$val_loss, epoch, self$every)
  do.call(add_logs, seen)
}

# A network that gives what it is given, compiled as the model of the members: it knows the loss and metrics of their means.
held_judge <- function(model) {
  input <- layer_input(c(1, model$output_shape[[3]]))
  judge <- keras_model(input, layer_activation(input, "linear"))
  compile(judge, "sgd", model$compiled$loss, model$compiled$metrics)
  judge
}
