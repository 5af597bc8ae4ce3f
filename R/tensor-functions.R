#' Functions of tensors
#'
#' The `k_*` functions work on tensors and on R data (then at once, giving a tensor with values).
#' Custom losses, metrics, penalties and lambda layers are built from them; they are traced once and
#' then run and differentiate in the engine. Axes count from 1, -1 is the last; the batch axis is 1.
#'
#' `k_sqrt()` takes negative numbers as 0. `k_round()` rounds halves to even. `k_argmax()` counts
#' from 0. `k_l2_normalize()` without an axis takes all cells as one vector.
#'
#' Tensors also take the operators `+ - * / ^ %%` and comparisons, and of base R `abs()`, `sqrt()`,
#' `exp()`, `expm1()`, `log()`, `log2()`, `log10()`, `log1p()`, `sign()`, `floor()`, `ceiling()`,
#' `trunc()`, `round()`, `sin()`, `cos()`, `tanh()`, `sinh()`, `cosh()`, `t()`, and over all cells `sum()`, `mean()`,
#' `prod()`, `max()` and `min()`. Whatever else needs values (`if`, `sapply()`, `as.numeric()`) stops
#' with an error that names the call.
#' @param x,y A tensor or R array.
#' @param axis One or more axes; `NULL` for all.
#' @param keepdims Whether reduced axes stay with size 1.
#' @param dtype `"float32"`, `"int32"` or `"bool"`; whole numbers are kept as floats inside.
#' @param name Accepted for old scripts.
#' @param a Exponent.
#' @param min_value,max_value Limits, numbers or tensors; `NULL` for none.
#' @param alpha,threshold See [activations].
#' @returns A tensor.
#' @section Errors:
#' Axes, limits and flags that are none are errors of class `tildenet_error_argument`.
#' @seealso [k_reshape()] and its family for shapes, [k_constant()] for values, [k_random_normal()] for
#'   chance, [k_binary_crossentropy()].
#' @examples
#' as.array(k_mean(matrix(1:6, 2), axis = 1))
#' as.array(k_maximum(c(1, 5), 3))
#' @name tensor_functions
NULL

emit_unary <- function(x, fn, ..., dtype = NULL) {
  emit_op("unary", list(x), list(fn = fn, ...), dtype = dtype)[[1]]
}

emit_reduce <- function(x, fn, axis, keepdims, call = rlang::caller_env()) {
  keepdims <- check_flag(keepdims, "keepdims", call)
  emit_op("reduce", list(x), list(fn = fn, axis = axis_from_one(axis, call), keepdims = keepdims))[[1]]
}

#' @rdname tensor_functions
#' @export
k_sum <- function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, "sum", axis, keepdims)

#' @rdname tensor_functions
#' @export
k_mean <- function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, "mean", axis, keepdims)

#' @rdname tensor_functions
#' @export
k_prod <- function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, "prod", axis, keepdims)

#' @rdname tensor_functions
#' @export
k_max <- function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, "max", axis, keepdims)

#' @rdname tensor_functions
#' @export
k_min <- function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, "min", axis, keepdims)

#' @rdname tensor_functions
#' @export
k_std <- function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, "std", axis, keepdims)

#' @rdname tensor_functions
#' @export
k_var <- function(x, axis = NULL, keepdims = FALSE) emit_reduce(x, "var", axis, keepdims)

#' @rdname tensor_functions
#' @export
k_argmax <- function(x, axis = -1) {
  emit_op("argmax", list(x), list(axis = axis_from_one(axis)), dtype = "int32")[[1]]
}

#' @rdname tensor_functions
#' @export
k_abs <- function(x) emit_unary(x, "abs")

#' @rdname tensor_functions
#' @export
k_square <- function(x) emit_unary(x, "square")

#' @rdname tensor_functions
#' @export
k_sqrt <- function(x) emit_unary(x, "sqrt")

#' @rdname tensor_functions
#' @export
k_exp <- function(x) emit_unary(x, "exp")

#' @rdname tensor_functions
#' @export
k_log <- function(x) emit_unary(x, "log")

#' @rdname tensor_functions
#' @export
k_sin <- function(x) emit_unary(x, "sin")

#' @rdname tensor_functions
#' @export
k_cos <- function(x) emit_unary(x, "cos")

#' @rdname tensor_functions
#' @export
k_pow <- function(x, a) emit_binary("power", x, a)

#' @rdname tensor_functions
#' @export
k_round <- function(x) emit_unary(x, "round")

#' @rdname tensor_functions
#' @export
k_sign <- function(x) emit_unary(x, "sign")

#' @rdname tensor_functions
#' @export
k_clip <- function(x, min_value = NULL, max_value = NULL) {
  if (is_tensor(min_value) || is_tensor(max_value)) {
    if (!is.null(min_value)) x <- k_maximum(x, min_value)
    return(if (is.null(max_value)) as_tensor(x) else k_minimum(x, max_value))
  }
  emit_unary(x, "clip", min = check_number(min_value, "min_value", null_ok = TRUE, infinite = TRUE),
             max = check_number(max_value, "max_value", null_ok = TRUE, infinite = TRUE))
}

#' @rdname tensor_functions
#' @export
k_maximum <- function(x, y) emit_binary("maximum", x, y)

#' @rdname tensor_functions
#' @export
k_minimum <- function(x, y) emit_binary("minimum", x, y)

#' @rdname tensor_functions
#' @export
k_equal <- function(x, y) emit_binary("equal", x, y)

#' @rdname tensor_functions
#' @export
k_not_equal <- function(x, y) emit_binary("not_equal", x, y)

#' @rdname tensor_functions
#' @export
k_greater <- function(x, y) emit_binary("greater", x, y)

#' @rdname tensor_functions
#' @export
k_greater_equal <- function(x, y) emit_binary("greater_equal", x, y)

#' @rdname tensor_functions
#' @export
k_less <- function(x, y) emit_binary("less", x, y)

#' @rdname tensor_functions
#' @export
k_less_equal <- function(x, y) emit_binary("less_equal", x, y)

#' @rdname tensor_functions
#' @export
k_identity <- function(x, name = NULL) emit_unary(x, "identity")

#' @rdname tensor_functions
#' @export
k_cast <- function(x, dtype) {
  kind <- dtype_kind(check_string(dtype, "dtype"))
  fn <- switch(kind, int32 = "cast_int", bool = "cast_logical", "identity")
  emit_unary(x, fn, dtype = kind)
}

#' @rdname tensor_functions
#' @export
k_cast_to_floatx <- function(x) k_cast(x, "float32")

#' @rdname tensor_functions
#' @export
k_l2_normalize <- function(x, axis = NULL) {
  if (is.null(axis)) {
    shape <- as_tensor(x)$shape
    return(k_reshape(k_l2_normalize(k_flatten(x), 1), ifelse(is.na(shape), -1, shape)))
  }
  emit_op("l2_normalize", list(x), list(axis = axis_from_one(axis)))[[1]]
}

#' @rdname tensor_functions
#' @export
k_relu <- function(x, alpha = 0, max_value = NULL, threshold = 0) {
  activation_relu(x, alpha, max_value, threshold)
}

#' @rdname tensor_functions
#' @export
k_elu <- function(x, alpha = 1) activation_elu(x, alpha)

#' @rdname tensor_functions
#' @export
k_sigmoid <- function(x) activation_sigmoid(x)

#' @rdname tensor_functions
#' @export
k_hard_sigmoid <- function(x) activation_hard_sigmoid(x)

#' @rdname tensor_functions
#' @export
k_tanh <- function(x) activation_tanh(x)

#' @rdname tensor_functions
#' @export
k_softmax <- function(x, axis = -1) activation_softmax(x, axis_from_one(axis))

#' @rdname tensor_functions
#' @export
k_softplus <- function(x) activation_softplus(x)

#' @rdname tensor_functions
#' @export
k_softsign <- function(x) activation_softsign(x)
