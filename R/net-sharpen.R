# Nets that are trained on smoothed labels are less sure than they are right. Their last layer is divided by one number, the
# temperature with which the rows they have not seen are the most likely, see kms-temperature.R: the network itself is
# calibrated. What one net says is most probable stays so.

# Divides the last layer of the model by its temperature. part: list(x, y, weights) of the training rows; y: their outcome.
sharpen <- function(model, part, y, spec, outcome, control) {
  if (!sharpens(spec, outcome, control)) return(invisible())
  unseen <- unseen_output(model, part, outcome, control)
  if (is.null(unseen)) return(invisible())
  temperature <- best_temperature(unseen$at, outcome_rows(y, unseen$rows), outcome, part$weights[unseen$rows])
  layer <- utils::tail(Filter(function(layer) inherits(layer, "DenseNTK"), model$layers), 1)[[1]]
  set_weights(layer, lapply(get_weights(layer), `/`, temperature))
}

# A loss of the user's is that of the probabilities the user wants, and what else is added to the sums of the last layer
# cannot be divided there.
sharpens <- function(spec, outcome, control) {
  is.null(control$keras_model_seq) && net_of(control)$sharpens && is.null(spec$graph) && has_classes(outcome) && !"loss" %in% control$given
}

# Rows that the network, or some of its members, have not seen: list(rows, at), their output as a function of the
# temperature, NULL without any.
unseen_output <- function(model, part, outcome, control) {
  n <- kms_n_rows(part$x)
  if (control$held == 0) {
    rows <- kms_validation_rows(part, control)
    if (length(rows) == 0) return(NULL)
    output <- kms_output(model, input_rows(part$x, rows), 1024, 0)
    return(list(rows = rows, at = function(temperature) tempered(output, outcome, temperature)))
  }
  held <- held_by_members(n, control)
  values <- only_output(stats::predict(model, part$x, batch_size = 1024, verbose = 0))
  list(rows = seq_len(n), at = function(temperature) {
    for (m in seq_len(ncol(held))) values[, m, ] <- tempered(matrix(values[, m, ], n), outcome, temperature)
    held_mean(values, held)
  })
}
