#' Shapes of tensors
#'
#' Functions that arrange the cells of tensors anew, and the products that run over axes. They work on
#' tensors and on R data (then at once) and differentiate. Cells are taken row by row, the last axis
#' fastest. Axes count from 1, the batch axis; -1 is the last.
#'
#' `k_dot()` multiplies the last axis of `x` with the last but one of `y`. `k_batch_dot()` does so sample
#' by sample, over axis `axes[1]` of `x` and `axes[2]` of `y`: (n, k) with (n, k) and `axes = 2` gives
#' (n, 1), (n, s, k) with (n, k, t) and `axes = c(3, 2)` gives (n, s, t). `k_transpose()` turns the order
#' of all axes round. `k_batch_flatten()` keeps the first axis. `k_stack()` joins along a new axis.
#' `k_gather()` takes places along the first axis. `k_one_hot()` gives rows of zeros with a one.
#'
#' Tensors take `[` as R arrays do, one index per axis: `x[, 1:3]`, `x[, , 2, drop = FALSE]`. An index
#' holds positions or `TRUE` and `FALSE`; along an axis of unknown size it is positions, or empty.
#' Negative positions are refused, as R and Keras mean different things by them.
#' @param x,y A tensor or R array; for `k_stack()` a list of them.
#' @param axes One axis for both or a pair; by default the last of `x` and the last but one of `y`
#'   (the last, when `y` has two).
#' @param pattern The axes in their new order.
#' @param shape The new shape, the batch axis included; one size may be -1.
#' @param tensors List of tensors.
#' @param axis An axis.
#' @param reference,indices Tensor, and indices from 0.
#' @param num_classes Number of columns.
#' @returns A tensor.
#' @section Errors:
#' Shapes that do not fit are errors of class `tildenet_error_shape` that name them.
#' @examples
#' x <- matrix(1:6, 2)
#' as.array(k_reshape(x, c(3, 2)))
#' as.array(k_batch_dot(x, x, axes = 2))
#' as.array(k_constant(x)[, 2:3])
#' as.array(k_one_hot(c(0, 2), 3))
#' @export
k_reshape <- function(x, shape) {
  open <- function(s) is.null(s) || is.atomic(s) && length(s) == 1 && is.na(s)
  size <- vapply(argument_items(shape, "shape"), function(s) if (open(s)) -1 else check_count(s, "shape", min = -1), 0)
  emit_op("reshape_all", list(x), list(shape = size))[[1]]
}

# Several numbers of an argument, each by itself.
argument_items <- function(x, arg, call = rlang::caller_env()) {
  if (!is.atomic(x) && !is.list(x) || is.object(x) && is.null(plain_numbers(x))) {
    abort_arg(arg, "hold whole numbers", describe(x), call = call)
  }
  as.list(x)
}

#' @rdname k_reshape
#' @export
k_flatten <- function(x) k_reshape(x, -1)

#' @rdname k_reshape
#' @export
k_batch_flatten <- function(x) emit_op("flatten", list(x))[[1]]

#' @rdname k_reshape
#' @export
k_expand_dims <- function(x, axis = -1) {
  emit_op("expand_dims", list(x), list(axis = axis_from_one(check_axis(axis))))[[1]]
}

#' @rdname k_reshape
#' @export
k_squeeze <- function(x, axis) {
  emit_op("squeeze", list(x), list(axis = axis_from_one(check_axis(axis))))[[1]]
}

#' @rdname k_reshape
#' @export
k_transpose <- function(x) {
  rank <- k_ndim(x)
  if (rank < 2) return(as_tensor(x))
  k_permute_dimensions(x, rank:1)
}

#' @rdname k_reshape
#' @export
k_permute_dimensions <- function(x, pattern) {
  pattern <- vapply(argument_items(pattern, "pattern"), check_count, 0, arg = "pattern")
  if (!identical(sort(pattern), as.numeric(seq_len(k_ndim(x))))) {
    abort_arg("pattern", paste0("name each axis from 1 to ", k_ndim(x), " once"),
              paste0("It is ", paste(pattern, collapse = ", "), "."))
  }
  emit_op("permute_all", list(x), list(dims = pattern))[[1]]
}

#' @rdname k_reshape
#' @export
k_concatenate <- function(tensors, axis = -1) {
  join_tensors(tensor_list(tensors, "tensors"), axis_from_one(check_axis(axis)))[[1]]
}

#' @rdname k_reshape
#' @export
k_stack <- function(x, axis = 1) {
  k_concatenate(lapply(tensor_list(x, "x"), k_expand_dims, axis = axis), axis)
}

tensor_list <- function(x, arg, call = rlang::caller_env()) {
  x <- unlist_once(list(x))
  if (length(x) == 0) abort_arg(arg, "be a list of at least one tensor", describe(x), call = call)
  lapply(unname(x), as_tensor)
}

#' @rdname k_reshape
#' @export
k_dot <- function(x, y) emit_op("matmul", list(x, y))[[1]]

#' @rdname k_reshape
#' @export
k_batch_dot <- function(x, y, axes = NULL) {
  axes <- axes %||% c(k_ndim(x), max(2, k_ndim(y) - 1))
  axes <- vapply(argument_items(axes, "axes"), check_count, 0, arg = "axes", min = -8)
  emit_op("batch_dot", list(x, y), list(axes = axis_from_one(rep_len(axes, 2))))[[1]]
}

#' @rdname k_reshape
#' @export
k_gather <- function(reference, indices) emit_op("gather", list(reference, indices))[[1]]

#' @rdname k_reshape
#' @export
k_one_hot <- function(indices, num_classes) {
  num_classes <- check_count(num_classes, "num_classes")
  classes <- with_room(seq_len(num_classes) - 1, paste(num_classes, "columns"), num_classes)
  k_cast_to_floatx(k_equal(k_expand_dims(indices), array(classes, length(classes))))
}

# ---- places ----------------------------------------------------------------------------------------

#' @export
`[.tildenet_tensor` <- function(x, ..., drop = TRUE) {
  index <- index_arguments(substitute(list(...)), parent.frame())
  rank <- length(x$shape)
  if (length(index) == 0) return(x)
  if (length(index) != rank) {
    abort_tn(paste0("A tensor of shape ", shape_text(x$shape), " takes ", rank, " indices, not ",
                    length(index), "."), "shape", how = "Leave an index empty to take all, as in x[, 1].")
  }
  out <- x
  for (axis in seq_len(rank)) {
    if (is.null(index[[axis]])) next
    places <- index_places(index[[axis]], x$shape[axis], axis)
    out <- emit_op("take", list(out), list(axis = axis - 1, index = places - 1))[[1]]
    out$dtype <- x$dtype
  }
  if (check_flag(drop, "drop")) out <- drop_axes(out, index)
  if (!is.null(x$sizes_of) && length(index[[1]]) == 1) {
    out$size_of <- list(tensor = x$sizes_of, axis = index[[1]])
  }
  out
}

# Axes of which one place was named go, as in R; others stay whatever their size.
drop_axes <- function(x, index) {
  dtype <- x$dtype
  for (axis in rev(seq_along(index))) {
    if (length(index[[axis]]) == 1 && is.numeric(index[[axis]])) x <- k_squeeze(x, axis)
  }
  x$dtype <- dtype
  x
}

# The indices of a call of `[`, NULL for empty ones.
index_arguments <- function(call, env) {
  lapply(as.list(call)[-1], function(a) if (!identical(a, quote(expr = ))) eval(a, env))
}

index_places <- function(index, size, axis, call = rlang::caller_env()) {
  what <- paste0("index ", axis)
  if (is_tensor(index)) {
    abort_arg(what, "hold positions or TRUE and FALSE", "It is a tensor.",
              "Take places that a tensor names with `k_gather()`.", call = call)
  }
  if (is.logical(index) && !is.na(size) && length(index) == size && !anyNA(index)) return(which(index))
  ok <- is.numeric(index) && !anyNA(index) && all(index == round(index)) && all(index >= 1) &&
    all(index <= size | is.na(size))
  if (!ok) {
    abort_arg(what, paste0("hold positions from 1", if (!is.na(size)) paste(" to", size)),
              if (is.atomic(index) && length(index) > 1) paste0("It is ", paste(index, collapse = ", "), ".")
              else describe(index), class = "shape", call = call)
  }
  as.numeric(index)
}

# `k_shape(x)[[1]]`: a place along the first axis. Fields by name, as of any environment.
#' @export
`[[.tildenet_tensor` <- function(x, i) {
  if (is.character(i)) return(get0(i, envir = x, inherits = FALSE))
  do.call("[", c(list(x, i), rep(list(quote(expr = )), length(x$shape) - 1)))
}
