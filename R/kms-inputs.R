# Rows of a design as the network reads them: the matrix alone, or a list of inputs by name when there
# are specials or an offset.
#
# rows: list(x, specials, offset, unseen), as design_fit() and design_apply() give it; unseen: see unseen_rows().
kms_inputs <- function(rows, scale) {
  x <- scale_apply(unseen_fill(rows$x, rows$unseen), scale)
  if (length(rows$specials) == 0 && is.null(rows$offset)) return(x)
  inputs <- if (ncol(x) > 0) list(x = x)
  inputs <- c(inputs, lapply(rows$specials, as_samples_input))
  if (!is.null(rows$offset)) inputs$offset <- matrix(scale_offset(rows$offset, scale))
  inputs
}

# What a special gives, with samples first.
as_samples_input <- function(input) UseMethod("as_samples_input")

#' @exportS3Method
as_samples_input.default <- function(input) if (is.null(dim(input))) matrix(input) else input

kms_n_rows <- function(inputs) {
  if (is.list(inputs)) NROW(inputs[[1]]) else nrow(inputs)
}

# Some rows of list(x, specials, offset, unseen).
kms_take_rows <- function(built, rows) {
  list(x = built$x[rows, , drop = FALSE], specials = lapply(built$specials, take_samples, rows),
       offset = built$offset[rows], unseen = if (!is.null(built$unseen)) unseen_take(built$unseen, rows))
}

# Shapes of the inputs by name, without building anything; NULL when the matrix is alone.
kms_shapes <- function(design) {
  P <- length(design$colnames_x)
  if (length(design$specials) == 0 && !design_has_offset(design)) return(NULL)
  shapes <- if (P > 0) list(x = P)
  for (s in design$specials) {
    shapes[[s$input]] <- special_of(s)$shape(s$state)
  }
  if (design_has_offset(design)) shapes$offset <- 1
  shapes
}

design_has_offset <- function(design) length(attr(design$terms, "offset")) > 0

# Offsets and specials that the outcome or the settings leave no place for.
kms_check_inputs <- function(design, control, call) {
  if (isTRUE(control$calibrate) && is_numbers(design$outcome)) {
    abort_arg("calibrate", "be FALSE for an outcome without labels", paste0("The outcome is ", design$outcome$type, "."),
              if (has_intervals(design$outcome)) "Numbers have intervals: `predict(type = \"interval\")`.", call = call)
  }
  if (control$embedding && length(design$specials) > 0) {
    abort_arg("embedding", paste("be FALSE with", names(design$specials)[1], "in the formula"), call = call,
              how = "`embedding = TRUE` reads every predictor as an index; emb() names those that are.")
  }
  one_unit <- !is.null(family_of(design$outcome)$activation) || design$outcome$type == "multilabel" ||
    (design$outcome$type == "binary" && is.null(control$keras_model_seq) &&
       kms_output_units(design$outcome, control$loss %||% kms_default_loss("binary")) == 1)
  if (design_has_offset(design) && !one_unit && is.null(control$keras_model_seq)) {
    abort_arg("input_formula", "have no offset() when the output layer is a softmax", class = "formula",
              call = call, given = "The same number added to every label changes no probability.")
  }
}
