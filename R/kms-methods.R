#' Fitted values, residuals, coefficients and refits
#'
#' The usual functions of R's models for fits of [kms()]. A fit keeps no rows of the data, so what
#' concerns rows is asked for with `data`: the training data, part of it, or new rows. (Predictions of
#' the test rows are in the fit, as `predictions`.)
#'
#' @param object,formula,x A `kms_fit`.
#' @param data A data frame with the predictors, for residuals also the outcome; a matrix for a fit of one.
#' @param y_test The outcome, when it is not in `data`.
#' @param type For `residuals()`:
#'   * `"response"`: observed minus fitted, in outcome units. Labels count as 0 and 1, so that a binary
#'     outcome gives one number per row and more labels a matrix with one column each;
#'   * `"deviance"`: the signed root of each row's share in the deviance. A continuous outcome has the
#'     response residuals, counts the deviance residuals of a Poisson model; for a label of probability p
#'     it is `sqrt(-2 log p)`, negative for the first of two labels and for each of several at once that is
#'     not there;
#'   * `"pearson"`: the response residuals, for labels divided by `sqrt(p (1 - p))`, for counts by the root
#'     of the fitted mean.
#' @param formula. Changes to the formula, as in [stats::update.formula()].
#' @param evaluate `FALSE` returns the changed call instead of its value.
#' @param ... For `update()` arguments of [kms()] to set; not used otherwise.
#'
#' @details
#' Probabilities are kept `k_epsilon()` away from 0 and 1 before logarithms and quotients are taken.
#'
#' `update()` fits anew with the arguments of the first call and the changes; [fit()][fit.kms_fit] goes on training. The values of the
#' arguments are kept in the fit, the data are not: they are looked for under the name they had in the
#' call, from where `update()` is called. A fit made with a pipe or by `do.call()` knows no such name and
#' needs `data`.
#'
#' @returns
#' * `fitted()`: `predict(object, data, type = "response")`: numbers in outcome units, the probability
#'   of the second of two labels, or a matrix (rows, labels). One row per row of `data`, NA where a
#'   predictor is missing.
#' * `residuals()`: a vector or matrix of the same rows, NA also where the outcome is missing or has an
#'   unknown label.
#' * `coef()`: a list with an entry for each layer that has weights, in order, each a named list of
#'   arrays such as `kernel` (inputs, units) and `bias` (units). With no hidden layer the rows of the kernel are named by
#'   the columns of the design.
#' * `nobs()`: number of training rows, those watched for validation included.
#' * `formula()`: the formula as it was given, or with what `.` has chosen (see "Columns as they come" in [kms()]).
#'   `model.frame()`: the variables of the formula for the rows
#'   of `data` without missing values.
#' * `getCall()`: the call with the values of its arguments; `update()`: a `kms_fit`, or the call.
#'
#' @section Errors:
#' Rows asked for without `data` are an error of class `tildenet_error_argument`, and so is an `update()`
#' that does not find the data.
#'
#' @source McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., section 2.4
#'   (residuals). Chapman and Hall.
#' @seealso [predict.kms_fit()], [tidy.kms_fit()], [plot.kms_fit()]
#' @examples
#' fit <- kms(log(mpg) ~ wt + hp, mtcars, N_layers = 2, units = 8, Nepochs = 30, seed = 1, verbose = 0)
#' head(residuals(fit, mtcars))
#' lapply(coef(fit), lapply, dim)
#' smaller <- update(fit, . ~ . - hp, units = 4)
#' formula(smaller)
#' @name kms_methods
#' @importFrom stats coef fitted formula getCall model.frame nobs residuals update
NULL

#' @rdname kms_methods
#' @export
fitted.kms_fit <- function(object, data, ...) {
  rlang::check_dots_empty()
  kms_needs_data(missing(data), "Predictions of the test rows are in `object$predictions`.")
  kms_answer(object, data, "response", NULL, rlang::current_env(), outcome = FALSE)$response
}

#' @rdname kms_methods
#' @export
residuals.kms_fit <- function(object, data, type = "response", y_test = NULL, ...) {
  rlang::check_dots_empty()
  type <- check_string(type, "type", c("response", "deviance", "pearson"))
  kms_needs_data(missing(data), "Test rows: `object$y_test` and `object$predictions`.")
  outcome <- kms_design(object)$outcome
  if (outcome$type == "survival") {
    abort_arg("object", "be a fit of numbers or labels", "Its outcome is times, some of them censored.",
              "predict(type = \"survival\") gives the curves.")
  }
  answer <- kms_answer(object, data, "response", y_test, rlang::current_env())
  y <- answer$y
  kms_needs_outcome(y, outcome, "y_test", rlang::current_env())
  if (outcome$type == "continuous") return(number_residuals(y, answer$response, type, outcome))
  label_residuals(seen_labels(y, answer$response, outcome), answer$response, type, outcome)
}

# list(y, <type>, ...): outcome (NULL if unknown) and predictions of each type for the rows of data.
kms_answer <- function(object, data, types, y_test, call, outcome = TRUE) {
  if (!is.null(kms_design(object)$terms)) data <- design_data(data, "data", call)
  new <- design_apply(kms_design(object), data, call, "data", outcome)
  asked <- predict_request(object, new, call = call)
  values <- lapply(stats::setNames(types, types), function(type) {
    kms_spread(predict_types[[type]]$values(asked), new$rows, new$n)
  })
  c(list(y = kms_known_outcome(new$y, y_test, new$n, kms_design(object)$outcome, call)), values)
}

number_residuals <- function(y, fit, type, outcome) {
  family <- family_of(outcome)
  r <- as.numeric(y) - fit
  if (type == "response" || is.null(family$deviance)) return(r)
  if (type == "pearson") return(r / sqrt(family$variance(fit, outcome)))
  known <- !is.na(r)
  r[known] <- sign(r[known]) * sqrt(family$deviance(as.numeric(y)[known], fit[known], outcome))
  r
}

# Labels as 0 and 1 in the shape of the probabilities.
seen_labels <- function(y, p, outcome) {
  if (outcome$type == "multilabel") return(y)
  codes <- outcome_codes(y, outcome)
  seen <- if (is.matrix(p)) outer(codes, seq_len(ncol(p)) - 1, `==`) + 0 else codes
  dimnames(seen) <- dimnames(p)
  seen
}

# Of one label out of several the deviance is that of the row.
label_residuals <- function(seen, p, type, outcome) {
  if (type == "response") return(seen - p)
  p[] <- pmin(pmax(p, session$epsilon), 1 - session$epsilon)
  if (type == "pearson") return((seen - p) / sqrt(p * (1 - p)))
  if (outcome$type == "multinomial") return(sqrt(-2 * log(rowSums(seen * p))))
  (2 * seen - 1) * sqrt(-2 * log(seen * p + (1 - seen) * (1 - p)))
}

kms_needs_data <- function(missing, how, call = rlang::caller_env()) {
  if (missing) abort_arg("data", "be given: a fit keeps no rows", how = how, call = call)
}

# arg: the argument it can be given as.
kms_needs_outcome <- function(y, outcome, arg, call) {
  if (!is.null(y)) return(invisible())
  abort_arg("data", "have the outcome", class = "data", given = paste0("It lacks a column of `", outcome$name, "`."),
            how = paste0("Or give it as `", arg, "`."), call = call)
}

#' @rdname kms_methods
#' @export
coef.kms_fit <- function(object, ...) {
  rlang::check_dots_empty()
  arrays <- lapply(weight_table(object$model), function(layer) layer$arrays)
  coef_named(Filter(function(layer) length(layer) > 0, arrays), object$colnames_x)
}

# With no hidden layer there is one kernel, on the columns of the design: its rows have their names.
coef_named <- function(arrays, columns) {
  kernels <- which(vapply(arrays, function(layer) "kernel" %in% names(layer), NA))
  if (length(kernels) != 1 || !identical(nrow(arrays[[kernels]]$kernel), length(columns))) return(arrays)
  rownames(arrays[[kernels]]$kernel) <- columns
  arrays
}

# By layer name: list(class, trainable, arrays) with the arrays named by weight. Layers of a nested
# model count as one layer.
weight_table <- function(model) {
  self <- self_of(model)
  flags <- parameter_trainable_flags(self)
  out <- lapply(self$layers, function(layer) {
    params <- layer_parameters(self_of(layer))
    names <- vapply(params, function(p) p$name, "")
    list(class = self_of(layer)$class_name,
         trainable = vapply(params, function(p) isTRUE(flags[[rlang::obj_address(p)]]), NA),
         arrays = stats::setNames(lapply(params, parameter_value),
                                  sub(paste0(self_of(layer)$name, "/"), "", names, fixed = TRUE)))
  })
  stats::setNames(out, layer_names(self))
}

#' @rdname kms_methods
#' @export
nobs.kms_fit <- function(object, ...) split_counts(object)[["train"]]

#' @rdname kms_methods
#' @export
formula.kms_fit <- function(x, ...) x$input_formula

#' @rdname kms_methods
#' @export
model.frame.kms_fit <- function(formula, data, ...) {
  rlang::check_dots_empty()
  kms_needs_data(missing(data), "Give the data frame the fit was made from.")
  call <- rlang::current_env()
  design <- kms_design(formula)
  if (is.null(design$terms)) {
    abort_arg("formula", "be a fit of a formula", "It was made from a matrix and an outcome.", call = call)
  }
  data <- design_cast(design_data(data, "data", call), design$types, "data", call)
  frame <- design_frame(design$terms, design$specials, data, "data", call)$frame
  frame[stats::complete.cases(frame), , drop = FALSE]
}

# ---- refits -----------------------------------------------------------------------------------

# The call as it can be repeated from anywhere: with the formula of the design (NULL for a fit of `x` and
# `y`) and the values of the arguments, since a wrapper's `units = units` means nothing outside. What has a
# value for each row is there by name only. Of the dots the expressions stay where there is one.
kms_call <- function(call, formula, settings, dots) {
  parts <- as.list(call)
  parts[[1]] <- quote(kms)
  written <- names(parts)[-1]
  own <- intersect(written, names(settings))
  parts[own] <- settings[own]
  for (name in setdiff(intersect(written, names(dots)), c("weights", "x", "y"))) {
    if (!is.call(parts[[name]])) parts[name] <- dots[name]
  }
  for (name in intersect(written, c("data", "x", "y", if (is.null(formula)) "input_formula"))) {
    parts[[name]] <- rows_name(parts[[name]])
  }
  if (!is.null(formula)) parts$input_formula <- formula
  if ("weights" %in% written) parts$weights <- rows_name(parts$weights) %||% quote(weights)
  as.call(parts)
}

# The expression of an argument that is there by name; NULL for rows themselves and the dot of a pipe.
rows_name <- function(expression) {
  by_name <- is.call(expression) || (is.name(expression) && !identical(expression, quote(.)))
  if (by_name) expression
}

#' @rdname kms_methods
#' @export
getCall.kms_fit <- function(x, ...) attr(x, "call")

#' @rdname kms_methods
#' @export
update.kms_fit <- function(object, formula., ..., evaluate = TRUE) {
  check_flag(evaluate, "evaluate")
  frame <- parent.frame()
  call <- getCall(object)
  changes <- as.list(substitute(list(...)))[-1]
  if (length(changes) > 0 && !all(nzchar(names(changes) %||% ""))) {
    abort_arg("...", "hold arguments with names", "One has none.")
  }
  by_formula <- inherits(call$input_formula, "formula")
  if (!missing(formula.)) {
    if (!by_formula) abort_arg("formula.", "be left out", "The fit was made from `x` and `y`.")
    call$input_formula <- kms_new_formula(object, formula., rlang::current_env())
  }
  call <- as.list(call)
  call[names(changes)] <- changes
  call <- as.call(call)
  if (!evaluate) return(call)
  if (by_formula && !"data" %in% names(changes)) kms_find_data(call$data, frame)
  eval(call, frame)
}

# update.formula() cannot take apart a formula with a dot of its own: its sides are put in the places of
# the new dots as they are.
kms_new_formula <- function(object, change, call) {
  old <- formula(object)
  refuse <- function(cnd) {
    abort_arg("formula.", "be a formula such as . ~ . - x", describe(change), class = "formula", call = call)
  }
  change <- tryCatch(stats::as.formula(change), error = refuse)
  if (!"." %in% all.vars(old)) {
    new <- tryCatch(stats::update.formula(old, change), error = refuse)
  } else {
    put <- function(side, old_side) do.call(substitute, list(side, list(. = old_side)))
    right <- if (is.name(old[[3]])) old[[3]] else call("(", old[[3]])
    new <- old
    new[[3]] <- put(change[[length(change)]], right)
    if (length(change) == 3) new[[2]] <- put(change[[2]], old[[2]])
  }
  environment(new) <- environment(old)
  new
}

kms_find_data <- function(expression, frame, call = rlang::caller_env()) {
  how <- "Give them: update(object, data = )."
  if (is.null(expression)) abort_arg("data", "be given", "The fit does not know its name.", how, call = call)
  data <- tryCatch(eval(expression, frame), error = function(cnd) NULL)
  if (!is.data.frame(data)) {
    abort_arg("data", "be found from here", call = call, how = how,
              given = paste0("In the call of the fit it is `", deparse1(expression), "`, which ",
                             if (is.null(data)) "is not there." else "is no data frame here."))
  }
}
