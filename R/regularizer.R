#' Penalties on weights and activities
#'
#' `l * sum(abs(w))` and `l * sum(w^2)` (no half). Penalties on weights are added once per batch to
#' the mean loss of the data; penalties on activities use the layer's output and are divided by the
#' batch size. Both are part of every reported loss. The slope of `abs(w)` at 0 is 0.
#' Layers take such an object, the names `"l1"`, `"l2"`, `"l1_l2"` (factor 0.01), or an R function of
#' the weight as a tensor that gives one number.
#' @param l,l1,l2 Factors, at least 0.
#' @returns An object of class `tildenet_regularizer`.
#' @references Tikhonov (1943) for L2; Tibshirani (1996) for L1.
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(2, input_shape = 3, kernel_regularizer = regularizer_l2(0.001))
#' @name regularizers
NULL

new_regularizer <- function(l1 = 0, l2 = 0, r_function = NULL) {
  structure(list(l1 = l1, l2 = l2, r_function = r_function), class = "tildenet_regularizer")
}

#' @rdname regularizers
#' @export
regularizer_l1 <- function(l = 0.01) new_regularizer(l1 = check_number(l, "l", 0))

#' @rdname regularizers
#' @export
regularizer_l2 <- function(l = 0.01) new_regularizer(l2 = check_number(l, "l", 0))

#' @rdname regularizers
#' @export
regularizer_l1_l2 <- function(l1 = 0.01, l2 = 0.01) {
  new_regularizer(check_number(l1, "l1", 0), check_number(l2, "l2", 0))
}

#' @export
print.tildenet_regularizer <- function(x, ...) {
  cat("<regularizer l1 = ", format(x$l1), ", l2 = ", format(x$l2), ">\n", sep = "")
  invisible(x)
}

as_regularizer <- function(x, arg, call = rlang::caller_env()) {
  if (is.null(x) || inherits(x, "tildenet_regularizer")) return(x)
  if (is.function(x)) {
    made <- tryCatch(x(), error = function(e) NULL)
    if (inherits(made, "tildenet_regularizer")) return(made)
    return(new_regularizer(r_function = x))
  }
  named_object(x, arg, "regularizer", c("l1", "l2", "l1_l2"), call = call)
}

#' Constraints on weights
#'
#' Act after every update. Norms run along `axis` (0: over rows, one norm per column).
#' `constraint_maxnorm()`: `w * clip(n, 0, max_value) / (1e-7 + n)`; `constraint_nonneg()`: negative
#' weights become 0; `constraint_unitnorm()`: `w / (1e-7 + n)`; `constraint_minmaxnorm()`: the norm
#' becomes `rate * clip(n, min_value, max_value) + (1 - rate) * n`.
#' Layers also take an R function of the weight (a tensor with values) that gives the new weight; it is
#' called after every batch.
#' @param max_value,min_value Limits of the norm; fractions count in full.
#' @param rate Share of the way to the limits that one step goes.
#' @param axis Axes from 0 along which norms run.
#' @returns An object of class `tildenet_constraint`.
#' @references Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (JMLR 2014).
#' @examples
#' model <- keras_model_sequential() %>%
#'   layer_dense(2, input_shape = 3, kernel_constraint = constraint_maxnorm(2))
#' @name constraints
NULL

new_constraint <- function(kind, axis = 0, min_value = 0, max_value = 1, rate = 1,
                           call = rlang::caller_env()) {
  if (length(axis) == 0) abort_arg("axis", "be given", describe(axis), call = call)
  axis <- vapply(as.list(axis), check_count, 0, arg = "axis", min = -8, max = 7, call = call)
  structure(list(kind = kind, axis = axis, min_value = min_value, max_value = max_value,
                 rate = rate), class = "tildenet_constraint")
}

#' @rdname constraints
#' @export
constraint_maxnorm <- function(max_value = 2, axis = 0) {
  new_constraint("maxnorm", axis, max_value = check_number(max_value, "max_value", 0, infinite = TRUE))
}

#' @rdname constraints
#' @export
constraint_nonneg <- function() new_constraint("nonneg")

#' @rdname constraints
#' @export
constraint_unitnorm <- function(axis = 0) new_constraint("unitnorm", axis)

#' @rdname constraints
#' @export
constraint_minmaxnorm <- function(min_value = 0, max_value = 1, rate = 1, axis = 0) {
  new_constraint("minmaxnorm", axis, check_number(min_value, "min_value", 0),
                 check_number(max_value, "max_value", 0, infinite = TRUE), check_number(rate, "rate", 0, 1))
}

#' @export
print.tildenet_constraint <- function(x, ...) {
  cat("<constraint ", x$kind, ">\n", sep = "")
  invisible(x)
}

as_constraint <- function(x, arg, call = rlang::caller_env()) {
  if (is.null(x) || inherits(x, "tildenet_constraint")) return(x)
  if (is.function(x)) {
    made <- tryCatch(x(), error = function(e) NULL)
    if (inherits(made, "tildenet_constraint")) return(made)
    return(structure(list(kind = "none", r_function = x), class = "tildenet_constraint"))
  }
  aliases <- c(max_norm = "maxnorm", non_neg = "nonneg", unit_norm = "unitnorm",
               min_max_norm = "minmaxnorm", MaxNorm = "maxnorm", NonNeg = "nonneg",
               UnitNorm = "unitnorm", MinMaxNorm = "minmaxnorm")
  named_object(x, arg, "constraint", c("maxnorm", "nonneg", "unitnorm", "minmaxnorm"), aliases,
               call)
}
