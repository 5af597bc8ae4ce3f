# Operators and base functions on tensors.

binary_ops <- c("+" = "add", "-" = "subtract", "*" = "multiply", "/" = "divide", "^" = "power",
                "%%" = "floormod", "==" = "equal", "!=" = "not_equal", ">" = "greater",
                ">=" = "greater_equal", "<" = "less", "<=" = "less_equal")

# What does the same with tensors of 0 and 1.
logical_way <- c("&" = "Multiply the two conditions.", "|" = "Take `k_maximum()` of the two conditions.",
                 "!" = "Use 1 - x, or the opposite comparison.", "%/%" = "Take floor(x / y).")

#' @export
Ops.tildenet_tensor <- function(e1, e2) {
  if (missing(e2)) {
    if (.Generic == "-") return(emit_op("unary", list(e1), list(fn = "negate"))[[1]])
    if (.Generic == "+") return(e1)
  }
  if (!.Generic %in% names(binary_ops)) {
    abort_tn(paste0("Tensors do not support the operator `", .Generic, "`."), "unsupported", call = NULL,
             how = unname(logical_way[.Generic]))
  }
  emit_binary(binary_ops[[.Generic]], e1, e2)
}

# Variables and weights are tensors to the operators. (The very same function: R takes no method at
# all when those of both sides differ.)
#' @export
Ops.tildenet_parameter <- Ops.tildenet_tensor

emit_binary <- function(op, a, b) {
  comparison <- op %in% c("equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
  emit_op(op, list(a, b), dtype = if (comparison) "bool")[[1]]
}

#' @export
Math.tildenet_tensor <- function(x, ...) {
  own <- list(...)
  if (length(own) > 0 && !.Generic %in% c("log", "round")) {
    abort_unsupported(.Generic, "It takes one argument here.")
  }
  switch(.Generic,
    abs = , sqrt = , exp = , sin = , cos = , sign = , floor = emit_unary(x, .Generic),
    log = if (length(own) == 0) k_log(x) else k_log(x) / log(own[[1]]),
    log2 = k_log(x) / log(2), log10 = k_log(x) / log(10), log1p = k_log(x + 1), expm1 = k_exp(x) - 1,
    round = if (length(own) == 0) k_round(x) else k_round(x * 10^own[[1]]) / 10^own[[1]],
    ceiling = -emit_unary(-x, "floor"), trunc = k_sign(x) * emit_unary(k_abs(x), "floor"),
    tanh = k_tanh(x), cosh = (k_exp(x) + k_exp(-x)) / 2, sinh = (k_exp(x) - k_exp(-x)) / 2,
    abort_unsupported(.Generic))
}

#' @export
Math.tildenet_parameter <- Math.tildenet_tensor

abort_unsupported <- function(name, how = "Use operators and the k_* functions.") {
  abort_tn(paste0("Tensors do not support `", name, "()`."), "unsupported", how = how, call = NULL)
}

# Over all cells, those of several tensors too.
#' @export
Summary.tildenet_tensor <- function(..., na.rm = FALSE) {
  fn <- switch(.Generic, sum = k_sum, prod = k_prod, max = k_max, min = k_min,
               abort_unsupported(.Generic))
  join <- switch(.Generic, sum = `+`, prod = `*`, max = k_maximum, min = k_minimum)
  Reduce(join, lapply(list(...), fn))
}

#' @export
Summary.tildenet_parameter <- Summary.tildenet_tensor

#' @export
mean.tildenet_tensor <- function(x, ...) {
  if (length(list(...)) > 0) abort_unsupported("mean", "For the mean over an axis there is `k_mean(x, axis)`.")
  k_mean(x)
}

#' @export
mean.tildenet_parameter <- mean.tildenet_tensor

#' @export
t.tildenet_tensor <- function(x) k_transpose(x)

#' @export
t.tildenet_parameter <- t.tildenet_tensor

# These would otherwise go through as if a tensor were a value.
#' @export
is.na.tildenet_tensor <- function(x) abort_unsupported("is.na")

#' @export
`[<-.tildenet_tensor` <- function(x, ..., value) {
  abort_tn("Cells of a tensor cannot be assigned.", "unsupported", call = NULL,
           how = "Multiply with a mask, or join parts with `k_concatenate()`.")
}

#' @export
dim.tildenet_tensor <- function(x) as.integer(x$shape)

#' @export
length.tildenet_tensor <- function(x) {
  if (anyNA(x$shape)) NA_integer_ else as.integer(prod(x$shape))
}

#' Values of a tensor
#'
#' Tensors computed from R data hold values; symbolic tensors do not.
#' @param x A tensor with values.
#' @param ... Not used.
#' @returns An R array, vector or number.
#' @examples
#' as.array(k_square(1:3))
#' @name tensor_values
NULL

#' @rdname tensor_values
#' @export
as.array.tildenet_tensor <- function(x, ...) {
  value <- tensor_value(x)
  switch(x$dtype, bool = array_as(value, "logical"), int32 = array_as(value, "integer"), value)
}

array_as <- function(value, mode) {
  storage.mode(value) <- mode
  value
}

# What depends on variables and weights alone is computed when it is asked for.
tensor_value <- function(x, call = rlang::caller_env()) {
  if (!is.null(x$value)) return(x$value)
  tryCatch(run_outputs(list(x), list(), list())[[1]]$value, tildenet_error_graph = function(e) {
    abort_tn("A symbolic tensor has no values.", "state", call = call,
             how = if (!is_tracing()) "Build a model with `keras_model()` and call it on data.")
  })
}

#' @rdname tensor_values
#' @param mode As for [as.vector()].
#' @export
as.vector.tildenet_tensor <- function(x, mode = "any") as.vector(as.array.tildenet_tensor(x), mode)

#' @rdname tensor_values
#' @export
as.matrix.tildenet_tensor <- function(x, ...) as.matrix(as.array.tildenet_tensor(x))

#' @rdname tensor_values
#' @export
as.double.tildenet_tensor <- function(x, ...) as.double(as.array.tildenet_tensor(x))

#' @rdname tensor_values
#' @export
as.integer.tildenet_tensor <- function(x, ...) as.integer(as.array.tildenet_tensor(x))

#' @export
as.logical.tildenet_tensor <- function(x, ...) as.logical(as.array.tildenet_tensor(x))

#' @export
print.tildenet_tensor <- function(x, ...) {
  if (is_eager(x)) print(as.array(x), ...) else cat(tensor_words(x), "\n", sep = "")
  invisible(x)
}

tensor_words <- function(x) paste0("<tensor ", shape_text(x$shape), " ", x$dtype, ">")

#' @export
str.tildenet_tensor <- function(object, ...) cat(" ", tensor_words(object), "\n", sep = "")

#' @export
summary.tildenet_tensor <- function(object, ...) summary(as.vector(as.array(object)), ...)

#' @export
summary.tildenet_parameter <- summary.tildenet_tensor
