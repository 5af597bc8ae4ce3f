# The engine "tildenet" of parsnip's mlp(), registered when parsnip is loaded. None of the packages of tidymodels is needed by this
# one, nor suggested: their functions are reached through their namespaces.

# Calls `register` of a package's namespace now, if it is loaded, and each time that it is.
when_loaded <- function(package, register) {
  run <- function(...) register(asNamespace(package))
  if (isNamespaceLoaded(package)) run()
  setHook(packageEvent(package, "onLoad"), run)
}

mlp_modes <- c("classification", "regression", "quantile regression")

register_mlp <- function(parsnip) {
  known <- parsnip$get_from_env("mlp")
  if ("tildenet" %in% known$engine) return(invisible())
  for (mode in intersect(mlp_modes, known$mode)) {
    parsnip$set_model_engine("mlp", mode, "tildenet")
    parsnip$set_dependency("mlp", "tildenet", "tildenet", mode)
    parsnip$set_fit("mlp", mode, "tildenet", mlp_fit_value(mode))
    parsnip$set_encoding("mlp", mode, "tildenet", mlp_encoding)
    types <- mlp_types[[mode]]
    for (type in names(types)) parsnip$set_pred("mlp", mode, "tildenet", type, types[[type]])
  }
  for (name in names(mlp_ranges)) {
    parsnip$set_model_arg("mlp", "tildenet", name, name, mlp_ranges[[name]], has_submodel = FALSE)
  }
}

mlp_fit_value <- function(mode) {
  list(interface = "formula", protect = c("formula", "data", "weights"), func = c(pkg = "tildenet", fun = "tildenet_mlp"),
       defaults = switch(mode, regression = list(y_type = "continuous"),
                         "quantile regression" = list(quantile_levels = quote(quantile_levels)), list()))
}

# Factors come as they are: the design of a fit codes them, sparsely where they have many levels, and knows unseen ones.
mlp_encoding <- list(predictor_indicators = "none", compute_intercept = FALSE, remove_intercept = TRUE, allow_sparse_x = TRUE)

# ---- ranges for tuning -------------------------------------------------------------------------

dials_range <- function(name, ...) list(pkg = "dials", fun = name, ...)

# Arguments and what dials has for them. Of its own ranges those of hidden units are too narrow, and rates from 1e-10 on learn nothing.
mlp_ranges <- list(
  hidden_units = dials_range("hidden_units", range = c(2L, 256L)),
  penalty = dials_range("penalty", range = c(-10, -1)),
  dropout = dials_range("dropout", range = c(0, 0.8)),
  epochs = dials_range("epochs", range = c(5L, 500L)),
  activation = dials_range("activation", values = c("relu", "elu", "selu", "gelu", "swish", "tanh", "sigmoid", "softplus")),
  learn_rate = dials_range("learn_rate", range = c(-4, -1)),
  batch_size = dials_range("batch_size", range = c(3L, 9L)),
  patience = dials_range("stop_iter", range = c(3L, 50L)),
  validation_split = dials_range("validation_set_prop", range = c(0.05, 0.4))
)

# ---- predictions -------------------------------------------------------------------------------

# What set_pred() wants of a type: predict() of the fit with `...`, quoted where it is known when it is called. post: function(values,
# object) to what parsnip returns.
mlp_type <- function(..., post = NULL) {
  list(pre = function(new_data, object) mlp_new_rows(new_data, object$fit), post = post, func = c(fun = "predict"),
       args = list(object = quote(object$fit), newdata = quote(new_data), ...))
}

mlp_quantile_type <- mlp_type(type = "quantile", post = function(values, object) {
  mlp_quantiles(values, object$spec$quantile_levels, object$fit)
})

mlp_types <- list(
  classification = list(
    class = mlp_type(type = "class"),
    prob = mlp_type(type = "prob", post = function(values, object) mlp_probabilities(values, object$lvl)),
    raw = mlp_type()),
  regression = list(
    numeric = mlp_type(type = "response"),
    pred_int = mlp_type(type = "interval", level = quote(level), post = function(values, object) {
      mlp_bounds(values, object$spec$method$pred$pred_int$extras$std_error)
    }),
    quantile = mlp_quantile_type,
    raw = mlp_type()),
  "quantile regression" = list(
    quantile = mlp_quantile_type,
    raw = mlp_type())
)

# parsnip makes one sparse matrix of rows with sparse columns. A fit of a formula reads columns, those that it knows.
mlp_new_rows <- function(new_data, fit) {
  design <- kms_design(fit)
  if (is.null(design$terms) || !methods::is(new_data, "sparseMatrix")) return(new_data)
  read <- intersect(colnames(new_data), union(design$columns, design$y_columns))
  as.data.frame(as.matrix(new_data[, read, drop = FALSE]), optional = TRUE)
}

# A column for each level of the outcome; one that no row of the training data had has probability 0.
mlp_probabilities <- function(values, levels) {
  all <- matrix(0, nrow(values), length(levels), dimnames = list(NULL, levels))
  all[is.na(values[, 1]), ] <- NA
  all[, match(colnames(values), levels)] <- values
  as_table(as.data.frame(all, optional = TRUE))
}

mlp_bounds <- function(values, std_error) {
  if (isTRUE(std_error)) {
    abort_arg("std_error", "be FALSE", "The intervals are made of ranks of errors: there is no standard error.", call = NULL)
  }
  as_table(data.frame(.pred_lower = values[, "lwr"], .pred_upper = values[, "upr"]))
}

# values: a column for each quantile of the fit.
mlp_quantiles <- function(values, levels, fit) {
  own <- quantiles_of(kms_design(fit)$outcome)
  at <- vapply(levels, function(level) which.min(abs(own - level)), 0L)
  if (any(abs(own[at] - levels) > 1e-8)) {
    abort_arg("quantile_levels", "be among those of the fit", call = NULL,
              given = paste0("The fit has ", paste(short_numbers(own), collapse = ", "), "."),
              how = "set_mode(\"quantile regression\", quantile_levels = ) chooses them before the fit.")
  }
  predicted <- getExportedValue("hardhat", "quantile_pred")(unname(values[, at, drop = FALSE]), levels)
  getExportedValue("tibble", "tibble")(.pred_quantile = predicted)
}
