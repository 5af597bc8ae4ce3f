#' Values of tensors, and variables
#'
#' `k_constant()` makes a tensor of numbers. `k_variable()` makes a number, or an array, that functions
#' of tensors can use and that `k_set_value()` changes later, between batches too: a loss or lambda
#' layer sees the new value at its next batch. `k_eval()` and `k_get_value()` give the values as R data,
#' of variables, weights, learning rates and of every tensor that depends on no input.
#' @param value Numbers.
#' @param dtype `"float32"`, `"int32"` or `"bool"`.
#' @param shape A shape; one number is repeated.
#' @param name A name.
#' @param constraint Only `NULL`.
#' @param x A tensor, variable, weight or learning rate.
#' @returns `k_constant()` a tensor, `k_variable()` a variable, `k_set_value()` its first argument,
#'   invisibly, the others R data.
#' @section Errors:
#' A symbolic tensor that depends on an input has no values: an error of class
#' `tildenet_error_state`.
#' @examples
#' weight <- k_variable(0.5)
#' loss <- function(y_true, y_pred) weight * k_square(y_pred - y_true)
#' k_eval(loss(c(1, 2), c(1, 4)))
#' k_set_value(weight, 2)
#' k_eval(loss(c(1, 2), c(1, 4)))
#' @export
k_constant <- function(value, dtype = NULL, shape = NULL, name = NULL) {
  if (!is.null(shape)) {
    value <- if (length(value) == 1) shaped(value, shape_argument(shape, rlang::current_env())$shape)
             else array_reshape(value, shape)
  }
  eager_tensor(value, dtype_kind(dtype))
}

#' @rdname k_constant
#' @export
k_variable <- function(value, dtype = NULL, name = NULL, constraint = NULL) {
  if (!is.null(constraint)) {
    abort_tn("`k_variable()` takes no `constraint`.", "unsupported",
             how = "Apply it to the value before `k_set_value()`.")
  }
  value <- as_plain_array(value)
  name <- check_string(name, "name", null_ok = TRUE) %||% next_name("Variable")
  variable <- new_parameter(name, dim(value) %||% numeric(), trainable = FALSE)
  variable$dtype <- dtype_kind(dtype)
  parameter_assign(variable, value)
  variable
}

# The kind of number a dtype stands for; NULL is left to the data.
dtype_kind <- function(dtype, call = rlang::caller_env()) {
  if (is.null(dtype)) return(NULL)
  dtype <- check_string(dtype, "dtype", call = call)
  if (!grepl("^(float|u?int)(8|16|32|64)$|^bool$", dtype)) {
    abort_arg("dtype", "be a type of number such as \"float32\", \"int32\" or \"bool\"", describe(dtype),
              call = call)
  }
  if (grepl("int", dtype)) "int32" else if (dtype == "bool") "bool" else "float32"
}

#' @rdname k_constant
#' @export
k_eval <- function(x) {
  if (inherits(x, "tildenet_parameter")) return(parameter_value(x))
  as.array(as_tensor(x))
}

#' @rdname k_constant
#' @export
k_get_value <- function(x) {
  if (inherits(x, "tildenet_rate")) return(as.numeric(x))
  if (is.null(x)) abort_arg("x", "be a tensor, variable, weight or learning rate", describe(x), not_compiled_hint)
  k_eval(x)
}

# NULL is often the optimizer's part of a model that has none yet.
not_compiled_hint <- "A model has an optimizer, and its learning rate, once it is compiled."

#' @rdname k_constant
#' @export
k_set_value <- function(x, value) {
  if (inherits(x, "tildenet_parameter")) {
    parameter_assign(x, checked_weight(value, x, rlang::current_env(), "value"))
  } else if (inherits(x, "tildenet_rate")) {
    rate_set(x, value)
  } else {
    abort_arg("x", "be a variable, a weight or the learning rate of an optimizer", describe(x),
              if (is.null(x)) not_compiled_hint)
  }
  invisible(x)
}
