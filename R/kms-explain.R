# Methods for packages that explain models. They are registered when such a package is loaded.

# What DALEX explains: numbers, the probability of the second of two labels, or a column for each label.
#' @exportS3Method DALEX::yhat kms_fit
yhat.kms_fit <- function(X.model, newdata, ...) predict(X.model, newdata, "response")

#' @exportS3Method DALEX::model_info kms_fit
model_info.kms_fit <- function(model, is_multiclass = FALSE, ...) {
  kind <- switch(model$y_type, continuous = , survival = "regression", binary = "classification", "multiclass")
  structure(list(package = "tildenet", ver = as.character(utils::packageVersion("tildenet")), type = kind),
            class = "model_info")
}

#' @exportS3Method pdp::get_task kms_fit
get_task.kms_fit <- function(object) if (object$y_type %in% c("continuous", "survival")) "regression" else "classification"
