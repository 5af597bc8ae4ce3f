# Nets that are trained on smoothed labels are less sure than they are right. Their last layer is divided by one number, the
# temperature with which the rows they have not seen are the most likely, see kms-temperature.R: the network itself is
# calibrated. What one net says is most probable stays so.

# Divides the last layer of the model by its temperature and returns it, NULL where it is left as it is. judged: see
# judging_output(); y, weights: of the training rows.
sharpen <- function(model, judged, y, weights, spec, outcome, control) {
  if (is.null(judged) || !sharpens(spec, outcome, control)) return(NULL)
  temperature <- best_temperature(judged$at, outcome_rows(y, judged$rows), outcome, weights[judged$rows])
  layer <- utils::tail(Filter(function(layer) inherits(layer, "DenseNTK"), model$layers), 1)[[1]]
  set_weights(layer, lapply(get_weights(layer), `/`, temperature))
  temperature
}

# A loss of the user's is that of the probabilities the user wants, and what else is added to the sums of the last layer
# cannot be divided there.
sharpens <- function(spec, outcome, control) {
  asked <- !is.null(control$keras_model_seq) || "loss" %in% control$given
  !asked && net_of(control)$sharpens && is.null(spec$graph) && has_classes(outcome)
}
