# The types of predict(): what it can be asked for, and which fits have an answer.

# Rows to be predicted and what a type may want to know of them, an environment: object, outcome, x (what the network
# reads), batch_size, verbose, call, and options of single types: k, threshold, times, level, penalty. The network runs
# once, when its `output` is first wanted.
predict_request <- function(object, new, batch_size = 32, verbose = 0, call = rlang::caller_env(), k = 3,
                            threshold = 0.5, times = NULL, level = 0.9, penalty = c(0, 1)) {
  asked <- rlang::env(object = object, outcome = kms_design(object)$outcome,
                      x = kms_inputs(new, object$train_scale), batch_size = batch_size, verbose = verbose,
                      call = call, k = k, threshold = threshold, times = times, level = level,
                      penalty = penalty)
  delayedAssign("output", tempered(kms_output(object$model, asked$x, batch_size, verbose), asked$outcome, object$temperature),
                assign.env = asked)
  asked
}

# ---- labels ----------------------------------------------------------------------------------------

has_labels <- function(outcome) !is_numbers(outcome)

predict_class <- function(asked) {
  outcome <- asked$outcome
  if (outcome$type == "multilabel") return(kms_fitted(asked$output, outcome, threshold = asked$threshold))
  outcome_factor(kms_classes(asked$output, asked$threshold), outcome)
}

# A column for each label, also of two.
predict_prob <- function(asked) label_probabilities(asked$output, asked$outcome)

label_probabilities <- function(output, outcome) {
  if (ncol(output) == 1 && outcome$type == "binary") output <- cbind(1 - output, output)
  kms_name(output, outcome)
}

predict_top <- function(asked) {
  top_labels(predict_prob(asked), asked$k, label_text(asked$outcome$labels), asked$call)
}

# ---- any outcome -----------------------------------------------------------------------------------

predict_response <- function(asked) {
  outcome <- asked$outcome
  if (is_numbers(outcome)) return(kms_fitted(asked$output, outcome, asked$object$train_scale))
  if (outcome$type == "binary") return(asked$output[, ncol(asked$output)])
  predict_prob(asked)
}

# What enters the last activation. Our network ends in a dense layer, whose sums are computed from the
# layer before, or in an activation by itself. Of a model of the user's only its output is at hand.
predict_link <- function(asked) {
  outcome <- asked$outcome
  family <- family_of(outcome)
  if (family$scaled && length(family$types) > 0) return(predict_own(asked, names(family$types)[1]))
  if (family$scaled) return(predict_response(asked))
  link <- if (is.null(asked$object$layers_overview) || !is.null(asked$object$members)) unlinked(asked$output, outcome)
          else kms_last_sums(asked$object$model, asked$x, asked$batch_size, asked$verbose) / link_temperature(asked)
  if (ncol(link) == 1) link[, 1] else kms_name(link, outcome)
}

# That of ordered labels stays on the scale of their cutpoints.
link_temperature <- function(asked) if (is.null(asked$outcome$family)) asked$object$temperature %||% 1 else 1

unlinked <- function(output, outcome) {
  family <- family_of(outcome)
  if (is_numbers(outcome)) return(family$link(output[, seq_len(family$units(outcome)), drop = FALSE]))
  if (outcome$type == "multilabel" || ncol(output) == 1) stats::qlogis(output) else log(output)
}

# A type that a family has by itself.
predict_own <- function(asked, type) {
  family_of(asked$outcome)$types[[type]](asked$output, asked$outcome, asked$object$train_scale, asked$times)
}

own_type <- function(type) {
  list(of = function(outcome) type %in% names(family_of(outcome)$types), values = function(asked) predict_own(asked, type))
}

kms_last_sums <- function(model, x, batch_size, verbose) {
  before <- function(tensor) {
    is_input <- vapply(model$inputs, identical, NA, tensor)
    if (any(is_input)) return(if (is.list(x)) x[[which(is_input)]] else x)
    kms_output(keras_model(model$inputs, tensor), x, batch_size, verbose)
  }
  behind <- c("ActivityRegularization", "Ordinal", "Dispersion")
  calls <- Filter(function(call) !call$layer$class_name %in% behind,
                  graph_calls(model$inputs, model$outputs))
  last <- calls[[length(calls)]]
  read <- before(last$inputs[[1]])
  if (last$layer$class_name != "Dense") return(as.matrix(read))
  weights <- get_weights(object_of(last$layer))
  sums <- as.matrix(read %*% weights[[1]]) # sparse on the left: Matrix multiplies
  if (length(weights) > 1) sweep(sums, 2, as.vector(weights[[2]]), "+") else sums
}

# ---- the table -------------------------------------------------------------------------------------

# `of`: which outcomes have the type; `values`: one element or row for each row of a request; `result`: what is given of these,
# where it is something else; `calibrated`: whether it needs the calibration of a fit, for a `level`; `why` others do not have
# it; `members`: whether it needs a net of members. A new type is a new entry, and a line on the page of predict.kms_fit().
predict_types <- list(
  class = list(of = has_labels, values = predict_class),
  prob = list(of = has_labels, values = predict_prob),
  response = list(of = function(outcome) TRUE, values = predict_response),
  link = list(of = function(outcome) TRUE, values = predict_link),
  top = list(of = has_labels, values = predict_top),
  interval = list(of = has_intervals, values = predict_interval, calibrated = TRUE, why = conformal_why),
  set = list(of = has_sets, values = predict_set, calibrated = TRUE, why = conformal_why,
             result = function(values, object) new_label_sets(values, kms_design(object)$outcome)),
  members = list(of = has_spread, values = predict_members, members = TRUE, why = spread_why,
                 result = function(values, object) members_array(values, kms_design(object)$outcome, fit_members(object))),
  spread = list(of = has_spread, values = predict_members, members = TRUE, why = spread_why,
                result = function(values, object) members_spread(values, kms_design(object)$outcome, fit_members(object))),
  quantile = own_type("quantile"),
  survival = own_type("survival"),
  hazard = own_type("hazard")
)

check_predict_type <- function(type, object, call) {
  outcome <- kms_design(object)$outcome
  has <- function(entry) entry$of(outcome) && !(isTRUE(entry$members) && is.null(object$members))
  known <- names(Filter(has, predict_types))
  if (is.character(type) && length(type) == 1 && type %in% known) return(type)
  of <- switch(outcome$type, continuous = "a continuous outcome", survival = "times", multilabel = "several labels", "labels")
  abort_arg("type", paste("be one of", quoted_list(known), "for", of), describe(type), call = call,
            how = type_hint(type, outcome))
}

type_hint <- function(type, outcome) {
  if (is.numeric(type)) return("Arguments behind it go by name, as in `batch_size = 32`.")
  why <- if (is.character(type) && length(type) == 1) predict_types[[type]]$why
  if (!is.null(why)) why(outcome)
}

# values: of all rows asked for.
as_result <- function(values, type, object) {
  result <- predict_types[[type]]$result
  if (is.null(result)) values else result(values, object)
}
