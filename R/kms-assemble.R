# The result of kms().

# Elements are those of kerasformula, in its order. Attributes: "design", the recipe for new data; "net", the name of the net, if
# kms() made it; "choice", list(net, args), if kms() chose it. None of them holds the training rows.
kms_assemble <- function(design, parts, split, spec, model, history, control, temperature = NULL, members = NULL) {
  outcome <- design$outcome
  design$specials <- special_kept(design$specials)
  out <- list(
    history = history, input_formula = design$formula, model = model,
    layers_overview = spec$overview, loss = spec$loss, optimizer = control$optimizer,
    metrics = spec$metrics, N = length(split), P = length(design$colnames_x), K = outcome$n_values,
    y_test = outcome_shown(parts$test$y, outcome), y_type = outcome$type, sparse_data = design$sparse,
    y_labels = outcome$labels, colnames_x = design$colnames_x, seed = control$seed, split = split,
    train_scale = parts$scale
  )
  out$columns <- kms_columns(design)
  out$temperature <- temperature
  out$members <- members
  out <- structure(out, class = "kms_fit", design = design, net = if (is.null(control$keras_model_seq)) control$net,
                   choice = control$choice)
  if (is.null(parts$test)) out else kms_test(out, parts$test, parts$train, spec, control)
}

# The outcome with what its family reads off the trained network.
kms_learnt <- function(outcome, model, x, y) {
  learn <- family_of(outcome)$learn
  if (is.null(learn)) outcome else learn(outcome, model, x, y)
}

# Adds what the test rows say. train: list(x, y, weights) with the targets as y.
kms_test <- function(object, test, train, spec, control) {
  outcome <- kms_design(object)$outcome
  targets <- kms_targets(test$y, outcome, object$train_scale, spec$units_out, spec$loss)
  object$evaluations <- evaluate(object$model, test$x, targets, batch_size = control$batch_size,
                                 verbose = 0, sample_weight = test$weights)
  output <- tempered(kms_output(object$model, test$x, control$batch_size, 0), outcome, object$temperature)
  object$predictions <- kms_fitted(output, outcome, object$train_scale)
  if (is_numbers(outcome)) {
    measures <- numbers_measures(test$y, object$predictions, output, outcome, object$train_scale)
    object[names(measures)] <- measures
  } else {
    object$confusion <- confusion(object)
    attr(object, "probabilities") <- probability_measures(label_probabilities(output, outcome), test$y, outcome)
  }
  structure(object, null = kms_null(object, train, test$y, targets, units_of(object$model)))
}

kms_design <- function(object) check_stored_design(attr(object, "design"))
