# Fits in the packages that store and serve models: vetiver, bundle and butcher. The methods are registered when these are loaded. A
# fit that parsnip has made is served by vetiver's own methods for workflows.

# ---- vetiver ----------------------------------------------------------------------------------

#' @exportS3Method vetiver::vetiver_create_description kms_fit
vetiver_create_description.kms_fit <- function(model) {
  paste0("A tildenet network for ", if (has_labels(kms_design(model)$outcome)) "labels" else "numbers", " (", big(model$N), " rows)")
}

#' @exportS3Method vetiver::vetiver_create_meta kms_fit
vetiver_create_meta.kms_fit <- function(model, metadata) {
  getExportedValue("vetiver", "vetiver_meta")(metadata, required_pkgs = "tildenet")
}

#' @exportS3Method vetiver::vetiver_ptype kms_fit
vetiver_ptype.kms_fit <- function(model, ...) as_table(new_rows_type(kms_design(model)))

#' @exportS3Method vetiver::handler_startup kms_fit
handler_startup.kms_fit <- function(vetiver_model) {
  getExportedValue("vetiver", "attach_pkgs")(vetiver_model$metadata$required_pkgs)
}

# What an API answers: columns as parsnip has them. The dots are arguments of predict(). predict() itself reads what came as text in the
# types of the training data, and knows what to do with levels it has not seen.
#' @exportS3Method vetiver::handler_predict kms_fit
handler_predict.kms_fit <- function(vetiver_model, ...) {
  fit <- vetiver_model$model
  given <- list(...)
  given$type <- given$type %||% if (has_labels(kms_design(fit)$outcome)) "class" else "response"
  function(req) {
    rows <- getExportedValue("vetiver", "vetiver_type_convert")(req$body, vetiver_model$prototype)
    predicted_columns(rlang::inject(predict(fit, as.data.frame(rows), !!!given)))
  }
}

# The columns a fit reads of new rows, without rows. Of those that hold texts, whose types a fit does not keep, it is text.
new_rows_type <- function(design) {
  if (is.null(design$terms)) {
    columns <- design$columns %||% utils::head(design$colnames_x, length(design$colnames_x) - sum(design$missing$told))
    types <- rep(list(numeric()), length(columns))
  } else {
    columns <- design$columns
    types <- lapply(columns, function(name) design$types[[name]] %||% character())
  }
  structure(stats::setNames(types, columns), class = "data.frame", row.names = integer())
}

predicted_columns <- function(values) {
  if (is.factor(values)) return(as_table(data.frame(.pred_class = values)))
  if (is.matrix(values)) return(as_table(as.data.frame(prefixed(values, ".pred_"), optional = TRUE)))
  as_table(data.frame(.pred = if (is.list(values)) I(lapply(values, as.character)) else values))
}

# ---- bundle, butcher ------------------------------------------------------------------------

# A fit is R's own vectors throughout: saveRDS() is enough for another process, so there is nothing to bundle.
#' @exportS3Method bundle::bundle kms_fit
bundle.kms_fit <- function(x, ...) x

# It keeps no rows of the data, and of calls and environments what predict(), update() and fit() need: there is nothing to cut off.
#' @exportS3Method butcher::axe_call kms_fit
axe_call.kms_fit <- function(x, verbose = FALSE, ...) x

#' @exportS3Method butcher::axe_ctrl kms_fit
axe_ctrl.kms_fit <- axe_call.kms_fit

#' @exportS3Method butcher::axe_data kms_fit
axe_data.kms_fit <- axe_call.kms_fit

#' @exportS3Method butcher::axe_env kms_fit
axe_env.kms_fit <- axe_call.kms_fit

#' @exportS3Method butcher::axe_fitted kms_fit
axe_fitted.kms_fit <- axe_call.kms_fit
