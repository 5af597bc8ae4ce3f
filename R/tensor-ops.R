# Operators and base functions on tensors.

binary_ops <- c("+" = "add", "-" = "subtract", "*" = "multiply", "/" = "divide", "^" = "power",
                "%%" = "floormod", "==" = "equal", "!=" = "not_equal", ">" = "greater",
                ">=" = "greater_equal", "<" = "less", "<=" = "less_equal")

#' @export
Ops.tildenet_tensor <- function(e1, e2) {
  if (missing(e2)) {
    if (.Generic == "-") return(emit_op("unary", list(e1), list(fn = "negate"))[[1]])
    if (.Generic == "+") return(e1)
  }
  if (!.Generic %in% names(binary_ops)) {
    abort_tn(paste0("Tensors do not support the operator `", .Generic, "`."), "unsupported")
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
  fn <- switch(.Generic, abs = , sqrt = , exp = , sign = , floor = , round = .Generic, log = "log",
               NULL)
  if (is.null(fn)) {
    abort_tn(paste0("Tensors do not support `", .Generic, "()`."), "unsupported",
             how = "Use the k_* functions.")
  }
  emit_unary(x, fn)
}

#' @export
Math.tildenet_parameter <- Math.tildenet_tensor

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
             how = "Build a model with `keras_model()` and call it on data.")
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
  if (is.null(x$node)) {
    print(as.array(x), ...)
  } else {
    cat("<tensor ", shape_text(x$shape), " ", x$dtype, ">\n", sep = "")
  }
  invisible(x)
}
